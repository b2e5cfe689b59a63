package air

import (
	"strconv"
)

// String gives the constant as an operand: <T, literal>.
func (v *Value) String() string { return "<" + v.Type.String() + ", " + v.literal() + ">" }

// literal spells the value without its type.
func (v *Value) literal() string {
	switch v.Kind {
	case Undef:
		return "undef"
	case IntValue:
		if v.Type.Kind == Bool {
			return strconv.FormatBool(v.Int != 0)
		}
		return v.BigInt().String()
	case NullValue:
		return "null"
	case PayloadValue:
		return "some(" + v.Elems[0].literal() + ")"
	case ErrorValue:
		return "error(" + strconv.FormatInt(v.Int, 10) + ")"
	case BytesValue:
		return strconv.Quote(string(v.Bytes))
	case UnionValue:
		return ".{" + strconv.Itoa(v.Field) + ": " + v.Elems[0].literal() + "}"
	case SymbolValue:
		if v.Offset != 0 {
			return "&@" + quoteName(v.Symbol) + "+" + strconv.FormatInt(v.Offset, 10)
		}
		return "&@" + quoteName(v.Symbol)
	case SliceValue:
		return v.Elems[0].literal() + "[0.." + v.Elems[1].literal() + "]"
	case VoidValue:
		return "{}"
	}
	s := ".{ "
	for i, e := range v.Elems {
		if i > 0 {
			s += ", "
		}
		s += e.literal()
	}
	return s + " }"
}
