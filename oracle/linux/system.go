package linux

import (
	"fmt"
	"slices"
)

func nothing(*thread, [6]uint64) uint64 { return 0 }

// fails makes a system call of one that is known and never possible.
func fails(number uint64) func(*thread, [6]uint64) uint64 {
	return func(*thread, [6]uint64) uint64 { return failure(number) }
}

func userID(*thread, [6]uint64) uint64 { return guestID }

func (t *thread) getpid([6]uint64) uint64 { return t.process.id }

func (t *thread) gettid([6]uint64) uint64 { return t.id }

func (t *thread) getppid([6]uint64) uint64 {
	if t.parent == nil {
		return 1
	}
	return t.parent.id
}

func (t *thread) setTIDAddress(a [6]uint64) uint64 {
	t.clearOnEnd = a[0]
	return t.id
}

// setID accepts only the ids that the guest has.
func setID(_ *thread, a [6]uint64) uint64 { return failure(mayOwn(a[0], guestID)) }

func setIDs(_ *thread, a [6]uint64) uint64 {
	return failure(max(mayOwn(a[0], a[1]), mayOwn(a[2], guestID)))
}

func (t *thread) getIDs(a [6]uint64) uint64 {
	for _, at := range a[:3] {
		if !t.output(at, littleEndian32(guestID)) {
			return failure(errFault)
		}
	}
	return 0
}

func (t *thread) getgroups(a [6]uint64) uint64 {
	if a[0] != 0 && !t.output(a[1], littleEndian32(guestID)) {
		return failure(errFault)
	}
	return 1
}

func (t *thread) setpgid(a [6]uint64) uint64 {
	p := t.process
	if a[0] != 0 {
		if p = t.kernel.process(a[0]); p == nil || p != t.process && p.parent != t.process {
			return failure(errNoProcess)
		}
	}
	group := a[1]
	if group == 0 {
		group = p.id
	}
	p.group = group
	return 0
}

// ofProcess makes a system call of a property of the process that the first argument names.
func ofProcess(get func(p *process) uint64) func(t *thread, a [6]uint64) uint64 {
	return func(t *thread, a [6]uint64) uint64 {
		p := t.process
		if a[0] != 0 {
			if p = t.kernel.process(a[0]); p == nil {
				return failure(errNoProcess)
			}
		}
		return get(p)
	}
}

func (t *thread) setsid([6]uint64) uint64 {
	if t.group == t.process.id {
		return failure(errNotPermitted)
	}
	t.process.group, t.process.session = t.process.id, t.process.id
	return t.process.id
}

func (t *thread) umask(a [6]uint64) uint64 {
	old := t.mask
	t.process.mask = a[0] & 0o777
	return old
}

// prctl gives a thread a name and returns it.
func (t *thread) prctl(a [6]uint64) uint64 {
	const setDeathSignal, getDumpable, setDumpable, setName, getName, setNoNewPrivileges, getNoNewPrivileges, length = 1, 3, 4, 15, 16, 38, 39, 16
	switch a[0] {
	case setName:
		name, number := t.text(a[1], length, "the name")
		if number == errFault {
			return failure(number)
		}
		t.process.name = name[:min(len(name), length-1)]
		return 0
	case getName:
		b := make([]byte, length)
		copy(b[:length-1], t.name)
		return failure(errFaultUnless(t.output(a[1], b)))
	case setDeathSignal, setDumpable, setNoNewPrivileges:
		return 0
	case getDumpable, getNoNewPrivileges:
		return 1
	}
	return failure(errInvalid)
}

func (t *thread) getAffinity(a [6]uint64) uint64 {
	if a[1] < 8 {
		return failure(errInvalid)
	}
	if t.put(a[2], 1) != 0 {
		return failure(errFault)
	}
	return 8
}

func (t *thread) getcpu(a [6]uint64) uint64 {
	for _, at := range a[:2] {
		if at != 0 && !t.output(at, make([]byte, 4)) {
			return failure(errFault)
		}
	}
	return 0
}

// schedParameter writes the priority of a thread, which is 0.
func (t *thread) schedParameter(a [6]uint64) uint64 {
	return failure(errFaultUnless(t.output(a[1], make([]byte, 4))))
}

func (t *thread) uname(a [6]uint64) uint64 {
	const field = 65
	b := make([]byte, 6*field)
	for i, s := range []string{"Linux", "rvfuzz", "6.1.0", "#1", "riscv64", ""} {
		copy(b[i*field:], s)
	}
	if !t.output(a[0], b) {
		return failure(errFault)
	}
	return 0
}

// sysinfo returns the memory limit, as total and as free memory in bytes.
func (t *thread) sysinfo(a [6]uint64) uint64 {
	const unit = 1
	memory := t.config.MemoryLimit
	return t.put(a[0], t.clock()/nanoseconds, 0, 0, 0, memory, t.room(), 0, 0, 0, 0, uint64(len(t.processes)), 0, 0, unit)
}

// limits writes the limit of a resource, soft and hard.
func (t *thread) limits(resource, addr uint64) uint64 {
	const stack, core, processes, descriptors = 3, 4, 6, 7
	limit := [2]uint64{allBits, allBits}
	switch resource {
	case stack:
		limit = [2]uint64{t.config.StackSize, allBits}
	case core:
		limit = [2]uint64{}
	case processes:
		limit = [2]uint64{maxThreads, maxThreads}
	case descriptors:
		limit = [2]uint64{maxFiles, maxFiles}
	}
	return t.put(addr, limit[:]...)
}

// prlimit returns the limits of a resource. It changes nothing, but reports success.
func (t *thread) prlimit(a [6]uint64) uint64 {
	if a[2] != 0 {
		var b [16]byte
		if !t.input(a[2], b[:], "the limits") {
			return failure(errFault)
		}
	}
	if a[3] == 0 {
		return 0
	}
	return t.limits(a[1], a[3])
}

func (t *thread) getrlimit(a [6]uint64) uint64 { return t.limits(a[0], a[1]) }

func (t *thread) setrlimit(a [6]uint64) uint64 { return t.prlimit([6]uint64{0, a[0], a[1]}) }

func (t *thread) getrandom(a [6]uint64) uint64 {
	n := min(a[1], maxTransfer)
	if !t.mayStore(a[0], n) || !t.output(a[0], t.randomBytes(int(n))) {
		return failure(errFault)
	}
	t.m.Spend(n)
	return n
}

func (t *thread) flushCode([6]uint64) uint64 {
	t.m.ForgetCode()
	return 0
}

// membarrier has nothing to do, since a hart stops between instructions; it knows the commands of Linux 6.6.
func (t *thread) membarrier(a [6]uint64) uint64 {
	const query, known = 0, 0x3ff
	switch {
	case a[0] == query:
		return known
	case a[0]&^known != 0 || a[0]&(a[0]-1) != 0 || a[1] != 0:
		return failure(errInvalid)
	}
	return 0
}

// note tells the user what a program asked for in vain and is not told by an error number.
func (t *thread) note(format string, args ...any) {
	const most = 100
	text := fmt.Sprintf(format, args...)
	if len(t.notes) < most && !slices.Contains(t.notes, text) {
		t.kernel.notes = append(t.notes, text)
	}
}
