package air

import (
	"errors"
	"fmt"
)

// fieldOf returns the field of t, a struct or union, that an instruction refers to.
func fieldOf(in *Inst, t *Type) (*Field, error) {
	if t.Kind != Struct && t.Kind != Union {
		return nil, fmt.Errorf("%s has no fields", t)
	}
	i := in.FieldIndex()
	if i >= len(t.Fields) {
		return nil, fmt.Errorf("%s has no field %d", t, i)
	}
	return &t.Fields[i], nil
}

func checkFieldPtr(v *verifier, in *Inst) error {
	t := v.op(in, 0)
	if !t.IsPointer() {
		return badOperand(t, "a pointer")
	}
	field, err := fieldOf(in, t.Elem)
	if err != nil {
		return err
	}
	return pointsTo(in.Type, field.Type)
}

func checkFieldVal(v *verifier, in *Inst) error {
	field, err := fieldOf(in, v.op(in, 0))
	if err != nil {
		return err
	}
	if in.Type != field.Type {
		return badResult(in.Type, "the field's "+field.Type.String())
	}
	return nil
}

func checkFieldParent(v *verifier, in *Inst) error {
	if !in.Type.IsPointer() {
		return badResult(in.Type, "a pointer")
	}
	field, err := fieldOf(in, in.Type.Elem)
	if err != nil {
		return err
	}
	return pointsTo(v.op(in, 0), field.Type)
}

func checkSetTag(v *verifier, in *Inst) error {
	t, tag := v.op(in, 0), v.op(in, 1)
	switch {
	case !t.IsPointer() || t.Elem.Kind != Union:
		return badOperand(t, "a pointer to a union")
	case t.Elem.Tag == nil && tag.Kind != Enum:
		return badOperand(tag, "an enum")
	case t.Elem.Tag != nil && t.Elem.Tag != tag:
		return badOperand(tag, "the tag "+t.Elem.Tag.String())
	}
	return nil
}

func checkGetTag(v *verifier, in *Inst) error {
	t := v.op(in, 0)
	switch {
	case t.Kind != Union || t.Tag == nil:
		return badOperand(t, "a tagged union")
	case t.Tag != in.Type:
		return badResult(in.Type, "the tag "+t.Tag.String())
	}
	return nil
}

func checkUnionInit(v *verifier, in *Inst) error {
	if in.Type.Kind != Union {
		return badResult(in.Type, "a union")
	}
	field, err := fieldOf(in, in.Type)
	if err != nil {
		return err
	}
	if t := v.op(in, 0); t != field.Type {
		return badOperand(t, "the field's "+field.Type.String())
	}
	return nil
}

func checkAggregate(v *verifier, in *Inst) error {
	t := in.Type
	n := uint64(len(t.Fields))
	switch t.Kind {
	case Struct:
	case Array, Vector:
		n = t.Len
	default:
		return badResult(t, "a struct, array or vector")
	}
	if uint64(len(in.Ops)) != n {
		return fmt.Errorf("it has %d operands for %d parts of %s", len(in.Ops), n, t)
	}
	for i := range in.Ops {
		want := t.Elem
		if t.Kind == Struct {
			want = t.Fields[i].Type
		}
		if got := v.op(in, i); got != want {
			return fmt.Errorf("part %d has type %s, not %s", i, got, want)
		}
	}
	return nil
}

// payloadIs reports whether payload is the type that an optional or C pointer holds when it is not null. The payload of
// a C pointer is a pointer with the same pointee.
func payloadIs(optional, payload *Type) bool {
	if optional.Kind == Optional {
		return optional.Elem == payload
	}
	return isNullable(optional) && payload.IsPointer() && payload.Elem == optional.Elem
}

func checkPayloadPtr(v *verifier, in *Inst) error {
	t := v.op(in, 0)
	if !t.IsPointer() || !isErrorUnion(t.Elem) {
		return badOperand(t, "a pointer to an error union")
	}
	return pointsTo(in.Type, t.Elem.Elem)
}

func checkSplat(v *verifier, in *Inst) error {
	if t := v.op(in, 0); in.Type.Kind != Vector || in.Type.Elem != t {
		return badResult(in.Type, "a vector of "+t.String())
	}
	return nil
}

// checkSelect accepts a bool that chooses one of two scalars, and a vector of bools that chooses lane by lane.
func checkSelect(v *verifier, in *Inst) error {
	chooser, want := v.op(in, 0), "bool"
	if in.Type.Kind == Vector {
		want = fmt.Sprintf("a vector of %d bools", in.Type.Len)
	}
	switch {
	case !isLane(laneType(in.Type)):
		return badResult(in.Type, "a scalar or vector")
	case !sameShape(chooser, in.Type) || laneType(chooser) != BoolType:
		return badOperand(chooser, want)
	case v.op(in, 1) != in.Type || v.op(in, 2) != in.Type:
		return fmt.Errorf("operands of types %s and %s for %s", v.op(in, 1), v.op(in, 2), in.Type)
	}
	return nil
}

func checkShuffle(v *verifier, in *Inst) error {
	a, b := v.op(in, 0), v.op(in, 1)
	x, ok := in.Extra.(*ShuffleExtra)
	switch {
	case in.Type.Kind != Vector:
		return badResult(in.Type, "a vector")
	case !ok || uint64(len(x.Mask)) != in.Type.Len:
		return fmt.Errorf("its mask does not have the %d lanes of %s", in.Type.Len, in.Type)
	case a.Kind != Vector || b.Kind != Vector || a.Elem != in.Type.Elem || b.Elem != in.Type.Elem:
		return fmt.Errorf("operands of types %s and %s for %s", a, b, in.Type)
	}
	for _, lane := range x.Mask {
		if lane == UndefinedLane {
			continue
		}
		if lane >= 0 && uint64(lane) >= a.Len || lane < 0 && uint64(^lane) >= b.Len {
			return fmt.Errorf("there is no lane %d", lane)
		}
	}
	return nil
}

func checkReduce(v *verifier, in *Inst) error {
	x, ok := in.Extra.(*ReduceExtra)
	if !ok || x.Operation > OpMul || x.Operation == Xchg || x.Operation == OpNand || x.Operation == OpSub {
		return errors.New("reduce has no such operator")
	}
	return nil
}

func checkStoreElem(v *verifier, in *Inst) error {
	t, index := v.op(in, 0), v.op(in, 1)
	switch {
	case !t.IsPointer() || t.Elem.Kind != Vector || t.Elem.Elem != v.op(in, 2):
		return fmt.Errorf("%s is not a pointer to a vector of %s", t, v.op(in, 2))
	case index != USize:
		return badOperand(index, "usize")
	}
	return nil
}
