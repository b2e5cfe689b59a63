package linux

import (
	"encoding/binary"
	"io/fs"
	"time"
)

// changed notes a change of a file's attributes and returns the result of the change.
func (t *thread) changed(name string, do func() error) uint64 {
	if err := do(); err != nil {
		return failure(errorNumber(err))
	}
	if info, err := t.root.Stat(name); err == nil {
		key := keyOf(info)
		times := t.storage.timesOf(info)
		times.change = clockStart*nanoseconds + t.clock()
		t.storage.times[key] = times
		t.notify(eventAttributes, name, info)
	}
	return 0
}

// rightsOf returns the rights in a mode argument.
func rightsOf(mode uint64) fs.FileMode {
	rights := fs.FileMode(mode & 0o777)
	for bit, value := range special {
		if mode&value != 0 {
			rights |= bit
		}
	}
	return rights
}

func (t *thread) fchmodat(name string, a [6]uint64) uint64 {
	return t.changed(name, func() error { return t.root.Chmod(name, rightsOf(a[2])) })
}

func (t *thread) fchmod(d descriptor, a [6]uint64) uint64 {
	switch {
	case d.isMemory():
		return hostFailure(d.file.Chmod(rightsOf(a[1])))
	case d.file == nil && d.name == "":
		return 0
	case d.file == nil:
		return t.changed(d.name, func() error { return t.root.Chmod(d.name, rightsOf(a[1])) })
	}
	return t.changed(d.name, func() error { return d.file.Chmod(rightsOf(a[1])) })
}

// mayOwn returns the error of giving a file to an owner and a group: nobody but the guest's own user can have it.
func mayOwn(owner, group uint64) uint64 {
	for _, id := range []uint64{owner, group} {
		if uint32(id) != guestID && int32(id) != -1 {
			return errNotPermitted
		}
	}
	return 0
}

func (t *thread) fchownat(a [6]uint64) uint64 {
	if _, number := t.lookAt(a[0], a[1], a[4]); number != 0 {
		return failure(number)
	}
	if number := mayOwn(a[2], a[3]); number != 0 {
		return failure(number)
	}
	if name, number := t.path(a[0], a[1], a[4]&0x100 == 0); number == 0 && t.exists(name) {
		return t.changed(name, func() error { return nil })
	}
	return 0
}

func (t *thread) fchown(d descriptor, a [6]uint64) uint64 {
	if number := mayOwn(a[1], a[2]); number != 0 || d.name == "" {
		return failure(number)
	}
	return t.changed(d.name, func() error { return nil })
}

// utimensat sets the times of a file: directory, path (none: that of the descriptor), two times, flags.
func (t *thread) utimensat(a [6]uint64) uint64 {
	name := ""
	if d, ok := t.files.table[a[0]]; a[1] == 0 {
		switch {
		case !ok:
			return failure(errBadFile)
		case d.name == "":
			return 0
		}
		name = d.name
	} else {
		var number uint64
		if name, number = t.path(a[0], a[1], a[3]&0x100 == 0); number != 0 {
			return failure(number)
		}
		if _, isDevice := devices[name]; isDevice && !t.exists(name) {
			return 0
		}
	}
	if t.root == nil {
		return failure(errNoEntry)
	}
	info, err := t.root.Lstat(name)
	if err != nil {
		return failure(errorNumber(err))
	}
	times, omits, number := t.readFileTimes(a[2], t.storage.timesOf(info))
	if number != 0 {
		return failure(number)
	}
	t.storage.times[keyOf(info)] = times
	at := func(ns uint64) time.Time { return time.Unix(0, int64(ns)) }
	if info.Mode()&fs.ModeSymlink == 0 {
		if err := t.root.Chtimes(name, at(times.access), at(times.modification)); err != nil {
			return failure(errorNumber(err))
		}
	}
	t.notify(timeEvent(omits), name, info)
	return 0
}

// timeEvent returns the event of setting the times of access and modification, of which those are omitted that the bits
// name.
func timeEvent(omits int) uint32 {
	return [4]uint32{eventAttributes, eventModify, eventAccess, 0}[omits]
}

// readFileTimes reads the times of access and modification; no address means now. Bits 0 and 1 of omits are set for a
// time that is to stay.
func (t *thread) readFileTimes(addr uint64, old fileTimes) (times fileTimes, omits int, number uint64) {
	const now, omit = 1<<30 - 1, 1<<30 - 2
	present := clockStart*nanoseconds + t.clock()
	times = fileTimes{present, present, present}
	if addr == 0 {
		return times, 0, 0
	}
	var b [32]byte
	if !t.input(addr, b[:], "the times") {
		return times, 0, errFault
	}
	for i, at := range []*uint64{&times.access, &times.modification} {
		seconds, part := binary.LittleEndian.Uint64(b[16*i:]), binary.LittleEndian.Uint64(b[16*i+8:])
		switch {
		case part == now:
		case part == omit:
			omits |= 1 << i
			*at = [2]uint64{old.access, old.modification}[i]
		case part >= nanoseconds:
			return times, 0, errInvalid
		default:
			*at = seconds*nanoseconds + part
		}
	}
	return times, omits, 0
}

func (t *thread) truncate(a [6]uint64) uint64 {
	name, number := t.path(directoryOfProcess, a[0], true)
	if number != 0 {
		return failure(number)
	}
	if t.root == nil {
		return failure(errNoEntry)
	}
	if info, err := t.root.Lstat(name); err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		return failure(errInvalid)
	}
	made, number := t.open(name, openWrite, 0)
	if number != 0 {
		return failure(number)
	}
	defer made.file.Close()
	return t.resize(made, a[1])
}

