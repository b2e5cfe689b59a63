// Package abi classifies arguments and results into registers and stack slots, and names the registers that a callee
// preserves. Functions of the C calling convention follow lp64d of the RISC-V psABI ("Procedure Calling Convention"),
// all others a simpler convention of our own.
//
//	call := abi.Classify(fnType)
//	for i := range call.Params {
//		for _, piece := range call.Params[i].Pieces() { ... } // a0, a1, ... or the stack
//	}
//
// The internal convention (auto) takes parameters in order. A zero-bit parameter takes nothing; f16, f32 and f64
// take fa0..fa7; any other of at most 16 bytes takes one integer register per 8 bytes while all its registers are left, and
// then 8-byte stack slots; a larger one is passed by reference. A result travels as the first parameter would, in a0,
// a1, fa0; a larger one is written through a pointer that the caller passes in a0 before all parameters.
//
// A scalar in a register or stack slot is canonical: an integer narrower than 32 bits is extended to 32 by its own
// signedness and from there sign-extended to 64, one of 33 to 63 bits is extended to 64 by its own signedness, and a
// bool is 0 or 1. An f16 or f32 in a floating-point register is boxed; of an f16 on the stack only its two bytes count.
package abi

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// Kind is where a piece of a value is.
type Kind uint8

// The places of a piece.
const (
	Register Kind = iota // Reg
	Stack                // Offset bytes above the caller's sp
)

// Loc is the place of one piece of a value: its Size bytes from byte At on, in the low bytes of a register or stack
// slot.
type Loc struct {
	Kind   Kind
	Reg    isa.Reg
	Offset int64
	At     int64
	Size   int64
}

// Value is the place of one parameter or result.
type Value struct {
	Type *air.Type
	// ByRef reports whether the only piece is the address of the value: of a parameter, a copy that the caller made; of
	// a result, where to write it (the piece is then an argument).
	ByRef bool
	n     uint8
	locs  [2]Loc
}

// Pieces returns the places; there are none for a value without bits.
func (v *Value) Pieces() []Loc { return v.locs[:v.n] }

func (v *Value) add(l Loc) {
	v.locs[v.n] = l
	v.n++
}

// Call is the classification of a function type.
type Call struct {
	Params []Value
	Result Value
	// StackSize is the size in bytes of the stack arguments.
	StackSize int64
	// Integers is the number of integer argument registers in use; in a variadic function the unnamed arguments start
	// with the next.
	Integers int
}

// maxArgs is the number of argument registers per class.
const maxArgs = 8

func intArg(n int) isa.Reg   { return isa.A0 + isa.Reg(n) }
func floatArg(n int) isa.Reg { return isa.FA0 + isa.Reg(n) }

// Classify returns the places of the parameters and the result of a function type.
func Classify(fn *air.Type) *Call { return ClassifyCall(fn, nil) }

// ClassifyCall is Classify for a call of a variadic function that passes arguments of the types extra after the named
// ones.
func ClassifyCall(fn *air.Type, extra []*air.Type) *Call {
	c := classifier{call: &Call{Params: make([]Value, len(fn.Params)+len(extra))}, c: fn.CallC}
	c.result(fn.Elem)
	for i, t := range fn.Params {
		c.param(i, t, false)
	}
	for i, t := range extra {
		c.param(len(fn.Params)+i, t, true)
	}
	c.call.Integers = c.ints
	return c.call
}

// classifier allocates argument registers and stack slots.
type classifier struct {
	call         *Call
	c            bool
	ints, floats int
	stack        int64
}

func (c *classifier) result(t *air.Type) {
	v := &c.call.Result
	v.Type = t
	if t.Kind == air.NoReturn || !t.HasBits() {
		return
	}
	fresh := classifier{c: c.c}
	fresh.place(v, t, false)
	if v.ByRef {
		c.ints = 1
	}
}

func (c *classifier) param(i int, t *air.Type, variadic bool) {
	v := &c.call.Params[i]
	v.Type = t
	if !t.HasBits() {
		return
	}
	c.place(v, t, variadic)
	c.call.StackSize = c.stack
}

func (c *classifier) place(v *Value, t *air.Type, variadic bool) {
	switch {
	case c.c && !variadic && t.Kind != air.Float && c.inFloats(v, t):
	case t.Size() > 16:
		v.ByRef = true
		v.add(c.word(0, 8))
	case t.Kind == air.Float && t.Bits <= 64 && !variadic:
		v.add(c.float(0, int64(t.Size())))
	case c.c:
		c.wordsC(v, t, variadic)
	default:
		c.words(v, int64(t.Size()))
	}
}

