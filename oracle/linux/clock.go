package linux

import (
	"encoding/binary"
	"math"
)

// The clock starts at a fixed time and advances a nanosecond per instruction; sleep only advances it.
const clockStart = 1_700_000_000

const nanoseconds = 1_000_000_000

func (p *process) clock() uint64 { return p.m.Steps() + p.slept }

func (p *process) clockGettime(a [6]uint64) uint64 {
	now := p.clock()
	return p.put(a[1], clockStart+now/nanoseconds, now%nanoseconds)
}

// duration reads a struct timespec and returns it in nanoseconds, a century at most; a negative one is an error.
func (p *process) duration(addr uint64) (length, number uint64) {
	var b [16]byte
	if !p.input(addr, b[:], "the time") {
		return 0, errFault
	}
	const century = 100 * 366 * 24 * 3600
	seconds, part := binary.LittleEndian.Uint64(b[:]), binary.LittleEndian.Uint64(b[8:])
	if int64(seconds) < 0 || part >= nanoseconds {
		return 0, errInvalid
	}
	return min(seconds, clockStart+century)*nanoseconds + part, 0
}

// sleep advances the clock, but never past its end.
func (p *process) sleep(length uint64) {
	p.slept += min(length, math.MaxInt64-min(p.slept, math.MaxInt64))
}

func (p *process) nanosleep(a [6]uint64) uint64 {
	length, number := p.duration(a[0])
	if number == 0 {
		p.sleep(length)
	}
	return failure(number)
}

func (p *process) clockNanosleep(a [6]uint64) uint64 {
	const absolute = 1
	length, number := p.duration(a[2])
	if number != 0 {
		return failure(number)
	}
	if a[1]&absolute != 0 {
		now := clockStart*nanoseconds + p.clock()
		length -= min(now, length)
	}
	p.sleep(length)
	return 0
}

func (p *process) clockGetres(a [6]uint64) uint64 {
	if a[1] == 0 {
		return 0
	}
	return p.put(a[1], 0, 1)
}

func (p *process) gettimeofday(a [6]uint64) uint64 {
	if a[0] == 0 {
		return 0
	}
	now := p.clock()
	return p.put(a[0], clockStart+now/nanoseconds, now%nanoseconds/1000)
}
