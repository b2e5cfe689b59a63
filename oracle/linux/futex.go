package linux

import (
	"encoding/binary"
	"slices"

	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// futexWait is a thread's wait for a word of memory. Threads of one address space wait for the same word if they name
// the same address; those of several, only if the memory is shared, which is told by its name.
type futexWait struct {
	space *space
	addr  uint64
	bits  uint64
	woken bool
}

// The commands of futex.
const (
	futexWaitCommand = 0
	futexWake        = 1
	futexRequeue     = 3
	futexCompare     = 4
	futexWakeOp      = 5
	futexWaitBits    = 9
	futexWakeBits    = 10
	futexCommand     = 127
	futexRealTime    = 256
)

// The bits of a futex that is robust: the owner, and what the kernel sets when the owner dies.
const (
	futexOwner   = 0x3fff_ffff
	futexDied    = 0x4000_0000
	futexWaiters = 0x8000_0000
)

// futexCall is the system call futex.
func (t *thread) futexCall(a [6]uint64) uint64 {
	command := a[1] & futexCommand
	if a[0]%4 != 0 {
		return failure(errInvalid)
	}
	needed := map[uint64]int{futexWaitCommand: 4, futexWake: 3, futexRequeue: 5, futexCompare: 6, futexWakeOp: 6, futexWaitBits: 6, futexWakeBits: 6}
	for i := 3; i < needed[command]; i++ {
		if !(command == futexWakeBits && i < 5) && !t.argument(i, allBits) {
			return 0
		}
	}
	switch command {
	case futexWaitCommand:
		a[5] = cInt
		return t.futexWaitFor(a)
	case futexWaitBits:
		return t.futexWaitFor(a)
	case futexWake:
		return t.futexWakeUp(a[0], a[2], cInt)
	case futexWakeBits:
		return t.futexWakeUp(a[0], a[2], a[5])
	case futexRequeue, futexCompare:
		return t.futexMove(a, command == futexCompare)
	case futexWakeOp:
		return t.futexChange(a)
	}
	t.countUnknown(futexNumber)
	return failure(errNoSystem)
}

const futexNumber = 98

// word reads the word of a futex.
func (t *thread) word(addr uint64) (value uint32, ok bool) {
	var b [4]byte
	ok = t.input(addr, b[:], "the word")
	return binary.LittleEndian.Uint32(b[:]), ok
}

// futexWaitFor waits until the word is woken, if it has the value that the thread expects.
func (t *thread) futexWaitFor(a [6]uint64) uint64 {
	if t.futex != nil { // the call has waited
		woken, addr := t.futex.woken, t.futex.addr
		if !woken && t.call.deadline > t.clock() {
			return t.await(t.isWoken, t.call.deadline)
		}
		t.leaveFutex()
		if woken {
			t.acquireFrom(addr)
			return 0
		}
		return failure(errTimedOut)
	}
	if uint32(a[5]) == 0 {
		return failure(errInvalid)
	}
	value, ok := t.word(a[0])
	switch {
	case !ok:
		return failure(errFault)
	case value != uint32(a[2]):
		return failure(errAgain)
	}
	if number := t.timeout(a[3]); number != 0 {
		return failure(number)
	}
	if a[3] != 0 && a[1]&futexCommand == futexWaitBits { // the time is absolute
		length, _ := t.duration(a[3])
		t.call.deadline = momentOf(length)
	}
	t.futex = &futexWait{space: t.space, addr: a[0], bits: a[5]}
	t.call.interrupted = t.leaveFutex
	t.waiters = append(t.waiters, t)
	return t.await(t.isWoken, t.call.deadline)
}

func (t *thread) isWoken() bool { return t.futex != nil && t.futex.woken }

// leaveFutex ends a thread's wait for a word.
func (t *thread) leaveFutex() {
	if t.futex != nil {
		t.futex = nil
		t.kernel.waiters = slices.DeleteFunc(t.waiters, func(other *thread) bool { return other == t })
	}
}

// isSame reports whether a thread waits for the word that another names by an address.
func (w *futexWait) isSame(s *space, addr uint64) bool {
	return w.addr == addr && w.space == s || rv64.IsSame(w.space.m, w.addr, s.m, addr)
}

// wake wakes up to count threads that wait for a word, in the order in which they began to, and returns how many.
func (t *thread) wake(addr, count, bits uint64) (woken uint64) {
	t.releaseTo(addr)
	for _, other := range t.waiters {
		if woken == count {
			break
		}
		if w := other.futex; !w.woken && w.isSame(t.space, addr) && w.bits&bits != 0 {
			w.woken = true
			woken++
		}
	}
	return woken
}

func (t *thread) futexWakeUp(addr, count, bits uint64) uint64 {
	switch {
	case uint32(bits) == 0:
		return failure(errInvalid)
	case !t.allows(addr, 4, rv64.Read):
		return failure(errFault)
	}
	return t.wake(addr, uint64(max(int32(count), 1)), bits)
}

// futexMove wakes some waiters and makes others wait for a second word.
func (t *thread) futexMove(a [6]uint64, compare bool) uint64 {
	if int32(a[2]) < 0 || int32(a[3]) < 0 {
		return failure(errInvalid)
	}
	if value, ok := t.word(a[0]); !ok {
		return failure(errFault)
	} else if compare && value != uint32(a[5]) {
		return failure(errAgain)
	}
	woken := t.wake(a[0], uint64(uint32(a[2])), cInt)
	moved := uint64(0)
	for _, other := range t.waiters {
		if w := other.futex; moved < uint64(uint32(a[3])) && !w.woken && w.isSame(t.space, a[0]) {
			w.space, w.addr = t.space, a[4]
			moved++
		}
	}
	return woken + moved
}

// futexChange changes a second word and wakes waiters of the first, and of the second if its old value compares so.
func (t *thread) futexChange(a [6]uint64) uint64 {
	code := uint32(a[5])
	operation, comparison := code>>28&7, code>>24&15
	operand, compared := int32(code<<8)>>20, int32(code<<20)>>20
	if code>>31 != 0 {
		operand = 1 << (operand & 31)
	}
	value, ok := t.word(a[4])
	if !ok || !t.mayStore(a[4], 4) {
		return failure(errFault)
	}
	old := int32(value)
	changed := [5]int32{operand, old + operand, old | operand, old &^ operand, old ^ operand}
	holds := [6]bool{old == compared, old != compared, old < compared, old <= compared, old > compared, old >= compared}
	if int(operation) >= len(changed) || int(comparison) >= len(holds) {
		return failure(errNoSystem)
	}
	t.output(a[4], littleEndian32(uint32(changed[operation])))
	woken := t.wake(a[0], uint64(uint32(a[2])), cInt)
	if holds[comparison] {
		woken += t.wake(a[4], uint64(uint32(a[3])), cInt)
	}
	return woken
}

// setRobust remembers the list of the futexes that the thread holds: {next, offset of the word, one being locked}.
func (t *thread) setRobust(a [6]uint64) uint64 {
	const headSize = 24
	if a[1] != headSize {
		return failure(errInvalid)
	}
	t.robust = a[0]
	return 0
}

func (t *thread) getRobust(a [6]uint64) uint64 {
	of := t
	if a[0] != 0 {
		if of = t.kernel.thread(a[0]); of == nil {
			return failure(errNoProcess)
		}
	}
	if t.put(a[1], of.robust) != 0 {
		return failure(errFault)
	}
	return t.put(a[2], 24)
}

// releaseRobust marks the futexes that a thread holds when it ends, and wakes a waiter of each.
func (t *thread) releaseRobust() {
	const longest = 2048
	head, ok := t.pointers(t.robust, 3)
	if t.robust == 0 || !ok {
		return
	}
	t.releaseFutex(head[2]&^1, head[1])
	for at, n := head[0]&^1, 0; at != t.robust && n < longest; n++ {
		entry, ok := t.pointers(at, 1)
		if !ok {
			return
		}
		if at != head[2]&^1 {
			t.releaseFutex(at, head[1])
		}
		at = entry[0] &^ 1
	}
}

// pointers reads words of the guest.
func (t *thread) pointers(addr uint64, count int) (words [3]uint64, ok bool) {
	b := make([]byte, 8*count)
	if !t.allows(addr, uint64(len(b)), rv64.Read) || t.m.ReadMemoryInto(addr, b, nil) != nil {
		return words, false
	}
	for i := range count {
		words[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	return words, true
}

// releaseFutex marks the futex of an entry of the robust list if the thread holds it.
func (t *thread) releaseFutex(entry, offset uint64) {
	addr := entry + offset
	var b [4]byte
	if entry == 0 || addr%4 != 0 || !t.allows(addr, 4, rv64.Read|rv64.Write) || t.m.ReadMemoryInto(addr, b[:], nil) != nil {
		return
	}
	value := binary.LittleEndian.Uint32(b[:])
	if uint64(value&futexOwner) != t.id {
		return
	}
	t.output(addr, littleEndian32(value&futexWaiters|futexDied))
	if value&futexWaiters != 0 {
		t.wake(addr, 1, cInt)
	}
}
