package diff

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// argumentRegisters is how many words travel in registers, from a0 or fa0 on; the others are on the stack, eight bytes
// each (psABI, "Integer Calling Convention").
const (
	argumentRegisters = 8
	a0                = 10
	sp                = 2
)

// notCanonical is the rule that a value breaks that is not extended or boxed as the psABI requires.
const notCanonical = "not-canonical"

// passArguments puts the arguments of a run where the entry expects them. The calling convention is written here once
// more, independent of the code generator's: f32 and f64 in floating-point registers, everything else of up to two
// words in integer registers, larger values by reference. A result of more than two words goes where a pointer in a0
// points. Functions of convention C may take or return no aggregate of up to two words that holds floats.
func passArguments(m *rv64.Machine, g *loaded, t *air.Type, args []*air.Value) error {
	p := placer{machine: m, c: t.CallC, copies: argumentBase}
	if t.CallC && splitsFloats(t.Elem) {
		return fmt.Errorf("a result of type %s in the C calling convention", t.Elem)
	}
	if byReference(t.Elem) {
		if err := m.Map(rv64.Region{Name: "result", Addr: resultBase, Size: t.Elem.Size(), Rights: rv64.Read | rv64.Write}); err != nil {
			return err
		}
		p.word(resultBase, allDefined)
	}
	for _, v := range args {
		if !v.Type.HasBits() || p.scalar(v) {
			continue
		}
		bytes, defined, err := g.program.Layout(v)
		if err == nil {
			err = p.value(v.Type, bytes, defined)
		}
		if err != nil {
			return err
		}
	}
	return p.finish()
}

func byReference(t *air.Type) bool { return t.Size() > 16 }

// isFloat reports whether values of a type travel in floating-point registers.
func isFloat(t *air.Type) bool { return t.Kind == air.Float && (t.Bits == 32 || t.Bits == 64) }

// scalarOf returns the integer type by which a scalar in an integer register is extended; an f16 is its bits.
func scalarOf(t *air.Type) (*air.Type, bool) {
	if t == air.F16 {
		return air.U16, true
	}
	return t.Scalar()
}

// splitsFloats reports whether convention C may take a value of a type apart into floating-point registers.
func splitsFloats(t *air.Type) bool {
	return !byReference(t) && (t.Kind == air.Struct || t.Kind == air.Array) && holds(t, isFloat)
}

// holds reports whether a type, or the type of a part of it, is one of those.
func holds(t *air.Type, is func(*air.Type) bool) bool {
	switch t.Kind {
	case air.Optional, air.ErrorUnion, air.Array, air.Vector:
		return is(t) || holds(t.Elem, is)
	case air.Struct, air.Union:
		return is(t) || slices.ContainsFunc(t.Fields, func(f air.Field) bool { return holds(f.Type, is) })
	}
	return is(t)
}

const allDefined = ^uint64(0)

// undefinedArgument is what the machine finds in undefined bits of arguments.
const undefinedArgument = 0x5ca1ab1e5ca1ab1e

// placer hands out argument registers and, when these are used up, the stack.
type placer struct {
	machine      *rv64.Machine
	c            bool // the C calling convention
	ints, floats int
	stack        []byte
	defined      []byte // of stack
	copies       uint64 // where the next value that goes by reference is put
}

// scalar places a number of up to one word, which most arguments are, and reports whether it was one.
func (p *placer) scalar(v *air.Value) bool {
	s, ok := scalarOf(v.Type)
	switch {
	case v.Kind != air.IntValue:
		return false
	case isFloat(v.Type):
		p.float(v.Type, v.Uint64())
	case ok && s.Bits <= 64:
		p.word(canonical(v.Uint64(), s), allDefined)
	default:
		return false
	}
	return true
}

