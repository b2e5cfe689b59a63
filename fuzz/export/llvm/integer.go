package llvm

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
)

// lane returns the element of a vector, and every other type as it is.
func lane(t *air.Type) *air.Type {
	if t.Kind == air.Vector {
		return t.Elem
	}
	return t
}

func isFloat(t *air.Type) bool { return lane(t).Kind == air.Float }

func isSigned(t *air.Type) bool {
	_, signed := export.IntegerOf(lane(t))
	return signed
}

func widthOf(t *air.Type) uint64 {
	bits, _ := export.IntegerOf(lane(t))
	return uint64(bits)
}

// splat returns a constant of a scalar or of equal lanes.
func splat(t *air.Type, value string) string {
	if t.Kind != air.Vector {
		return value
	}
	return lanes(t, valueType(t.Elem)+" "+value)
}

// lanes returns the constant of as many equal lanes as t has.
func lanes(t *air.Type, elem string) string {
	return "<" + strings.Repeat(elem+", ", int(t.Len)-1) + elem + ">"
}

// withWidth returns the LLVM type of integers of a width, in the shape of t.
func withWidth(t *air.Type, bits uint64) string {
	if t.Kind == air.Vector {
		return fmt.Sprintf("<%d x i%d>", t.Len, bits)
	}
	return intType(bits)
}

// binaryOp says a tag as one instruction on two operands.
func binaryOp(name string) handler {
	return func(f *function, in *air.Inst) string {
		return f.def("%s %s %s, %s", name, valueType(in.Type), f.op(in, 0), f.op(in, 1))
	}
}

// plain says add, sub and mul: a float operation, or an integer one that does not overflow.
func plain(name string) handler {
	return func(f *function, in *air.Inst) string {
		if isFloat(in.Type) {
			return f.canonical(in.Type, f.def("f%s %s %s, %s", name, valueType(in.Type), f.op(in, 0), f.op(in, 1)))
		}
		return f.def("%s %s%s %s, %s", name, f.flag(in, noWrap(in.Type)), valueType(in.Type), f.op(in, 0), f.op(in, 1))
	}
}

func noWrap(t *air.Type) string {
	if isSigned(t) {
		return "nsw"
	}
	return "nuw"
}

// signedName returns the name of an operation with the letter of its signedness in front.
func signedName(t *air.Type, name string) string {
	if isSigned(t) {
		return "s" + name
	}
	return "u" + name
}

// saturating says add_sat and sub_sat.
func saturating(name string) handler {
	return func(f *function, in *air.Inst) string {
		return f.intrinsic(signedName(in.Type, name)+".sat", in.Type, f.op(in, 0), f.op(in, 1))
	}
}

// withOverflow calls an intrinsic that returns the wrapped result and whether it overflowed.
func (f *function) withOverflow(name string, in *air.Inst) (wrapped, overflow string) {
	t := f.typeOf(in, 0)
	pair := fmt.Sprintf("{ %s, %s }", valueType(t), withWidth(t, 1))
	name = fmt.Sprintf("llvm.%s.with.overflow.%s", signedName(t, name), suffix(t))
	both := f.call(pair, name, []string{valueType(t), valueType(t)}, f.op(in, 0), f.op(in, 1))
	return f.def("extractvalue %s %s, 0", pair, both), f.def("extractvalue %s %s, 1", pair, both)
}

// any returns whether a bit of an i1 or of the lanes of a vector of them is set.
func (f *function) any(t *air.Type, v string) string {
	if t.Kind != air.Vector {
		return v
	}
	n := fmt.Sprint(t.Len)
	return f.call("i1", "llvm.vector.reduce.or.v"+n+"i1", []string{withWidth(t, 1)}, v)
}

// safe says add_safe, sub_safe and mul_safe.
func safe(name string) handler {
	return func(f *function, in *air.Inst) string {
		if export.ClassOf(in.Type) == export.Empty {
			return ""
		}
		wrapped, overflow := f.withOverflow(name, in)
		f.panicIf(f.any(in.Type, overflow), export.IntegerOverflow)
		return wrapped
	}
}

