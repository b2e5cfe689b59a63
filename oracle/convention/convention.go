// Package convention says where a function finds its arguments and leaves its result. It is read from the RISC-V psABI
// (sections "Integer Calling Convention" and "Hardware Floating-point Calling Convention", ABI lp64d) independently of
// the code generator, whose callers and callees are checked by it.
//
//	s := convention.Of(fnType)
//	for _, p := range s.Params[0].Pieces() { ... } // a0, fa0, or the stack
//
// Functions of the C calling convention follow the psABI. All others follow the code generator's own convention: f16,
// f32 and f64 take a float register, or a stack slot, in which an f32 is boxed; every other value of at most 16 bytes takes
// integer registers, or as a whole the stack; larger values and results are passed by reference.
package convention

import (
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Space is where a piece of a value is.
type Space uint8

// The spaces of a Piece.
const (
	Integer Space = iota // the integer argument register of number N: a0 to a7
	Float                // the float argument register of number N: fa0 to fa7
	Stack                // N bytes above the sp of the caller
)

// Piece is the place of Size bytes of a value, from byte At on: the low bytes of a register or of a stack slot of 8 bytes.
type Piece struct {
	Space    Space
	N        int
	At, Size int
}

// String returns the name of the place: "a0", "fa1", "sp+8".
func (p Piece) String() string {
	return fmt.Sprintf("%s%d", [...]string{"a", "fa", "sp+"}[p.Space], p.N)
}

// Of returns the bytes of the piece in the memory layout of the value.
func (p Piece) Of(value []byte) []byte { return value[p.At : p.At+p.Size] }

// Value is the place of a parameter or result. The only piece of an indirect one is its address: of an argument that of
// a copy, of a result that of the memory to write, which is passed before all arguments.
type Value struct {
	Type     *air.Type
	Indirect bool
	pieces   [2]Piece
	count    int
}

// Pieces returns the places of a value; one without bits has none.
func (v *Value) Pieces() []Piece { return v.pieces[:v.count] }

// String describes the place of a value: "fa0 and a0", "the address in a1", "nowhere".
func (v *Value) String() string {
	var names []string
	for _, p := range v.Pieces() {
		names = append(names, p.String())
	}
	switch {
	case v.count == 0:
		return "nowhere"
	case v.Indirect:
		return "the address in " + names[0]
	}
	return strings.Join(names, " and ")
}

// Signature is the places of the arguments and the result of a call.
type Signature struct {
	Params []Value
	Result Value
	// StackSize is the size in bytes of the arguments on the stack.
	StackSize int
}

// Of returns the places of the parameters and the result of a function.
func Of(fn *air.Type) *Signature { return OfCall(fn, nil) }

// OfCall is Of for a call of a variadic function with unnamed arguments of the given types.
func OfCall(fn *air.Type, unnamed []*air.Type) *Signature {
	s := &Signature{Params: make([]Value, len(fn.Params)+len(unnamed))}
	result := allocator{isC: fn.CallC}
	s.Result = result.allocate(fn.Elem, true)
	a := allocator{isC: fn.CallC}
	if s.Result.Indirect {
		a.integers = 1
	}
	for i := range s.Params {
		if i < len(fn.Params) {
			s.Params[i] = a.allocate(fn.Params[i], true)
		} else {
			s.Params[i] = a.allocate(unnamed[i-len(fn.Params)], false)
		}
	}
	s.StackSize = a.stack
	return s
}

// registers is the number of argument registers of each kind.
const registers = 8

// allocator hands out argument registers and stack slots, in the order of the parameters.
type allocator struct {
	isC              bool
	integers, floats int // registers in use
	stack            int
}

// allocate returns the place of the next value. One that is unnamed uses no float registers.
func (a *allocator) allocate(t *air.Type, named bool) Value {
	v := Value{Type: t}
	if t.Kind == air.NoReturn || !t.HasBits() {
		return v
	}
	size := int(t.Size())
	switch {
	case a.isC && named && a.inFloats(&v):
	case size > 16:
		v.Indirect = true
		v.put(a.integer(), 0, 8)
	case a.isC:
		a.inIntegers(&v, size, int(t.Align()), named)
	default:
		a.own(&v, size)
	}
	return v
}

func (v *Value) put(p Piece, at, size int) {
	p.At, p.Size = at, size
	v.pieces[v.count] = p
	v.count++
}

// integer takes an integer register or, after the last, a stack slot.
func (a *allocator) integer() Piece {
	if a.integers == registers {
		return a.slot()
	}
	a.integers++
	return Piece{Space: Integer, N: a.integers - 1}
}

func (a *allocator) slot() Piece {
	a.stack += 8
	return Piece{Space: Stack, N: a.stack - 8}
}

func (a *allocator) float() Piece {
	a.floats++
	return Piece{Space: Float, N: a.floats - 1}
}

// own places a value of at most 16 bytes by the code generator's own convention.
func (a *allocator) own(v *Value, size int) {
	if t := v.Type; t.Kind == air.Float && t.Bits <= 64 {
		p := Piece{}
		if a.floats < registers {
			p = a.float()
		} else {
			p = a.slot()
		}
		v.put(p, 0, size)
		return
	}
	if size > 8 && a.integers == registers-1 {
		a.integers = registers
	}
	for at := 0; at < size; at += 8 {
		v.put(a.integer(), at, min(8, size-at))
	}
}

// inIntegers places a value of at most 16 bytes by the integer calling convention of the psABI: word after word, where
// the first may be in the last register and the second on the stack. The stack keeps an alignment of 16, and a pair of
// registers for an unnamed argument begins with one of even number.
func (a *allocator) inIntegers(v *Value, size, align int, named bool) {
	if align == 16 {
		if !named {
			a.integers += a.integers % 2
		}
		if a.integers == registers {
			a.stack += a.stack % 16
		}
	}
	for at := 0; at < size; at += 8 {
		v.put(a.integer(), at, min(8, size-at))
	}
}

// inFloats places a value that consists of one float, of two, or of a float and an integer, however large, and reports
// whether it is one and there are registers for both parts (psABI, "Hardware Floating-point Calling Convention").
func (a *allocator) inFloats(v *Value) bool {
	var l leaves
	if !l.add(v.Type, 0) {
		return false
	}
	floats := 0
	for _, leaf := range l.list[:l.count] {
		if leaf.isFloat {
			floats++
		}
	}
	if floats == 0 || a.floats+floats > registers || a.integers+l.count-floats > registers {
		return false
	}
	for _, leaf := range l.list[:l.count] {
		p := Piece{}
		if leaf.isFloat {
			p = a.float()
		} else {
			p = a.integer()
		}
		v.put(p, leaf.at, leaf.size)
	}
	return true
}

// leaf is a number within a value.
type leaf struct {
	isFloat  bool
	at, size int
}

// leaves are the numbers of which a value consists, at most two.
type leaves struct {
	list  [2]leaf
	count int
}

// add appends the numbers in a value that is at an offset. It reports whether the value may be passed number by number:
// there are no more than two, none is wider than a register or an address, and none is in a union.
func (l *leaves) add(t *air.Type, at int) bool {
	size := int(t.Size())
	if size == 0 {
		return true // structs without fields and arrays without elements are ignored
	}
	switch {
	case t.Kind == air.Float:
		return size <= 8 && l.append(leaf{true, at, size})
	case t.Kind == air.Array:
		for i := 0; i < size; i += int(t.Elem.Size()) { // a sentinel is an element too
			if !l.add(t.Elem, at+i) {
				return false
			}
		}
		return true
	case t.Kind == air.Struct && !t.IsPacked():
		for i := range t.Fields {
			if f := &t.Fields[i]; f.Comptime == nil && !l.add(f.Type, at+int(t.FieldOffset(i))) {
				return false
			}
		}
		return true
	}
	_, isNumber := t.Scalar()
	return isNumber && size <= 8 && !t.IsPointerLike() && l.append(leaf{false, at, size})
}

func (l *leaves) append(one leaf) bool {
	if l.count == len(l.list) {
		return false
	}
	l.list[l.count] = one
	l.count++
	return true
}