// value places a value in memory layout.
func (p *placer) value(t *air.Type, bytes, defined []byte) error {
	low, lowDefined := wordAt(bytes, 0), maskWordAt(defined, len(bytes), 0)
	s, scalar := scalarOf(t)
	switch {
	case byReference(t):
		return p.reference(bytes, defined)
	case isFloat(t):
		p.float(t, low)
	case p.c && splitsFloats(t):
		return fmt.Errorf("an argument of type %s in the C calling convention", t)
	case scalar && s.Bits <= 64:
		p.word(canonical(low, s), allDefined)
	case len(bytes) <= 8:
		p.word(low, lowDefined)
	default:
		p.words(t, [2]uint64{low, wordAt(bytes, 8)}, [2]uint64{lowDefined, maskWordAt(defined, len(bytes), 8)})
	}
	return nil
}

// wordAt returns eight bytes, or what there is of them.
func wordAt(bytes []byte, at int) uint64 {
	var word [8]byte
	copy(word[:], bytes[at:])
	return binary.LittleEndian.Uint64(word[:])
}

// maskWordAt is wordAt of a definedness mask over n bytes, of which nil means all.
func maskWordAt(mask []byte, n, at int) uint64 {
	if mask == nil {
		mask = slices.Repeat([]byte{0xff}, n)
	}
	return wordAt(mask, at)
}

func (p *placer) word(word, defined uint64) {
	if p.ints < argumentRegisters {
		p.machine.SetXDefined(a0+p.ints, word, defined)
		p.ints++
		return
	}
	p.push(word, defined)
}

func (p *placer) push(word, defined uint64) {
	p.stack = binary.LittleEndian.AppendUint64(p.stack, word)
	p.defined = binary.LittleEndian.AppendUint64(p.defined, defined)
}

// words places a value of two words. Only in convention C may the first be in the last register and the second on the
// stack, and only there is it aligned on the stack.
func (p *placer) words(t *air.Type, words, defined [2]uint64) {
	if !p.c && p.ints == argumentRegisters-1 {
		p.ints++
	}
	if p.c && t.Align() >= 16 && p.ints == argumentRegisters && len(p.stack)%16 != 0 {
		p.push(0, 0)
	}
	p.word(words[0], defined[0])
	p.word(words[1], defined[1])
}

// float places a float: its bits, with ones above them where it is narrower than its floating-point register.
func (p *placer) float(t *air.Type, bits uint64) {
	boxed := ^uint64(0)<<(t.Bits-1)<<1 | bits
	switch {
	case p.floats < argumentRegisters:
		p.machine.SetF(a0+p.floats, boxed)
		p.floats++
	case p.c: // nothing is known above a narrow float outside the registers for floats
		low := uint64(1)<<t.Bits - 1
		p.word(bits|undefinedArgument&^low, low)
	default:
		p.push(boxed, allDefined)
	}
}

// reference places the address of a copy of a value.
func (p *placer) reference(bytes, defined []byte) error {
	addr := p.copies
	p.copies += uint64(len(bytes)+4095) &^ 4095
	if err := p.machine.Map(rv64.Region{Name: "argument", Addr: addr, Size: uint64(len(bytes)), Rights: rv64.Read | rv64.Write}); err != nil {
		return err
	}
	p.word(addr, allDefined)
	if defined == nil {
		return p.machine.WriteMemory(addr, bytes)
	}
	return p.machine.WriteMemoryDefined(addr, bytes, defined)
}

func (p *placer) finish() error {
	top := uint64(stackTop-callerFrame) - uint64(len(p.stack)+15)&^15
	p.machine.SetX(sp, top)
	if len(p.stack) == 0 {
		return nil
	}
	return p.machine.WriteMemoryDefined(top, p.stack, p.defined)
}

// canonical extends the low bits of v as the psABI extends scalars: by their own signedness to 32 bits and from there
// as signed; from 33 bits on by their own.
func canonical(v uint64, t *air.Type) uint64 {
	if t.Bits == 0 {
		return 0
	}
	shift := 64 - t.Bits
	if t.Signed {
		v = uint64(int64(v<<shift) >> shift)
	} else {
		v = v << shift >> shift
	}
	if t.Bits <= 32 {
		v = uint64(int64(int32(v)))
	}
	return v
}

