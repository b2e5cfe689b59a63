package linux

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"

	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// hostErrors maps errors of the host to those that the guest sees.
var hostErrors = map[syscall.Errno]uint64{
	syscall.EPERM: errNotPermitted, syscall.ENOENT: errNoEntry, syscall.EINTR: errInterrupted, syscall.EIO: errInputOutput,
	syscall.EBADF: errBadFile, syscall.EAGAIN: errAgain, syscall.EACCES: errAccess, syscall.EEXIST: errExists,
	syscall.ENOTDIR: errNotDirectory, syscall.EISDIR: errIsDirectory, syscall.EINVAL: errInvalid, syscall.EMFILE: errTooMany,
	syscall.EFBIG: errTooLarge, syscall.ENOSPC: errNoSpace, syscall.EPIPE: errBrokenPipe, syscall.ENAMETOOLONG: errNameTooLong,
	syscall.EXDEV: errOtherDevice, syscall.EROFS: errReadOnly, syscall.ENOTEMPTY: errNotEmpty, syscall.ELOOP: errManyLinks,
}

// errorNumber returns the error that the guest sees for one of the host. A path that leaves the root is denied.
func errorNumber(err error) uint64 {
	var host syscall.Errno
	if errors.As(err, &host) && hostErrors[host] != 0 {
		return hostErrors[host]
	}
	if errors.Is(err, fs.ErrNotExist) {
		return errNoEntry
	}
	return errAccess
}

// text reads a string of the guest, whose bytes must be defined.
func (p *process) text(addr, longest uint64, what string) (s string, number uint64) {
	var b []byte
	for uint64(len(b)) < longest {
		at := addr + uint64(len(b))
		piece := make([]byte, min(pageSize-at%pageSize, longest-uint64(len(b)), 64))
		if !p.m.Allows(at, uint64(len(piece)), rv64.Read) || p.m.ReadMemoryInto(at, piece, nil) != nil {
			return "", errFault
		}
		if end := bytes.IndexByte(piece, 0); end >= 0 {
			b = append(b, piece[:end]...)
			if !p.isDefined(addr, uint64(len(b))+1, what) {
				return "", errFault
			}
			return string(b), 0
		}
		b = append(b, piece...)
	}
	return string(b), errNameTooLong
}

// currentDirectory is the descriptor that stands for the current directory, which is always the root.
const currentDirectory = -100

// name reads a path and returns it relative to the root.
func (p *process) name(directory, addr uint64) (name string, number uint64) {
	const longest = 4096
	text, number := p.text(addr, longest, "the path")
	switch {
	case number != 0:
		return "", number
	case text == "":
		return "", errNoEntry
	}
	base := "/"
	if d, ok := p.files.table[directory]; text[0] != '/' && int32(directory) != currentDirectory {
		switch {
		case !ok:
			return "", errBadFile
		case !d.folder:
			return "", errNotDirectory
		}
		base += d.name + "/"
	}
	if p.files.root == nil {
		return "", errNoEntry
	}
	clean := strings.TrimPrefix(path.Clean(base+text), "/")
	if clean == "" {
		return ".", 0
	}
	if strings.HasSuffix(text, "/") { // a path that must name a directory
		if info, err := p.files.root.Stat(clean); err == nil && !info.IsDir() {
			return "", errNotDirectory
		}
	}
	return clean, 0
}

