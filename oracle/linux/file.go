package linux

import (
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// openFile is what one or more descriptors refer to: a file or directory below the root, a standard stream, or an end
// of a pipe.
type openFile struct {
	file   *os.File // nil for a stream or a pipe
	reader io.Reader
	writer io.Writer
	close  func()
	flags  uint64 // as in open: the access mode, append, non-blocking
	users  int    // descriptors
	// name is the path below the root. entries were read from a directory and not returned to the guest yet; given
	// counts those that were.
	name    string
	folder  bool
	entries []fs.DirEntry
	given   uint64 // entries
}

type descriptor struct {
	*openFile
	closeOnExec bool
}

// files are the open files of a process.
type files struct {
	root  *os.Root // nil if there is none
	table map[uint64]descriptor
}

// maxFiles bounds the descriptors, maxTransfer the bytes of one read or write, which is then short.
const (
	maxFiles    = 256
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

func (f *files) open(config Config) (err error) {
	input, output, errs := config.Stdin, config.Stdout, config.Stderr
	if input == nil {
		input = strings.NewReader("")
	}
	if output == nil {
		output = io.Discard
	}
	if errs == nil {
		errs = io.Discard
	}
	f.table = map[uint64]descriptor{}
	f.set(0, descriptor{openFile: &openFile{reader: input}})
	f.set(1, descriptor{openFile: &openFile{writer: output, flags: openWrite}})
	f.set(2, descriptor{openFile: &openFile{writer: errs, flags: openWrite}})
	if config.Root != "" {
		f.root, err = os.OpenRoot(config.Root)
	}
	return err
}

func (f *files) close() {
	for fd := range f.table {
		f.drop(fd)
	}
	if f.root != nil {
		f.root.Close()
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
	if d.users--; d.users > 0 {
		return
	}
	if d.file != nil {
		d.file.Close()
	}
	if d.openFile.close != nil {
		d.openFile.close()
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
	case d.file == nil || d.folder || !private: // nothing is written back
		return nil, errNoDevice
	case d.flags&openAccess == openWrite:
		return nil, errAccess
	}
	return d.openFile, 0
}

func (p *process) closeFile(_ descriptor, a [6]uint64) uint64 {
	p.files.drop(a[0])
	return 0
}

func (p *process) dup(d descriptor, _ [6]uint64) uint64 {
	return p.files.add(0, descriptor{openFile: d.openFile})
}

func (p *process) dup3(a [6]uint64) uint64 {
	d, ok := p.files.table[a[0]]
	switch {
	case a[0] == a[1] || a[2]&^openCloseExec != 0:
		return failure(errInvalid)
	case !ok || a[1] >= maxFiles:
		return failure(errBadFile)
	}
	made := descriptor{openFile: d.openFile, closeOnExec: a[2] != 0}
	if _, taken := p.files.table[a[1]]; taken {
		p.files.drop(a[1])
	}
	p.files.set(a[1], made)
	return a[1]
}

func (p *process) fcntl(d descriptor, a [6]uint64) uint64 {
	const duplicate, getDescriptor, setDescriptor, getFlags, setFlags, duplicateClose = 0, 1, 2, 3, 4, 1030
	const changeable = openAppend | openNoWait
	switch a[1] {
	case getDescriptor:
		if d.closeOnExec {
			return 1
		}
		return 0
	case getFlags:
		return d.flags
	case duplicate, duplicateClose, setDescriptor, setFlags:
	default:
		return failure(errInvalid)
	}
	switch {
	case !p.argument(2, allBits):
	case a[1] == setDescriptor:
		d.closeOnExec = a[2]&1 != 0
		p.files.table[a[0]] = d
	case a[1] == setFlags:
		d.flags = d.flags&^changeable | a[2]&changeable
	case a[2] >= maxFiles:
		return failure(errInvalid)
	default:
		return p.files.add(a[2], descriptor{openFile: d.openFile, closeOnExec: a[1] == duplicateClose})
	}
	return 0
}

// ioctl fails: no file is a terminal.
func (p *process) ioctl(descriptor, [6]uint64) uint64 { return failure(errNotTTY) }

func (p *process) lseek(d descriptor, a [6]uint64) uint64 {
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

func (p *process) ftruncate(a [6]uint64) uint64 {
	d, number := p.writable(a[0])
	switch {
	case number != 0:
		return failure(number)
	case d.file == nil, int64(a[1]) < 0:
		return failure(errInvalid)
	}
	if err := d.file.Truncate(int64(a[1])); err != nil {
		return failure(errorNumber(err))
	}
	return 0
}

// pipe is the buffer of a pipe, both ends of which are the program's.
type pipe struct {
	content         []byte
	noReader, ended bool
}

const pipeSize = 1 << 16

func (q *pipe) Read(b []byte) (int, error) {
	n := copy(b, q.content)
	q.content = q.content[n:]
	switch {
	case n > 0:
		return n, nil
	case q.ended:
		return 0, io.EOF
	}
	return 0, errWouldBlock
}

func (q *pipe) Write(b []byte) (int, error) {
	if q.noReader {
		return 0, syscall.EPIPE
	}
	room := pipeSize - len(q.content)
	if room == 0 {
		return 0, errWouldBlock
	}
	b = b[:min(len(b), room)]
	q.content = append(q.content, b...)
	return len(b), nil
}

func (p *process) pipe2(a [6]uint64) uint64 {
	if a[1]&^(openCloseExec|openNoWait) != 0 {
		return failure(errInvalid)
	}
	if !p.mayStore(a[0], 8) {
		return failure(errFault)
	}
	q, onExec := &pipe{}, a[1]&openCloseExec != 0
	from := &openFile{reader: q, flags: a[1] & openNoWait, close: func() { q.noReader = true }}
	to := &openFile{writer: q, flags: a[1]&openNoWait | openWrite, close: func() { q.ended = true }}
	first := p.files.add(0, descriptor{from, onExec})
	if int64(first) < 0 {
		return first
	}
	second := p.files.add(0, descriptor{to, onExec})
	if int64(second) < 0 {
		p.files.drop(first)
		return second
	}
	return p.put(a[0], first|second<<32)
}
