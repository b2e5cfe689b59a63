package linux

import "github.com/rvfuzz/rvfuzz/oracle/rv64"

// The options of wait4 and waitid.
const (
	waitNoHang    = 1
	waitStopped   = 2
	waitEnded     = 4
	waitContinued = 8
	waitKeep      = 0x01000000
)

const (
	stoppedStatus   = 0x7f // in the low byte
	continuedStatus = 0xffff
)

// childInfo returns what a parent is told of a child: the code says how it changed.
func childInfo(p *process, signal uint64) signalInfo {
	const exited, killed, stopped, continued = 1, 2, 5, 6
	code, status := int32(exited), uint32(p.status>>8)
	switch {
	case p.ended && p.status&0x7f != 0:
		code, status = killed, uint32(p.status&0x7f)
	case p.ended:
	case p.change == continuedStatus:
		code, status = continued, signalContinue
	default:
		code, status = stopped, uint32(p.change>>8)
	}
	return signalInfo{number: signal, code: code, fields: littleEndian32(uint32(p.id), guestID, status)}
}

// waitFor finds a child that has changed in a way that the options ask for. again is false if there is no child to
// wait for.
func (t *thread) waitFor(matches func(p *process) bool, options uint64) (child *process, status uint64, again bool) {
	for _, p := range t.processes {
		if p.parent != t.process || !matches(p) {
			continue
		}
		again = true
		switch {
		case p.ended && options&waitEnded != 0:
			return p, p.status, true
		case p.change&0xff == stoppedStatus && options&waitStopped != 0, p.change == continuedStatus && options&waitContinued != 0:
			return p, p.change, true
		}
	}
	return nil, 0, again
}

// awaitChild is the part that wait4 and waitid share. number is an error; without one and without a child the call waits
// or, with waitNoHang, has found none.
func (t *thread) awaitChild(matches func(p *process) bool, options uint64) (child *process, status, number uint64) {
	child, status, again := t.waitFor(matches, options)
	switch {
	case !again:
		return nil, 0, errNoChild
	case child == nil && options&waitNoHang == 0:
		t.await(func() bool {
			child, _, again := t.waitFor(matches, options)
			return child != nil || !again
		}, never)
	case child == nil:
	case options&waitKeep != 0:
	case child.ended:
		t.reap(child)
	default:
		child.change = 0
	}
	return child, status, 0
}

// childrenOf returns a predicate of the children that an argument of wait4 names.
func (t *thread) childrenOf(id int32) func(p *process) bool {
	return func(p *process) bool {
		switch {
		case id > 0:
			return p.id == uint64(id)
		case id == -1:
			return true
		case id == 0:
			return p.group == t.group
		}
		return p.group == uint64(-id)
	}
}

// wait4 waits for a child: which, where its status goes, options, where its use of the processor goes.
func (t *thread) wait4(a [6]uint64) uint64 {
	if a[2]&^(waitNoHang|waitStopped|waitContinued|0xe0000000) != 0 {
		return failure(errInvalid)
	}
	if a[1] != 0 && !t.mayStore(a[1], 4) || a[3] != 0 && !t.allows(a[3], 144, rv64.Write) {
		return failure(errFault)
	}
	child, status, number := t.awaitChild(t.childrenOf(int32(a[0])), a[2]|waitEnded)
	if number != 0 || child == nil {
		return failure(number)
	}
	if a[1] != 0 {
		t.output(a[1], littleEndian32(uint32(status)))
	}
	if a[3] != 0 {
		t.output(a[3], make([]byte, 144))
	}
	return child.id
}

// waitid waits for a child: kind, which, where siginfo_t goes, options.
func (t *thread) waitid(a [6]uint64) uint64 {
	const all, group = 0, 2
	if a[3]&(waitEnded|waitStopped|waitContinued) == 0 || a[0] > group {
		return failure(errInvalid)
	}
	id := int32(a[1])
	switch {
	case a[0] == all:
		id = -1
	case a[0] == group:
		id = -id
	case id <= 0:
		return failure(errInvalid)
	}
	if a[2] != 0 && !t.mayStore(a[2], infoSize) {
		return failure(errFault)
	}
	child, _, number := t.awaitChild(t.childrenOf(id), a[3])
	if number != 0 || t.wait != nil {
		return failure(number)
	}
	if a[2] != 0 {
		b := make([]byte, infoSize)
		if child != nil {
			s := childInfo(child, signalChild)
			b = s.bytes()
		}
		t.output(a[2], b)
	}
	return 0
}
