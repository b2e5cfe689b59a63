package ir

import (
	"math/big"
	"strings"
)

// Expand writes out overflow flags and the counts and permutations of bits of integers of 8, 16, 32 and 64 bits, and the
// absolute values of floats.
func Expand(m *Module) error { return rewrite(m, expand) }

func expand(b *builder, in Inst) {
	name, ok := strings.CutPrefix(in.Op, "llvm.")
	if !ok || len(in.Args) == 0 {
		b.add(in)
		return
	}
	x := in.Args[0]
	if x.Type.Kind == Integer && x.Type.Bits > 64 {
		b.fail("%s of %d bits", in.Op, x.Type.Bits)
		return
	}
	if in.Overflow != "" {
		result, flag := b.overflowOf(strings.TrimSuffix(name, ".with.overflow"), x, in.Args[1])
		b.is(in.Result, result)
		b.is(in.Overflow, flag)
		return
	}
	switch name {
	case "ctpop":
		b.is(in.Result, b.ones(x))
	case "cttz":
		lowest := b.op("and", x.Type, x, b.op("sub", x.Type, constant(x, 0), x))
		b.is(in.Result, b.ones(b.by("sub", lowest, 1)))
	case "ctlz":
		for n := int64(1); n < int64(x.Type.Bits); n *= 2 {
			x = b.op("or", x.Type, x, b.by("lshr", x, n))
		}
		b.is(in.Result, b.op("sub", x.Type, constant(x, int64(x.Type.Bits)), b.ones(x)))
	case "bswap":
		b.is(in.Result, b.reversed(x, 8))
	case "bitreverse":
		b.is(in.Result, b.reversed(x, 1))
	case "fabs":
		t := Int(x.Type.Bits)
		pattern := b.op("and", t, b.op("bitcast", t, x), Constant(t, mask(x.Type.Bits-1)))
		b.is(in.Result, b.op("bitcast", x.Type, pattern))
	default:
		b.add(in)
	}
}

// every returns the constant whose bits are the low half of every group of 2n.
func every(t Type, n int) Operand {
	x := new(big.Int)
	for at := 0; at < t.Bits; at += 2 * n {
		x.Or(x, new(big.Int).Lsh(mask(n), uint(at)))
	}
	return Constant(t, x)
}

// ones counts the bits that are set, by adding neighbours, pairs of them and so on.
func (b *builder) ones(x Operand) Operand {
	for n := 1; n < x.Type.Bits; n *= 2 {
		low := b.op("and", x.Type, x, every(x.Type, n))
		high := b.op("and", x.Type, b.by("lshr", x, int64(n)), every(x.Type, n))
		x = b.op("add", x.Type, low, high)
	}
	return x
}

// reversed reverses the order of groups of n bits, by exchanging neighbours, pairs of them and so on.
func (b *builder) reversed(x Operand, n int) Operand {
	for ; n < x.Type.Bits; n *= 2 {
		low := b.op("and", x.Type, x, every(x.Type, n))
		high := b.op("and", x.Type, b.by("lshr", x, int64(n)), every(x.Type, n))
		x = b.op("or", x.Type, b.by("shl", low, int64(n)), high)
	}
	return x
}

func (b *builder) overflowOf(name string, x, y Operand) (result, flag Operand) {
	t := x.Type
	switch name {
	case "uadd":
		result = b.op("add", t, x, y)
		return result, b.compare("ult", result, x)
	case "usub":
		return b.op("sub", t, x, y), b.compare("ult", x, y)
	case "sadd":
		result = b.op("add", t, x, y)
		return result, b.isNegative(b.op("and", t, b.op("xor", t, result, x), b.op("xor", t, result, y)))
	case "ssub":
		result = b.op("sub", t, x, y)
		return result, b.isNegative(b.op("and", t, b.op("xor", t, x, y), b.op("xor", t, result, x)))
	}
	return b.product(name == "smul", x, y)
}

// product multiplies in twice the width, or looks at the high half of a product of 128 bits.
func (b *builder) product(signed bool, x, y Operand) (result, flag Operand) {
	t := x.Type
	if t.Bits < 64 {
		wide, extend := Int(2*t.Bits), "zext"
		if signed {
			extend = "sext"
		}
		whole := b.op("mul", wide, b.op(extend, wide, x), b.op(extend, wide, y))
		result = b.op("trunc", t, whole)
		return result, b.compare("ne", b.op(extend, wide, result), whole)
	}
	result = b.op("mul", t, x, y)
	high := b.high(x, y)
	if !signed {
		return result, b.compare("ne", high, constant(high, 0))
	}
	high = b.op("sub", t, high, b.op("and", t, b.by("ashr", x, 63), y))
	high = b.op("sub", t, high, b.op("and", t, b.by("ashr", y, 63), x))
	return result, b.compare("ne", high, b.by("ashr", result, 63))
}

// high returns the high half of the product of two integers of 64 bits without a sign.
func (b *builder) high(x, y Operand) Operand {
	t, half := x.Type, every(x.Type, 32)
	x0, x1 := b.op("and", t, x, half), b.by("lshr", x, 32)
	y0, y1 := b.op("and", t, y, half), b.by("lshr", y, 32)
	middle := b.op("add", t, b.op("mul", t, x1, y0), b.by("lshr", b.op("mul", t, x0, y0), 32))
	other := b.op("add", t, b.op("mul", t, x0, y1), b.op("and", t, middle, half))
	high := b.op("add", t, b.op("mul", t, x1, y1), b.by("lshr", middle, 32))
	return b.op("add", t, high, b.by("lshr", other, 32))
}
