package linux

import (
	"encoding/binary"
	"fmt"
	"strconv"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// action is what a process does at a signal.
type action struct{ handler, flags, mask uint64 }

// The values of a handler that is not a function.
const (
	defaultHandler = 0
	ignoreHandler  = 1
)

// signals are those that a process has sent itself; it receives no others. A bit of a set is a signal, bit 0 signal 1.
type signals struct {
	actions [lastSignal + 1]action
	blocked uint64
	pending uint64
	stack   [3]uint64 // as in sigaltstack
}

const (
	signalKill = 9
	signalPipe = 13
	signalStop = 19
	lastSignal = 64
	setSize    = 8 // bytes of a set
)

// The signals that a process without a handler ignores, and those that stop it; all others end it.
const (
	ignoredSignals = 1<<(17-1) | 1<<(18-1) | 1<<(23-1) | 1<<(28-1) // CHLD, CONT, URG, WINCH
	stoppingSignal = 1<<(signalStop-1) | 1<<(20-1) | 1<<(21-1) | 1<<(22-1)
	unblockable    = 1<<(signalKill-1) | 1<<(signalStop-1)
)

// kill sends a signal to the process itself, to its group or to all: there is no other process.
func (p *process) kill(a [6]uint64) uint64 {
	switch int32(a[0]) {
	case guestProcess, -guestProcess, 0, -1:
		return p.raise(a[1])
	case 1:
		return failure(errNotPermitted)
	}
	return failure(errNoProcess)
}

func (p *process) tkill(a [6]uint64) uint64 { return p.sendThread(a[0], a[1]) }

func (p *process) tgkill(a [6]uint64) uint64 {
	if int32(a[0]) <= 0 {
		return failure(errInvalid)
	}
	if a[0] != guestProcess {
		return failure(errNoProcess)
	}
	return p.sendThread(a[1], a[2])
}

func (p *process) sendThread(thread, number uint64) uint64 {
	if int32(thread) <= 0 {
		return failure(errInvalid)
	}
	if thread != guestProcess {
		return failure(errNoProcess)
	}
	return p.raise(number)
}

// raise sends the process a signal, which waits while it is blocked.
func (p *process) raise(number uint64) uint64 {
	switch number = uint64(uint32(number)); {
	case number > lastSignal:
		return failure(errInvalid)
	case number == 0:
		return 0
	}
	if bit := uint64(1) << (number - 1); p.signals.blocked&bit != 0 {
		p.signals.pending |= bit
		return 0
	}
	p.deliver(number)
	return 0
}

// deliver delivers a signal, which does nothing or ends the program. Handlers are not run; a program that needs one
// ends as oracle.Unsupported.
func (p *process) deliver(number uint64) {
	bit := uint64(1) << (number - 1)
	switch handler := p.signals.actions[number].handler; {
	case handler == ignoreHandler, handler == defaultHandler && ignoredSignals&bit != 0:
		return
	case handler != defaultHandler:
		p.end(oracle.Unsupported, fmt.Sprintf("signal %d with a handler", number), "")
		return
	case stoppingSignal&bit != 0:
		p.end(oracle.Unsupported, fmt.Sprintf("signal %d stops the program", number), "")
		return
	}
	p.status = 128 + int(number)
	p.end(oracle.Exited, strconv.Itoa(p.status), fmt.Sprintf(": signal %d", number))
}

func (p *process) sigaction(a [6]uint64) uint64 {
	number := a[0]
	if number == 0 || number > lastSignal || a[3] != setSize || a[1] != 0 && unblockable>>(number-1)&1 != 0 {
		return failure(errInvalid)
	}
	action := p.signals.actions[number]
	old := action
	if a[1] != 0 {
		var b [24]byte
		if !p.input(a[1], b[:], "the action") {
			return failure(errFault)
		}
		le := binary.LittleEndian
		action.handler, action.flags, action.mask = le.Uint64(b[:]), le.Uint64(b[8:]), le.Uint64(b[16:])&^unblockable
	}
	if a[2] != 0 && p.put(a[2], old.handler, old.flags, old.mask) != 0 {
		return failure(errFault)
	}
	p.signals.actions[number] = action
	bit := uint64(1) << (number - 1)
	if action.handler == ignoreHandler || action.handler == defaultHandler && ignoredSignals&bit != 0 {
		p.signals.pending &^= bit
	}
	return 0
}

// sigprocmask changes which signals are blocked, and delivers pending signals that no longer are.
func (p *process) sigprocmask(a [6]uint64) uint64 {
	const block, unblock, set = 0, 1, 2
	if a[3] != setSize {
		return failure(errInvalid)
	}
	old, blocked := p.signals.blocked, p.signals.blocked
	if a[1] != 0 {
		var b [setSize]byte
		if !p.input(a[1], b[:], "the set") {
			return failure(errFault)
		}
		given := binary.LittleEndian.Uint64(b[:])
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
	p.signals.blocked = blocked &^ unblockable
	for number := uint64(1); number <= lastSignal && !p.stopped; number++ {
		if bit := uint64(1) << (number - 1); p.signals.pending&^p.signals.blocked&bit != 0 {
			p.signals.pending &^= bit
			p.deliver(number)
		}
	}
	if a[2] != 0 && !p.stopped {
		return p.put(a[2], old)
	}
	return 0
}

func (p *process) sigpending(a [6]uint64) uint64 {
	if a[1] > setSize {
		return failure(errInvalid)
	}
	return p.put(a[0], p.signals.pending)
}

// sigaltstack remembers the stack for handlers. The second word of a stack_t is flags and padding.
func (p *process) sigaltstack(a [6]uint64) uint64 {
	var b [24]byte
	if a[0] != 0 && !(p.input(a[0], b[:12], "the stack") && p.input(a[0]+16, b[16:], "the stack")) {
		return failure(errFault)
	}
	if old := p.signals.stack; a[1] != 0 && p.put(a[1], old[:]...) != 0 {
		return failure(errFault)
	}
	if a[0] != 0 {
		for i := range p.signals.stack {
			p.signals.stack[i] = binary.LittleEndian.Uint64(b[8*i:])
		}
	}
	return 0
}
