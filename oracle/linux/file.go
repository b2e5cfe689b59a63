package linux

import (
	"io"
	"io/fs"
	"maps"
	"slices"
)

// openFile is what one or more descriptors refer to: a file or directory below the root, a file in memory, or a stream.
type openFile struct {
	kernel *kernel // of what has a name
	file   content // nil for a stream
	stream stream  // nil for what is not
	flags  uint64  // as in open: the access mode, append, non-blocking
	users  int     // descriptors
	// name is the path below the root. entries were read from a directory and not returned to the guest yet; given
	// counts those that were.
	name    string
	folder  bool
	entries []fs.DirEntry
	given   uint64 // entries
	key     fileKey
	inode   uint64 // of a stream; 0: none yet
}

// content is a file or directory below the root, which an *os.File is, or a file in memory.
type content interface {
	io.ReadWriteSeeker
	io.ReaderAt
	io.WriterAt
	io.Closer
	Stat() (fs.FileInfo, error)
	Truncate(size int64) error
	Chmod(mode fs.FileMode) error
	ReadDir(n int) ([]fs.DirEntry, error)
}

// stream is what can be read or written but has no place in a file: a standard stream, an end of a pipe, a device, or
// an object that threads wait for. Its Read and Write return errWouldBlock if they would have to wait.
type stream interface {
	io.ReadWriter
	// canRead and canWrite report whether Read or Write would not have to wait.
	canRead() bool
	canWrite() bool
	// mode returns the kind of the stream and its rights, as in st_mode.
	mode() uint64
	// changes counts what may have made it ready: a new count is an edge to an epoll.
	changes() uint64
	close(flags uint64)
}

type descriptor struct {
	*openFile
	closeOnExec bool
}

// files are the open files that processes share.
type files struct {
	table map[uint64]descriptor
	users int // processes
}

// maxFiles bounds the descriptors, maxTransfer the bytes of one read or write, which is then short.
const (
	maxFiles    = 1024
	maxTransfer = 1 << 20
)

// The flags of open and fcntl.
const (
	openAccess    = 3
	openWrite     = 1
	openReadWrite = 2
	openCreate    = 0o100
	openExclusive = 0o200
	openTruncate  = 0o1000
	openAppend    = 0o2000
	openNoWait    = 0o4000
	openDirectory = 0o200000
	openNoFollow  = 0o400000
	openCloseExec = 0o2000000
)

// newFiles returns the open files of a first process: the standard streams.
func newFiles(config Config) *files {
	f := &files{table: map[uint64]descriptor{}, users: 1}
	f.set(0, descriptor{openFile: &openFile{stream: &hostStream{reader: config.Stdin}}})
	f.set(1, descriptor{openFile: &openFile{stream: &hostStream{writer: config.Stdout}, flags: openWrite}})
	f.set(2, descriptor{openFile: &openFile{stream: &hostStream{writer: config.Stderr}, flags: openWrite}})
	return f
}

// fork returns a table of its own of the same open files.
func (f *files) fork() *files {
	made := &files{table: map[uint64]descriptor{}, users: 1}
	for fd, d := range f.table {
		made.set(fd, d)
	}
	return made
}

// release gives up a process's share, and with the last one closes all files.
func (f *files) release() {
	if f.users--; f.users == 0 {
		for _, fd := range slices.Sorted(maps.Keys(f.table)) {
			f.drop(fd)
		}
	}
}

// replace closes what does not survive execve, in a table that is the process's own afterwards.
func (f *files) replace(p *process) {
	if f.users > 1 {
		f.users--
		f = f.fork()
		p.files = f
	}
	for _, fd := range slices.Sorted(maps.Keys(f.table)) {
		if f.table[fd].closeOnExec {
			f.drop(fd)
		}
	}
}

func (f *files) set(fd uint64, d descriptor) {
	d.users++
	f.table[fd] = d
}

// drop closes a descriptor, and with the last one the file.
func (f *files) drop(fd uint64) {
	d := f.table[fd]
	delete(f.table, fd)
	d.openFile.release()
}

// release gives up a share of an open file, and with the last one closes it.
func (f *openFile) release() {
	if f.users--; f.users > 0 {
		return
	}
	if f.name != "" {
		f.tellClosed()
	}
	if f.file != nil {
		f.file.Close()
	}
	if f.stream != nil {
		f.stream.close(f.flags)
	}
}

// add returns the lowest free descriptor from first on, which it makes d, or a failure.
func (f *files) add(first uint64, d descriptor) uint64 {
	for fd := first; fd < maxFiles; fd++ {
		if _, taken := f.table[fd]; !taken {
			f.set(fd, d)
			return fd
		}
	}
	return failure(errTooMany)
}

// mappable returns the file of a descriptor if it may be mapped, or an error.
func (f *files) mappable(fd uint64, private bool) (file *openFile, number uint64) {
	d, ok := f.table[fd]
	switch {
	case !ok:
		return nil, errBadFile
	case d.file == nil || d.folder || !private && !d.isMemory(): // nothing is written back
		return nil, errNoDevice
	case d.flags&openAccess == openWrite || !private && d.flags&openAccess != openReadWrite:
		return nil, errAccess
	}
	return d.openFile, 0
}

