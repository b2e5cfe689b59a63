package linux

import "encoding/binary"

func nothing(*process, [6]uint64) uint64 { return 0 }

func processID(*process, [6]uint64) uint64 { return guestProcess }

func userID(*process, [6]uint64) uint64 { return guestID }

// futex never waits or wakes: there is one thread, and it would wait for ever.
func (p *process) futex(a [6]uint64) uint64 {
	const wait, waitBits, command = 0, 9, 127
	if a[1]&command != wait && a[1]&command != waitBits {
		return 0
	}
	var word [4]byte
	if !p.input(a[0], word[:], "the word") {
		return failure(errFault)
	}
	if binary.LittleEndian.Uint32(word[:]) != uint32(a[2]) {
		return failure(errAgain)
	}
	return failure(errTimedOut)
}

// prctl accepts only a name for the thread, which it ignores.
func (p *process) prctl(a [6]uint64) uint64 {
	const setName, length = 15, 16
	if a[0] != setName {
		return failure(errInvalid)
	}
	if _, number := p.text(a[1], length, "the name"); number == errFault {
		return failure(number)
	}
	return 0
}

func (p *process) getAffinity(a [6]uint64) uint64 {
	if a[1] < 8 {
		return failure(errInvalid)
	}
	if p.put(a[2], 1) != 0 {
		return failure(errFault)
	}
	return 8
}

func (p *process) uname(a [6]uint64) uint64 {
	const field = 65
	b := make([]byte, 6*field)
	for i, s := range []string{"Linux", "rvfuzz", "6.1.0", "#1", "riscv64", ""} {
		copy(b[i*field:], s)
	}
	if !p.output(a[0], b) {
		return failure(errFault)
	}
	return 0
}

// sysinfo returns the memory limit, as total and as free memory in bytes.
func (p *process) sysinfo(a [6]uint64) uint64 {
	const processes, unit = 1, 1
	memory := p.config.MemoryLimit
	return p.put(a[0], p.clock()/nanoseconds, 0, 0, 0, memory, memory, 0, 0, 0, 0, processes, 0, 0, unit)
}

// prlimit returns the size of the stack and the number of files. It changes nothing, but reports success.
func (p *process) prlimit(a [6]uint64) uint64 {
	const stack, descriptors = 3, 7
	if a[2] != 0 {
		var b [16]byte
		if !p.input(a[2], b[:], "the limits") {
			return failure(errFault)
		}
	}
	switch {
	case a[3] == 0:
		return 0
	case a[1] == stack:
		return p.put(a[3], p.config.StackSize, allBits)
	case a[1] == descriptors:
		return p.put(a[3], maxFiles, maxFiles)
	}
	return p.put(a[3], allBits, allBits)
}

func (p *process) getrandom(a [6]uint64) uint64 {
	n := min(a[1], maxTransfer)
	if !p.mayStore(a[0], n) || !p.output(a[0], p.randomBytes(int(n))) {
		return failure(errFault)
	}
	p.m.Spend(n)
	return n
}

func (p *process) flushCode([6]uint64) uint64 {
	p.m.ForgetCode()
	return 0
}
