package linux

import (
	"encoding/binary"
	"slices"

	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// kill sends a signal to a process, to a group, or to all that there are.
func (t *thread) kill(a [6]uint64) uint64 {
	number := uint64(uint32(a[1]))
	if number > lastSignal {
		return failure(errInvalid)
	}
	target := int64(int32(a[0]))
	found := target == 1
	for _, p := range slices.Clone(t.processes) {
		isTarget := false
		switch {
		case target > 0:
			isTarget = p.id == uint64(target)
		case target == 0:
			isTarget = p.group == t.group
		case target == -1:
			isTarget = p != t.process || len(t.processes) == 1
		default:
			isTarget = p.group == uint64(-target)
		}
		if !isTarget {
			continue
		}
		found = true
		if number != 0 {
			if failed := p.send(sentBy(t.process, number, codeUser)); failed != 0 {
				return failure(failed)
			}
		}
	}
	switch {
	case target == 1:
		return failure(errNotPermitted)
	case !found:
		return failure(errNoProcess)
	}
	return 0
}

func (t *thread) tkill(a [6]uint64) uint64 {
	return t.sendTo(nil, a[0], sentBy(t.process, uint64(uint32(a[1])), codeThread))
}

func (t *thread) tgkill(a [6]uint64) uint64 {
	if int32(a[0]) <= 0 {
		return failure(errInvalid)
	}
	return t.sendTo(&a[0], a[1], sentBy(t.process, uint64(uint32(a[2])), codeThread))
}

// sendTo sends a signal to a thread, which must belong to a process if one is given.
func (t *thread) sendTo(process *uint64, id uint64, s signalInfo) uint64 {
	if int32(id) <= 0 || s.number > lastSignal {
		return failure(errInvalid)
	}
	target := t.kernel.thread(id)
	if target == nil || process != nil && target.process.id != *process {
		return failure(errNoProcess)
	}
	if s.number == 0 {
		return 0
	}
	return failure(target.sendThread(s))
}

// sigqueue sends a signal with information of the sender's choice to a process, and tgsigqueue to a thread.
func (t *thread) sigqueue(a [6]uint64) uint64 {
	s, number := t.readInfo(a[1], a[2])
	if number != 0 {
		return failure(number)
	}
	p := t.kernel.process(a[0])
	if p == nil {
		return failure(errNoProcess)
	}
	if s.number == 0 {
		return 0
	}
	return failure(p.send(s))
}

func (t *thread) tgsigqueue(a [6]uint64) uint64 {
	s, number := t.readInfo(a[2], a[3])
	if number != 0 {
		return failure(number)
	}
	return t.sendTo(&a[0], a[1], s)
}

// readInfo reads a siginfo_t for a signal. Codes of the kernel's own are not for programs.
func (t *thread) readInfo(number, addr uint64) (s signalInfo, failed uint64) {
	var b [infoSize]byte
	switch {
	case number > lastSignal:
		return s, errInvalid
	case !t.allows(addr, infoSize, rv64.Read) || t.m.ReadMemoryInto(addr, b[:], nil) != nil:
		return s, errFault
	}
	s = signalInfo{number: number, code: int32(binary.LittleEndian.Uint32(b[8:])), fields: slices.Clone(b[16:48])}
	if s.code >= 0 || s.code == codeThread {
		return s, errNotPermitted
	}
	return s, 0
}

func (t *thread) sigaction(a [6]uint64) uint64 {
	number := a[0]
	if number == 0 || number > lastSignal || a[3] != setSize || a[1] != 0 && unblockable>>(number-1)&1 != 0 {
		return failure(errInvalid)
	}
	action := t.actions.table[number]
	old := action
	if a[1] != 0 {
		var b [24]byte
		if !t.input(a[1], b[:], "the action") {
			return failure(errFault)
		}
		le := binary.LittleEndian
		action.handler, action.flags, action.mask = le.Uint64(b[:]), le.Uint64(b[8:]), le.Uint64(b[16:])&^unblockable
	}
	if a[2] != 0 && t.put(a[2], old.handler, old.flags, old.mask) != 0 {
		return failure(errFault)
	}
	t.actions.table[number] = action
	if t.actions.ignores(number) {
		t.arrived.drop(bitOf(number))
		for _, other := range t.threadsOf(t.process) {
			other.queued.drop(bitOf(number))
		}
	}
	return 0
}

// readSet reads a set of signals.
func (t *thread) readSet(addr, size uint64) (set, number uint64) {
	if size != setSize {
		return 0, errInvalid
	}
	var b [setSize]byte
	if !t.input(addr, b[:], "the set") {
		return 0, errFault
	}
	return binary.LittleEndian.Uint64(b[:]), 0
}

// sigprocmask changes which signals are blocked.
func (t *thread) sigprocmask(a [6]uint64) uint64 {
	const block, unblock, set = 0, 1, 2
	if a[3] != setSize {
		return failure(errInvalid)
	}
	old, blocked := t.blocked, t.blocked
	if a[1] != 0 {
		given, number := t.readSet(a[1], a[3])
		if number != 0 {
			return failure(number)
		}
		switch a[0] {
		case block:
			blocked |= given
		case unblock:
			blocked &^= given
		case set:
			blocked = given
		default:
			return failure(errInvalid)
		}
	}
	if a[2] != 0 && t.put(a[2], old) != 0 {
		return failure(errFault)
	}
	t.blocked = blocked &^ unblockable
	return 0
}

func (t *thread) sigpending(a [6]uint64) uint64 {
	if a[1] > setSize {
		return failure(errInvalid)
	}
	return t.put(a[0], (t.queued.set|t.arrived.set)&t.blocked)
}

// sigsuspend waits with another mask until a handler has run.
func (t *thread) sigsuspend(a [6]uint64) uint64 {
	if !t.call.again {
		set, number := t.readSet(a[0], a[1])
		if number != 0 {
			return failure(number)
		}
		t.suspendMask(set)
	}
	return t.await(nil, never)
}

// suspendMask blocks a set of signals until the system call ends or the handler that ends it has been called.
func (t *thread) suspendMask(set uint64) {
	old := t.blocked
	t.afterCall = &old
	t.blocked = set &^ unblockable
}

// sigtimedwait waits for a signal of a set, for a time if there is one.
func (t *thread) sigtimedwait(a [6]uint64) uint64 {
	set, number := t.readSet(a[0], a[3])
	if number != 0 {
		return failure(number)
	}
	if !t.call.again {
		t.call.deadline = never
		if a[2] != 0 {
			length, number := t.duration(a[2])
			if number != 0 {
				return failure(number)
			}
			t.call.deadline = t.clock() + length
		}
	}
	set &^= unblockable
	s, ok := t.takeAny(set)
	switch {
	case ok:
		if s.timer != nil {
			s.timer.taken(&s)
		}
		if a[1] != 0 && !t.output(a[1], s.bytes()) {
			return failure(errFault)
		}
		return s.number
	case t.call.deadline <= t.clock():
		return failure(errAgain)
	}
	return t.await(func() bool { return (t.queued.set|t.arrived.set)&set != 0 }, t.call.deadline)
}