// openat opens files and directories. Anything else below the root, such as a named pipe, could block for ever and is
// denied: before it is opened, and again after, in case it was replaced in between.
func (p *process) openat(name string, a [6]uint64) uint64 {
	flags := a[2]
	mode := fs.FileMode(0)
	if flags&openCreate != 0 {
		if !p.argument(3, allBits) {
			return 0
		}
		mode = fs.FileMode(a[3] & 0o777)
	}
	if info, err := p.files.root.Stat(name); err == nil {
		if number := mayOpen(info, flags); number != 0 {
			return failure(number)
		}
	}
	if info, err := p.files.root.Lstat(name); err == nil && flags&openNoFollow != 0 && info.Mode()&fs.ModeSymlink != 0 {
		return failure(errManyLinks)
	}
	host := [4]int{os.O_RDONLY, os.O_WRONLY, os.O_RDWR, os.O_RDWR}[flags&openAccess] | syscall.O_NONBLOCK
	for _, f := range []struct {
		guest uint64
		host  int
	}{{openCreate, os.O_CREATE}, {openExclusive, os.O_EXCL}, {openTruncate, os.O_TRUNC}} {
		if flags&f.guest != 0 {
			host |= f.host
		}
	}
	file, err := p.files.root.OpenFile(name, host, mode)
	if err != nil {
		return failure(errorNumber(err))
	}
	number := uint64(0)
	info, err := file.Stat()
	if err == nil {
		number = mayOpen(info, flags&^openExclusive)
	}
	if err != nil || number != 0 {
		file.Close()
		return failure(max(number, errAccess))
	}
	made := &openFile{file: file, flags: flags & (openAccess | openAppend | openNoWait), name: name, folder: info.IsDir()}
	fd := p.files.add(0, descriptor{made, flags&openCloseExec != 0})
	if int64(fd) < 0 {
		file.Close()
	}
	return fd
}

// mayOpen returns the error of opening an existing file, or 0.
func mayOpen(info fs.FileInfo, flags uint64) (number uint64) {
	switch {
	case flags&(openCreate|openExclusive) == openCreate|openExclusive:
		return errExists
	case info.IsDir():
		if flags&openAccess != 0 || flags&(openCreate|openTruncate) != 0 {
			return errIsDirectory
		}
	case flags&openDirectory != 0:
		return errNotDirectory
	case !info.Mode().IsRegular():
		return errAccess
	}
	return 0
}

func (p *process) faccessat(name string, _ [6]uint64) uint64 {
	if _, err := p.files.root.Stat(name); err != nil {
		return failure(errorNumber(err))
	}
	return 0
}

func (p *process) getcwd(a [6]uint64) uint64 {
	if a[1] < 2 {
		return failure(errRange)
	}
	if !p.output(a[0], []byte("/\x00")) {
		return failure(errFault)
	}
	return 2
}

func (p *process) mkdirat(a [6]uint64) uint64 {
	name, number := p.name(a[0], a[1])
	if number == 0 {
		number = hostResult(func() error { return p.files.root.Mkdir(name, fs.FileMode(a[2]&0o777)) })
	}
	return failure(number)
}

func hostResult(do func() error) uint64 {
	if err := do(); err != nil {
		return errorNumber(err)
	}
	return 0
}

func (p *process) unlinkat(name string, a [6]uint64) uint64 {
	const removeDirectory = 0x200
	info, err := p.files.root.Lstat(name)
	switch {
	case err != nil:
		return failure(errorNumber(err))
	case info.IsDir() && a[2]&removeDirectory == 0:
		return failure(errIsDirectory)
	case !info.IsDir() && a[2]&removeDirectory != 0:
		return failure(errNotDirectory)
	}
	return failure(hostResult(func() error { return p.files.root.Remove(name) }))
}

// renameat is renameat2 without support for flags.
func (p *process) renameat(a [6]uint64) uint64 {
	if a[4] != 0 {
		return failure(errInvalid)
	}
	from, number := p.name(a[0], a[1])
	if number != 0 {
		return failure(number)
	}
	to, number := p.name(a[2], a[3])
	if number != 0 {
		return failure(number)
	}
	return failure(hostResult(func() error { return p.files.root.Rename(from, to) }))
}

func (p *process) readlinkat(name string, a [6]uint64) uint64 {
	target, err := p.files.root.Readlink(name)
	if err != nil {
		return failure(errorNumber(err))
	}
	target = target[:min(uint64(len(target)), a[3])]
	if !p.output(a[2], []byte(target)) {
		return failure(errFault)
	}
	return uint64(len(target))
}