func (t *thread) closeFile(_ descriptor, a [6]uint64) uint64 {
	t.files.drop(a[0])
	return 0
}

func (t *thread) dup(d descriptor, _ [6]uint64) uint64 {
	return t.files.add(0, descriptor{openFile: d.openFile})
}

func (t *thread) dup3(a [6]uint64) uint64 {
	d, ok := t.files.table[a[0]]
	switch {
	case a[0] == a[1] || a[2]&^openCloseExec != 0:
		return failure(errInvalid)
	case !ok || a[1] >= maxFiles:
		return failure(errBadFile)
	}
	made := descriptor{openFile: d.openFile, closeOnExec: a[2] != 0}
	made.users++ // in case it is the only descriptor of the file
	if _, taken := t.files.table[a[1]]; taken {
		t.files.drop(a[1])
	}
	made.users--
	t.files.set(a[1], made)
	return a[1]
}

func (t *thread) fcntl(d descriptor, a [6]uint64) uint64 {
	const duplicate, getDescriptor, setDescriptor, getFlags, setFlags, duplicateClose = 0, 1, 2, 3, 4, 1030
	const getLock, setLock, setLockWait, getPipeSize, addSeals, getSeals = 5, 6, 7, 1032, 1033, 1034
	const changeable = openAppend | openNoWait
	switch a[1] {
	case getDescriptor:
		if d.closeOnExec {
			return 1
		}
		return 0
	case getFlags:
		return d.flags
	case getPipeSize:
		if _, ok := d.stream.(pipeEnd); ok {
			return pipeSize
		}
		return failure(errBadFile)
	case addSeals, getSeals:
		return t.seals(d, a)
	case getLock, setLock, setLockWait:
		if !t.argument(2, allBits) {
			return 0
		}
		return t.recordLock(d, a[1], a[2])
	case duplicate, duplicateClose, setDescriptor, setFlags:
	default:
		return failure(errInvalid)
	}
	switch {
	case !t.argument(2, allBits):
	case a[1] == setDescriptor:
		d.closeOnExec = a[2]&1 != 0
		t.files.table[a[0]] = d
	case a[1] == setFlags:
		d.flags = d.flags&^changeable | a[2]&changeable
	case a[2] >= maxFiles:
		return failure(errInvalid)
	default:
		return t.files.add(a[2], descriptor{openFile: d.openFile, closeOnExec: a[1] == duplicateClose})
	}
	return 0
}

// ioctl tells how much can be read from a file or pipe; no file is a terminal.
func (t *thread) ioctl(d descriptor, a [6]uint64) uint64 {
	const readable, closeOnExec, keepOnExec, noWait = 0x541b, 0x5451, 0x5450, 0x5421
	switch uint32(a[1]) {
	case closeOnExec, keepOnExec:
		d.closeOnExec = a[1] == closeOnExec
		t.files.table[a[0]] = d
		return 0
	case noWait:
		var b [4]byte
		if !t.argument(2, allBits) || !t.input(a[2], b[:], "the flag") {
			return failure(errFault)
		}
		d.flags &^= openNoWait
		if b != [4]byte{} {
			d.flags |= openNoWait
		}
		return 0
	case readable:
		size := 0
		switch s := d.stream.(type) {
		case pipeEnd:
			size = len(s.content)
		case *socket:
			size = s.size
		case *inotify:
			size = s.size
		default:
			return failure(errNotTTY)
		}
		if t.argument(2, allBits) {
			return failure(errFaultUnless(t.output(a[2], littleEndian32(uint32(size)))))
		}
	}
	return failure(errNotTTY)
}

// errFaultUnless returns errFault for an access that failed.
func errFaultUnless(ok bool) uint64 {
	if ok {
		return 0
	}
	return errFault
}

func (t *thread) lseek(d descriptor, a [6]uint64) uint64 {
	switch {
	case d.file == nil:
		return failure(errSeekPipe)
	case a[2] > io.SeekEnd:
		return failure(errInvalid)
	}
	at, err := d.file.Seek(int64(a[1]), int(a[2]))
	if err != nil {
		return failure(errInvalid)
	}
	d.entries, d.given = nil, 0
	return uint64(at)
}

// closeRange closes or marks the descriptors of a range.
func (t *thread) closeRange(a [6]uint64) uint64 {
	const unshare, mark = 2, 4
	if uint32(a[0]) > uint32(a[1]) || a[2]&^(unshare|mark) != 0 {
		return failure(errInvalid)
	}
	for _, fd := range slices.Sorted(maps.Keys(t.files.table)) {
		switch d := t.files.table[fd]; {
		case fd < uint64(uint32(a[0])) || fd > uint64(uint32(a[1])):
		case a[2]&mark != 0:
			d.closeOnExec = true
			t.files.table[fd] = d
		default:
			t.files.drop(fd)
		}
	}
	return 0
}
