package linux

import (
	"fmt"
	"strconv"

	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// takeSignals lets a thread take its signals, until one runs a handler or none is left. It reports whether the thread
// executes.
func (t *thread) takeSignals() bool {
	if w := t.wait; w != nil && w.ready != nil && w.ready() {
		return true // the call ends before the signal arrives
	}
	for {
		s, ok := t.takeAny(^t.blocked)
		if !ok {
			break
		}
		if s.timer != nil {
			s.timer.taken(&s)
		}
		action := t.actions.table[s.number]
		switch {
		case t.actions.ignores(s.number):
		case action.handler != defaultHandler:
			t.interrupt(action.flags&restarts != 0)
			return t.handle(s, action)
		case stoppingSignals&bitOf(s.number) != 0:
			t.setHalted(true, s.number<<8|0x7f)
			return false
		default:
			t.die(s.number)
			return false
		}
	}
	return true
}

// restoreMask ends what suspendMask began.
func (t *thread) restoreMask() {
	if t.afterCall != nil {
		t.blocked, t.afterCall = *t.afterCall, nil
	}
}

// interrupt ends the system call in which a thread waits because a signal runs a handler: it fails with errInterrupted,
// or is executed again when the handler has returned.
func (t *thread) interrupt(again bool) {
	if t.wait == nil {
		return
	}
	if t.call.interrupted != nil {
		t.call.interrupted()
	}
	done := t.call.done
	if t.call.messages > 0 {
		done = t.call.messages
	}
	t.wait, t.call = nil, progress{}
	switch {
	case done > 0:
		t.m.SetX(10, done)
	case again && restartable[t.present]:
		return
	default:
		t.m.SetX(10, failure(errInterrupted))
	}
	t.m.PC += 4
}

// restartable has the system calls that SA_RESTART lets go on after a handler.
var restartable = map[string]bool{
	"read": true, "readv": true, "write": true, "writev": true, "wait4": true, "waitid": true, "futex": true,
	"openat": true, "ioctl": true, "flock": true, "getrandom": true, "sendfile": true,
}

// die ends the process as a signal does by default.
func (t *thread) die(number uint64) {
	halt := t.haltHere(oracle.Exited, strconv.FormatUint(128+number, 10), fmt.Sprintf(": signal %d", number))
	t.process.end(number, halt)
}

// trapSignals are the signals of the traps, by reason, with the code that says why.
var trapSignals = map[string]struct {
	number uint64
	code   int32
}{
	"illegal-instruction": {signalIllegal, 1}, "breakpoint": {signalBreakpoint, 1},
	"load-misaligned": {signalBus, 1}, "store-misaligned": {signalBus, 1}, "fetch-misaligned": {signalBus, 1},
	"load-access": {signalSegment, 1}, "store-access": {signalSegment, 1}, "fetch-access": {signalSegment, 1},
	rv64.StackOverflow: {signalSegment, 1},
}

// TrapSignal returns the number of the signal that Linux sends for a trap.
func TrapSignal(reason string) (number int, ok bool) {
	signal, ok := trapSignals[reason]
	return int(signal.number), ok
}

// trapRights are the rights that the accesses needed which trap.
var trapRights = map[string]rv64.Rights{"load-access": rv64.Read, "store-access": rv64.Write, "fetch-access": rv64.Exec}

// trap serves an instruction that could not be executed: its memory is there from now on, or the thread gets a signal
// that it cannot block. A rule that is broken ends the run, unless the program has a handler, and so expects this.
func (t *thread) trap(halt rv64.Halt) {
	rights := trapRights[halt.Reason]
	if rights != 0 && t.commitAt(halt.Address, rights) {
		return
	}
	if t.debugged.pausesAt(halt) {
		return
	}
	signal, isSignal := trapSignals[halt.Reason]
	action := t.actions.table[signal.number]
	isHandled := isSignal && action.handler > ignoreHandler && t.blocked&bitOf(signal.number) == 0
	switch {
	case isHandled:
	case halt.Ending == oracle.Broken || !isSignal:
		t.stop(halt)
		return
	default:
		t.process.end(signal.number, halt)
		return
	}
	s := signalInfo{number: signal.number, code: signal.code}
	address := halt.Address
	if signal.number == signalIllegal || signal.number == signalBreakpoint {
		address = halt.PC
	}
	if rights != 0 && (!t.m.IsFree(address, 1) || t.isReserved(address)) {
		s.code = 2 // SEGV_ACCERR
	}
	s.fields = littleEndian([]uint64{address})
	t.handle(s, action)
}

// commitAt gives memory to a reservation that an access of up to 16 bytes touches, or ends the run if there is none
// left. It reports whether either has happened.
func (t *thread) commitAt(addr uint64, rights rv64.Rights) bool {
	for _, at := range []uint64{addr, addr + 15} {
		ok, full := t.commit(at, rights)
		if full {
			t.stop(t.haltHere(oracle.Unsupported, fmt.Sprintf("an access to more memory than the limit of %d bytes", t.config.MemoryLimit), ""))
		}
		if ok || full {
			return true
		}
	}
	return false
}
