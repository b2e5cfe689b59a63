package rv64

// frame is what a call must leave unchanged. Only calls that link ra make one: out-of-line prologues, which change sp
// on purpose, link t0.
type frame struct {
	target uint64 // the return address
	entry  uint64 // of the called function
	saved  [13]uint64
	floats [12]uint64
	gp, tp uint64
	caller provenance // of the caller's registers
	kept   int        // where the call's slots begin in Machine.kept
}

// sp returns the caller's stack pointer: the end of the callee's call frame.
func (f *frame) sp() uint64 { return f.saved[0] }

// provenance is what is known of the registers, besides their values, since the call was entered: a bit for each.
type provenance struct {
	// ofStack: an integer register holds an address derived from sp.
	ofStack uint64
	// untouched: the register still holds what it held at the call.
	untouched, untouchedFloats uint64
}

// writers are the addresses of the instructions that wrote each register last; 0 if unknown.
type writers struct {
	x [64]uint64 // as long as Machine.x, for the sink
	f [32]uint64
}

// The provenance at a call: sp is the only address, and no register is touched.
var atCall = provenance{ofStack: 1 << stackPointer, untouched: allBits, untouchedFloats: allBits}

// linkRegister is ra, stackPointer sp.
const (
	linkRegister = 1
	stackPointer = 2
)

// preservedRegisters are sp and s0 to s11, in the order of frame.saved; preservedFloats are fs0 to fs11.
var (
	preservedRegisters = [13]uint8{2, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27}
	preservedFloats    = [12]uint8{8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27}
)

// savedInFrame is the set of the registers that a prologue saves: ra, s0 to s11. savedFloatsInFrame has the same
// numbers without ra.
const (
	savedInFrame       = 1<<linkRegister | savedFloatsInFrame
	savedFloatsInFrame = 1<<8 | 1<<9 | 0x3ff<<18
)

// preserved and preservedFloat report whether a callee must preserve a register (or must not use it at all).
func preserved(n int) bool      { return n <= 4 || preservedFloat(n) }
func preservedFloat(n int) bool { return savedFloatsInFrame>>n&1 != 0 }

// deepest is the number of calls that are remembered: as many as the smallest call frames that fit a stack of 8 MiB. A
// program that links more often without returning makes no real calls, and must not make the host remember them.
const deepest = 8 << 20 / 16

func (m *Machine) pushFrame(entry, target uint64) {
	if len(m.frames) >= deepest {
		m.dropFrames(0)
	}
	if len(m.frames) < cap(m.frames) {
		m.frames = m.frames[:len(m.frames)+1]
	} else {
		m.frames = append(m.frames, frame{})
	}
	f := &m.frames[len(m.frames)-1]
	f.entry, f.target, f.gp, f.tp = entry, target, m.x[3], m.x[4]
	x, d := &m.x, &m.f
	f.saved = [13]uint64{x[2], x[8], x[9], x[18], x[19], x[20], x[21], x[22], x[23], x[24], x[25], x[26], x[27]}
	f.floats = [12]uint64{d[8], d[9], d[18], d[19], d[20], d[21], d[22], d[23], d[24], d[25], d[26], d[27]}
	f.caller, f.kept = m.from, len(m.kept)
	m.from, m.ceiling = atCall, f.sp()
}

// overwritten returns 0 if the registers that a callee must preserve are those of the frame.
func (m *Machine) overwritten(at *frame) uint64 {
	x, f, a, b := &m.x, &m.f, &at.saved, &at.floats
	return (a[0] ^ x[2]) | (a[1] ^ x[8]) | (a[2] ^ x[9]) | (a[3] ^ x[18]) | (a[4] ^ x[19]) |
		(a[5] ^ x[20]) | (a[6] ^ x[21]) | (a[7] ^ x[22]) | (a[8] ^ x[23]) | (a[9] ^ x[24]) |
		(a[10] ^ x[25]) | (a[11] ^ x[26]) | (a[12] ^ x[27]) |
		(b[0] ^ f[8]) | (b[1] ^ f[9]) | (b[2] ^ f[18]) | (b[3] ^ f[19]) | (b[4] ^ f[20]) |
		(b[5] ^ f[21]) | (b[6] ^ f[22]) | (b[7] ^ f[23]) | (b[8] ^ f[24]) | (b[9] ^ f[25]) |
		(b[10] ^ f[26]) | (b[11] ^ f[27])
}

// dropFrames forgets all frames but the first n, and the registers saved in them.
func (m *Machine) dropFrames(n int) {
	if n >= len(m.frames) {
		return
	}
	f := &m.frames[n]
	m.forgetKept(f.kept, allBits)
	m.from = f.caller
	m.from.ofStack &= savedInFrame | 1<<stackPointer
	m.from.untouched &^= 1 << linkRegister // the call has written ra
	m.frames = m.frames[:n]
	m.ceiling = allBits
	if n > 0 {
		m.ceiling = m.frames[n-1].sp()
	}
}

