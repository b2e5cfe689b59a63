package rv64

import (
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// files are the open files of a process: the three streams, and files below
// the root directory if there is one.
type files struct {
	root   *os.Root
	stdin  io.Reader
	output [3]io.Writer // of descriptors 1 and 2
	opened map[uint64]*os.File
	closed [3]bool
}

const maxFiles = 256

func (f *files) open(config ExecConfig) (err error) {
	f.stdin, f.output[1], f.output[2] = config.Stdin, config.Stdout, config.Stderr
	if f.stdin == nil {
		f.stdin = strings.NewReader("")
	}
	for i := range f.output {
		if f.output[i] == nil {
			f.output[i] = io.Discard
		}
	}
	f.opened = map[uint64]*os.File{}
	if config.Root != "" {
		f.root, err = os.OpenRoot(config.Root)
	}
	return err
}

func (f *files) close() {
	for _, file := range f.opened {
		file.Close()
	}
	if f.root != nil {
		f.root.Close()
	}
}

// reader and writer give the stream of a descriptor, or nil.
func (f *files) reader(fd uint64) io.Reader {
	if fd == 0 && !f.closed[0] {
		return f.stdin
	}
	if file := f.opened[fd]; file != nil {
		return file
	}
	return nil
}

func (f *files) writer(fd uint64) io.Writer {
	if fd < 3 && fd > 0 && !f.closed[fd] {
		return f.output[fd]
	}
	if file := f.opened[fd]; file != nil {
		return file
	}
	return nil
}

// content gives what mmap of a file shows.
func (f *files) content(fd, offset, size uint64) ([]byte, bool) {
	file := f.opened[fd]
	if file == nil {
		return nil, false
	}
	info, err := file.Stat()
	if err != nil || offset > uint64(info.Size()) {
		return nil, false
	}
	data := make([]byte, min(size, uint64(info.Size())-offset))
	n, _ := file.ReadAt(data, int64(offset))
	return data[:n], true
}

// maxTransfer bounds one read or write; a guest sees a short one.
const maxTransfer = 1 << 20

func (p *process) read(a [6]uint64) uint64 {
	r := p.files.reader(a[0])
	if r == nil {
		return failure(errBadFile)
	}
	b := make([]byte, min(a[2], maxTransfer))
	if !p.m.mayStore(a[1], uint64(len(b))) {
		return failure(errFault)
	}
	n, err := r.Read(b)
	if n == 0 && err != nil && !errors.Is(err, io.EOF) {
		return failure(errorNumber(err))
	}
	if p.m.WriteMemory(a[1], b[:n]) != nil {
		return failure(errFault)
	}
	return uint64(n)
}

// write passes bytes on; in a machine that tracks definedness they must be
// defined.
func (p *process) write(a [6]uint64) uint64 {
	w := p.files.writer(a[0])
	if w == nil {
		return failure(errBadFile)
	}
	size := min(a[2], maxTransfer)
	if !p.m.may(a[1], size, Read) {
		return failure(errFault)
	}
	b := make([]byte, size)
	defined, err := p.m.ReadMemory(a[1], b)
	if err != nil {
		return failure(errFault)
	}
	if p.m.tracking() {
		for i, mask := range defined {
			if mask != 0xff {
				p.m.End(oracle.Broken, "undefined-argument", p.m.where()+": byte "+hex(a[1]+uint64(i))+" of what is written")
				return 0
			}
		}
	}
	n, err := w.Write(b)
	if n == 0 && err != nil {
		return failure(errorNumber(err))
	}
	return uint64(n)
}

// vector does a scattered transfer piece by piece.
func (p *process) vector(a [6]uint64, one func(p *process, a [6]uint64) uint64) uint64 {
	const maxPieces = 1024
	if a[2] > maxPieces {
		return failure(errInvalid)
	}
	total := uint64(0)
	for i := range a[2] {
		var piece [16]byte
		if p.m.ReadMemoryInto(a[1]+16*i, piece[:], nil) != nil {
			return failure(errFault)
		}
		base, size := binary.LittleEndian.Uint64(piece[:]), binary.LittleEndian.Uint64(piece[8:])
		n := one(p, [6]uint64{a[0], base, size})
		if int64(n) < 0 {
			if total > 0 {
				return total
			}
			return n
		}
		if total += n; n < size {
			break
		}
	}
	return total
}

func (p *process) readv(a [6]uint64) uint64  { return p.vector(a, (*process).read) }
func (p *process) writev(a [6]uint64) uint64 { return p.vector(a, (*process).write) }

// errorNumber is how the guest hears of an error of the host.
func errorNumber(err error) uint64 {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errNoEntry
	case errors.Is(err, fs.ErrPermission):
		return errAccess
	}
	return errInvalid
}

