package linux

import (
	"encoding/binary"

	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// The frame of a signal, which Linux builds on the stack for a handler: siginfo_t, then ucontext_t with the registers of
// the interrupted code. Offsets from the start of ucontext_t, as in asm/ucontext.h and asm/sigcontext.h of Linux 6.6:
//
//	  0 uc_flags, uc_link         16 uc_stack     40 uc_sigmask
//	176 pc, x1 to x31            432 f0 to f31   688 fcsr
//	952 records {magic, size}: the vector unit's (from 960: vstart, vl, vtype, vcsr, vlenb, address of the registers,
//	    registers), if the program uses it, then one with magic and size 0
const (
	infoSize     = 128
	contextStack = 16
	contextMask  = 40
	contextX     = 176
	contextF     = 432
	contextFCSR  = 688
	contextExtra = 952
	contextSize  = 960
	vectorMagic  = 0x53465457
	vectorHeader = 56 // the record's own header, and the words before the registers
)

// bytes returns a signal's siginfo_t.
func (s *signalInfo) bytes() []byte {
	b := make([]byte, infoSize)
	binary.LittleEndian.PutUint32(b, uint32(s.number))
	binary.LittleEndian.PutUint32(b[8:], uint32(s.code))
	copy(b[16:], s.fields)
	return b
}

// altStack is a stack for handlers.
type altStack struct {
	base, size uint64
	flags      uint32
}

// The flags of an altStack.
const (
	stackInUse    = 1
	stackDisabled = 2
	stackAutoOff  = 1 << 31
	leastAltStack = 2048
)

// isUsed reports whether an address is in the alternate stack.
func (s *altStack) isUsed(sp uint64) bool {
	return s.flags&stackAutoOff == 0 && sp > s.base && sp-s.base <= s.size
}

// words returns the stack_t.
func (s *altStack) words(sp uint64) []uint64 {
	flags := uint64(s.flags)
	switch {
	case s.size == 0:
		flags |= stackDisabled
	case s.isUsed(sp):
		flags |= stackInUse
	}
	return []uint64{s.base, flags, s.size}
}

// sigaltstack changes the stack for handlers, unless it is in use. The second word of a stack_t is flags and padding.
func (t *thread) sigaltstack(a [6]uint64) uint64 {
	var b [24]byte
	if a[0] != 0 && !(t.input(a[0], b[:12], "the stack") && t.input(a[0]+16, b[16:], "the stack")) {
		return failure(errFault)
	}
	old := t.altStack.words(t.m.X(2))
	if a[0] != 0 {
		le := binary.LittleEndian
		if number := t.setAltStack(altStack{le.Uint64(b[:]), le.Uint64(b[16:]), le.Uint32(b[8:])}); number != 0 {
			return failure(number)
		}
	}
	if a[1] != 0 {
		return t.put(a[1], old...)
	}
	return 0
}

func (t *thread) setAltStack(s altStack) (number uint64) {
	mode := s.flags &^ stackAutoOff
	switch {
	case t.altStack.size != 0 && t.altStack.isUsed(t.m.X(2)):
		return errNotPermitted
	case mode != 0 && mode != stackInUse && mode != stackDisabled:
		return errInvalid
	case mode == stackDisabled:
		s.base, s.size = 0, 0
	case s.size < leastAltStack:
		return errNoMemory
	}
	s.flags &= stackAutoOff
	t.altStack = s
	return 0
}

// handle makes the thread call the handler of a signal. If there is no room for the frame the process ends, as if by an
// access fault.
func (t *thread) handle(s signalInfo, action action) (ok bool) {
	sp := t.m.X(2)
	if alt := &t.altStack; action.flags&onAltStack != 0 && alt.size != 0 && !alt.isUsed(sp) {
		sp = alt.base + alt.size
	}
	vector := t.vectorRecord()
	size := uint64(infoSize+contextSize+len(vector)) + 8*min(1, uint64(len(vector)))
	at := (sp - (size+15)&^15) &^ 15
	mask := t.blocked
	if t.afterCall != nil {
		mask, t.afterCall = *t.afterCall, nil
	}
	if !t.mayStore(at, (size+15)&^15) || !t.writeFrame(at, s, mask, vector) {
		t.die(signalSegment)
		return false
	}
	t.blocked |= action.mask
	if action.flags&noDefer == 0 {
		t.blocked |= bitOf(s.number)
	}
	t.blocked &^= unblockable
	if action.flags&resetHandler != 0 {
		t.actions.table[s.number].handler = defaultHandler
	}
	if t.altStack.flags&stackAutoOff != 0 {
		t.altStack = altStack{}
	}
	m := t.m
	m.SetX(2, at)
	m.SetX(10, s.number)
	m.SetX(11, at)
	m.SetX(12, at+infoSize)
	m.EnterHandler(action.handler, trampoline)
	return true
}

// writeFrame writes the frame of a signal, with the defined bits of the registers.
func (t *thread) writeFrame(at uint64, s signalInfo, mask uint64, vector []byte) bool {
	context := make([]byte, contextSize)
	defined := make([]byte, contextSize)
	for i := range defined {
		defined[i] = 0xff
	}
	le, m := binary.LittleEndian, t.m
	copy(context[contextStack:], littleEndian(t.altStack.words(m.X(2))))
	le.PutUint64(context[contextMask:], mask)
	le.PutUint64(context[contextX:], m.PC)
	for i := 1; i < 32; i++ {
		le.PutUint64(context[contextX+8*i:], m.X(i))
		le.PutUint64(defined[contextX+8*i:], m.XDefined(i))
	}
	for i := range 32 {
		le.PutUint64(context[contextF+8*i:], m.F(i))
		le.PutUint64(defined[contextF+8*i:], m.FDefined(i))
	}
	le.PutUint32(context[contextFCSR:], uint32(m.FCSR()))
	if len(vector) > 0 {
		base := at + infoSize + contextExtra
		le.PutUint64(vector[vectorHeader-8:], base+vectorHeader)
		copy(context[contextExtra:], vector)
		rest := append(vector[contextSize-contextExtra:], make([]byte, 8)...) // the last record
		if m.WriteMemory(at+infoSize+contextSize, rest) != nil {
			return false
		}
	}
	return m.WriteMemory(at, s.bytes()) == nil && m.WriteMemoryDefined(at+infoSize, context, defined) == nil
}

// vectorRecord returns the record of the vector unit, without the address in it; nil if the program has never
// configured the unit.
func (t *thread) vectorRecord() []byte {
	state := t.m.VectorContext()
	if state.VType>>63 != 0 {
		return nil
	}
	b := littleEndian32(vectorMagic, uint32(vectorHeader+len(state.Registers)))
	b = append(b, littleEndian([]uint64{state.VStart, state.VL, state.VType, state.VCSR, uint64(len(state.Registers)) / 32, 0})...)
	return append(b, state.Registers...)
}

// sigreturn restores what the frame at sp holds.
func (t *thread) sigreturn([6]uint64) uint64 {
	t.leaves = true
	at := t.m.X(2) + infoSize
	context := make([]byte, contextSize)
	if !t.allows(at, contextSize, rv64.Read) {
		t.die(signalSegment)
		return 0
	}
	defined, err := t.m.ReadMemory(at, context)
	if err != nil {
		t.die(signalSegment)
		return 0
	}
	le, m := binary.LittleEndian, t.m
	word := func(offset int) uint64 { return le.Uint64(context[offset:]) }
	for i := 1; i < 32; i++ {
		m.SetXDefined(i, word(contextX+8*i), le.Uint64(defined[contextX+8*i:]))
	}
	for i := range 32 {
		m.SetFDefined(i, word(contextF+8*i), le.Uint64(defined[contextF+8*i:]))
	}
	m.SetFCSR(uint64(le.Uint32(context[contextFCSR:])))
	if le.Uint32(context[contextExtra:]) == vectorMagic && !t.restoreVector(at+contextExtra) {
		t.die(signalSegment)
		return 0
	}
	m.PC = word(contextX)
	t.blocked = word(contextMask) &^ unblockable
	stack := altStack{word(contextStack), word(contextStack + 16), le.Uint32(context[contextStack+8:]) &^ stackInUse}
	t.setAltStack(stack)
	return 0
}

// restoreVector restores the vector unit from a record.
func (t *thread) restoreVector(at uint64) bool {
	state := t.m.VectorContext()
	b := make([]byte, vectorHeader+len(state.Registers))
	if !t.allows(at, uint64(len(b)), rv64.Read) || t.m.ReadMemoryInto(at, b, nil) != nil {
		return false
	}
	le := binary.LittleEndian
	state.VStart, state.VL, state.VType, state.VCSR = le.Uint64(b[8:]), le.Uint64(b[16:]), le.Uint64(b[24:]), le.Uint64(b[32:])
	state.Registers = b[vectorHeader:]
	t.m.SetVectorContext(state)
	return true
}
