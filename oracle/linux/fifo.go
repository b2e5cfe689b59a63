package linux

import (
	"io/fs"
	"path"
)

// A named pipe below the root is one of the host that is never opened there: whoever is at its other end is in the guest.

// mknodat makes a file, a named pipe or what stands for a socket. A guest has no devices to make.
func (t *thread) mknodat(name string, a [6]uint64) uint64 {
	const kinds, blocks = 0o170000, 0o060000
	mode, kind := fs.FileMode(a[2]&0o777&^t.mask), a[2]&kinds
	switch kind {
	case 0, modeFile, kindPipe, modeSocket, modeDevice, blocks:
	case modeDirectory:
		return failure(errNotPermitted)
	default:
		return failure(errInvalid)
	}
	switch {
	case t.exists(name):
		return failure(errExists)
	case kind == modeDevice || kind == blocks:
		return failure(errNotPermitted)
	case kind == kindPipe:
		return t.make(name, func() error { return t.makePipe(name, mode) })
	}
	made, number := t.open(name, openWrite|openCreate|openExclusive, mode)
	if number != 0 {
		return failure(number)
	}
	if kind == modeSocket {
		t.network.files[made.key] = true
	}
	made.file.Close()
	return 0
}

// makePipe makes a named pipe below the root.
func (t *thread) makePipe(name string, mode fs.FileMode) error {
	folder, err := t.root.Open(path.Dir(name))
	if err != nil {
		return err
	}
	defer folder.Close()
	if err := makeHostPipe(folder, path.Base(name), mode); err != nil {
		return err
	}
	info, err := t.root.Lstat(name)
	if err != nil {
		return err
	}
	t.storage.forget(keyOf(info)) // of a file that had the number before
	return t.root.Chmod(name, mode)
}

// pipeOf returns the pipe of a name.
func (s *storage) pipeOf(key fileKey) *pipe {
	if s.pipes[key] == nil {
		s.pipes[key] = &pipe{}
	}
	return s.pipes[key]
}

// openPipe opens a named pipe, and waits until its other end is open too, unless it is opened for both or is not to wait.
func (t *thread) openPipe(name string, info fs.FileInfo, flags uint64) uint64 {
	access, needed := flags&openAccess, [4]fs.FileMode{0o400, 0o200, 0o600, 0o600}[flags&openAccess]
	key := keyOf(info)
	q := pipeEnd{pipe: t.storage.pipeOf(key), named: true}
	switch {
	case flags&(openCreate|openExclusive) == openCreate|openExclusive:
		return failure(errExists)
	case flags&openDirectory != 0:
		return failure(errNotDirectory)
	case info.Mode()&needed != needed:
		return failure(errAccess)
	case access == openWrite && flags&openNoWait != 0 && q.readers == 0:
		return failure(errNoPartner)
	}
	isAlone := access == openWrite && q.readers == 0 || access == 0 && q.writers == 0
	if isAlone {
		q.quiet = q.written
	}
	f := &openFile{kernel: t.kernel, stream: q, flags: flags & (openAccess | openAppend | openNoWait), name: name, key: key}
	q.open(access)
	t.call.opening = f
	if !isAlone || flags&openNoWait != 0 {
		return t.opened(flags)
	}
	read, written := q.read, q.written
	t.call.interrupted = func() { q.close(access) }
	return t.await(func() bool { return access == 0 && q.written != written || access != 0 && q.read != read }, never)
}

// open counts an open file of a pipe.
func (q pipeEnd) open(access uint64) {
	q.changed++
	if access != openWrite {
		q.readers++
		q.read++
	}
	if access != 0 {
		q.writers++
		q.written++
	}
}

// opened gives the thread a descriptor of the named pipe that it has been opening.
func (t *thread) opened(flags uint64) uint64 {
	f := t.call.opening
	t.call.opening = nil
	fd := t.files.add(0, descriptor{f, flags&openCloseExec != 0})
	if int64(fd) < 0 {
		f.stream.close(f.flags)
		return fd
	}
	t.notifyOf(f, eventOpen)
	return fd
}

// attributesOfPipe returns those of an open named pipe, whose name may be gone.
func (t *thread) attributesOfPipe(f *openFile) fileStatus {
	if info, err := t.root.Lstat(f.name); err == nil && keyOf(info) == f.key {
		return t.attributesOf(info)
	}
	s := t.attributesOfStream(f)
	s.links = 0
	return s
}