// path reads a name from guest memory, relative to the root.
func (p *process) path(addr uint64) (string, bool) {
	const longest = 4096
	var name []byte
	for i := range uint64(longest) {
		var b [1]byte
		if p.m.ReadMemoryInto(addr+i, b[:], nil) != nil {
			return "", false
		}
		if b[0] == 0 {
			clean := strings.TrimPrefix(path.Clean("/"+string(name)), "/")
			if clean == "" {
				clean = "."
			}
			return clean, true
		}
		name = append(name, b[0])
	}
	return "", false
}

func (p *process) openat(a [6]uint64) uint64 {
	name, ok := p.path(a[1])
	switch {
	case !ok:
		return failure(errFault)
	case p.files.root == nil:
		return failure(errNoEntry)
	case len(p.files.opened) >= maxFiles:
		return failure(errTooMany)
	}
	const accessMode, create, exclusive, truncate, appending = 3, 0o100, 0o200, 0o1000, 0o2000
	flags := [4]int{os.O_RDONLY, os.O_WRONLY, os.O_RDWR, os.O_RDWR}[a[2]&accessMode]
	for bit, flag := range map[uint64]int{create: os.O_CREATE, exclusive: os.O_EXCL, truncate: os.O_TRUNC, appending: os.O_APPEND} {
		if a[2]&bit != 0 {
			flags |= flag
		}
	}
	file, err := p.files.root.OpenFile(name, flags, fs.FileMode(a[3]&0o777))
	if err != nil {
		return failure(errorNumber(err))
	}
	fd := uint64(3)
	for p.files.opened[fd] != nil {
		fd++
	}
	p.files.opened[fd] = file
	return fd
}

func (p *process) closeFile(a [6]uint64) uint64 {
	if a[0] < 3 {
		p.files.closed[a[0]] = true
		return 0
	}
	file := p.files.opened[a[0]]
	if file == nil {
		return failure(errBadFile)
	}
	file.Close()
	delete(p.files.opened, a[0])
	return 0
}

// dup is not for files: a second descriptor would need a shared position.
func (p *process) dup([6]uint64) uint64 { return failure(errTooMany) }

func (p *process) lseek(a [6]uint64) uint64 {
	file := p.files.opened[a[0]]
	if file == nil {
		if a[0] < 3 {
			return failure(errSeekPipe)
		}
		return failure(errBadFile)
	}
	at, err := file.Seek(int64(a[1]), int(a[2]&3))
	if err != nil {
		return failure(errInvalid)
	}
	return uint64(at)
}

func (p *process) faccessat(a [6]uint64) uint64 {
	name, ok := p.path(a[1])
	if !ok {
		return failure(errFault)
	}
	if p.files.root == nil {
		return failure(errNoEntry)
	}
	if _, err := p.files.root.Stat(name); err != nil {
		return failure(errorNumber(err))
	}
	return 0
}

func (p *process) getcwd(a [6]uint64) uint64 {
	if a[1] < 2 {
		return failure(errRange)
	}
	if !p.m.mayStore(a[0], 2) || p.m.WriteMemory(a[0], []byte("/\x00")) != nil {
		return failure(errFault)
	}
	return 2
}

// The kinds of file in st_mode.
const (
	modePipe      = 0o010600
	modeFile      = 0o100000
	modeDirectory = 0o040000
)

func (p *process) fstat(a [6]uint64) uint64 {
	if file := p.files.opened[a[0]]; file != nil {
		info, err := file.Stat()
		if err != nil {
			return failure(errorNumber(err))
		}
		return p.putStat(a[1], info)
	}
	if a[0] < 3 {
		return p.putMode(a[1], modePipe, 0)
	}
	return failure(errBadFile)
}

func (p *process) newfstatat(a [6]uint64) uint64 {
	name, ok := p.path(a[1])
	switch {
	case !ok:
		return failure(errFault)
	case name == ".":
		const emptyPath = 0x1000
		if a[3]&emptyPath != 0 {
			return p.fstat([6]uint64{a[0], a[2]})
		}
	}
	if p.files.root == nil {
		return failure(errNoEntry)
	}
	info, err := p.files.root.Stat(name)
	if err != nil {
		return failure(errorNumber(err))
	}
	return p.putStat(a[2], info)
}

func (p *process) putStat(addr uint64, info fs.FileInfo) uint64 {
	mode := uint64(modeFile)
	if info.IsDir() {
		mode = modeDirectory
	}
	return p.putMode(addr, mode|uint64(info.Mode().Perm()), uint64(info.Size()))
}

// putMode writes a struct stat: device, inode, mode and links, owner, size,
// block size, and no times.
func (p *process) putMode(addr, mode, size uint64) uint64 {
	const blockSize, links = 4096, 1
	return p.put(addr, 1, 1, mode|links<<32, guestID|guestID<<32, 0, 0, size, blockSize, (size+511)/512, 0, 0, 0, 0, 0, 0, 0)
}
