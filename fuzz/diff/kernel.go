package diff

import (
	"encoding/binary"
	"strconv"

	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/eval"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// kernel is what ecall does on the machine: the calls that the evaluator models, as package eval documents them.
type kernel struct {
	next  uint64 // address of the next mapping
	bytes uint8  // the last random byte
	ticks uint64 // times that the clock was read
}

// The errors of Linux that calls return.
const (
	ebadf, enomem, efault, einval, enosys = 9, 12, 14, 22, 38

	pageMask = 1<<12 - 1
)

// call serves a system call and reports whether it ends the run.
func (k *kernel) call(m *rv64.Machine) (stop bool) {
	fails := func(number uint64) { m.SetX(10, -number) }
	a0, a1, a2 := m.X(10), m.X(11), m.X(12)
	switch m.X(17) {
	case 93, 94:
		m.End(oracle.Exited, strconv.Itoa(int(a0&0xff)), m.Where())
		return true
	case 64:
		switch readable := m.ReadMemoryInto(a1, make([]byte, min(a2, eval.HeapLimit)), nil); {
		case a0 != 1 && a0 != 2:
			fails(ebadf)
		case readable != nil:
			fails(efault)
		default:
			m.SetX(10, a2)
		}
	case 222:
		k.mmap(m, (a1+pageMask)&^pageMask, m.X(13), fails)
	case 215:
		if a0&pageMask != 0 || a1 == 0 || a1 > eval.HeapLimit {
			fails(einval)
			break
		}
		k.unmap(m, a0, a0+(a1+pageMask)&^pageMask)
		m.SetX(10, 0)
	case 216:
		old, size := (a1+pageMask)&^pageMask, (a2+pageMask)&^pageMask
		switch {
		case a0&pageMask != 0 || size == 0:
			fails(einval)
		case size > old:
			fails(enomem)
		default: // a0 stays
			k.unmap(m, a0+size, a0+old)
		}
	case 233:
		m.SetX(10, 0)
	case 278:
		if a1 > eval.HeapLimit {
			fails(efault)
			break
		}
		random := make([]byte, a1)
		for i := range random {
			k.bytes++
			random[i] = k.bytes
		}
		if m.SetX(10, a1); m.WriteMemory(a0, random) != nil {
			fails(efault)
		}
	case 113:
		k.ticks++
		var now [16]byte
		binary.LittleEndian.PutUint64(now[:], eval.ClockStart+k.ticks/1_000_000)
		binary.LittleEndian.PutUint64(now[8:], k.ticks%1_000_000*1000)
		if m.SetX(10, 0); m.WriteMemory(a1, now[:]) != nil {
			fails(efault)
		}
	default:
		fails(enosys)
	}
	return false
}

// mmap maps anonymous memory.
func (k *kernel) mmap(m *rv64.Machine, size, flags uint64, fails func(uint64)) {
	const fixed, anonymous = 0x10, 0x20
	switch {
	case flags&anonymous == 0:
		fails(ebadf)
	case size == 0 || flags&fixed != 0:
		fails(einval)
	case size > eval.HeapLimit || k.next+size > eval.HeapBase+eval.HeapLimit:
		fails(enomem)
	default:
		heap := rv64.Region{Name: "heap", Addr: k.next, Size: size, Rights: rv64.Read | rv64.Write, Defined: true}
		if err := m.Map(heap); err != nil {
			m.End(oracle.Unsupported, err.Error(), m.Where())
			return
		}
		m.SetX(10, k.next)
		k.next += size
	}
}

// unmap unmaps what lies in mapped memory.
func (k *kernel) unmap(m *rv64.Machine, from, to uint64) {
	if from, to = max(from, eval.HeapBase), min(to, k.next); from < to {
		m.Unmap(from, to)
	}
}
