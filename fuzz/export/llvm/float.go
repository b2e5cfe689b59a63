package llvm

import (
	"fmt"
	"math/big"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
)

// floatFormat describes a binary format of IEEE 754.
type floatFormat struct{ bits, mantissa uint }

func formatOf(t *air.Type) floatFormat {
	return map[uint32]floatFormat{16: {16, 10}, 32: {32, 23}, 64: {64, 52}, 128: {128, 112}}[lane(t).Bits]
}

func (m floatFormat) maxExponent() uint { return 1<<(m.bits-1-m.mantissa) - 1 }

// infinity returns the pattern of infinity, without a sign.
func (m floatFormat) infinity() *big.Int {
	return new(big.Int).Lsh(new(big.Int).SetUint64(uint64(m.maxExponent())), m.mantissa)
}

// nan returns the pattern of the canonical NaN.
func (m floatFormat) nan() *big.Int { return new(big.Int).SetBit(m.infinity(), int(m.mantissa)-1, 1) }

// power returns the pattern of 2 to the n, or infinity where that is too large.
func (m floatFormat) power(n uint) *big.Int {
	bias := m.maxExponent() >> 1
	if n > bias {
		return m.infinity()
	}
	return new(big.Int).Lsh(new(big.Int).SetUint64(uint64(n+bias)), m.mantissa)
}

func (m floatFormat) negative(pattern *big.Int) *big.Int {
	return new(big.Int).SetBit(pattern, int(m.bits)-1, 1)
}

// floatSplat returns the constant of a pattern, or of lanes of it.
func floatSplat(t *air.Type, pattern *big.Int) string {
	return splat(t, floatConstant(lane(t), pattern))
}

// canonical returns a float whose NaN is the canonical one.
func (f *function) canonical(t *air.Type, v string) string {
	isNaN := f.def("fcmp uno %s %s, %s", valueType(t), v, v)
	return f.choose(t, isNaN, floatSplat(t, formatOf(t).nan()), v)
}

// choose writes a select between values of a type.
func (f *function) choose(t *air.Type, condition, yes, no string) string {
	return f.def("select %s %s, %s %s, %s %s", withWidth(t, 1), condition, valueType(t), yes, valueType(t), no)
}

// floatOp says a tag as one instruction on two floats.
func floatOp(name string) handler {
	return func(f *function, in *air.Inst) string {
		return f.canonical(in.Type, f.def("%s %s %s, %s", name, valueType(in.Type), f.op(in, 0), f.op(in, 1)))
	}
}

// rounded rounds to an integer.
func (f *function) rounded(name string, t *air.Type, v string) string {
	return f.canonical(t, f.intrinsic(name, t, v))
}

// floatUnary says a tag as an intrinsic on one float.
func floatUnary(name string) handler {
	return func(f *function, in *air.Inst) string { return f.rounded(name, in.Type, f.op(in, 0)) }
}

func mulAdd(f *function, in *air.Inst) string {
	return f.canonical(in.Type, f.intrinsic("fma", in.Type, f.op(in, 0), f.op(in, 1), f.op(in, 2)))
}

func neg(f *function, in *air.Inst) string {
	return f.def("fneg %s %s", valueType(in.Type), f.op(in, 0))
}

// floatMod makes the floored remainder of the truncated one.
func (f *function) floatMod(t *air.Type, r, y string) string {
	zero := floatSplat(t, new(big.Int))
	typ, bit := valueType(t), withWidth(t, 1)
	isNumber := f.def("fcmp one %s %s, %s", typ, r, zero)
	signs := f.def("xor %s %s, %s", bit, f.def("fcmp olt %s %s, %s", typ, r, zero), f.def("fcmp olt %s %s, %s", typ, y, zero))
	more := f.canonical(t, f.def("fadd %s %s, %s", typ, r, y))
	return f.choose(t, f.def("and %s %s, %s", bit, isNumber, signs), more, r)
}

// floatExtreme is min or max of floats: the other operand where one is NaN, and -0 below 0.
func (f *function) floatExtreme(name string, t *air.Type, x, y string) string {
	predicate, join := "olt", "or"
	if name == "max" {
		predicate, join = "ogt", "and"
	}
	typ, whole := valueType(t), withWidth(t, uint64(lane(t).Bits))
	bits := func(v string) string { return f.def("bitcast %s %s to %s", typ, v, whole) }
	// Equal floats are the same but for the sign of a zero.
	equal := f.def("bitcast %s %s to %s", whole, f.def("%s %s %s, %s", join, whole, bits(x), bits(y)), typ)
	v := f.choose(t, f.def("fcmp oeq %s %s, %s", typ, x, y), equal, y)
	v = f.choose(t, f.def("fcmp %s %s %s, %s", predicate, typ, x, y), x, v)
	v = f.choose(t, f.def("fcmp uno %s %s, %s", typ, y, y), x, v)
	return f.canonical(t, v)
}

// floatCast says fpext and fptrunc.
func floatCast(name string) handler {
	return func(f *function, in *air.Inst) string {
		t := f.typeOf(in, 0)
		return f.canonical(in.Type, f.def("%s %s %s to %s", name, valueType(t), f.op(in, 0), valueType(in.Type)))
	}
}

func floatFromInt(f *function, in *air.Inst) string {
	t := f.typeOf(in, 0)
	if export.ClassOf(t) == export.Empty {
		return floatSplat(in.Type, new(big.Int))
	}
	name := "uitofp"
	if isSigned(t) {
		name = "sitofp"
	}
	return f.def("%s %s %s to %s", name, valueType(t), f.op(in, 0), valueType(in.Type))
}

// intFromFloat says int_from_float; an undefined operand may lie out of range, which would make poison.
func intFromFloat(f *function, in *air.Inst) string {
	t := f.typeOf(in, 0)
	if export.ClassOf(in.Type) == export.Empty { // of the safe form, which has an effect
		return ""
	}
	name := "fptoui"
	if isSigned(in.Type) {
		name = "fptosi"
	}
	if f.known(in) {
		return f.def("%s %s %s to %s", name, valueType(t), f.op(in, 0), valueType(in.Type))
	}
	intrinsic := fmt.Sprintf("llvm.%s.sat.%s.%s", name, suffix(in.Type), suffix(t))
	return f.call(valueType(in.Type), intrinsic, []string{valueType(t)}, f.op(in, 0))
}

func intFromFloatSafe(f *function, in *air.Inst) string {
	t := f.typeOf(in, 0)
	format, typ := formatOf(t), valueType(t)
	low, high := new(big.Int), format.power(0)
	if export.ClassOf(in.Type) != export.Empty {
		n := uint(widthOf(in.Type))
		if high = format.power(n); isSigned(in.Type) {
			high = format.power(n - 1)
			low = format.negative(high)
		}
	}
	whole := f.intrinsic("trunc", t, f.op(in, 0))
	above := f.def("fcmp oge %s %s, %s", typ, whole, floatSplat(t, low))
	if low.Cmp(format.negative(format.infinity())) == 0 {
		above = f.def("fcmp ogt %s %s, %s", typ, whole, floatSplat(t, low))
	}
	below := f.def("fcmp olt %s %s, %s", typ, whole, floatSplat(t, high))
	inside := f.def("and %s %s, %s", withWidth(t, 1), above, below)
	f.panicIf(f.any(t, f.def("xor %s %s, %s", withWidth(t, 1), inside, splatWidth(t, 1, 1))), export.IntegerPartOut)
	return intFromFloat(f, in)
}