func (t *thread) ftruncate(a [6]uint64) uint64 {
	d, number := t.writable(a[0])
	switch {
	case number != 0:
		return failure(number)
	case d.file == nil:
		return failure(errInvalid)
	}
	return t.resize(d.openFile, a[1])
}

// resize changes the size of a file.
func (t *thread) resize(f *openFile, size uint64) uint64 {
	if int64(size) < 0 {
		return failure(errInvalid)
	}
	info, err := f.file.Stat()
	if err != nil {
		return failure(errorNumber(err))
	}
	old := uint64(info.Size())
	if size > old && t.storage.grow(old, old, size-old) < size-old {
		return failure(errTooLarge)
	}
	if err := f.file.Truncate(int64(size)); err != nil {
		return failure(errorNumber(err))
	}
	if size < old {
		t.storage.shrink(old - size)
	}
	t.storage.modified(f.key, t.clock())
	t.notifyOf(f, eventModify)
	return 0
}

// fallocate extends a file; it makes no holes.
func (t *thread) fallocate(a [6]uint64) uint64 {
	d, number := t.writable(a[0])
	switch {
	case number != 0:
		return failure(number)
	case a[1] != 0:
		return failure(errNotSupported)
	case d.file == nil:
		return failure(errSeekPipe)
	case int64(a[2]) < 0 || int64(a[3]) <= 0 || int64(a[2]+a[3]) < 0:
		return failure(errInvalid)
	}
	info, err := d.file.Stat()
	if err != nil {
		return failure(errorNumber(err))
	}
	if a[2]+a[3] <= uint64(info.Size()) {
		return 0
	}
	return t.resize(d.openFile, a[2]+a[3])
}

// sync has nothing to do: what is written is visible at once.
func (t *thread) sync(descriptor, [6]uint64) uint64 { return 0 }

// lock is a lock of a part of a file that a process holds; fcntl's, which a process may take again.
type lock struct {
	key      fileKey
	process  *process
	from, to uint64
	write    bool
}

// maxLocks bounds the locks that are remembered.
const maxLocks = 4096

// recordLock serves the commands of fcntl that concern locks. A struct flock has type, whence, start, length, process.
func (t *thread) recordLock(d descriptor, command, addr uint64) uint64 {
	const get, setWait, read, write, unlock = 5, 7, 0, 1, 2
	var b [32]byte
	switch {
	case d.file == nil:
		return failure(errBadFile)
	case !t.allows(addr, 32, 1) || t.m.ReadMemoryInto(addr, b[:], nil) != nil:
		return failure(errFault)
	}
	le := binary.LittleEndian
	kind, whence, start, length := le.Uint16(b[:]), le.Uint16(b[2:]), le.Uint64(b[8:]), le.Uint64(b[16:])
	if kind > unlock || whence > 2 {
		return failure(errInvalid)
	}
	from, number := d.offset(start, whence)
	if number != 0 {
		return failure(number)
	}
	made := lock{d.key, t.process, from, from + length, kind == write}
	if length == 0 {
		made.to = 1<<63 - 1
	}
	other := t.conflict(made)
	switch {
	case command == get && (other == nil || kind == unlock):
		return failure(errFaultUnless(t.output(addr, []byte{unlock, 0})))
	case command == get:
		kind = read
		if other.write {
			kind = write
		}
		le.PutUint16(b[:], kind)
		le.PutUint16(b[2:], 0)
		le.PutUint64(b[8:], other.from)
		le.PutUint64(b[16:], other.to-other.from)
		le.PutUint32(b[24:], uint32(other.process.id))
		return failure(errFaultUnless(t.output(addr, b[:])))
	case kind != unlock && other != nil && command == setWait:
		return t.await(func() bool { return t.conflict(made) == nil }, never)
	case kind != unlock && other != nil:
		return failure(errAgain)
	}
	t.storage.unlock(made)
	if kind != unlock {
		if len(t.storage.locks) >= maxLocks {
			return failure(errNoLocks)
		}
		t.storage.locks = append(t.storage.locks, made)
	}
	return 0
}

// offset returns the offset in a file of a start relative to its beginning, its position or its end.
func (d descriptor) offset(start uint64, whence uint16) (uint64, uint64) {
	switch whence {
	case 1:
		at, err := d.file.Seek(0, 1)
		if err != nil {
			return 0, errorNumber(err)
		}
		start += uint64(at)
	case 2:
		info, err := d.file.Stat()
		if err != nil {
			return 0, errorNumber(err)
		}
		start += uint64(info.Size())
	}
	if int64(start) < 0 {
		return 0, errInvalid
	}
	return start, 0
}

// conflict returns a lock of another process that excludes one, or nil.
func (k *kernel) conflict(made lock) *lock {
	for i := range k.storage.locks {
		l := &k.storage.locks[i]
		if l.key == made.key && l.process != made.process && !l.process.ended && (l.write || made.write) && l.from < made.to && made.from < l.to {
			return l
		}
	}
	return nil
}

// unlock takes a part of a file out of the locks of a process, and drops those of processes that have ended.
func (s *storage) unlock(part lock) {
	var left []lock
	for _, l := range s.locks {
		switch {
		case l.process.ended:
		case l.key != part.key || l.process != part.process || l.to <= part.from || part.to <= l.from:
			left = append(left, l)
		default:
			low, high := l, l
			low.to, high.from = min(l.to, part.from), max(l.from, part.to)
			if low.from < low.to {
				left = append(left, low)
			}
			if high.from < high.to {
				left = append(left, high)
			}
		}
	}
	s.locks = left
}