// enterCall checks and records a call, before it is executed.
func (m *Machine) enterCall(entry, target uint64) bool {
	if sp := m.x[2]; m.config.Checks&CheckAlign != 0 && sp&15 != 0 {
		return m.broken("stack-alignment", "sp is %#x at a call", sp)
	}
	if m.config.Checks&(CheckCalls|CheckThread|CheckClobber|CheckFrames) != 0 {
		m.pushFrame(entry, target)
	}
	if m.config.AllowUnwind {
		m.noteCall(target)
	}
	return true
}

// leave checks a return to target and forgets the call.
func (m *Machine) leave(target uint64) bool {
	if len(m.frames) == 0 {
		return true
	}
	top := len(m.frames) - 1
	f := &m.frames[top]
	if f.target != target && m.config.AllowUnwind && (m.x[stackPointer] > f.sp() || m.wasCalled(target)) {
		m.unwind()
		return true
	}
	m.dropFrames(top)
	if m.config.Checks&CheckCalls != 0 && !m.leftWhole(f, target) {
		return false
	}
	if m.config.Checks&CheckThread != 0 {
		if m.x[3] != f.gp {
			return m.brokenBy(m.writers.x[3], "global-pointer", "gp is %#x at a return, was %#x at the call", m.x[3], f.gp)
		}
		if m.x[4] != f.tp {
			return m.brokenBy(m.writers.x[4], "thread-pointer", "tp is %#x at a return, was %#x at the call", m.x[4], f.tp)
		}
	}
	m.clobber()
	return true
}

// leftWhole checks the return address, the stack pointer and the registers that a callee must preserve.
func (m *Machine) leftWhole(f *frame, target uint64) bool {
	if f.target != target {
		return m.brokenBy(m.writers.x[linkRegister], "return-address", "return to %#x, called from before %#x", target, f.target)
	}
	if m.overwritten(f) == 0 {
		return true
	}
	for i, n := range preservedRegisters {
		if m.x[n&31] == f.saved[i] {
			continue
		}
		rule := "callee-saved"
		if n == stackPointer {
			rule = "stack-pointer"
		}
		return m.brokenBy(m.writers.x[n], rule, "%s is %#x at a return, was %#x at the call", integerNames[n], m.x[n&31], f.saved[i])
	}
	for i, n := range preservedFloats {
		if m.f[n&31] != f.floats[i] {
			return m.brokenBy(m.writers.f[n], "callee-saved", "%s is %#x at a return, was %#x at the call", floatNames[n], m.f[n&31], f.floats[i])
		}
	}
	return true
}

// noteCall remembers that a call was made that returns to target, the address after the current instruction.
func (m *Machine) noteCall(target uint64) {
	r := m.find(m.PC)
	if r == nil {
		return
	}
	if r.called == nil {
		r.called = make([]uint64, r.size()/128+1)
	}
	if at := (target - r.base) / 2; at/64 < uint64(len(r.called)) {
		r.called[at/64] |= 1 << (at % 64)
	}
}

// wasCalled reports whether an earlier call returns to target. A jump out of calls goes to such an address, or up the
// stack; an overwritten return address does neither.
func (m *Machine) wasCalled(target uint64) bool {
	r := m.find(target)
	return r != nil && r.called != nil && r.called[(target-r.base)/128]>>((target-r.base)/2%64)&1 != 0
}

// unwind forgets the calls that a jump out of several has left: those made with sp no higher than it is now.
func (m *Machine) unwind() {
	n := len(m.frames)
	for n > 0 && m.frames[n-1].sp() <= m.x[2] {
		n--
	}
	m.dropFrames(n)
}

// clobber makes undefined what a callee may have overwritten.
func (m *Machine) clobber() {
	if m.config.Checks&CheckClobber == 0 {
		return
	}
	clear(m.xm[5:8])
	clear(m.xm[12:18])
	clear(m.xm[28:32])
	clear(m.fm[:8])
	clear(m.fm[12:18])
	clear(m.fm[28:])
}

// belowStack reports whether an address below sp is in the stack, and ends the execution if so.
func (m *Machine) belowStack(addr uint64) bool {
	r := m.stack
	if r == nil || m.config.Checks&CheckMemory == 0 || addr-r.base >= r.size() || m.x[2]-r.base > r.size() {
		return false
	}
	m.broken("below-stack", "address %#x is %d bytes below sp", addr, m.x[2]-addr)
	return true
}

// popStack makes undefined what sp has risen over.
func (m *Machine) popStack(from, to uint64) {
	r := m.stack
	if r == nil || from-r.base >= r.size() || to-r.base > r.size() {
		return
	}
	if r.mask != nil {
		r.touch(from-r.base, to-from)
		clear(r.masked(from-r.base, to-from))
		m.Spend(to - from)
	}
	if top := len(m.frames) - 1; top >= 0 {
		m.forgetKept(m.frames[top].kept, to)
	}
}
