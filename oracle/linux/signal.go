package linux

import (
	"math/bits"
	"slices"
)

// The numbers of signals that the kernel itself sends or treats in a way of their own.
const (
	signalIllegal     = 4
	signalBreakpoint  = 5
	signalBus         = 7
	signalKill        = 9
	signalSegment     = 11
	signalPipe        = 13
	signalAlarm       = 14
	signalChild       = 17
	signalContinue    = 18
	signalStop        = 19
	signalVirtual     = 26
	signalProfile     = 27
	firstQueuedSignal = 32 // from here on each sending is delivered
	lastSignal        = 64
	setSize           = 8 // bytes of a set
)

// Sets of signals have bit 0 for signal 1. These are the signals that a process without a handler ignores, and those
// that stop it; all others end it.
const (
	ignoredSignals  = 1<<(signalChild-1) | 1<<(signalContinue-1) | 1<<(23-1) | 1<<(28-1) // and URG, WINCH
	stoppingSignals = 1<<(signalStop-1) | 1<<(20-1) | 1<<(21-1) | 1<<(22-1)
	unblockable     = 1<<(signalKill-1) | 1<<(signalStop-1)
)

func bitOf(number uint64) uint64 { return 1 << (number - 1) }

// action is what a process does at a signal.
type action struct{ handler, flags, mask uint64 }

// The values of a handler that is not a function.
const (
	defaultHandler = 0
	ignoreHandler  = 1
)

// The flags of an action.
const (
	onAltStack   = 0x08000000
	restarts     = 0x10000000
	noDefer      = 0x40000000
	resetHandler = 0x80000000
)

// actions are what the processes that share them do at each signal.
type actions struct{ table [lastSignal + 1]action }

// ignores reports whether a signal does nothing.
func (s *actions) ignores(number uint64) bool {
	handler := s.table[number].handler
	return handler == ignoreHandler || handler == defaultHandler && ignoredSignals&bitOf(number) != 0
}

// signalInfo is the part of siginfo_t that is not zero.
type signalInfo struct {
	number uint64
	code   int32
	fields []byte      // from offset 16 on
	timer  *timer      // whose expiry it tells
	known  vectorClock // what its sender did before
}

// The codes of signals that tell who sent them.
const (
	codeUser   = 0
	codeQueue  = -1
	codeTimer  = -2
	codeThread = -6
	codeKernel = 0x80
)

// sentBy returns what a receiver is told of a signal that a process has sent.
func sentBy(p *process, number uint64, code int32) signalInfo {
	return signalInfo{number: number, code: code, fields: littleEndian32(uint32(p.id), guestID)}
}

// signalQueue holds the signals that have arrived and were not taken.
type signalQueue struct {
	list []signalInfo // in the order of arrival
	set  uint64
}

// maxQueued bounds the signals that wait in a queue.
const maxQueued = 1024

// add adds a signal; one that is not queued and waits already is lost, as is what exceeds the bound.
func (q *signalQueue) add(s signalInfo) bool {
	if s.number < firstQueuedSignal && q.set&bitOf(s.number) != 0 {
		return true
	}
	if len(q.list) >= maxQueued {
		return false
	}
	q.list = append(q.list, s)
	q.set |= bitOf(s.number)
	return true
}

// take removes and returns the first signal of the lowest number in a set.
func (q *signalQueue) take(set uint64) (s signalInfo, ok bool) {
	if q.set&set == 0 {
		return s, false
	}
	number := uint64(bits.TrailingZeros64(q.set&set)) + 1
	i := slices.IndexFunc(q.list, func(s signalInfo) bool { return s.number == number })
	s = q.list[i]
	q.list = slices.Delete(q.list, i, i+1)
	if !slices.ContainsFunc(q.list, func(s signalInfo) bool { return s.number == number }) {
		q.set &^= bitOf(number)
	}
	return s, true
}

// drop removes all signals of a set.
func (q *signalQueue) drop(set uint64) {
	q.list = slices.DeleteFunc(q.list, func(s signalInfo) bool { return set&bitOf(s.number) != 0 })
	q.set &^= set
}

// takeAny takes a signal of a set that was sent to the thread or else to its process.
func (t *thread) takeAny(set uint64) (signalInfo, bool) {
	s, ok := t.queued.take(set)
	if !ok {
		s, ok = t.arrived.take(set)
	}
	if ok && t.races != nil {
		t.races.clocks[t.slot].join(s.known)
	}
	return s, ok
}

// hasSignal reports whether a signal waits that the thread does not block.
func (t *thread) hasSignal() bool {
	set := (t.queued.set | t.arrived.set) &^ t.blocked
	if t.wait != nil && t.wait.deaf {
		set &= bitOf(signalKill)
	}
	return set != 0
}

// send sends a signal to a process. A signal that it ignores is lost unless one of its threads blocks it.
func (p *process) send(s signalInfo) uint64 {
	if p.ended {
		return 0
	}
	p.noteStops(s.number)
	isBlocked := slices.ContainsFunc(p.threadsOf(p), func(t *thread) bool { return t.blocked&bitOf(s.number) != 0 })
	if p.actions.ignores(s.number) && !isBlocked {
		return 0
	}
	if !p.arrived.add(p.knowing(s)) {
		return errAgain
	}
	return 0
}

// sendThread sends a signal to one thread.
func (t *thread) sendThread(s signalInfo) uint64 {
	t.noteStops(s.number)
	if t.actions.ignores(s.number) && t.blocked&bitOf(s.number) == 0 {
		return 0
	}
	if !t.queued.add(t.knowing(s)) {
		return errAgain
	}
	return 0
}

// noteStops lets a stopped process go on if a signal continues or kills it, and forgets the signals that contradict one
// another.
func (p *process) noteStops(number uint64) {
	forgotten := uint64(0)
	switch {
	case number == signalContinue || number == signalKill:
		forgotten = stoppingSignals
		p.setHalted(false, 0xffff)
	case stoppingSignals&bitOf(number) != 0:
		forgotten = bitOf(signalContinue)
	}
	p.arrived.drop(forgotten)
	for _, t := range p.threadsOf(p) {
		t.queued.drop(forgotten)
	}
}

// setHalted stops all threads of a process or lets them go on, and tells its parent.
func (p *process) setHalted(halted bool, status uint64) {
	isChange := false
	for _, t := range p.threadsOf(p) {
		isChange = isChange || t.halted != halted
		t.halted = halted
	}
	if !isChange {
		return
	}
	p.change = status
	const noStops = 1 // SA_NOCLDSTOP
	if p.parent != nil && p.parent.actions.table[signalChild].flags&noStops == 0 {
		p.parent.send(childInfo(p, signalChild))
	}
}
