package linux

import (
	"encoding/binary"
	"slices"
)

// timers are those of a process: the three interval timers of setitimer, and those of timer_create. Times are moments
// of the clock, since processor time passes as real time does.
type timers struct {
	interval [3]timer
	created  []*timer
	nextID   uint64
}

// timer sends a signal at a moment, and then again after every period.
type timer struct {
	id      uint64
	clock   uint64
	next    uint64 // never, or 0 for one that was never set: not running
	period  uint64
	signal  signalInfo // number 0: none
	thread  uint64     // that gets it; 0: the process
	missed  uint32     // expiries since the signal was sent that waits
	overrun uint32     // of the signal taken last
	pending bool
}

// maxTimers bounds the timers that a process creates.
const maxTimers = 256

func (m *timer) isRunning() bool { return m.next != 0 && m.next != never }

// set makes a timer expire after a time, and then after every period; a time of 0 stops it.
func (m *timer) set(now, length, period uint64) {
	m.next, m.period = never, period
	if length != 0 {
		m.next = now + length
	}
}

// left returns the time until a timer expires.
func (m *timer) left(now uint64) uint64 {
	if !m.isRunning() {
		return 0
	}
	return max(m.next, now+1) - now
}

// all calls visit for each timer that is running.
func (s *timers) all(visit func(m *timer)) {
	for i := range s.interval {
		if s.interval[i].isRunning() {
			visit(&s.interval[i])
		}
	}
	for _, m := range s.created {
		if m.isRunning() {
			visit(m)
		}
	}
}

// nextTimer returns the moment at which the next timer expires.
func (k *kernel) nextTimer() uint64 {
	moment := uint64(never)
	for _, p := range k.processes {
		p.timers.all(func(m *timer) { moment = min(moment, m.next) })
	}
	for _, f := range k.timerFiles {
		moment = min(moment, f.nextExpiry())
	}
	return moment
}

// fireTimers sends the signals of the timers that have expired.
func (k *kernel) fireTimers() {
	now := k.clock()
	for _, p := range slices.Clone(k.processes) {
		p.timers.all(func(m *timer) {
			if m.next <= now {
				p.expire(m, now)
			}
		})
	}
}

// expire sends the signal of a timer, unless it waits already, and sets the timer anew.
func (p *process) expire(m *timer, now uint64) {
	times := uint64(1)
	if m.period == 0 {
		m.next = never
	} else {
		times += (now - m.next) / m.period
		m.next += times * m.period
	}
	if m.signal.number == 0 {
		return
	}
	if m.pending {
		m.missed += uint32(times)
		return
	}
	m.missed = uint32(times - 1)
	s := m.signal
	if s.code == codeTimer {
		m.pending, s.timer = true, m
	}
	if t := p.kernel.thread(m.thread); t != nil && t.process == p {
		t.sendThread(s)
	} else {
		p.send(s)
	}
	if !p.holds(m) {
		m.pending = false // the signal is ignored
	}
}

// holds reports whether the signal of a timer waits.
func (p *process) holds(m *timer) bool {
	isOf := func(s signalInfo) bool { return s.timer == m }
	return slices.ContainsFunc(p.arrived.list, isOf) ||
		slices.ContainsFunc(p.threadsOf(p), func(t *thread) bool { return slices.ContainsFunc(t.queued.list, isOf) })
}

// taken writes into a timer's signal how many expiries it stands for besides the first.
func (m *timer) taken(s *signalInfo) {
	m.overrun, m.missed, m.pending = m.missed, 0, false
	s.fields = slices.Clone(s.fields)
	binary.LittleEndian.PutUint32(s.fields[4:], m.overrun)
}

// intervalSignals are the signals of the interval timers.
var intervalSignals = [3]uint64{signalAlarm, signalVirtual, signalProfile}

// readTimes reads two times of seconds and parts of a second: the period and the time to the first expiry.
func (t *thread) readTimes(addr, unit uint64) (period, length, number uint64) {
	var b [32]byte
	if !t.input(addr, b[:], "the times") {
		return 0, 0, errFault
	}
	word := func(i int) uint64 { return binary.LittleEndian.Uint64(b[8*i:]) }
	if word(1) >= nanoseconds/unit || word(3) >= nanoseconds/unit {
		return 0, 0, errInvalid
	}
	period, failed := nanosecondsOf(word(0), word(1)*unit)
	length, number = nanosecondsOf(word(2), word(3)*unit)
	return period, length, max(failed, number)
}

