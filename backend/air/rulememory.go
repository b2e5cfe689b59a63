package air

import (
	"errors"
	"fmt"
)

func checkRetPtr(v *verifier, in *Inst) error {
	if t := in.Type; !t.IsPointer() || t.Elem != v.f.Type.Elem {
		return badResult(t, "a pointer to the result "+v.f.Type.Elem.String())
	}
	return nil
}

func checkLoad(v *verifier, in *Inst) error { return pointsTo(v.op(in, 0), in.Type) }

func checkStore(v *verifier, in *Inst) error { return pointsTo(v.op(in, 0), v.op(in, 1)) }

// pointsTo requires a pointer through which a t is read or written.
func pointsTo(pointer, t *Type) error {
	if !pointer.IsPointer() || pointer.Elem != t {
		return fmt.Errorf("%s is not a pointer to %s", pointer, t)
	}
	return nil
}

// elemsOf returns the element type behind an address: a slice, a many-item or C pointer, or a pointer to an array or
// vector; nil for everything else.
func elemsOf(t *Type) *Type {
	switch {
	case t.Kind != Pointer:
		return nil
	case t.PointerSize != One:
		return t.Elem
	case t.Elem.Kind == Array || t.Elem.Kind == Vector:
		return t.Elem.Elem
	}
	return nil
}

// hasLength reports whether an address has a known number of elements.
func hasLength(t *Type) bool {
	return t.IsSlice() || t.IsPointer() && t.Elem.Kind == Array && t.PointerSize == One
}

func checkMemset(v *verifier, in *Inst) error {
	dest, value := v.op(in, 0), v.op(in, 1)
	if !hasLength(dest) || elemsOf(dest) != value {
		return fmt.Errorf("%s is not a slice or pointer to an array of %s", dest, value)
	}
	return nil
}

func checkMemcpy(v *verifier, in *Inst) error {
	dest, src := v.op(in, 0), v.op(in, 1)
	switch {
	case !hasLength(dest):
		return badOperand(dest, "a slice or pointer to an array")
	case elemsOf(dest) != elemsOf(src):
		return fmt.Errorf("%s and %s have different elements", dest, src)
	case dest.PointerSize == One && src.PointerSize == One && dest.Elem.Len != src.Elem.Len:
		return fmt.Errorf("%s and %s have different lengths", dest, src)
	}
	return nil
}

func checkSlice(v *verifier, in *Inst) error {
	pointer, length := v.op(in, 0), v.op(in, 1)
	switch {
	case length != USize:
		return badOperand(length, "usize")
	case !in.Type.IsSlice():
		return badResult(in.Type, "a slice")
	case !pointer.IsPointer() || elemsOf(pointer) != in.Type.Elem && pointer.Elem != in.Type.Elem:
		return badOperand(pointer, "a pointer to "+in.Type.Elem.String())
	}
	return nil
}

func checkPtrSlicePtr(v *verifier, in *Inst) error {
	t := v.op(in, 0)
	switch {
	case !t.IsPointer() || !t.Elem.IsSlice():
		return badOperand(t, "a pointer to a slice")
	case !in.Type.IsPointer() || !in.Type.Elem.IsPointer() || in.Type.Elem.Elem != t.Elem.Elem:
		return badResult(in.Type, "a pointer to the pointer of "+t.Elem.String())
	}
	return nil
}

// element returns the check of an operand with elements and an index, whose result is an element or points to one. For an
// operand without elements elemOf returns nil.
func element(want string, elemOf func(*Type) *Type, pointer bool) func(*verifier, *Inst) error {
	return func(v *verifier, in *Inst) error {
		elem, index := elemOf(v.op(in, 0)), v.op(in, 1)
		switch {
		case elem == nil:
			return badOperand(v.op(in, 0), want)
		case index != USize:
			return badOperand(index, "usize")
		case pointer && (!in.Type.IsPointer() || in.Type.Elem != elem):
			return badResult(in.Type, "a pointer to the element "+elem.String())
		case !pointer && in.Type != elem:
			return badResult(in.Type, "the element "+elem.String())
		}
		return nil
	}
}

func sliceElem(t *Type) *Type {
	if t.IsSlice() {
		return t.Elem
	}
	return nil
}

func arrayElem(t *Type) *Type {
	if t.Kind == Array || t.Kind == Vector {
		return t.Elem
	}
	return nil
}

func pointerElem(t *Type) *Type {
	if t.IsSlice() {
		return nil
	}
	return elemsOf(t)
}

func checkPtrArithmetic(v *verifier, in *Inst) error {
	t, count := v.op(in, 0), v.op(in, 1)
	switch {
	case count != USize:
		return badOperand(count, "usize")
	case elemsOf(t) == nil:
		return badOperand(t, "a pointer to elements")
	case !in.Type.IsPointer() || elemsOf(in.Type) != elemsOf(t):
		return badResult(in.Type, "a pointer to "+elemsOf(t).String())
	}
	return nil
}

func checkSymbolPtr(v *verifier, in *Inst) error {
	c := v.f.Value(in.Ops[0])
	if c == nil || c.Kind != SymbolValue {
		return errors.New("its operand is not the address of a symbol")
	}
	return isPointerResult(v, in)
}

func checkPrefetch(v *verifier, in *Inst) error {
	x, ok := in.Extra.(*PrefetchExtra)
	if !ok || x.Locality > 3 {
		return errors.New("its locality is not 0 to 3")
	}
	if t := v.op(in, 0); t.Kind != Pointer {
		return badOperand(t, "a pointer")
	}
	return nil
}
