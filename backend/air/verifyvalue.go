package air

import (
	"errors"
	"fmt"
)

// value checks that a constant is well formed for its type, which has been checked.
func (v *verifier) value(c *Value) error {
	t := c.Type
	switch c.Kind {
	case Undef:
		return nil
	case IntValue:
		return checkNumber(c)
	case NullValue:
		if t.Kind == Optional {
			return nil
		}
	case PayloadValue:
		if t.Kind == Optional || t.Kind == ErrorUnion {
			return v.elements(c, 1)
		}
	case ErrorValue:
		if t.Kind == ErrorUnion {
			return checkErrorCode(t.ErrorSet, c.Int)
		}
	case AggregateValue:
		return v.aggregate(c)
	case BytesValue:
		return checkBytes(c)
	case UnionValue:
		if t.Kind == Union && c.Field >= 0 && c.Field < len(t.Fields) {
			return v.elements(c, 1)
		}
	case SymbolValue:
		return v.symbol(c)
	case SliceValue:
		return v.sliceValue(c)
	case VoidValue:
		if !t.HasBits() {
			return nil
		}
	}
	return fmt.Errorf("%s has no value of that shape", t)
}

// elements checks that a constant has n parts of the types that its type requires.
func (v *verifier) elements(c *Value, n int) error {
	if len(c.Elems) != n {
		return fmt.Errorf("%d elements for %s, which has %d", len(c.Elems), c.Type, n)
	}
	for i, e := range c.Elems {
		if i > 0 && e == c.Elems[i-1] && c.Type.Kind == Array {
			continue
		}
		if e == nil {
			return errors.New("a part is missing")
		}
		if want := c.elemType(i); e.Type != want {
			return fmt.Errorf("a part has type %s, not %s", e.Type, want)
		}
		if err := v.value(e); err != nil {
			return err
		}
	}
	return nil
}

// elemType returns the type that part i of a constant must have.
func (v *Value) elemType(i int) *Type {
	switch v.Type.Kind {
	case Struct:
		return v.Type.Fields[i].Type
	case Union:
		return v.Type.Fields[v.Field].Type
	}
	return v.Type.Elem
}

func (v *verifier) aggregate(c *Value) error {
	switch t := c.Type; t.Kind {
	case Struct:
		return v.elements(c, len(t.Fields))
	case Array, Vector:
		n := t.Len
		if t.Sentinel != nil {
			n++
		}
		if uint64(len(c.Elems)) != n {
			return fmt.Errorf("%d elements for %s, which has %d", len(c.Elems), t, n)
		}
		return v.elements(c, int(n))
	}
	return fmt.Errorf("%s has no elements", c.Type)
}

// checkNumber checks that the number of an IntValue is in the range of its type.
func checkNumber(c *Value) error {
	t := c.Type
	switch t.Kind {
	case ErrorSet:
		return checkErrorCode(t, c.Int)
	case Float:
		if !c.inRange(bitsOf(t)) {
			return fmt.Errorf("the bits are more than %s has", t)
		}
		return nil
	case Enum:
		if t.Exhaustive {
			if _, ok := t.MemberName(c); !ok {
				return fmt.Errorf("%s has no member %s", t, c.BigInt())
			}
			return nil
		}
	}
	scalar, ok := t.Scalar()
	if !ok || t.Kind == Optional || t.Kind == ErrorUnion {
		return fmt.Errorf("%s has no numbers as values", t)
	}
	if !c.inRange(scalar) {
		return fmt.Errorf("%s does not fit in %s", c.BigInt(), t)
	}
	return nil
}

// bitsOf returns the unsigned integer with the bits of a float.
func bitsOf(t *Type) *Type { return IntType(false, t.Bits) }

// inRange reports whether the number of c is a value of an integer type.
func (v *Value) inRange(t *Type) bool {
	switch {
	case v.Big == nil && t.Bits > 64 && (t.Signed || v.Int >= 0):
		return true
	case v.Big != nil || t.Bits == 0 || t.Bits > 64:
		return fits(v.BigInt(), t)
	case t.Bits == 64:
		return true
	case t.Signed:
		return v.Int>>(t.Bits-1) == 0 || v.Int>>(t.Bits-1) == -1
	}
	return uint64(v.Int)>>t.Bits == 0
}

func checkErrorCode(set *Type, code int64) error {
	if set.Errors == nil {
		if code >= 1 && code <= 0xffff {
			return nil
		}
		return fmt.Errorf("%d is not an error", code)
	}
	for _, e := range set.Errors {
		if int64(e.Value) == code {
			return nil
		}
	}
	return fmt.Errorf("%s has no error %d", set, code)
}

func checkBytes(c *Value) error {
	t := c.Type
	if t.Kind != Array && t.Kind != Vector || t.Elem.Kind != Int || t.Elem.Bits != 8 {
		return fmt.Errorf("%s is not an array or vector of bytes", t)
	}
	n := t.Len
	if t.Sentinel != nil {
		n++
	}
	switch {
	case uint64(len(c.Bytes)) != n:
		return fmt.Errorf("%d bytes for %s, which has %d", len(c.Bytes), t, n)
	case t.Sentinel != nil && t.Sentinel.Kind == IntValue && byte(t.Sentinel.Int) != c.Bytes[n-1]:
		return fmt.Errorf("the last byte is not the sentinel of %s", t)
	}
	return nil
}

func (v *verifier) symbol(c *Value) error {
	_, ok := v.symbols[c.Symbol]
	switch {
	case !ok:
		return fmt.Errorf("there is no global or function %s", symbolText(c.Symbol))
	case c.Type.IsPointer():
		return nil
	case c.Type.Kind != Fn:
		return fmt.Errorf("%s is not a pointer", c.Type)
	}
	return v.callable(c)
}

// callable checks that the symbol of a constant is a function that can be called as what the constant's type says.
func (v *verifier) callable(c *Value) error {
	fn := c.Type.Callee()
	if s := v.symbols[c.Symbol]; !s.isFunc || c.Offset != 0 || !fn.CallsLike(s.typ) {
		return fmt.Errorf("%s is not a function of type %s", symbolText(c.Symbol), fn)
	}
	return nil
}

func (v *verifier) sliceValue(c *Value) error {
	if !c.Type.IsSlice() || len(c.Elems) != 2 {
		return fmt.Errorf("%s is not a slice", c.Type)
	}
	pointer, length := c.Elems[0], c.Elems[1]
	switch {
	case pointer == nil || length == nil || pointer.Type == nil:
		return errors.New("a part is missing")
	case !pointer.Type.IsPointer():
		return errors.New("the pointer of a slice is not a pointer")
	case length.Type != USize:
		return errors.New("the length of a slice is not usize")
	}
	if err := v.value(pointer); err != nil {
		return err
	}
	return v.value(length)
}
