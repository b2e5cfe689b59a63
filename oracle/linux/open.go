package linux

import (
	"io/fs"
	"os"
	"syscall"
)

// openat opens files, directories and named pipes. Anything else below the root could block for ever and is denied:
// before it is opened, and again after, in case it was replaced in between.
func (t *thread) openat(a [6]uint64) uint64 {
	flags := a[2]
	if t.call.opening != nil {
		return t.opened(flags)
	}
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
	if t.root != nil {
		if info, err := t.root.Lstat(name); err == nil && t.kindOf(info) == kindPipe {
			return t.openPipe(name, info, flags)
		}
	}
	made, number := t.open(name, flags, fs.FileMode(a[3]&0o777&^t.mask))
	if number != 0 {
		return failure(number)
	}
	fd := t.files.add(0, descriptor{made, flags&openCloseExec != 0})
	if int64(fd) < 0 {
		made.file.Close()
		return fd
	}
	t.notifyOf(made, eventOpen)
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
		delete(t.network.files, key)
		t.storage.modified(key, t.clock())
		file.Chmod(mode) // whatever the host's own mask
		t.notify(eventCreate, name, info)
	case flags&openTruncate != 0 && before != nil:
		t.storage.shrink(uint64(before.Size()))
		t.storage.modified(key, t.clock())
		t.notify(eventModify, name, info)
	}
	return &openFile{kernel: t.kernel, file: file, flags: flags & (openAccess | openAppend | openNoWait), name: name, folder: info.IsDir(), key: key}, 0
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
