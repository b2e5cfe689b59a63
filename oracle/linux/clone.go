package linux

import "slices"

// The flags of clone; the low byte is the signal that the parent gets when the child ends.
const (
	cloneVM           = 0x100
	cloneFS           = 0x200
	cloneFiles        = 0x400
	cloneHandlers     = 0x800
	cloneVfork        = 0x4000
	cloneParent       = 0x8000
	cloneThread       = 0x10000
	cloneSemaphores   = 0x40000
	cloneTLS          = 0x80000
	cloneParentTID    = 0x100000
	cloneClearTID     = 0x200000
	cloneDetached     = 0x400000
	cloneUntraced     = 0x800000
	cloneChildTID     = 0x1000000
	cloneIO           = 0x80000000
	cloneKnown        = cloneVM | cloneFS | cloneFiles | cloneHandlers | cloneVfork | cloneParent | cloneThread | cloneSemaphores | cloneTLS | cloneParentTID | cloneClearTID | cloneDetached | cloneUntraced | cloneChildTID | cloneIO | 0xff
	cloneThreadShares = cloneVM | cloneFS | cloneFiles | cloneHandlers
)

// clone makes a thread or a process. Its arguments are flags, stack, where the parent gets the new number, TLS, and
// where the child gets it.
func (t *thread) clone(a [6]uint64) uint64 {
	for i, flag := range []uint64{2: cloneParentTID, 3: cloneTLS, 4: cloneClearTID | cloneChildTID} {
		if a[0]&flag != 0 && !t.argument(i, allBits) {
			return 0
		}
	}
	if t.call.again { // a vfork whose child has let go of the address space
		return t.call.done
	}
	flags := a[0]
	switch {
	case flags&cloneHandlers != 0 && flags&cloneVM == 0, flags&cloneThread != 0 && flags&cloneHandlers == 0:
		return failure(errInvalid)
	case flags&^cloneKnown != 0, flags&cloneThread != 0 && flags&cloneThreadShares != cloneThreadShares:
		t.note("clone with the flags %#x is not supported", flags)
		return failure(errInvalid)
	case len(t.threads) >= maxThreads:
		return failure(errAgain)
	}
	var child *thread
	if flags&cloneThread != 0 {
		child = &thread{process: t.process, id: t.newID()}
	} else {
		made, number := t.fork(flags)
		if number != 0 {
			return failure(number)
		}
		child = made
	}
	t.startChild(child, flags, a)
	if flags&cloneVfork == 0 {
		return child.id
	}
	p := child.process
	t.await(func() bool { return p.replaced || p.ended }, never)
	t.wait.deaf, t.call.done = true, child.id
	return 0
}

// startChild gives a new thread its hart, at the instruction after the ecall.
func (t *thread) startChild(child *thread, flags uint64, a [6]uint64) {
	child.blocked = t.blocked
	if flags&(cloneVM|cloneVfork) != cloneVM {
		child.altStack = t.altStack
	}
	if flags&cloneClearTID != 0 {
		child.clearOnEnd = a[4]
	}
	m := child.m
	if m == t.m {
		child.hart = m.NewHart()
		m.Swap(child.hart)
	}
	m.SetX(10, 0)
	m.PC += 4
	if a[1] != 0 {
		m.SetX(2, a[1])
	}
	if flags&cloneTLS != 0 {
		m.SetX(4, a[3])
	}
	if m == t.m {
		m.NewStack()
		m.Swap(child.hart)
	} else {
		child.space.loaded = child
	}
	if m == t.m && flags&cloneVfork == 0 {
		t.watch()
		if t.races != nil {
			child.slot = t.races.add(child.id, t.slot)
		}
	}
	t.threads = append(t.threads, child)
	number := littleEndian32(uint32(child.id))
	if flags&cloneParentTID != 0 {
		t.output(a[2], number)
	}
	if flags&cloneChildTID != 0 {
		child.output(a[4], number)
	}
}

// fork makes a process with one thread, which has no hart yet.
func (t *thread) fork(flags uint64) (*thread, uint64) {
	if len(t.processes) >= maxProcesses {
		return nil, errAgain
	}
	s := t.space
	if flags&cloneVM == 0 {
		if t.m.Mapped() > t.room() {
			return nil, errNoMemory
		}
		s = t.space.fork()
		t.kernel.spaces = append(t.spaces, s)
	} else {
		s.users++
	}
	id := t.newID()
	p := &process{
		kernel: t.kernel, space: s, id: id, group: t.group, session: t.session, parent: t.process, directory: t.directory,
		mask: t.mask, exe: t.exe, name: t.name, program: t.program, atExit: flags & 0xff,
	}
	if flags&cloneParent != 0 {
		p.parent = t.parent
	}
	if p.files = t.files; flags&cloneFiles != 0 {
		p.files.users++
	} else {
		p.files = t.files.fork()
	}
	if p.actions = t.actions; flags&cloneHandlers == 0 {
		copied := *t.actions
		p.actions = &copied
	}
	t.kernel.processes = append(t.processes, p)
	return &thread{process: p, id: id}, 0
}

// fork returns a copy of an address space.
func (s *space) fork() *space {
	made := *s
	made.m = s.m.Fork()
	made.reserved = slices.Clone(s.reserved)
	made.users, made.loaded, made.races = 1, nil, nil
	return &made
}
