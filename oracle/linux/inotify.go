package linux

import (
	"encoding/binary"
	"io/fs"
	"path"
	"slices"
	"syscall"
)

// The events of inotify, and the flags of a watch.
const (
	eventAccess     = 0x1
	eventModify     = 0x2
	eventAttributes = 0x4
	eventClosed     = 0x8 // after writing
	eventClosedRead = 0x10
	eventOpen       = 0x20
	eventMovedFrom  = 0x40
	eventMovedTo    = 0x80
	eventCreate     = 0x100
	eventDelete     = 0x200
	eventDeleteSelf = 0x400
	eventMoveSelf   = 0x800
	eventAll        = 0xfff
	eventOverflow   = 0x4000
	eventIgnored    = 0x8000
	eventDirectory  = 0x4000_0000

	watchDirectory = 0x0100_0000
	watchNoFollow  = 0x0200_0000
	watchNamed     = 0x0400_0000 // no events of files that have lost their name
	watchNew       = 0x1000_0000
	watchAdd       = 0x2000_0000
	watchOnce      = 0x8000_0000
	watchKnown     = eventAll | 0x2000 | eventOverflow | eventIgnored | watchDirectory | watchNoFollow | watchNamed | watchNew | watchAdd | eventDirectory | watchOnce
)

// inotify is the events of files that are watched, of those that the guest causes.
type inotify struct {
	neverWritten
	k       *kernel
	watches []*watch
	last    uint32 // number of a watch
	queue   [][]byte
	size    int // bytes of queue
	changed uint64
}

// watch is a watched file or directory.
type watch struct {
	number uint32
	key    fileKey
	events uint32
}

const (
	// mostEvents and mostWatches are what one may hold, as Linux has them by default.
	mostEvents  = 16384
	mostWatches = 8192
	eventHeader = 16
)

func (n *inotify) canRead() bool   { return len(n.queue) > 0 }
func (n *inotify) changes() uint64 { return n.changed }

func (n *inotify) close(uint64) {
	n.k.inotifies = slices.DeleteFunc(n.k.inotifies, func(other *inotify) bool { return other == n })
}

// Read takes as many events as there is room for.
func (n *inotify) Read(b []byte) (int, error) {
	done := 0
	for len(n.queue) > 0 && len(n.queue[0]) <= len(b)-done {
		done += copy(b[done:], n.queue[0])
		n.size -= len(n.queue[0])
		n.queue = n.queue[1:]
	}
	switch {
	case done > 0:
		return done, nil
	case len(n.queue) > 0:
		return 0, syscall.EINVAL
	}
	return 0, errWouldBlock
}

// put adds an event, unless it is the same as the last one. A name is padded to a multiple of the header's size.
func (n *inotify) put(number, events, cookie uint32, name string) {
	b := littleEndian32(number, events, cookie, 0)
	if name != "" {
		length := (len(name) + eventHeader) &^ (eventHeader - 1)
		binary.LittleEndian.PutUint32(b[12:], uint32(length))
		b = append(append(b, name...), make([]byte, length-len(name))...)
	}
	if len(n.queue) >= mostEvents {
		b = littleEndian32(allBits&0xffff_ffff, eventOverflow, 0, 0)
	}
	if len(n.queue) > 0 && slices.Equal(n.queue[len(n.queue)-1], b) {
		return
	}
	n.queue = append(n.queue, b)
	n.size += len(b)
	n.changed++
}

// tell reports an event to the watch of a file, if there is one.
func (n *inotify) tell(key fileKey, events, cookie uint32, name string) {
	at := slices.IndexFunc(n.watches, func(w *watch) bool { return w.key == key })
	if at < 0 || n.watches[at].events&events&eventAll == 0 {
		return
	}
	w := n.watches[at]
	n.put(w.number, events, cookie, name)
	if w.events&watchOnce != 0 {
		n.remove(at)
	}
}

// remove ends a watch.
func (n *inotify) remove(at int) {
	w := n.watches[at]
	n.watches = slices.Delete(n.watches, at, at+1)
	n.put(w.number, eventIgnored, 0, "")
}

// notify reports an event of a file to the watches of its directory and to its own.
func (k *kernel) notify(events uint32, name string, info fs.FileInfo) {
	if len(k.inotifies) > 0 {
		k.notifyBoth(events, name, keyOf(info), info.IsDir())
	}
}

// notifyOf reports an event of an open file, if that has a name.
func (k *kernel) notifyOf(f *openFile, events uint32) {
	if len(k.inotifies) > 0 && f.name != "" {
		k.notifyBoth(events, f.name, f.key, f.folder)
	}
}

func (k *kernel) notifyBoth(events uint32, name string, key fileKey, isFolder bool) {
	events |= directoryBit(isFolder)
	folder, hasFolder := k.folderOf(name)
	for _, n := range slices.Clone(k.inotifies) {
		if hasFolder {
			n.tell(folder, events, 0, path.Base(name))
		}
		if events&eventCreate == 0 {
			n.tell(key, events, 0, "")
		}
	}
}

func directoryBit(isFolder bool) uint32 {
	if isFolder {
		return eventDirectory
	}
	return 0
}

// folderOf returns the directory that a name is in. The root's is outside.
func (k *kernel) folderOf(name string) (key fileKey, ok bool) {
	if name == "." {
		return key, false
	}
	info, err := k.root.Lstat(path.Dir(name))
	if err != nil {
		return key, false
	}
	return keyOf(info), true
}

