package linux

import (
	"encoding/binary"
	"math"
)

// The clock starts at a fixed time and advances a nanosecond per instruction; when all threads wait it jumps to the end
// of the first wait.
const clockStart = 1_700_000_000

const (
	nanoseconds = 1_000_000_000
	clockTicks  = 100 // a second, for times
)

// clock returns the nanoseconds since the start of the run.
func (k *kernel) clock() uint64 { return k.steps() + k.slept }

// The clocks that show processor time; all others show the same time.
const (
	clockProcess      = 2
	clockThread       = 3
	clocks            = 12
	timerAbsolute     = 1
	secondsPerCentury = 100 * 366 * 24 * 3600
)

func (t *thread) clockGettime(a [6]uint64) uint64 {
	if int32(a[0]) >= clocks {
		return failure(errInvalid)
	}
	now := clockStart*nanoseconds + t.clock()
	if a[0] == clockProcess || a[0] == clockThread {
		now = t.steps()
	}
	return t.put(a[1], now/nanoseconds, now%nanoseconds)
}

// duration reads a struct timespec and returns it in nanoseconds, a century at most; a negative one is an error.
func (t *thread) duration(addr uint64) (length, number uint64) {
	var b [16]byte
	if !t.input(addr, b[:], "the time") {
		return 0, errFault
	}
	return nanosecondsOf(binary.LittleEndian.Uint64(b[:]), binary.LittleEndian.Uint64(b[8:]))
}

func nanosecondsOf(seconds, part uint64) (length, number uint64) {
	if int64(seconds) < 0 || part >= nanoseconds {
		return 0, errInvalid
	}
	return min(seconds, clockStart+secondsPerCentury)*nanoseconds + part, 0
}

// moment returns a moment so far from now, or never.
func (k *kernel) moment(length uint64) uint64 {
	return k.clock() + min(length, math.MaxInt64)
}

// momentOf returns the moment at which the clock shows a time.
func momentOf(time uint64) uint64 { return time - min(clockStart*nanoseconds, time) }

// timeout sets the moment at which a call that waits gives up, when it is executed first: after the time at an address,
// if there is one. It returns an error for a bad time.
func (t *thread) timeout(addr uint64) (number uint64) {
	if t.call.again {
		return 0
	}
	t.call.deadline = never
	if addr == 0 {
		return 0
	}
	length, number := t.duration(addr)
	t.call.deadline = t.moment(length)
	return number
}

func (t *thread) nanosleep(a [6]uint64) uint64 {
	if number := t.timeout(a[0]); number != 0 {
		return failure(number)
	}
	return t.sleep(a[1])
}

func (t *thread) clockNanosleep(a [6]uint64) uint64 {
	isAbsolute := a[1]&timerAbsolute != 0
	if number := t.timeout(a[2]); number != 0 {
		return failure(number)
	}
	if int32(a[0]) >= clocks {
		return failure(errInvalid)
	}
	if isAbsolute {
		if !t.call.again {
			length, _ := t.duration(a[2])
			t.call.deadline = momentOf(length)
		}
		return t.sleep(0)
	}
	return t.sleep(a[3])
}

// sleep waits until the deadline of the call. If a handler ends it, what is left is written to an address, if there is
// one.
func (t *thread) sleep(remaining uint64) uint64 {
	deadline := t.call.deadline
	if deadline <= t.clock() {
		return 0
	}
	if remaining != 0 {
		t.call.interrupted = func() {
			left := deadline - min(deadline, t.clock())
			t.put(remaining, left/nanoseconds, left%nanoseconds)
		}
	}
	return t.await(nil, deadline)
}

func (t *thread) clockGetres(a [6]uint64) uint64 {
	switch {
	case int32(a[0]) >= clocks:
		return failure(errInvalid)
	case a[1] == 0:
		return 0
	}
	return t.put(a[1], 0, 1)
}

func (t *thread) gettimeofday(a [6]uint64) uint64 {
	if a[0] == 0 {
		return 0
	}
	now := t.clock()
	return t.put(a[0], clockStart+now/nanoseconds, now%nanoseconds/1000)
}

// times returns the clock in ticks, and the processor time of the process and its children.
func (t *thread) times(a [6]uint64) uint64 {
	const tick = nanoseconds / clockTicks
	if a[0] != 0 && t.put(a[0], t.steps()/tick, 0, t.spent/tick, 0) != 0 {
		return failure(errFault)
	}
	return t.clock() / tick
}

// getrusage returns the processor time, which is that of the whole guest.
func (t *thread) getrusage(a [6]uint64) uint64 {
	who := int32(a[0])
	if who < -1 || who > 1 {
		return failure(errInvalid)
	}
	spent := t.steps()
	if who == -1 {
		spent = t.spent
	}
	words := make([]uint64, 18)
	words[0], words[1] = spent/nanoseconds, spent%nanoseconds/1000
	words[4] = t.m.Mapped() / 1024
	return t.put(a[1], words...)
}
