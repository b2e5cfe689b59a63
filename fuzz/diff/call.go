package diff

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/convention"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// The registers that a call uses; argument register n of a kind is a0 + n.
const (
	a0 = 10
	sp = 2
)

// notCanonical is the rule that a value breaks that is not extended or boxed as the psABI requires.
const notCanonical = "not-canonical"

// layOut returns a value in memory layout, and which of its bits are defined.
type layOut func(*air.Value) (bytes, defined []byte, err error)

// passArguments puts the arguments of a run where the entry expects them by the harness's own reading of the calling
// convention, that of package convention.
func passArguments(m *rv64.Machine, places *convention.Signature, t *air.Type, args []*air.Value, lay layOut) error {
	p := placer{machine: m, c: t.CallC, copies: argumentBase, stack: make([]byte, places.StackSize), defined: make([]byte, places.StackSize)}
	if places.Result.Indirect {
		if err := m.Map(rv64.Region{Name: "result", Addr: resultBase, Size: t.Elem.Size(), Rights: rv64.Read | rv64.Write}); err != nil {
			return err
		}
		p.put(places.Result.Pieces()[0], resultBase, allDefined)
	}
	for i, v := range args {
		place := &places.Params[i]
		if len(place.Pieces()) == 0 || p.scalar(place, v) {
			continue
		}
		bytes, defined, err := lay(v)
		if err == nil {
			err = p.value(place, bytes, defined)
		}
		if err != nil {
			return err
		}
	}
	return p.finish()
}