// overflowPair says add_with_overflow, sub_with_overflow and mul_with_overflow.
func overflowPair(name string) handler {
	return func(f *function, in *air.Inst) string {
		if !f.typeOf(in, 0).HasBits() {
			return f.pair(in.Type, "", splat(in.Type.Fields[1].Type, "0"))
		}
		wrapped, overflow := f.withOverflow(name, in)
		return f.pair(in.Type, wrapped, overflow)
	}
}

// pair returns a struct of two fields.
func (f *function) pair(t *air.Type, first, second string) string {
	to := f.alloca(t.Size(), t.Align())
	for i, v := range []string{first, second} {
		p := fieldOf(t, i)
		f.store(p.typ, v, f.offset(to, int64(p.offset)), alignAt(t.Align(), p.offset), false)
	}
	return to
}

// limits returns the smallest and largest value of an integer type.
func limits(t *air.Type) (low, high *big.Int) {
	n := uint(widthOf(t))
	one := big.NewInt(1)
	if !isSigned(t) {
		return new(big.Int), new(big.Int).Sub(new(big.Int).Lsh(one, n), one)
	}
	half := new(big.Int).Lsh(one, n-1)
	return new(big.Int).Neg(half), new(big.Int).Sub(half, one)
}

// mulSat takes the limit beyond which the product lies where it overflows: that of the sign of the product.
func mulSat(f *function, in *air.Inst) string {
	t := in.Type
	wrapped, overflow := f.withOverflow("mul", in)
	return f.choose(t, overflow, f.limitBySign(t, f.xor(t, f.op(in, 0), f.op(in, 1))), wrapped)
}

func (f *function) xor(t *air.Type, x, y string) string {
	return f.def("xor %s %s, %s", valueType(t), x, y)
}

// limitBySign returns the smallest value where a number is negative, else the largest.
func (f *function) limitBySign(t *air.Type, v string) string {
	low, high := limits(t)
	if !isSigned(t) {
		return splat(t, high.String())
	}
	negative := f.compare("slt", t, v, splat(t, "0"))
	return f.choose(t, negative, splat(t, low.String()), splat(t, high.String()))
}

func (f *function) compare(predicate string, t *air.Type, x, y string) string {
	return f.def("icmp %s %s %s, %s", predicate, valueType(t), x, y)
}

// divTrunc says div_trunc and div_exact: exact is the flag of integers.
func divTrunc(exact bool) handler {
	return func(f *function, in *air.Inst) string {
		t := in.Type
		if isFloat(t) {
			q := f.canonical(t, f.def("fdiv %s %s, %s", valueType(t), f.op(in, 0), f.op(in, 1)))
			if exact {
				return q
			}
			return f.rounded("trunc", t, q)
		}
		flag := ""
		if exact {
			flag = f.flag(in, "exact")
		}
		return f.def("%sdiv %s%s %s, %s", signedName(t, ""), flag, valueType(t), f.op(in, 0), f.op(in, 1))
	}
}

func divFloor(f *function, in *air.Inst) string {
	t := in.Type
	switch {
	case isFloat(t):
		return f.rounded("floor", t, f.canonical(t, f.def("fdiv %s %s, %s", valueType(t), f.op(in, 0), f.op(in, 1))))
	case !isSigned(t):
		return f.def("udiv %s %s, %s", valueType(t), f.op(in, 0), f.op(in, 1))
	}
	quotient := f.def("sdiv %s %s, %s", valueType(t), f.op(in, 0), f.op(in, 1))
	_, adjust := f.signedRemainder(in)
	return f.def("add %s %s, %s", valueType(t), quotient, f.resizeLike(t, adjust, 1, widthOf(t), "sext"))
}

