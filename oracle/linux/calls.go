package linux

import (
	"fmt"
	"slices"

	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// The errors that system calls return, with the numbers of Linux.
const (
	errNotPermitted = 1
	errNoEntry      = 2
	errNoProcess    = 3
	errInterrupted  = 4
	errInputOutput  = 5
	errNoPartner    = 6
	errTooLong      = 7
	errNotProgram   = 8
	errBadFile      = 9
	errNoChild      = 10
	errAgain        = 11
	errNoMemory     = 12
	errAccess       = 13
	errFault        = 14
	errBusy         = 16
	errExists       = 17
	errOtherDevice  = 18
	errNoDevice     = 19
	errNotDirectory = 20
	errIsDirectory  = 21
	errInvalid      = 22
	errTooMany      = 24
	errNotTTY       = 25
	errTooLarge     = 27
	errNoSpace      = 28
	errSeekPipe     = 29
	errReadOnly     = 30
	errBrokenPipe   = 32
	errRange        = 34
	errDeadlock     = 35
	errNameTooLong  = 36
	errNoLocks      = 37
	errNoSystem     = 38
	errNotEmpty     = 39
	errManyLinks    = 40
	errNotSocket    = 88
	errNoTarget     = 89
	errMessageSize  = 90
	errNoOption     = 92
	errProtocol     = 93
	errSocketKind   = 94
	errNotSupported = 95
	errFamily       = 97
	errAddressInUse = 98
	errNoAddress    = 99
	errUnreachable  = 101
	errReset        = 104
	errIsConnected  = 106
	errNotConnected = 107
	errTimedOut     = 110
	errRefused      = 111
)

// failure returns what a system call that fails with an error returns.
func failure(number uint64) uint64 { return -number }

// call is one system call: its name, how many of its arguments are always used, and what it does.
type call struct {
	name string
	args int
	do   func(t *thread, a [6]uint64) uint64
}

// onFile makes a system call of one on the open file whose descriptor is the first argument.
func onFile(do func(t *thread, d descriptor, a [6]uint64) uint64) func(t *thread, a [6]uint64) uint64 {
	return func(t *thread, a [6]uint64) uint64 {
		d, ok := t.files.table[a[0]]
		if !ok {
			return failure(errBadFile)
		}
		return do(t, d, a)
	}
}

// callWork is the host work of a system call, besides the bytes that it moves.
const callWork = 4096

// serve serves the ecall of the running thread: number in a7, arguments from a0, result in a0. A call that has to wait
// is executed again, from its ecall, when the thread may go on.
func (k *kernel) serve(m *rv64.Machine) (stop bool) {
	t, number := k.running, m.X(17)
	c, ok := calls[number]
	m.Spend(callWork)
	if !ok {
		k.countUnknown(number)
		m.SetX(10, failure(errNoSystem))
		return false
	}
	t.present = c.name
	for i := range c.args {
		if !t.argument(i, allBits) {
			return true
		}
	}
	var a [6]uint64
	for i := range a {
		a[i] = m.X(10 + i)
	}
	t.leaves = false
	result := c.do(t, a)
	switch {
	case t.failed:
		return true
	case t.dead, t.wait != nil, t.leaves:
		m.End(oracle.OutOfSteps, "switch", "")
		return true
	}
	t.call = progress{}
	t.restoreMask()
	m.SetX(10, result)
	if t.hasSignal() || number == yields {
		m.PC += 4
		m.End(oracle.OutOfSteps, "switch", "")
		return true
	}
	return false
}

// await makes the thread wait until ready returns true or the clock reaches a moment; the call is then executed again.
func (t *thread) await(ready func() bool, deadline uint64) uint64 {
	t.wait = &wait{ready: ready, deadline: deadline}
	t.call.again = true
	return 0
}

// fail ends the run in a system call, which breaks a rule or is not supported.
func (t *thread) fail(ending oracle.Ending, reason, place string) {
	t.failed = true
	t.m.End(ending, reason, t.m.Where()+place)
}

// argument reports whether bits of argument i of the current call are defined, and ends the program if they are
// undefined.
func (t *thread) argument(i int, bits uint64) bool {
	defined := t.m.XDefined(10 + i)
	if !t.tracking() || defined&bits == bits {
		return true
	}
	t.fail(oracle.Broken, "undefined-argument",
		fmt.Sprintf(": a%d is %#x, of which bits %#x are defined as an argument of %s", i, t.m.X(10+i), defined, t.present))
	return false
}

// input reads what a pointer argument points to, which must be completely defined; what names it. If it returns false
// the call fails with errFault, or the program has ended.
func (t *thread) input(addr uint64, b []byte, what string) bool {
	size := uint64(len(b))
	if !t.allows(addr, size, rv64.Read) || t.m.ReadMemoryInto(addr, b, nil) != nil {
		return false
	}
	return t.isDefined(addr, size, what)
}

// isDefined reports whether memory that a system call reads is defined, and ends the program if not.
func (t *thread) isDefined(addr, size uint64, what string) bool {
	if !t.tracking() {
		return true
	}
	defined, err := t.m.ReadMemory(addr, make([]byte, size))
	undefined := slices.IndexFunc(defined, func(mask byte) bool { return mask != 0xff })
	if err == nil && undefined < 0 {
		return true
	}
	t.fail(oracle.Broken, "undefined-argument", fmt.Sprintf(": byte %#x, which is number %d of %s, is undefined in a call of %s",
		addr+uint64(undefined), undefined, what, t.present))
	return false
}

func (t *thread) tracking() bool { return t.config.Checks&rv64.CheckUndefined != 0 }

func (t *thread) mayStore(addr, size uint64) bool { return t.allows(addr, size, rv64.Write) }

// output writes to where a pointer argument points.
func (t *thread) output(addr uint64, b []byte) bool {
	return t.mayStore(addr, uint64(len(b))) && t.m.WriteMemory(addr, b) == nil
}

// put writes words to guest memory.
func (t *thread) put(addr uint64, words ...uint64) uint64 {
	if !t.output(addr, littleEndian(words)) {
		return failure(errFault)
	}
	return 0
}
