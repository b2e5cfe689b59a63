package ir

import (
	"math/big"
	"strings"
)

// Simplify writes out what few languages have: saturation, minima, maxima and absolute values of integers, and
// conversions of floats that may be out of range. Overflow flags and counts of bits stay.
func Simplify(m *Module) error { return rewrite(m, simplify) }

func simplify(b *builder, in Inst) {
	name, ok := strings.CutPrefix(in.Op, "llvm.")
	if !ok {
		b.add(in)
		return
	}
	switch name {
	case "sadd.sat", "ssub.sat", "uadd.sat", "usub.sat":
		b.is(in.Result, b.saturated(name, in.Args[0], in.Args[1]))
	case "sshl.sat", "ushl.sat":
		b.is(in.Result, b.shiftSaturated(name[0] == 's', in.Args[0], in.Args[1]))
	case "umin", "umax", "smin", "smax":
		predicate := name[:1] + map[string]string{"min": "lt", "max": "gt"}[name[1:]]
		b.is(in.Result, b.choose(b.compare(predicate, in.Args[0], in.Args[1]), in.Args[0], in.Args[1]))
	case "abs":
		x := in.Args[0]
		b.is(in.Result, b.choose(b.isNegative(x), b.op("sub", x.Type, constant(x, 0), x), x))
	case "fptosi.sat", "fptoui.sat":
		b.is(in.Result, b.convertInRange(name[:6], in.Args[0], in.Type))
	default:
		b.add(in)
	}
}

// overflowing adds arithmetic with a flag, and returns both results.
func (b *builder) overflowing(name string, x, y Operand) (result, flag Operand) {
	in := Inst{Op: "llvm." + name + ".with.overflow", Result: b.name(), Type: x.Type, Args: []Operand{x, y}}
	in.Overflow = overflowOf(in.Result)
	b.add(in)
	return Operand{Type: x.Type, Name: in.Result}, Operand{Type: I1, Name: in.Overflow}
}

// limit returns the value to which an operation on x saturates: by the sign of x, or all ones.
func (b *builder) limit(signed bool, x Operand) Operand {
	if !signed {
		return Constant(x.Type, big.NewInt(-1))
	}
	high := new(big.Int).Rsh(mask(x.Type.Bits), 1)
	return b.choose(b.isNegative(x), Constant(x.Type, new(big.Int).Not(high)), Constant(x.Type, high))
}

func (b *builder) saturated(name string, x, y Operand) Operand {
	result, flag := b.overflowing(name[:4], x, y)
	limit := constant(x, 0)
	if name != "usub.sat" {
		limit = b.limit(name[0] == 's', x)
	}
	return b.choose(flag, limit, result)
}

func (b *builder) shiftSaturated(signed bool, x, y Operand) Operand {
	back := "lshr"
	if signed {
		back = "ashr"
	}
	shifted := b.op("shl", x.Type, x, y)
	lost := b.compare("ne", b.op(back, x.Type, shifted, y), x)
	return b.choose(lost, b.limit(signed, x), shifted)
}

// convertInRange converts a float that may be out of range only where the result is undefined.
func (b *builder) convertInRange(name string, x Operand, t Type) Operand {
	bits := t.Bits
	low := floatPower(x.Type.Bits, -1)
	if name == "fptosi" {
		bits--
		low = floatPower(x.Type.Bits, bits)
	}
	low.SetBit(low, x.Type.Bits-1, 1)
	above := b.op("fcmp", I1, x, Constant(x.Type, low))
	b.insts[len(b.insts)-1].Predicate = "ogt"
	below := b.op("fcmp", I1, x, Constant(x.Type, floatPower(x.Type.Bits, bits)))
	b.insts[len(b.insts)-1].Predicate = "olt"
	inside := b.choose(b.op("and", I1, above, below), x, constant(x, 0))
	return b.op(name, t, inside)
}

// floatPower returns the pattern of 2 to the n in a format, or of 0 for a negative n; infinity where that is too large.
func floatPower(bits, n int) *big.Int {
	mantissa := map[int]uint{16: 10, 32: 23, 64: 52, 128: 112}[bits]
	bias := 1<<(bits-2-int(mantissa)) - 1
	exponent := min(n+bias, 2*bias+1)
	if n < 0 {
		exponent = 0
	}
	return new(big.Int).Lsh(big.NewInt(int64(exponent)), mantissa)
}