// signedRemainder returns the truncated remainder, and whether it is not 0 and has another sign than the divisor.
func (f *function) signedRemainder(in *air.Inst) (remainder, adjust string) {
	t := in.Type
	zero := splat(t, "0")
	remainder = f.def("srem %s %s, %s", valueType(t), f.op(in, 0), f.op(in, 1))
	signs := f.compare("slt", t, f.xor(t, remainder, f.op(in, 1)), zero)
	return remainder, f.def("and %s %s, %s", withWidth(t, 1), f.compare("ne", t, remainder, zero), signs)
}

func rem(f *function, in *air.Inst) string {
	if isFloat(in.Type) {
		return f.canonical(in.Type, f.def("frem %s %s, %s", valueType(in.Type), f.op(in, 0), f.op(in, 1)))
	}
	return f.def("%srem %s %s, %s", signedName(in.Type, ""), valueType(in.Type), f.op(in, 0), f.op(in, 1))
}

func mod(f *function, in *air.Inst) string {
	t := in.Type
	if isFloat(t) || !isSigned(t) {
		r := rem(f, in)
		if isFloat(t) {
			return f.floatMod(t, r, f.op(in, 1))
		}
		return r
	}
	remainder, adjust := f.signedRemainder(in)
	more := f.def("add %s %s, %s", valueType(t), remainder, f.op(in, 1))
	return f.choose(t, adjust, more, remainder)
}

// amount returns a shift amount as an integer of the width of what is shifted. An amount that may be undefined is
// limited, since a larger one would make poison.
func (f *function) amount(in *air.Inst) string {
	t, a := f.typeOf(in, 0), f.typeOf(in, 1)
	if !a.HasBits() {
		return splat(t, "0")
	}
	v := f.resizeLike(t, f.op(in, 1), widthOf(a), widthOf(t), "zext")
	if f.knownRef(in.Ops[1]) {
		return v
	}
	return f.intrinsic("umin", t, v, splat(t, fmt.Sprint(widthOf(t)-1)))
}

// resizeLike is resize on scalars or lanes, in the shape of t.
func (f *function) resizeLike(t *air.Type, v string, from, to uint64, extend string) string {
	switch {
	case from > to:
		return f.def("trunc %s %s to %s", withWidth(t, from), v, withWidth(t, to))
	case from < to:
		return f.def("%s %s %s to %s", extend, withWidth(t, from), v, withWidth(t, to))
	}
	return v
}

// shift says shl and shr, and their exact forms.
func shift(left, exact bool) handler {
	return func(f *function, in *air.Inst) string {
		t := in.Type
		name, flag := "shl", noWrap(t)
		if !left {
			name, flag = "lshr", "exact"
			if isSigned(t) {
				name = "ashr"
			}
		}
		amount := f.amount(in)
		if exact {
			name += " " + f.flag(in, flag)
		}
		return f.def("%s %s %s, %s", name, valueType(t), f.op(in, 0), amount)
	}
}

func shlWithOverflow(f *function, in *air.Inst) string {
	t := f.typeOf(in, 0)
	if !t.HasBits() {
		return f.pair(in.Type, "", splat(in.Type.Fields[1].Type, "0"))
	}
	amount := f.amount(in)
	shifted := f.def("shl %s %s, %s", valueType(t), f.op(in, 0), amount)
	back := "lshr"
	if isSigned(t) {
		back = "ashr"
	}
	lost := f.compare("ne", t, f.def("%s %s %s, %s", back, valueType(t), shifted, amount), f.op(in, 0))
	return f.pair(in.Type, shifted, lost)
}

