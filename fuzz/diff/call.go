package diff

import (
	"encoding/binary"
	"fmt"

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

// passArguments puts the arguments of a run where the entry expects them. An entry takes scalars, each one canonical
// word, and their calling convention is written here once more, independent of the code generator's. A result of more
// than two words goes where a pointer in a0 points.
func passArguments(m *rv64.Machine, c *compiled, t *air.Type, args []*air.Value) error {
	p := placer{machine: m}
	if byReference(t.Elem) {
		r := rv64.Region{Name: "result", Addr: resultBase, Size: t.Elem.Size(), Rights: rv64.Read | rv64.Write}
		if err := m.Map(r); err != nil {
			return err
		}
		p.word(resultBase)
	}
	for _, v := range args {
		switch {
		case !v.Type.HasBits():
		case v.Type.Kind == air.Float && v.Type.Bits <= 64:
			p.float(v)
		default:
			word, err := c.argument(v)
			if err != nil {
				return err
			}
			p.word(word)
		}
	}
	return p.finish()
}

func byReference(t *air.Type) bool { return t.Size() > 16 }

// placer hands out argument registers and, when these are used up, the stack.
type placer struct {
	machine      *rv64.Machine
	ints, floats int
	stack        []byte
}

func (p *placer) word(word uint64) {
	if p.ints < argumentRegisters {
		p.machine.SetX(a0+p.ints, word)
		p.ints++
		return
	}
	p.stack = binary.LittleEndian.AppendUint64(p.stack, word)
}

// float places a float: its bits, with ones above them where it is narrower than its register.
func (p *placer) float(v *air.Value) {
	boxed := ^uint64(0)<<(v.Type.Bits-1)<<1 | v.Uint64()
	if p.floats < argumentRegisters {
		p.machine.SetF(a0+p.floats, boxed)
		p.floats++
		return
	}
	p.stack = binary.LittleEndian.AppendUint64(p.stack, boxed)
}

func (p *placer) finish() error {
	top := uint64(stackTop) - uint64(len(p.stack)+15)&^15
	p.machine.SetX(sp, top)
	if len(p.stack) == 0 {
		return nil
	}
	return p.machine.WriteMemory(top, p.stack)
}

// argument returns the canonical word of a scalar constant.
func (c *compiled) argument(v *air.Value) (uint64, error) {
	if v.Kind == air.SymbolValue {
		s, ok := c.image.Symbol(v.Symbol)
		if !ok {
			return 0, fmt.Errorf("argument @%s is not in the image", v.Symbol)
		}
		return s.Addr + uint64(v.Offset), nil
	}
	t, ok := v.Type.Scalar()
	if !ok || v.Kind != air.IntValue || t.Bits > 64 {
		return 0, fmt.Errorf("an argument of type %s is no scalar", v.Type)
	}
	return canonical(v.Uint64(), t), nil
}

// canonical extends the low bits of v as the psABI extends scalars: by their own signedness to 32 bits and from there as
// signed; from 33 bits on by their own.
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
	s, ok := t.Scalar()
	value, defined := resultWord(m, t, 0)
	if t.Kind == air.Float && size < 8 && rv64.Unboxed(value, defined, uint32(size)) != 0 {
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
	if t.Kind == air.Float {
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
