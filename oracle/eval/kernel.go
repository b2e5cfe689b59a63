package eval

import (
	"strconv"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// Inline assembly of the one instruction ecall asks a small model of Linux on riscv64, of one process with one thread:
// the number of the call is in a7, its arguments in a0 to a5, and the result, in a0, is negative for an error. What Linux
// leaves open, addresses, random bytes and the time, is fixed:
//
//	mmap            anonymous memory of zeros, each mapping at the next page from HeapBase on that none had before
//	munmap, mremap  whole pages; a mapping never grows and is never moved
//	madvise         succeeds
//	getrandom       bytes that count up from 1 within one run
//	clock_gettime   ClockStart seconds, and a microsecond more for each call
//	write           takes everything for standard output and error, which nobody reads
//	exit            ends the run
//
// All others fail with ENOSYS. The machine on which the code runs has a model of its own.

// HeapBase is where mapped memory begins, and HeapLimit the bytes of it that a run may map. ClockStart is the time at the
// start of a run, in seconds.
const (
	HeapBase   = 0x2000_0000_0000
	HeapLimit  = 1 << 28
	ClockStart = 1_000_000_000

	pageSize = 4096
)

// The numbers of Linux errors.
const (
	badFile     = -9
	outOfMemory = -12
	badAddress  = -14
	badArgument = -22
	noSuchCall  = -38
)

// heapAt is added to where bytes of mapped memory lie, to tell them from those of other objects.
const heapAt = 1 << 48

// kernel is the state of the model.
type kernel struct {
	bytes   view
	objects []object // the mappings, in ascending address
	random  byte
	clock   uint64 // calls of clock_gettime
}

func (k *kernel) reset() {
	*k = kernel{bytes: view{k.bytes.data[:0], k.bytes.undef[:0]}, objects: k.objects[:0]}
}

// argument returns a register of a system call by both of its names.
func (a *asmProgram) argument(n int) *word {
	for i := range a.registers {
		if name := a.registers[i].name; name == "a"+strconv.Itoa(n) || name == "x"+strconv.Itoa(10+n) {
			return &a.registers[i].value
		}
	}
	return nil
}

// ecall executes a system call. Arguments that decide are defined.
func (a *asmProgram) ecall(m *machine, s *step) {
	var args [8]word
	for n := range args {
		args[n] = undefined(64)
		if w := a.argument(n); w != nil {
			args[n] = *w
		}
	}
	number := args[7]
	row, known := systemCalls[number.bits]
	for _, w := range args[:row.arguments] {
		number.undef |= w.undef
	}
	if number.undef != 0 {
		m.illegal(undefinedUse, s)
		return
	}
	result := int64(noSuchCall)
	if known {
		result = row.run(m, s, [3]uint64{args[0].bits, args[1].bits, args[2].bits}, args[3].bits)
	}
	if w := a.argument(0); w != nil {
		*w = word{bits: uint64(result)}
	}
}

// systemCalls are the calls that are modelled, by number: how many arguments decide, and what they do.
var systemCalls map[uint64]systemCall

type systemCall struct {
	arguments int
	run       func(m *machine, s *step, args [3]uint64, flags uint64) int64
}

func init() {
	exit := systemCall{1, func(m *machine, s *step, args [3]uint64, _ uint64) int64 {
		m.stop(oracle.Exited, strconv.Itoa(int(uint8(args[0]))), s)
		return 0
	}}
	systemCalls = map[uint64]systemCall{
		64: {3, sysWrite}, 93: exit, 94: exit, 113: {2, sysClock}, 215: {2, sysMunmap}, 216: {3, sysMremap},
		222: {4, sysMmap}, 233: {0, func(*machine, *step, [3]uint64, uint64) int64 { return 0 }}, 278: {2, sysRandom},
	}
}

func sysWrite(m *machine, _ *step, args [3]uint64, _ uint64) int64 {
	if args[0] != 1 && args[0] != 2 {
		return badFile
	}
	if _, fault := m.memory.access(reading, args[1], args[2], 1); fault != "" && args[2] > 0 {
		return badAddress
	}
	return int64(args[2])
}

// fill writes bytes into memory of the program.
func (m *machine) fill(addr uint64, bytes []byte) bool {
	at, fault := m.memory.access(writing, addr, uint64(len(bytes)), 1)
	if fault != "" {
		return false
	}
	v := m.memory.at(at, uint64(len(bytes)))
	copy(v.data, bytes)
	clear(v.undef)
	return true
}

func sysRandom(m *machine, _ *step, args [3]uint64, _ uint64) int64 {
	if args[1] > HeapLimit {
		return badAddress
	}
	bytes := make([]byte, args[1])
	for i := range bytes {
		m.memory.kernel.random++
		bytes[i] = m.memory.kernel.random
	}
	if !m.fill(args[0], bytes) {
		return badAddress
	}
	return int64(args[1])
}

func sysClock(m *machine, _ *step, args [3]uint64, _ uint64) int64 {
	k := &m.memory.kernel
	k.clock++
	var bytes [16]byte
	for i := range 8 {
		bytes[i] = byte(uint64(ClockStart+k.clock/1_000_000) >> (8 * i))
		bytes[8+i] = byte(k.clock % 1_000_000 * 1000 >> (8 * i))
	}
	if !m.fill(args[1], bytes[:]) {
		return badAddress
	}
	return 0
}

// The flags of mmap that are looked at.
const (
	mapFixed     = 0x10
	mapAnonymous = 0x20
)

func sysMmap(m *machine, _ *step, args [3]uint64, flags uint64) int64 {
	k := &m.memory.kernel
	used, size := uint64(len(k.bytes.data)), args[1]
	switch {
	case flags&mapAnonymous == 0:
		return badFile
	case size == 0 || flags&mapFixed != 0:
		return badArgument
	case size > HeapLimit || used+alignUp(size, pageSize) > HeapLimit:
		return outOfMemory
	}
	size = alignUp(size, pageSize)
	k.bytes.data, k.bytes.undef = grow(k.bytes.data, int(size)), grow(k.bytes.undef, int(size))
	clear(k.bytes.data[used:])
	clear(k.bytes.undef[used:])
	k.objects = append(k.objects, object{addr: HeapBase + used, size: size, at: heapAt + int(used)})
	return int64(HeapBase + used)
}

func sysMunmap(m *machine, _ *step, args [3]uint64, _ uint64) int64 {
	if args[0]%pageSize != 0 || args[1] == 0 || args[1] > HeapLimit {
		return badArgument
	}
	m.memory.kernel.unmap(args[0], args[0]+alignUp(args[1], pageSize))
	return 0
}

// unmap takes [from, to) out of the mappings.
func (k *kernel) unmap(from, to uint64) {
	kept := make([]object, 0, len(k.objects)+1)
	for _, o := range k.objects {
		end := o.addr + o.size
		if below := min(end, from); o.addr < below {
			kept = append(kept, object{addr: o.addr, size: below - o.addr, at: o.at})
		}
		if above := max(o.addr, to); above < end {
			kept = append(kept, object{addr: above, size: end - above, at: o.at + int(above-o.addr)})
		}
	}
	k.objects = kept
}

func sysMremap(m *machine, _ *step, args [3]uint64, _ uint64) int64 {
	old, size := alignUp(args[1], pageSize), alignUp(args[2], pageSize)
	switch {
	case args[0]%pageSize != 0 || size == 0:
		return badArgument
	case size > old:
		return outOfMemory
	}
	m.memory.kernel.unmap(args[0]+size, args[0]+old)
	return int64(args[0])
}
