package air

import (
	"math"
	"strconv"
	"strings"
)

// String returns the constant as an operand: <T, literal>, or {} for the void value.
func (v *Value) String() string { return string(v.appendOperand(nil)) }

func (v *Value) appendOperand(b []byte) []byte {
	if v.Type == VoidType && v.Kind == VoidValue {
		return append(b, "{}"...)
	}
	b = append(v.Type.appendText(append(b, '<')), ", "...)
	return append(v.appendLiteral(b), '>')
}

// Literal returns the value without its type, which is needed to read it back (see Module.ParseLiteral).
func (v *Value) Literal() string { return string(v.appendLiteral(nil)) }

func (v *Value) appendLiteral(b []byte) []byte {
	switch v.Kind {
	case Undef:
		return append(b, "undefined"...)
	case IntValue:
		return v.appendNumber(b)
	case NullValue:
		return append(b, "null"...)
	case PayloadValue:
		return v.appendPayload(b)
	case ErrorValue:
		return appendError(b, v.Type.ErrorSet, uint64(v.Int))
	case BytesValue:
		return appendQuoted(b, string(v.Bytes))
	case SymbolValue:
		b = append(b, symbolText(v.Symbol)...)
		if v.Offset > 0 {
			b = append(b, '+')
		}
		if v.Offset != 0 {
			b = strconv.AppendInt(b, v.Offset, 10)
		}
		return b
	case SliceValue:
		b = append(v.Elems[0].appendLiteral(b), "[0.."...)
		return append(v.Elems[1].appendLiteral(b), ']')
	case VoidValue:
		return append(b, "{}"...)
	case UnionValue:
		b = appendMember(append(b, ".{ "...), v.Type, v.Field)
		return append(v.Elems[0].appendLiteral(b), " }"...)
	}
	return v.appendAggregate(b)
}

// appendNumber spells what is held as an integer: by name if the type has names.
func (v *Value) appendNumber(b []byte) []byte {
	switch t := v.Type; t.Kind {
	case Bool:
		return strconv.AppendBool(b, v.Int != 0)
	case Float:
		return v.appendFloat(b)
	case ErrorSet:
		return appendError(b, t, uint64(v.Int))
	case Enum:
		if name, ok := t.MemberName(v); ok {
			return append(append(b, '.'), quoteName(name)...)
		}
	}
	if v.Big == nil && (v.Int >= 0 || v.isSigned()) {
		return strconv.AppendInt(b, v.Int, 10)
	}
	return v.BigInt().Append(b, 10)
}

func (v *Value) isSigned() bool {
	for t := v.Type; t != nil; t = t.Elem {
		if t.Kind == Int {
			return t.Signed
		}
		if t.Kind != Enum && !t.IsPacked() {
			break
		}
	}
	return false
}

// appendFloat spells f32 and f64 in decimal if that reads back as the same bits, and everything else by its bits.
func (v *Value) appendFloat(b []byte) []byte {
	var x float64
	switch v.Type.Bits {
	case 32:
		x = float64(math.Float32frombits(uint32(v.Uint64())))
	case 64:
		x = math.Float64frombits(v.Uint64())
	default:
		x = math.NaN()
	}
	switch {
	case math.IsNaN(x):
		return v.BigInt().Append(append(b, "0x"...), 16)
	case math.IsInf(x, 1):
		return append(b, "inf"...)
	case math.IsInf(x, -1):
		return append(b, "-inf"...)
	}
	s := strconv.FormatFloat(x, 'g', -1, int(v.Type.Bits))
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return append(b, s...)
}

func appendError(b []byte, set *Type, value uint64) []byte {
	for _, e := range set.Errors {
		if uint64(e.Value) == value {
			return append(append(b, "error."...), quoteName(e.Name)...)
		}
	}
	return append(strconv.AppendUint(append(b, "error("...), value, 10), ')')
}

// appendPayload spells a payload as it is, or as some(payload) if it would read as undefined, null or an error of the
// outer type.
func (v *Value) appendPayload(b []byte) []byte {
	start := len(b)
	b = v.Elems[0].appendLiteral(b)
	payload := string(b[start:])
	outer := []string{"undefined", "some(", "null"}
	if v.Type.Kind == ErrorUnion {
		outer[2] = "error"
	}
	for _, prefix := range outer {
		if strings.HasPrefix(payload, prefix) {
			return append(append(append(b[:start], "some("...), payload...), ')')
		}
	}
	return b
}

// minRun is the length from which equal elements of an array are written as a run: x ** n.
const minRun = 4

func (v *Value) appendAggregate(b []byte) []byte {
	if len(v.Elems) == 0 {
		return append(b, ".{}"...)
	}
	b = append(b, ".{ "...)
	list := v.Type.Kind != Struct
	for i := 0; i < len(v.Elems); i++ {
		if i > 0 {
			b = append(b, ", "...)
		}
		if !list && !v.Type.Tuple {
			b = appendMember(b, v.Type, i)
		}
		b = v.Elems[i].appendLiteral(b)
		if n := v.run(i); list && n >= minRun {
			b = strconv.AppendInt(append(b, " ** "...), int64(n), 10)
			i += n - 1
		}
	}
	return append(b, " }"...)
}

// run counts the equal elements from i on.
func (v *Value) run(i int) int {
	n := 1
	for i+n < len(v.Elems) && v.Elems[i].Equal(v.Elems[i+n]) {
		n++
	}
	return n
}

func appendMember(b []byte, t *Type, field int) []byte {
	b = append(append(b, '.'), quoteName(t.Fields[field].Name)...)
	return append(b, " = "...)
}

// appendQuoted spells bytes as a string literal of Zig: bytes other than printable ASCII as \xNN.
func appendQuoted(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\n':
			b = append(b, `\n`...)
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < 0x20 || c >= 0x7f:
			b = append(b, '\\', 'x', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}