// word takes the next integer register, or the next stack slot if there is none left.
func (c *classifier) word(at, size int64) Loc {
	if c.ints < maxArgs {
		c.ints++
		return Loc{Kind: Register, Reg: intArg(c.ints - 1), At: at, Size: size}
	}
	c.stack += 8
	return Loc{Kind: Stack, Offset: c.stack - 8, At: at, Size: size}
}

// float takes the next floating-point register; if none is left, C continues with the integer registers and auto with
// the stack.
func (c *classifier) float(at, size int64) Loc {
	switch {
	case c.floats < maxArgs:
		c.floats++
		return Loc{Kind: Register, Reg: floatArg(c.floats - 1), At: at, Size: size}
	case c.c:
		return c.word(at, size)
	}
	c.stack += 8
	return Loc{Kind: Stack, Offset: c.stack - 8, At: at, Size: size}
}

// words places a value of at most 16 bytes either all in registers or all on the stack.
func (c *classifier) words(v *Value, size int64) {
	if size > 8 && c.ints == maxArgs-1 {
		c.ints = maxArgs
	}
	for at := int64(0); at < size; at += 8 {
		v.add(c.word(at, min(size-at, 8)))
	}
}

// inFloats places a struct of one or two floats, or of a float and an integer, whatever padding it has, in
// floating-point registers while they last (psABI, "Hardware Floating-point Calling Convention"), and reports whether t
// is one.
func (c *classifier) inFloats(v *Value, t *air.Type) bool {
	parts, ok := flatten(nil, t, 0)
	if !ok || !c.fits(parts) {
		return false
	}
	for _, p := range parts {
		if p.float {
			v.add(c.float(p.at, p.size))
		} else {
			v.add(c.word(p.at, p.size))
		}
	}
	return true
}

// wordsC places a value of at most 16 bytes by the psABI's integer rules for C: by words, of which only the second may
// be on the stack; one aligned to 16 starts in an even register if it is variadic, and at a multiple of 16 on the stack.
func (c *classifier) wordsC(v *Value, t *air.Type, variadic bool) {
	if t.Align() >= 16 {
		if variadic && c.ints%2 == 1 {
			c.ints++
		}
		if c.ints == maxArgs {
			c.stack = (c.stack + 15) &^ 15
		}
	}
	size := int64(t.Size())
	for at := int64(0); at < size; at += 8 {
		v.add(c.word(at, min(size-at, 8)))
	}
}

// part is one scalar of a flattened struct.
type part struct {
	float    bool
	at, size int64
}

// fits reports whether a flattened struct has the shape {float}, {float, float}, {float, int} or {int, float} and
// enough registers are left for it.
func (c *classifier) fits(parts []part) bool {
	if len(parts) == 0 || len(parts) > 2 {
		return false
	}
	floats := 0
	for _, p := range parts {
		if p.float {
			floats++
		}
	}
	ints := len(parts) - floats
	return floats > 0 && c.floats+floats <= maxArgs && c.ints+ints <= maxArgs
}

// flatten appends the scalars of a struct or array; it fails for types that never travel in floating-point registers
// and for more than two scalars.
func flatten(parts []part, t *air.Type, at int64) ([]part, bool) {
	switch t.Kind {
	case air.Float:
		return append(parts, part{true, at, int64(t.Size())}), t.Bits <= 64
	case air.Struct:
		if t.Container == air.Packed {
			break
		}
		for i := range t.Fields {
			if t.Fields[i].Comptime != nil || !t.Fields[i].Type.HasBits() {
				continue
			}
			var ok bool
			parts, ok = flatten(parts, t.Fields[i].Type, at+int64(t.FieldOffset(i)))
			if !ok || len(parts) > 2 {
				return parts, false
			}
		}
		return parts, true
	case air.Array:
		if t.Size() > 2*t.Elem.Size() {
			return parts, false
		}
		for i := range int64(t.Size() / max(t.Elem.Size(), 1)) {
			var ok bool
			if parts, ok = flatten(parts, t.Elem, at+i*int64(t.Elem.Size())); !ok {
				return parts, false
			}
		}
		return parts, len(parts) <= 2
	}
	s, ok := t.Scalar()
	isInteger := ok && s.Bits <= 64 && !t.IsPointerLike() // to gcc and clang an address is none
	return append(parts, part{false, at, int64(t.Size())}), isInteger
}
