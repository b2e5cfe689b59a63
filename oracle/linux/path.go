package linux

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
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
	syscall.EBUSY: errBusy, syscall.ENOTSUP: errNotSupported,
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
func (t *thread) text(addr, longest uint64, what string) (s string, number uint64) {
	var b []byte
	for uint64(len(b)) < longest {
		at := addr + uint64(len(b))
		piece := make([]byte, min(pageSize-at%pageSize, longest-uint64(len(b)), 64))
		if !t.allows(at, uint64(len(piece)), rv64.Read) || t.m.ReadMemoryInto(at, piece, nil) != nil {
			return "", errFault
		}
		if end := bytes.IndexByte(piece, 0); end >= 0 {
			b = append(b, piece[:end]...)
			if !t.isDefined(addr, uint64(len(b))+1, what) {
				return "", errFault
			}
			return string(b), 0
		}
		b = append(b, piece...)
	}
	return string(b), errNameTooLong
}

// currentDirectory is the descriptor that stands for the current directory.
const currentDirectory = -100

// longestPath is the longest path in bytes, with its end.
const longestPath = 4096

// path reads a path and returns what it names, relative to the root and free of symbolic links; only if follow is false
// the last part may be one.
func (t *thread) path(directory, addr uint64, follow bool) (name string, number uint64) {
	text, number := t.text(addr, longestPath, "the path")
	switch {
	case number != 0:
		return "", number
	case text == "":
		return "", errNoEntry
	}
	base := t.directory
	if d, ok := t.files.table[directory]; text[0] != '/' && int32(directory) != currentDirectory {
		switch {
		case !ok:
			return "", errBadFile
		case !d.folder:
			return "", errNotDirectory
		}
		base = d.name
	}
	return t.resolve(base, text, follow)
}

// exists reports whether there is something at a path below the root.
func (t *thread) exists(name string) bool {
	if t.root == nil {
		return false
	}
	_, err := t.root.Lstat(name)
	return err == nil
}

// resolve follows a path from a directory below the root. An absolute symbolic link begins at the root again. What the
// last part names need not exist.
func (t *thread) resolve(base, text string, follow bool) (name string, number uint64) {
	const mostLinks = 40
	if text == "" {
		return "", errNoEntry
	}
	if strings.HasPrefix(text, "/") {
		base = "."
	}
	whole := path.Join(base, text)
	if whole[0] == '/' {
		whole = whole[1:]
	}
	if _, isDevice := devices[whole]; (isDevice || whole == selfProgram) && !t.exists(whole) {
		return whole, 0
	}
	if t.root == nil {
		return "", errNoEntry
	}
	rest, links := strings.Split(text, "/"), 0
	for len(rest) > 0 {
		part := rest[0]
		rest = rest[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			base = path.Dir(base)
			continue
		}
		next := path.Join(base, part)
		isLast := !slices.ContainsFunc(rest, func(s string) bool { return s != "" && s != "." })
		info, err := t.root.Lstat(next)
		switch {
		case err != nil && isLast && errors.Is(err, fs.ErrNotExist):
			return next, 0
		case err != nil:
			return "", errorNumber(err)
		case info.Mode()&fs.ModeSymlink != 0 && (follow || len(rest) > 0):
			if links++; links > mostLinks {
				return "", errManyLinks
			}
			target, err := t.root.Readlink(next)
			if err != nil {
				return "", errorNumber(err)
			}
			if strings.HasPrefix(target, "/") {
				base = "."
			}
			rest = append(strings.Split(target, "/"), rest...)
			continue
		case len(rest) > 0 && !info.IsDir():
			return "", errNotDirectory
		}
		base = next
	}
	return base, 0
}

// openat opens files and directories. Anything else below the root, such as a named pipe, could block for ever and is
// denied: before it is opened, and again after, in case it was replaced in between.
func (t *thread) openat(a [6]uint64) uint64 {
	flags := a[2]
	if flags&openCreate != 0 && !t.argument(3, allBits) {
		return 0
	}
	isNew := flags&(openCreate|openExclusive) == openCreate|openExclusive
	name, number := t.path(a[0], a[1], flags&openNoFollow == 0 && !isNew)
	if number != 0 {
		return failure(number)
	}
	if d, ok := devices[name]; ok && !t.exists(name) {
		d.k = t.kernel
		made := &openFile{stream: d, flags: flags & (openAccess | openAppend | openNoWait)}
		return t.files.add(0, descriptor{made, flags&openCloseExec != 0})
	}
	if name == selfProgram && !t.exists(name) {
		if name = t.process.exe[1:]; t.root == nil {
			return failure(errNoEntry)
		}
	}
	made, number := t.open(name, flags, fs.FileMode(a[3]&0o777&^t.mask))
	if number != 0 {
		return failure(number)
	}
	fd := t.files.add(0, descriptor{made, flags&openCloseExec != 0})
	if int64(fd) < 0 {
		made.file.Close()
	}
	return fd
}

