package air

import (
	"errors"
	"fmt"
	"math/bits"
)

// checkOverflow accepts {wrapped, overflowed} of two equal integers.
func checkOverflow(v *verifier, in *Inst) error {
	a, b := v.op(in, 0), v.op(in, 1)
	if a != b || !isInt(laneType(a)) {
		return fmt.Errorf("operands of types %s and %s", a, b)
	}
	return overflowResult(in.Type, a)
}

func checkShlOverflow(v *verifier, in *Inst) error {
	if err := checkShift(v, in); err != nil {
		return err
	}
	return overflowResult(in.Type, v.op(in, 0))
}

func overflowResult(t, operand *Type) error {
	if t.Kind == Struct && len(t.Fields) == 2 && t.Fields[0].Type == operand {
		if flag := t.Fields[1].Type; sameShape(flag, operand) && laneType(flag) == U1 {
			return nil
		}
	}
	return badResult(t, "a tuple of "+operand.String()+" and u1")
}

// widthOf returns the width in bits of an unsigned integer that holds up to n.
func widthOf(n uint32) uint32 { return uint32(bits.Len32(n)) }

func checkShift(v *verifier, in *Inst) error {
	value, amount := v.op(in, 0), v.op(in, 1)
	lane, by := laneType(value), laneType(amount)
	switch {
	case !isInt(lane):
		return badOperand(value, "integers")
	case !sameShape(value, amount) || !isInt(by) || by.Signed || by.Bits != widthOf(max(lane.Bits, 1)-1):
		return fmt.Errorf("%s cannot be shifted by %s", value, amount)
	}
	return nil
}

func checkShlSat(v *verifier, in *Inst) error {
	value, amount := v.op(in, 0), v.op(in, 1)
	by := laneType(amount)
	if !isInt(laneType(value)) || !sameShape(value, amount) || !isInt(by) || by.Signed && amount != value {
		return fmt.Errorf("%s cannot be shifted by %s", value, amount)
	}
	return nil
}

func checkBitCount(v *verifier, in *Inst) error {
	t := v.op(in, 0)
	lane, result := laneType(t), laneType(in.Type)
	switch {
	case !isInt(lane):
		return badOperand(t, "an integer")
	case !sameShape(t, in.Type) || !isInt(result) || result.Signed || result.Bits != widthOf(lane.Bits):
		return badResult(in.Type, fmt.Sprintf("u%d, just wide enough for %s", widthOf(lane.Bits), t))
	}
	return nil
}

func checkCompare(v *verifier, in *Inst) error {
	a, b := v.op(in, 0), v.op(in, 1)
	if !comparable(a, b) {
		return fmt.Errorf("operands of types %s and %s", a, b)
	}
	switch a.Kind {
	case Int, Float, Bool, Enum, ErrorSet, Pointer:
		return nil
	}
	return badOperand(a, "ordered")
}

// comparable reports whether values of types a and b may be compared: equal types, two addresses or two errors.
func comparable(a, b *Type) bool {
	return a == b || a.IsPointer() && b.IsPointer() || a.Kind == ErrorSet && b.Kind == ErrorSet
}

func checkEqual(v *verifier, in *Inst) error {
	a, b := v.op(in, 0), v.op(in, 1)
	switch {
	case !comparable(a, b):
		return fmt.Errorf("operands of types %s and %s", a, b)
	case a.Kind == Optional && !hasEquality(a):
		return badOperand(a, "an optional of what can be compared")
	case a.Kind == Optional, a.IsPacked():
		return nil
	}
	return checkCompare(v, in)
}

// hasEquality reports whether values of a type, and optionals of it, can be compared for equality.
func hasEquality(t *Type) bool {
	for t.Kind == Optional {
		t = t.Elem
	}
	switch t.Kind {
	case Int, Float, Bool, Enum, ErrorSet, Void:
		return true
	case Pointer:
		return t.PointerSize != Slice
	}
	return t.IsPacked()
}

func checkCompareVector(v *verifier, in *Inst) error {
	a, b := v.op(in, 0), v.op(in, 1)
	x, ok := in.Extra.(*CompareExtra)
	switch {
	case !ok || x.Predicate < CmpLt || x.Predicate > CmpNeq:
		return errors.New("its predicate is not a comparison")
	case a != b || a.Kind != Vector:
		return fmt.Errorf("operands of types %s and %s", a, b)
	case in.Type.Kind != Vector || in.Type.Elem != BoolType || in.Type.Len != a.Len:
		return badResult(in.Type, fmt.Sprintf("a vector of %d bools", a.Len))
	}
	return nil
}

func checkErrorsLen(v *verifier, in *Inst) error {
	if t := v.op(in, 0); !isErrorCode(t) {
		return badOperand(t, "an error number (u16)")
	}
	return nil
}

// isErrorCode reports whether t holds an error: an error set, or the integer type of error numbers.
func isErrorCode(t *Type) bool { return t.Kind == ErrorSet || t == U16 }

func checkErrorSet(v *verifier, in *Inst) error {
	x, ok := in.Extra.(*ErrorSetExtra)
	if !ok || x.Set == nil || x.Set.Kind != ErrorSet {
		return errors.New("it has no error set")
	}
	if err := v.types.check(x.Set); err != nil {
		return err
	}
	return checkErrorsLen(v, in)
}

func checkBitcast(v *verifier, in *Inst) error {
	t := v.op(in, 0)
	if t.BitSize() != in.Type.BitSize() && !sameLanes(t, in.Type) {
		return fmt.Errorf("%s (%d bits) is not as large as %s (%d bits)", t, t.BitSize(), in.Type, in.Type.BitSize())
	}
	return nil
}

// sameLanes reports whether both are arrays or vectors with the same number of elements of the same width in bits.
// Their sizes may differ: a vector packs its bits, and a sentinel takes space.
func sameLanes(a, b *Type) bool {
	lanes := func(t *Type) bool { return t.Kind == Array || t.Kind == Vector }
	return lanes(a) && lanes(b) && a.Len == b.Len && a.Elem.BitSize() == b.Elem.BitSize()
}

// absolute reports whether the absolute value of an a is a t: the same float, or the unsigned integer of its width.
func absolute(a, t *Type) bool {
	lane, result := laneType(a), laneType(t)
	if isFloat(lane) {
		return a == t
	}
	return isInt(lane) && isInt(result) && sameShape(a, t) && !result.Signed && result.Bits == lane.Bits
}

// truncates reports whether t holds the low bits of an integer a, with the same signedness.
func truncates(a, t *Type) bool {
	from, to := laneType(a), laneType(t)
	return sameShape(a, t) && isInt(from) && isInt(to) && from.Signed == to.Signed && to.Bits <= from.Bits
}

// isWiderFloat reports whether both are floats, or vectors of them, and the first is the wider one.
func isWiderFloat(wide, narrow *Type) bool {
	w, n := laneType(wide), laneType(narrow)
	return sameShape(wide, narrow) && isFloat(w) && isFloat(n) && n.Bits < w.Bits
}

// hasWholeBytes reports whether t is an integer, or a vector of them, of whole bytes.
func hasWholeBytes(t *Type) bool { return isInt(laneType(t)) && laneType(t).Bits%8 == 0 }