// The kinds of file in st_mode, and in a directory's entries.
const (
	modePipe      = 0o010600
	modeFile      = 0o100000
	modeDirectory = 0o040000
	modeLink      = 0o120000
	kindShift     = 12
)

func modeOf(mode fs.FileMode) uint64 {
	switch {
	case mode.IsDir():
		return modeDirectory
	case mode&fs.ModeSymlink != 0:
		return modeLink
	}
	return modeFile
}

func (p *process) fstat(d descriptor, a [6]uint64) uint64 {
	if d.file == nil {
		return p.putMode(a[1], modePipe, 0)
	}
	info, err := d.file.Stat()
	if err != nil {
		return failure(errorNumber(err))
	}
	return p.putStat(a[1], info)
}

func (p *process) newfstatat(a [6]uint64) uint64 {
	const noFollow, emptyPath = 0x100, 0x1000
	if a[3]&emptyPath != 0 {
		if text, number := p.text(a[1], 1, "the path"); number == 0 && text == "" && int32(a[0]) != currentDirectory {
			return onFile((*process).fstat)(p, [6]uint64{a[0], a[2]})
		}
		if p.stopped {
			return 0
		}
	}
	name, number := p.name(a[0], a[1])
	if number != 0 {
		return failure(number)
	}
	look := p.files.root.Stat
	if a[3]&noFollow != 0 {
		look = p.files.root.Lstat
	}
	info, err := look(name)
	if err != nil {
		return failure(errorNumber(err))
	}
	return p.putStat(a[2], info)
}

func (p *process) putStat(addr uint64, info fs.FileInfo) uint64 {
	return p.putMode(addr, modeOf(info.Mode())|uint64(info.Mode().Perm()), uint64(info.Size()))
}

// putMode writes a struct stat: device, inode, mode and links, owner, size, block size, and no times.
func (p *process) putMode(addr, mode, size uint64) uint64 {
	const blockSize, links = 4096, 1
	return p.put(addr, 1, 1, mode|links<<32, guestID|guestID<<32, 0, 0, size, blockSize, (size+511)/512, 0, 0, 0, 0, 0, 0, 0)
}

// getdents returns as many entries of a directory as there is room for, "." and ".." first.
func (p *process) getdents(d descriptor, a [6]uint64) uint64 {
	switch {
	case !d.folder:
		return failure(errNotDirectory)
	case !p.mayStore(a[1], min(a[2], maxTransfer)):
		return failure(errFault)
	}
	var b []byte
	for {
		name, kind, err := d.entry()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return failure(errorNumber(err))
		}
		const header = 19
		length := (header + len(name) + 1 + 7) &^ 7
		if uint64(len(b)+length) > min(a[2], maxTransfer) {
			if len(b) == 0 {
				return failure(errInvalid)
			}
			break
		}
		d.next()
		record := make([]byte, length)
		binary.LittleEndian.PutUint64(record, 1)
		binary.LittleEndian.PutUint64(record[8:], d.given)
		binary.LittleEndian.PutUint16(record[16:], uint16(length))
		record[18] = byte(kind >> kindShift)
		copy(record[header:], name)
		b = append(b, record...)
	}
	p.m.Spend(uint64(len(b)))
	if !p.output(a[1], b) {
		return failure(errFault)
	}
	return uint64(len(b))
}

// entry returns the next entry of a directory; next advances to the one after it.
func (f *openFile) entry() (name string, kind uint64, err error) {
	if f.given < 2 {
		return []string{".", ".."}[f.given], modeDirectory, nil
	}
	if len(f.entries) == 0 {
		const atOnce = 256
		if f.entries, err = f.file.ReadDir(atOnce); err != nil {
			return "", 0, err
		}
	}
	return f.entries[0].Name(), modeOf(f.entries[0].Type()), nil
}

func (f *openFile) next() {
	if f.given++; f.given > 2 {
		f.entries = f.entries[1:]
	}
}