// scalarOf returns the integer type by which a scalar of at most 64 bits is extended in an integer register.
func scalarOf(t *air.Type) (*air.Type, bool) {
	s, ok := t.Scalar()
	return s, ok && s.Bits <= 64
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

// placer puts arguments into registers and onto the stack.
type placer struct {
	machine        *rv64.Machine
	c              bool // the C calling convention
	stack, defined []byte
	copies         uint64 // where the next value that is passed by reference is put
}

// put puts a word in its place.
func (p *placer) put(to convention.Piece, word, defined uint64) {
	word = word&defined | undefinedArgument&^defined
	switch to.Space {
	case convention.Integer:
		p.machine.SetXDefined(a0+to.N, word, defined)
	case convention.Float:
		p.machine.SetF(a0+to.N, word)
	case convention.Stack:
		binary.LittleEndian.PutUint64(p.stack[to.N:], word)
		binary.LittleEndian.PutUint64(p.defined[to.N:], defined)
	}
}

// scalar places a number of up to one word, which most arguments are, and reports whether it was one.
func (p *placer) scalar(to *convention.Value, v *air.Value) bool {
	if v.Kind != air.IntValue || to.Type.Size() > 8 {
		return false
	}
	return p.number(to.Type, to.Pieces()[0], v.Uint64())
}

// number places a scalar, extended, or a float, boxed where the convention boxes it. It reports whether it was one.
func (p *placer) number(t *air.Type, to convention.Piece, bits uint64) bool {
	s, ok := scalarOf(t)
	switch {
	case ok:
		p.put(to, canonical(bits, s), allDefined)
	case t.Kind != air.Float:
		return false
	case to.Space == convention.Float || !p.c && t != air.F16:
		p.put(to, ^uint64(0)<<(8*to.Size-1)<<1|bits, allDefined)
	default: // nothing is known above a narrow float outside the registers for floats
		p.put(to, bits, uint64(1)<<(8*to.Size-1)<<1-1)
	}
	return true
}

// value places a value in memory layout. A mask of nil defines all of it.
func (p *placer) value(to *convention.Value, bytes, defined []byte) error {
	if to.Indirect {
		return p.reference(to.Pieces()[0], bytes, defined)
	}
	if defined == nil {
		defined = slices.Repeat([]byte{0xff}, len(bytes))
	}
	for _, piece := range to.Pieces() {
		word, mask := wordAt(piece.Of(bytes), 0), wordAt(piece.Of(defined), 0)
		switch {
		case len(bytes) <= 8 && p.number(to.Type, piece, word):
		case piece.Space == convention.Float:
			p.put(piece, ^uint64(0)<<(8*piece.Size-1)<<1|word, allDefined)
		default:
			p.put(piece, word, mask)
		}
	}
	return nil
}

// wordAt returns eight bytes, or what there is of them.
func wordAt(bytes []byte, at int) uint64 {
	var word [8]byte
	copy(word[:], bytes[at:])
	return binary.LittleEndian.Uint64(word[:])
}

// reference places the address of a copy of a value.
func (p *placer) reference(to convention.Piece, bytes, defined []byte) error {
	addr := p.copies
	p.copies += uint64(len(bytes)+4095) &^ 4095
	if err := p.machine.Map(rv64.Region{Name: "argument", Addr: addr, Size: uint64(len(bytes)), Rights: rv64.Read | rv64.Write}); err != nil {
		return err
	}
	p.put(to, addr, allDefined)
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

// takeResult reads what a function returned, in its memory layout.
func takeResult(m *rv64.Machine, places *convention.Signature, t *air.Type, out *oracle.Outcome) {
	if places.Result.Indirect { // the callee need not return the address
		out.Result, out.Defined = memoryAt(m, resultBase, t.Elem)
		return
	}
	var broken string
	if out.Result, out.Defined, broken = take(m, &places.Result); broken != "" {
		out.Ending, out.Reason, out.Place = oracle.Broken, notCanonical, "the result of type "+t.Elem.String()+" is "+broken
	}
}

// take reads a value from its place, in its memory layout. A scalar that is not extended, or a float that is not boxed,
// is broken, and described.
func take(m *rv64.Machine, from *convention.Value) (bytes, defined []byte, broken string) {
	if from.Indirect {
		at, _ := pieceOf(m, from.Pieces()[0])
		bytes, defined = memoryAt(m, at, from.Type)
		return bytes, defined, ""
	}
	size := int(from.Type.Size())
	bytes, defined = make([]byte, size), make([]byte, size)
	for _, piece := range from.Pieces() {
		word, mask := pieceOf(m, piece)
		for i := range piece.Size {
			bytes[piece.At+i], defined[piece.At+i] = byte(word>>(i*8)), byte(mask>>(i*8))
		}
		s, ok := scalarOf(from.Type)
		switch {
		case piece.Space == convention.Float && rv64.Unboxed(word, mask, uint32(piece.Size)) != 0:
			broken = fmt.Sprintf("%#x, which is not boxed", word)
		case ok && mask == allDefined && word != canonical(word, s):
			broken = fmt.Sprintf("%#x", word)
		}
	}
	return bytes, defined, broken
}

// memoryAt returns the value of a type in memory; where there is none, nothing of it is defined.
func memoryAt(m *rv64.Machine, at uint64, t *air.Type) (bytes, defined []byte) {
	bytes, defined = make([]byte, t.Size()), make([]byte, t.Size())
	if err := m.ReadMemoryInto(at, bytes, defined); err != nil {
		clear(defined)
	}
	return bytes, defined
}

// pieceOf returns the register or stack slot of a piece, and which of its bits are defined.
func pieceOf(m *rv64.Machine, p convention.Piece) (word, defined uint64) {
	switch p.Space {
	case convention.Integer:
		return m.X(a0 + p.N), m.XDefined(a0 + p.N)
	case convention.Float:
		return m.F(a0 + p.N), m.FDefined(a0 + p.N)
	}
	var bytes, mask [8]byte
	if err := m.ReadMemoryInto(m.X(sp)+uint64(p.N), bytes[:], mask[:]); err != nil {
		return 0, 0
	}
	return binary.LittleEndian.Uint64(bytes[:]), binary.LittleEndian.Uint64(mask[:])
}

// extern answers a call of an extern function: it records the call, and makes the result from the arguments.
func (e *execution) extern(m *rv64.Machine, f *air.Func) bool {
	places, c := e.loaded.convention(f.Type), f.Type.CallC
	args := make([]uint64, 0, len(places.Params))
	for i := range places.Params {
		place := &places.Params[i]
		bytes, defined, broken := take(m, place)
		if broken != "" {
			m.End(oracle.Broken, notCanonical, fmt.Sprintf("pc %#x: argument %d of @%s, of type %s, is %s", m.PC, i, f.Name, place.Type, broken))
			return true
		}
		args = appendArgument(args, place, bytes, defined)
	}
	e.Calls = append(e.Calls, oracle.Call{Name: f.Name, Args: args})
	result, _ := answer(f.Name, args)
	if t := f.Type.Elem; len(places.Result.Pieces()) > 0 {
		p := placer{machine: m, c: c}
		p.number(t, places.Result.Pieces()[0], result&(1<<(t.BitSize()-1)<<1-1))
	}
	return m.Return()
}

// appendArgument appends an argument as the oracles record it: a number as one canonical word, floats as if they were
// unsigned integers of their width, everything else as words of its memory, where undefined bits are 0.
func appendArgument(args []uint64, place *convention.Value, bytes, defined []byte) []uint64 {
	for at := 0; at < len(bytes); at += 8 {
		word := wordAt(bytes, at) & wordAt(defined, at)
		if s, ok := scalarOf(place.Type); ok {
			word = canonical(word, s)
		} else if place.Type.Kind == air.Float && place.Type.Bits < 64 {
			word = canonical(word, air.IntType(false, place.Type.Bits))
		}
		args = append(args, word)
	}
	return args
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
