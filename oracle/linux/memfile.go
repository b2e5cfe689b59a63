package linux

import (
	"io"
	"io/fs"
	"syscall"
	"time"

	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// memoryFile is a file of memfd_create. Its size is apart from that of its memory, which is whole pages and covers what
// is mapped: access above the file's size is no error, as it is under Linux, until a later write of the file clears it.
type memoryFile struct {
	k      *kernel
	inode  uint64
	name   string
	memory rv64.Memory
	size   uint64
	at     uint64 // the position
	mode   fs.FileMode
	seals  uint64
}

// The seals of a file in memory.
const (
	sealSeals       = 1
	sealShrink      = 2
	sealGrow        = 4
	sealWrite       = 8
	sealFutureWrite = 16
	sealExecution   = 32
	allSeals        = 63
)

// memoryInfo is what Stat returns of a file in memory.
type memoryInfo struct{ f *memoryFile }

func (i memoryInfo) Name() string       { return i.f.name }
func (i memoryInfo) Size() int64        { return int64(i.f.size) }
func (i memoryInfo) Mode() fs.FileMode  { return i.f.mode }
func (i memoryInfo) ModTime() time.Time { return time.Unix(clockStart, 0) }
func (i memoryInfo) IsDir() bool        { return false }
func (i memoryInfo) Sys() any           { return nil }

func (f *memoryFile) key() fileKey { return fileKey{device: allBits, inode: f.inode} }

func (f *memoryFile) Stat() (fs.FileInfo, error) { return memoryInfo{f}, nil }

func (f *memoryFile) Chmod(mode fs.FileMode) error {
	if f.seals&sealExecution != 0 && (mode^f.mode)&0o111 != 0 {
		return syscall.EPERM
	}
	f.mode = mode
	return nil
}

func (f *memoryFile) ReadDir(int) ([]fs.DirEntry, error) { return nil, syscall.ENOTDIR }

// Close returns what the file took to the quota.
func (f *memoryFile) Close() error {
	f.k.storage.shrink(f.size + entryCost)
	f.k.storage.forget(f.key())
	return nil
}

func (f *memoryFile) Read(b []byte) (int, error) {
	n, err := f.ReadAt(b, int64(f.at))
	f.at += uint64(n)
	return n, err
}

func (f *memoryFile) ReadAt(b []byte, at int64) (int, error) {
	if uint64(at) >= f.size {
		return 0, io.EOF
	}
	n := copy(b, f.memory.Bytes()[at:f.size])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func (f *memoryFile) Write(b []byte) (int, error) {
	n, err := f.WriteAt(b, int64(f.at))
	f.at += uint64(n)
	return n, err
}

func (f *memoryFile) WriteAt(b []byte, at int64) (int, error) {
	end := uint64(at) + uint64(len(b))
	switch {
	case f.seals&(sealWrite|sealFutureWrite) != 0, end > f.size && f.seals&sealGrow != 0:
		return 0, syscall.EPERM
	case end > f.size:
		f.resize(end)
	}
	f.memory.Define(uint64(at), uint64(len(b)))
	return copy(f.memory.Bytes()[at:], b), nil
}

func (f *memoryFile) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += int64(f.at)
	case io.SeekEnd:
		offset += int64(f.size)
	}
	if offset < 0 {
		return 0, syscall.EINVAL
	}
	f.at = uint64(offset)
	return offset, nil
}

func (f *memoryFile) Truncate(size int64) error {
	if uint64(size) < f.size && f.seals&sealShrink != 0 || uint64(size) > f.size && f.seals&sealGrow != 0 {
		return syscall.EPERM
	}
	f.resize(uint64(size))
	return nil
}

// resize sets the size; what is new is zero.
func (f *memoryFile) resize(size uint64) {
	f.room(size)
	low, high := min(size, f.size), max(size, f.size)
	clear(f.memory.Bytes()[low:min(high, uint64(len(f.memory.Bytes())))])
	f.memory.Define(low, high-low)
	f.size = size
}

// room makes the memory at least a size.
func (f *memoryFile) room(size uint64) {
	if size, _ = pages(size); size > uint64(len(f.memory.Bytes())) {
		f.memory.Resize(size, f.machines()...)
	}
}

// machines returns those in which the file is mapped.
func (f *memoryFile) machines() (list []*rv64.Machine) {
	for _, s := range f.k.spaces {
		if s.m.HasMemory(&f.memory) {
			list = append(list, s.m)
		}
	}
	return list
}

func (f *openFile) isMemory() bool {
	_, ok := f.file.(*memoryFile)
	return ok
}

// memfdCreate makes a file in memory: name, flags.
func (t *thread) memfdCreate(a [6]uint64) uint64 {
	const onExec, maySeal, noExecution, execution, longest = 1, 2, 8, 16, 250
	name, number := t.text(a[0], longest, "the name")
	switch {
	case a[1]&^(onExec|maySeal|noExecution|execution) != 0, a[1]&noExecution != 0 && a[1]&execution != 0:
		return failure(errInvalid)
	case number == errNameTooLong:
		return failure(errInvalid)
	case number != 0:
		return failure(number)
	case !t.storage.create():
		return failure(errNoMemory)
	}
	f := &memoryFile{k: t.kernel, inode: t.storage.newInode(), name: name, mode: 0o777, seals: sealSeals}
	if a[1]&maySeal != 0 {
		f.seals = 0
	}
	if a[1]&noExecution != 0 {
		f.mode, f.seals = 0o666, sealExecution
	}
	t.storage.inodes[f.key()] = f.inode
	t.storage.modified(f.key(), t.clock())
	made := &openFile{file: f, flags: openReadWrite, key: f.key()}
	fd := t.files.add(0, descriptor{made, a[1]&onExec != 0})
	if int64(fd) < 0 {
		f.Close()
	}
	return fd
}

// seals serves the commands of fcntl that concern seals.
func (t *thread) seals(d descriptor, a [6]uint64) uint64 {
	const add = 1033
	f, ok := d.file.(*memoryFile)
	switch {
	case !ok:
		return failure(errInvalid)
	case a[1] != add:
		return f.seals
	case !t.argument(2, allBits):
		return 0
	case a[2]&^allSeals != 0:
		return failure(errInvalid)
	case f.seals&sealSeals != 0 || d.flags&openAccess != openReadWrite:
		return failure(errNotPermitted)
	case a[2]&sealWrite != 0 && f.seals&sealWrite == 0 && len(f.machines()) > 0: // each mapping might be made writable
		return failure(errBusy)
	}
	f.seals |= a[2]
	return 0
}

// mapMemory maps a file in memory so that all that map it share it: where, how much, the arguments of mmap.
func (t *thread) mapMemory(file *openFile, addr, size uint64, a [6]uint64) uint64 {
	f, rights := file.file.(*memoryFile), protection(a[2])
	switch {
	case rights&rv64.Write != 0 && f.seals&(sealWrite|sealFutureWrite) != 0:
		return failure(errNotPermitted)
	case a[5]+size < size || a[5]+size > t.config.MemoryLimit:
		return failure(errNoMemory)
	}
	f.room(a[5] + size)
	if t.m.Map(rv64.Region{Name: "mmap", Addr: addr, Size: size, Rights: rights, Memory: &f.memory, Offset: a[5]}) != nil {
		return failure(errNoMemory)
	}
	return addr
}