// takeResult reads what a function returned, in its memory layout: from a0 and a1, from fa0 for a float, or from the
// memory that it was told to write.
func takeResult(m *rv64.Machine, t *air.Type, out *oracle.Outcome) {
	size := int(t.Size())
	out.Result, out.Defined = make([]byte, size), make([]byte, size)
	if byReference(t) {
		if err := m.ReadMemoryInto(resultBase, out.Result, out.Defined); err != nil {
			clear(out.Defined)
		}
		return
	}
	for at := range size {
		value, defined := resultWord(m, t, at/8)
		out.Result[at], out.Defined[at] = byte(value>>(at%8*8)), byte(defined>>(at%8*8))
	}
	s, ok := scalarOf(t)
	value, defined := resultWord(m, t, 0)
	if isFloat(t) && size < 8 && rv64.Unboxed(value, defined, uint32(size)) != 0 {
		out.Ending, out.Reason = oracle.Broken, notCanonical
		out.Place = fmt.Sprintf("the result of type %s is %#x, which is not boxed", t, value)
		return
	}
	if ok && s.Bits <= 64 && t.HasBits() && defined == ^uint64(0) && value != canonical(value, s) {
		out.Ending, out.Reason = oracle.Broken, notCanonical
		out.Place = fmt.Sprintf("the result of type %s is %#x", t, value)
	}
}

func resultWord(m *rv64.Machine, t *air.Type, n int) (value, defined uint64) {
	if isFloat(t) {
		return m.F(a0 + n), m.FDefined(a0 + n)
	}
	return m.X(a0 + n), m.XDefined(a0 + n)
}

// extern answers a call of an extern function: it records the call, and makes the result from the arguments.
func (e *execution) extern(m *rv64.Machine, f *air.Func) bool {
	call, err := abi.Classify(f.Type)
	if err != nil {
		m.End(oracle.Unsupported, err.Error(), "@"+f.Name)
		return true
	}
	args := make([]uint64, 0, len(f.Type.Params))
	for i := range call.Params {
		for _, piece := range call.Params[i].Pieces() {
			if !boxed(m, &piece) {
				m.End(oracle.Broken, notCanonical, fmt.Sprintf("pc %#x: %s is %#x as an argument of @%s, which is not boxed", m.PC, piece.Reg, m.F(int(piece.Reg.Num())), f.Name))
				return true
			}
			args = append(args, word(m, &piece))
		}
	}
	e.Calls = append(e.Calls, oracle.Call{Name: f.Name, Args: args})
	result, _ := answer(f.Name, args)
	if t, ok := f.Type.Elem.Scalar(); ok && f.Type.Elem.HasBits() {
		m.SetX(a0, canonical(result, t))
	}
	return m.Return()
}

// boxed reports whether a piece is no float in a register, or has ones above it there.
func boxed(m *rv64.Machine, piece *abi.Loc) bool {
	if piece.Kind != abi.Register || !piece.Reg.IsFloat() || piece.Size >= 8 {
		return true
	}
	n := int(piece.Reg.Num())
	return rv64.Unboxed(m.F(n), m.FDefined(n), uint32(piece.Size)) == 0
}

// word returns a piece of an argument as the oracles record it: a canonical integer, or the bits of a float as if they
// were one.
func word(m *rv64.Machine, piece *abi.Loc) uint64 {
	switch {
	case piece.Kind == abi.Register && piece.Reg.IsFloat():
		return uint64(int64(m.F(int(piece.Reg.Num()))<<(64-8*piece.Size)) >> (64 - 8*piece.Size))
	case piece.Kind == abi.Register:
		return m.X(int(piece.Reg.Num()))
	}
	var bytes [8]byte
	if err := m.ReadMemoryInto(m.X(sp)+uint64(piece.Offset), bytes[:], nil); err != nil {
		return 0
	}
	return binary.LittleEndian.Uint64(bytes[:])
}

// answer returns the result of an extern function: a number that depends on all its arguments, the same for every
// oracle.
func answer(name string, args []uint64) (result uint64, ok bool) {
	const prime = 0x100000001b3 // of the FNV hash
	result = 0xcbf29ce484222325
	for i := range len(name) {
		result = (result ^ uint64(name[i])) * prime
	}
	for _, a := range args {
		result = (result ^ a ^ a>>32) * prime
	}
	return result, true
}
