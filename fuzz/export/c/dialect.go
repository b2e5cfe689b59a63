package c

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
	"github.com/rvfuzz/rvfuzz/fuzz/export/ir"
)

// Dialect is a way to say integers in C.
type Dialect int

// The dialects.
const (
	BitInt Dialect = iota
	Masked
	Plain
)

// module returns a case as a tree without what a dialect lacks.
func (d Dialect) module(c export.Case, prefix string) (*ir.Module, error) {
	m, err := ir.Of(c, prefix)
	if err != nil {
		return nil, err
	}
	container := map[Dialect]func(int) int{BitInt: ir.AnyWidth, Masked: ir.Containers(128), Plain: ir.Containers(64)}[d]
	for _, pass := range []func(*ir.Module) error{ir.Scalarize, ir.Simplify, func(m *ir.Module) error { return ir.Legalize(m, container) }} {
		if err := pass(m); err != nil {
			return nil, err
		}
	}
	if d == Plain {
		return m, ir.Expand(m)
	}
	return m, nil
}

// checkType fails for a type that a dialect lacks.
func (d Dialect) checkType(t ir.Type) error {
	if t.Kind == ir.Float && (t.Bits == 16 && d != BitInt || t.Bits == 128 && d == Plain) {
		return &air.Unsupported{What: fmt.Sprintf("f%d in this dialect", t.Bits)}
	}
	return nil
}

// isStandard reports whether C has integers of a width without _BitInt.
func isStandard(bits int) bool {
	return bits == 8 || bits == 16 || bits == 32 || bits == 64 || bits == 128
}

var unsignedNames = map[int]string{1: "unsigned char", 8: "unsigned char", 16: "unsigned short", 32: "unsigned", 64: "unsigned long",
	128: "unsigned __int128"}
var signedNames = map[int]string{8: "signed char", 16: "short", 32: "int", 64: "long", 128: "__int128"}

// unsigned returns the type in which integers of a width are held.
func unsigned(bits int) string {
	if name, ok := unsignedNames[bits]; ok {
		return name
	}
	return fmt.Sprintf("unsigned _BitInt(%d)", bits)
}

// signed returns the signed type of a width.
func signed(bits int) string {
	if name, ok := signedNames[bits]; ok {
		return name
	}
	return fmt.Sprintf("signed _BitInt(%d)", bits)
}

// typeName returns the type of variables.
func typeName(t ir.Type) string {
	switch t.Kind {
	case ir.Integer:
		return unsigned(t.Bits)
	case ir.Float:
		return map[int]string{16: "_Float16", 32: "float", 64: "double", 128: "long double"}[t.Bits]
	case ir.Pointer:
		return "char *"
	}
	return "void"
}

// constant returns an unsigned constant of a width.
func constant(bits int, x *big.Int) string {
	typ := unsigned(bits)
	if x.BitLen() <= 64 {
		return fmt.Sprintf("((%s)0x%xul)", typ, x)
	}
	var parts []string
	for shift := 0; x.Sign() > 0; shift += 64 {
		low := new(big.Int).And(x, new(big.Int).SetUint64(^uint64(0)))
		parts = append(parts, fmt.Sprintf("(%s)0x%xul << %d", typ, low, shift))
		x = new(big.Int).Rsh(x, 64)
	}
	return "(" + strings.Join(parts, " | ") + ")"
}

// floatFormats are the bits of the fraction, the bias of the exponent, and the suffix of constants by the width of floats.
// One of f16, for which not every compiler has a suffix, is a float that is converted.
var floatFormats = map[int]struct {
	fraction, bias int
	suffix         string
}{16: {10, 15, "f"}, 32: {23, 127, "f"}, 64: {52, 1023, ""}, 128: {112, 16383, "L"}}

// floatConstant returns a constant as a hexadecimal literal or a builtin; NaNs but for the usual one by their bits.
func floatConstant(o ir.Operand) string {
	format, pattern := floatFormats[o.Type.Bits], o.Value()
	low := func(n int) *big.Int { return new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(n)), big.NewInt(1)) }
	fraction := new(big.Int).And(pattern, low(format.fraction))
	exponent := int(new(big.Int).And(new(big.Int).Rsh(pattern, uint(format.fraction)), low(o.Type.Bits-1-format.fraction)).Int64())
	text := ""
	switch quiet := new(big.Int).Lsh(big.NewInt(1), uint(format.fraction-1)); {
	case exponent == 2*format.bias+1 && fraction.Sign() == 0:
		text = "__builtin_inf" + strings.ToLower(format.suffix) + "()"
	case exponent == 2*format.bias+1 && fraction.Cmp(quiet) == 0 && pattern.Bit(o.Type.Bits-1) == 0 && o.Type.Bits != 16:
		text = "__builtin_nan" + strings.ToLower(format.suffix) + `("")`
	case exponent == 2*format.bias+1:
		return reinterpret(ir.Int(o.Type.Bits), o.Type, constant(o.Type.Bits, pattern))
	default:
		if exponent > 0 {
			fraction.SetBit(fraction, format.fraction, 1)
		}
		text = fmt.Sprintf("0x%xp%d%s", fraction, max(exponent, 1)-format.bias-format.fraction, format.suffix)
	}
	if pattern.Bit(o.Type.Bits-1) == 1 {
		text = "-" + text
	}
	return fmt.Sprintf("((%s)%s)", typeName(o.Type), text)
}

// reinterpret returns the bits of a value as another type of the same size.
func reinterpret(from, to ir.Type, v string) string {
	if from == to {
		return v
	}
	return fmt.Sprintf("({ %s from_ = %s; %s to_; __builtin_memcpy(&to_, &from_, sizeof to_); to_; })", typeName(from), v, typeName(to))
}

// value returns an operand as an expression.
func value(o ir.Operand) string {
	switch {
	case o.Name != "":
		return variable(o.Name)
	case o.Symbol != "":
		if o.Value().Sign() == 0 {
			return "((char *)&" + ir.Identifier(o.Symbol) + ")"
		}
		return fmt.Sprintf("((char *)&%s + %d)", ir.Identifier(o.Symbol), o.Value().Int64())
	case o.Type.Kind == ir.Pointer:
		return fmt.Sprintf("((char *)0x%xul)", o.Value())
	case o.Type.Kind == ir.Float:
		return floatConstant(o)
	}
	return constant(o.Type.Bits, o.Value())
}

func variable(name string) string { return "v_" + ir.Identifier(name) }

// signedValue returns an integer as a signed operand of arithmetic.
func signedValue(o ir.Operand) string { return fmt.Sprintf("(%s)%s", signed(o.Type.Bits), value(o)) }

// wrappingValue returns an integer as an operand of arithmetic that wraps in at least its width: not promoted to int.
func wrappingValue(o ir.Operand) string {
	if o.Type.Bits < 32 && isStandard(o.Type.Bits) {
		return "(unsigned)" + value(o)
	}
	return value(o)
}

// memory returns the type through which memory is accessed: one that may alias others, with an alignment.
func memory(t ir.Type, align int) string { return fmt.Sprintf("m_%c%d_%d", t.Kind, t.Bits, align) }

// memoryType returns the definition of a type that memory returns.
func memoryType(t ir.Type, align int) string {
	return fmt.Sprintf("typedef %s %s __attribute__((may_alias, aligned(%d)));\n", typeName(t), memory(t, align), align)
}
