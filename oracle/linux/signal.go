package linux

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
	"strconv"

	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
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