// putTimes writes what readTimes reads.
func (t *thread) putTimes(addr, unit uint64, m *timer) uint64 {
	left := m.left(t.clock())
	if left > 0 {
		left = max(left, unit)
	}
	return t.put(addr, m.period/nanoseconds, m.period%nanoseconds/unit, left/nanoseconds, left%nanoseconds/unit)
}

func (t *thread) setitimer(a [6]uint64) uint64 {
	const microsecond = 1000
	if a[0] >= uint64(len(intervalSignals)) {
		return failure(errInvalid)
	}
	m := &t.timers.interval[a[0]]
	old := *m
	period, length, number := uint64(0), uint64(0), uint64(0)
	if a[1] != 0 {
		if period, length, number = t.readTimes(a[1], microsecond); number != 0 {
			return failure(number)
		}
	}
	m.signal = signalInfo{number: intervalSignals[a[0]], code: codeKernel}
	m.set(t.clock(), length, period)
	if a[2] != 0 {
		return t.putTimes(a[2], microsecond, &old)
	}
	return 0
}

func (t *thread) getitimer(a [6]uint64) uint64 {
	if a[0] >= uint64(len(intervalSignals)) {
		return failure(errInvalid)
	}
	return t.putTimes(a[1], 1000, &t.timers.interval[a[0]])
}

// timerCreate makes a timer that sends what a struct sigevent says: value, signal, whom to notify, thread.
func (t *thread) timerCreate(a [6]uint64) uint64 {
	const toProcess, toNone, toThread = 0, 1, 4
	if int32(a[0]) >= clocks {
		return failure(errInvalid)
	}
	if len(t.timers.created) >= maxTimers {
		return failure(errAgain)
	}
	m := &timer{id: t.timers.nextID, clock: a[0]}
	value, number, notify := m.id, uint64(signalAlarm), uint32(toProcess)
	if a[1] != 0 {
		var b [20]byte
		if !t.allows(a[1], 64, 1) || t.m.ReadMemoryInto(a[1], b[:], nil) != nil {
			return failure(errFault)
		}
		le := binary.LittleEndian
		value, number, notify = le.Uint64(b[:]), uint64(le.Uint32(b[8:])), le.Uint32(b[12:])
		if notify&toThread != 0 {
			m.thread = uint64(le.Uint32(b[16:]))
			if to := t.kernel.thread(m.thread); to == nil || to.process != t.process {
				return failure(errInvalid)
			}
		}
	}
	switch {
	case notify == toNone:
		number = 0
	case notify != toProcess && notify != toThread, number == 0, number > lastSignal:
		return failure(errInvalid)
	}
	m.signal = signalInfo{number: number, code: codeTimer, fields: append(littleEndian32(uint32(m.id), 0), littleEndian([]uint64{value})...)}
	if !t.output(a[2], littleEndian32(uint32(m.id))) {
		return failure(errFault)
	}
	t.timers.nextID++
	t.timers.created = append(t.timers.created, m)
	return 0
}

// onTimer makes a system call of one on the timer that the first argument names.
func onTimer(do func(t *thread, m *timer, a [6]uint64) uint64) func(t *thread, a [6]uint64) uint64 {
	return func(t *thread, a [6]uint64) uint64 {
		for _, m := range t.timers.created {
			if m.id == a[0] {
				return do(t, m, a)
			}
		}
		return failure(errInvalid)
	}
}

func (t *thread) timerSettime(m *timer, a [6]uint64) uint64 {
	period, length, number := t.readTimes(a[2], 1)
	if number != 0 {
		return failure(number)
	}
	old := *m
	now := t.clock()
	if a[1]&timerAbsolute != 0 && length != 0 {
		length = max(momentOf(length), now+1) - now
	}
	m.set(now, length, period)
	m.overrun, m.missed = 0, 0
	if a[3] != 0 {
		return t.putTimes(a[3], 1, &old)
	}
	return 0
}

func (t *thread) timerGettime(m *timer, a [6]uint64) uint64 { return t.putTimes(a[1], 1, m) }

func (t *thread) timerOverrun(m *timer, _ [6]uint64) uint64 { return uint64(m.overrun) }

func (t *thread) timerDelete(m *timer, _ [6]uint64) uint64 {
	t.timers.created = slices.DeleteFunc(t.timers.created, func(other *timer) bool { return other == m })
	return 0
}