// notifyName reports an event to the watches of the directory that a name is in.
func (k *kernel) notifyName(events uint32, name string, info fs.FileInfo, cookie uint32) {
	if len(k.inotifies) == 0 {
		return
	}
	folder, ok := k.folderOf(name)
	for _, n := range k.inotifies {
		if ok {
			n.tell(folder, events|directoryBit(info.IsDir()), cookie, path.Base(name))
		}
	}
}

// notifySelf reports an event to the watches of a file.
func (k *kernel) notifySelf(events uint32, info fs.FileInfo) {
	for _, n := range k.inotifies {
		n.tell(keyOf(info), events, 0, "")
	}
}

// notifyMove reports a new name to the directories of both.
func (k *kernel) notifyMove(from, to string, info fs.FileInfo) {
	k.storage.moves++
	k.notifyName(eventMovedFrom, from, info, k.storage.moves)
	k.notifyName(eventMovedTo, to, info, k.storage.moves)
}

// unwatch ends the watches of a file that is gone.
func (k *kernel) unwatch(key fileKey) {
	for _, n := range k.inotifies {
		n.tell(key, eventDeleteSelf, 0, "")
		if at := slices.IndexFunc(n.watches, func(w *watch) bool { return w.key == key }); at >= 0 {
			n.remove(at)
		}
	}
}

// tellClosed reports that an open file is closed, and that it is gone if it has no name any more.
func (f *openFile) tellClosed() {
	event := uint32(eventClosedRead)
	if f.flags&openAccess != 0 {
		event = eventClosed
	}
	f.kernel.notifyOf(f, event)
	if f.kernel.isOpen(f.key) {
		return
	}
	if f.file == nil {
		if info, err := f.kernel.root.Lstat(f.name); err != nil || keyOf(info) != f.key {
			f.kernel.storage.forget(f.key)
			f.kernel.unwatch(f.key)
		}
		return
	}
	if info, err := f.file.Stat(); err == nil {
		if _, links := hostFile(info); links == 0 {
			f.kernel.gone(f.key, info)
		}
	}
}

func (t *thread) inotifyInit(a [6]uint64) uint64 {
	const most = 128 // of a user
	switch {
	case a[0]&^(openNoWait|openCloseExec) != 0:
		return failure(errInvalid)
	case len(t.inotifies) >= most:
		return failure(errTooMany)
	}
	n := &inotify{k: t.kernel}
	fd := t.files.add(0, descriptor{&openFile{stream: n, flags: a[0] & openNoWait}, a[0]&openCloseExec != 0})
	if int64(fd) >= 0 {
		t.kernel.inotifies = append(t.inotifies, n)
	}
	return fd
}

// inotifyOf returns the watches of a descriptor.
func (t *thread) inotifyOf(fd uint64) (n *inotify, number uint64) {
	d, ok := t.files.table[fd]
	if !ok {
		return nil, errBadFile
	}
	if n, ok = d.stream.(*inotify); !ok {
		return nil, errInvalid
	}
	return n, 0
}

// inotifyAdd watches a file, or changes its watch: descriptor, path, events and flags.
func (t *thread) inotifyAdd(a [6]uint64) uint64 {
	flags := uint32(a[2])
	if flags&watchKnown == 0 || flags&watchAdd != 0 && flags&watchNew != 0 {
		return failure(errInvalid)
	}
	n, number := t.inotifyOf(a[0])
	if number != 0 {
		return failure(number)
	}
	name, number := t.path(directoryOfProcess, a[1], flags&watchNoFollow == 0)
	switch {
	case number != 0:
		return failure(number)
	case t.root == nil:
		return failure(errNoEntry)
	}
	info, err := t.root.Lstat(name)
	switch {
	case err != nil:
		return failure(errorNumber(err))
	case flags&watchDirectory != 0 && !info.IsDir():
		return failure(errNotDirectory)
	case info.Mode()&0o400 == 0:
		return failure(errAccess)
	}
	return n.watch(keyOf(info), flags)
}

// watch watches a file.
func (n *inotify) watch(key fileKey, flags uint32) uint64 {
	const kept = eventAll | watchNamed | watchOnce
	at := slices.IndexFunc(n.watches, func(w *watch) bool { return w.key == key })
	switch {
	case at >= 0 && flags&watchNew != 0:
		return failure(errExists)
	case at >= 0 && flags&watchAdd != 0:
		n.watches[at].events |= flags & kept
		return uint64(n.watches[at].number)
	case at >= 0:
		n.watches[at].events = flags & kept
		return uint64(n.watches[at].number)
	case len(n.watches) >= mostWatches:
		return failure(errNoSpace)
	}
	n.last++
	n.watches = append(n.watches, &watch{number: n.last, key: key, events: flags & kept})
	return uint64(n.last)
}

func (t *thread) inotifyRemove(a [6]uint64) uint64 {
	n, number := t.inotifyOf(a[0])
	if number != 0 {
		return failure(number)
	}
	at := slices.IndexFunc(n.watches, func(w *watch) bool { return w.number == uint32(a[1]) })
	if at < 0 {
		return failure(errInvalid)
	}
	n.remove(at)
	return 0
}