// open opens or creates a file below the root.
func (t *thread) open(name string, flags uint64, mode fs.FileMode) (made *openFile, number uint64) {
	before, err := t.root.Lstat(name)
	isCreated := err != nil && flags&openCreate != 0
	switch {
	case err == nil && before.Mode()&fs.ModeSymlink != 0:
		return nil, errManyLinks
	case err == nil:
		if number := mayOpen(before, flags); number != 0 {
			return nil, number
		}
	case isCreated && !t.storage.create():
		return nil, errNoSpace
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
	file, err := t.root.OpenFile(name, host, mode)
	if err != nil {
		return nil, errorNumber(err)
	}
	info, err := file.Stat()
	if err == nil {
		number = mayOpen(info, flags&^openExclusive)
	}
	if err != nil || number != 0 {
		file.Close()
		return nil, max(number, errAccess)
	}
	key := keyOf(info)
	switch {
	case isCreated:
		t.storage.forget(key)
		t.storage.modified(key, t.clock())
		file.Chmod(mode) // whatever the host's own mask
	case flags&openTruncate != 0 && before != nil:
		t.storage.shrink(uint64(before.Size()))
		t.storage.modified(key, t.clock())
	}
	return &openFile{file: file, flags: flags & (openAccess | openAppend | openNoWait), name: name, folder: info.IsDir(), key: key}, 0
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

// faccessat checks the rights of the owner, which the guest is.
func (t *thread) faccessat(a [6]uint64) uint64 {
	found, number := t.lookAt(a[0], a[1], 0)
	if number != 0 {
		return failure(number)
	}
	if a[2]&^(found.mode>>6)&7 != 0 {
		return failure(errAccess)
	}
	return 0
}

func (t *thread) getcwd(a [6]uint64) uint64 {
	text := append([]byte(path.Join("/", t.directory)), 0)
	if a[1] < uint64(len(text)) {
		return failure(errRange)
	}
	if !t.output(a[0], text) {
		return failure(errFault)
	}
	return uint64(len(text))
}

func (t *thread) chdir(a [6]uint64) uint64 {
	name, number := t.path(directoryOfProcess, a[0], true)
	if number != 0 {
		return failure(number)
	}
	found, number := t.look(name, true)
	switch {
	case number != 0:
		return failure(number)
	case found.mode&modeDirectory == 0 || found.mode>>kindShift != modeDirectory>>kindShift:
		return failure(errNotDirectory)
	}
	t.process.directory = name
	return 0
}

// directoryOfProcess is currentDirectory as an argument.
const directoryOfProcess = 1<<64 + currentDirectory

func (t *thread) fchdir(d descriptor, _ [6]uint64) uint64 {
	if !d.folder {
		return failure(errNotDirectory)
	}
	t.process.directory = d.name
	return 0
}

// onPath makes a system call of one on the path that the first two arguments name, below a root.
func onPath(follow bool, do func(t *thread, name string, a [6]uint64) uint64) func(t *thread, a [6]uint64) uint64 {
	return func(t *thread, a [6]uint64) uint64 {
		name, number := t.path(a[0], a[1], follow)
		switch {
		case number != 0:
			return failure(number)
		case t.root == nil:
			return failure(errNoEntry)
		}
		return do(t, name, a)
	}
}

func (t *thread) mkdirat(name string, a [6]uint64) uint64 {
	if t.exists(name) {
		return failure(errExists)
	}
	mode := fs.FileMode(a[2] & 0o777 &^ t.mask)
	return t.make(name, func() error {
		if err := t.root.Mkdir(name, mode); err != nil {
			return err
		}
		return t.root.Chmod(name, mode)
	})
}

// make makes a new entry of a directory.
func (t *thread) make(name string, do func() error) uint64 {
	if !t.storage.create() {
		return failure(errNoSpace)
	}
	if err := do(); err != nil {
		t.storage.shrink(entryCost)
		return failure(errorNumber(err))
	}
	if info, err := t.root.Lstat(name); err == nil {
		t.storage.modified(keyOf(info), t.clock())
	}
	return 0
}

func hostResult(do func() error) uint64 {
	if err := do(); err != nil {
		return errorNumber(err)
	}
	return 0
}

func (t *thread) unlinkat(name string, a [6]uint64) uint64 {
	const removeDirectory = 0x200
	info, err := t.root.Lstat(name)
	switch {
	case err != nil:
		return failure(errorNumber(err))
	case info.IsDir() && a[2]&removeDirectory == 0:
		return failure(errIsDirectory)
	case !info.IsDir() && a[2]&removeDirectory != 0:
		return failure(errNotDirectory)
	case name == ".":
		return failure(errInvalid)
	}
	if err := t.root.Remove(name); err != nil {
		return failure(errorNumber(err))
	}
	t.removed(info)
	return 0
}

// removed returns what a removed file took to the quota, unless it has other names or is open.
func (t *thread) removed(info fs.FileInfo) {
	t.storage.shrink(entryCost)
	key := keyOf(info)
	if host, ok := info.Sys().(*syscall.Stat_t); ok && host.Nlink > 1 && !info.IsDir() {
		return
	}
	for _, p := range t.processes {
		for _, d := range p.files.table {
			if d.key == key {
				return
			}
		}
	}
	if info.Mode().IsRegular() {
		t.storage.shrink(uint64(info.Size()))
	}
	t.storage.forget(key)
}

// renameat is renameat2, of whose flags only noReplace is supported.
func (t *thread) renameat(a [6]uint64) uint64 {
	const noReplace = 1
	if a[4]&^noReplace != 0 {
		return failure(errInvalid)
	}
	from, number := t.path(a[0], a[1], false)
	if number != 0 {
		return failure(number)
	}
	to, number := t.path(a[2], a[3], false)
	switch {
	case number != 0:
		return failure(number)
	case t.root == nil:
		return failure(errNoEntry)
	case a[4]&noReplace != 0 && t.exists(to):
		return failure(errExists)
	}
	return failure(hostResult(func() error { return t.root.Rename(from, to) }))
}

// linkat gives a file a second name.
func (t *thread) linkat(a [6]uint64) uint64 {
	const follow = 0x400
	from, number := t.path(a[0], a[1], a[4]&follow != 0)
	if number != 0 {
		return failure(number)
	}
	to, number := t.path(a[2], a[3], false)
	switch {
	case number != 0:
		return failure(number)
	case t.root == nil:
		return failure(errNoEntry)
	}
	return t.make(to, func() error { return t.root.Link(from, to) })
}

// symlinkat makes a symbolic link: its text, directory and path of the link.
func (t *thread) symlinkat(a [6]uint64) uint64 {
	target, number := t.text(a[0], longestPath, "the target")
	if number != 0 {
		return failure(number)
	}
	name, number := t.path(a[1], a[2], false)
	switch {
	case number != 0:
		return failure(number)
	case target == "" || t.root == nil:
		return failure(errNoEntry)
	}
	return t.make(name, func() error { return t.root.Symlink(target, name) })
}

func (t *thread) readlinkat(a [6]uint64) uint64 {
	name, number := t.path(a[0], a[1], false)
	if number != 0 {
		return failure(number)
	}
	target := t.process.exe
	if name != selfProgram || t.exists(name) {
		if t.root == nil {
			return failure(errNoEntry)
		}
		var err error
		if target, err = t.root.Readlink(name); err != nil {
			return failure(errorNumber(err))
		}
	}
	target = target[:min(uint64(len(target)), a[3])]
	if !t.output(a[2], []byte(target)) {
		return failure(errFault)
	}
	return uint64(len(target))
}

// getdents returns as many entries of a directory as there is room for, "." and ".." first.
func (t *thread) getdents(d descriptor, a [6]uint64) uint64 {
	switch {
	case !d.folder:
		return failure(errNotDirectory)
	case !t.mayStore(a[1], min(a[2], maxTransfer)):
		return failure(errFault)
	}
	var b []byte
	for {
		name, kind, inode, err := t.entry(d.openFile)
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
		binary.LittleEndian.PutUint64(record, inode)
		binary.LittleEndian.PutUint64(record[8:], d.given)
		binary.LittleEndian.PutUint16(record[16:], uint16(length))
		record[18] = byte(kind >> kindShift)
		copy(record[header:], name)
		b = append(b, record...)
	}
	t.m.Spend(uint64(len(b)))
	if !t.output(a[1], b) {
		return failure(errFault)
	}
	return uint64(len(b))
}

// entry returns the next entry of a directory; next advances to the one after it.
func (t *thread) entry(f *openFile) (name string, kind, inode uint64, err error) {
	if f.given < 2 {
		at := []string{f.name, path.Dir(f.name)}[f.given]
		if info, err := t.root.Stat(at); err == nil {
			inode = t.storage.inode(keyOf(info))
		}
		return []string{".", ".."}[f.given], modeDirectory, inode, nil
	}
	if f.given == 2 {
		f.entries, err = f.file.ReadDir(-1)
		slices.SortFunc(f.entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	}
	if err == nil && len(f.entries) == 0 {
		err = io.EOF
	}
	if err != nil {
		return "", 0, 0, err
	}
	entry := f.entries[0]
	if info, err := t.root.Lstat(path.Join(f.name, entry.Name())); err == nil {
		inode = t.storage.inode(keyOf(info))
	}
	return entry.Name(), modeOf(entry.Type()), inode, nil
}

func (f *openFile) next() {
	if f.given++; f.given > 2 {
		f.entries = f.entries[1:]
	}
}