// shlSat clamps the amount, whose type may be any: from the width on, every number but 0 is out of range.
func shlSat(f *function, in *air.Inst) string {
	t, a := in.Type, f.typeOf(in, 1)
	if !a.HasBits() {
		return f.op(in, 0)
	}
	wide := max(widthOf(a), widthOf(t))
	amount := f.resizeLike(t, f.op(in, 1), widthOf(a), wide, "zext")
	wideType := withWidth(t, wide)
	name := fmt.Sprintf("llvm.umin.%s", suffixOf(t, wide))
	clamped := f.call(wideType, name, []string{wideType, wideType}, amount, splatWidth(t, wide, widthOf(t)-1))
	clamped = f.resizeLike(t, clamped, wide, widthOf(t), "zext")
	within := f.intrinsic(signedName(t, "shl")+".sat", t, f.op(in, 0), clamped)
	tooFar := "false"
	if wide > 63 || uint64(1)<<wide > widthOf(t) {
		tooFar = f.def("icmp uge %s %s, %s", wideType, amount, splatWidth(t, wide, widthOf(t)))
	} else if t.Kind == air.Vector {
		tooFar = "zeroinitializer"
	}
	isZero := f.compare("eq", t, f.op(in, 0), splat(t, "0"))
	limit := f.choose(t, isZero, splat(t, "0"), f.limitBySign(t, f.op(in, 0)))
	return f.choose(t, tooFar, limit, within)
}

// suffixOf is suffix of integers of a width in the shape of t.
func suffixOf(t *air.Type, bits uint64) string {
	if t.Kind == air.Vector {
		return fmt.Sprintf("v%di%d", t.Len, bits)
	}
	return intType(bits)
}

// splatWidth returns a constant of integers of a width in the shape of t.
func splatWidth(t *air.Type, bits, value uint64) string {
	if t.Kind != air.Vector {
		return fmt.Sprint(value)
	}
	return lanes(t, fmt.Sprintf("i%d %d", bits, value))
}

// extreme says min and max.
func extreme(name string) handler {
	return func(f *function, in *air.Inst) string {
		return f.extreme(name, in.Type, f.op(in, 0), f.op(in, 1))
	}
}

func (f *function) extreme(name string, t *air.Type, x, y string) string {
	if isFloat(t) {
		return f.floatExtreme(name, t, x, y)
	}
	return f.intrinsic(signedName(t, name), t, x, y)
}

func not(f *function, in *air.Inst) string {
	return f.xor(in.Type, f.op(in, 0), splat(in.Type, "-1"))
}

func abs(f *function, in *air.Inst) string {
	t := f.typeOf(in, 0)
	switch {
	case isFloat(t):
		return f.intrinsic("fabs", t, f.op(in, 0))
	case !isSigned(t):
		return f.op(in, 0)
	}
	return f.call(valueType(t), "llvm.abs."+suffix(t), []string{valueType(t), "i1 immarg"}, f.op(in, 0), "false")
}

// bitCount says clz, ctz and popcount, whose result type is just wide enough.
func bitCount(name string) handler {
	return func(f *function, in *air.Inst) string {
		t := f.typeOf(in, 0)
		if export.ClassOf(t) == export.Empty || export.ClassOf(in.Type) == export.Empty {
			return splat(in.Type, "0")
		}
		types, args := []string{valueType(t)}, []string{f.op(in, 0)}
		if name != "ctpop" {
			types, args = append(types, "i1 immarg"), append(args, "false")
		}
		n := f.call(valueType(t), "llvm."+name+"."+suffix(t), types, args...)
		return f.resizeLike(t, n, widthOf(t), widthOf(in.Type), "zext")
	}
}

// byteSwap says byte_swap; LLVM swaps even numbers of bytes.
func byteSwap(f *function, in *air.Inst) string {
	t := in.Type
	n := widthOf(t)
	switch {
	case n == 8:
		return f.op(in, 0)
	case n%16 == 0:
		return f.intrinsic("bswap", t, f.op(in, 0))
	}
	wide := n + 8
	typ := withWidth(t, wide)
	v := f.resizeLike(t, f.op(in, 0), n, wide, "zext")
	v = f.call(typ, "llvm.bswap."+suffixOf(t, wide), []string{typ}, v)
	v = f.def("lshr %s %s, %s", typ, v, splatWidth(t, wide, 8))
	return f.resizeLike(t, v, wide, n, "zext")
}

func bitReverse(f *function, in *air.Inst) string {
	return f.intrinsic("bitreverse", in.Type, f.op(in, 0))
}
