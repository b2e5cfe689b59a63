package eval

import "math/big"

// format is a binary floating-point format of IEEE 754, or x87's f80.
type format struct {
	bits     uint // of the pattern
	fraction uint // bits below the leading one
	bias     int  // also the largest exponent
	explicit bool // the leading one is stored (f80)
}

// formats are the formats by width.
var formats = map[uint32]*format{
	16:  {bits: 16, fraction: 10, bias: 15},
	32:  {bits: 32, fraction: 23, bias: 127},
	64:  {bits: 64, fraction: 52, bias: 1023},
	80:  {bits: 80, fraction: 63, bias: 16383, explicit: true},
	128: {bits: 128, fraction: 112, bias: 16383},
}

// numberKind is what a number is.
type numberKind uint8

const (
	finite numberKind = iota
	infinite
	notANumber
)

// number is a floating-point value taken apart: mant times two to the power of exp. With sticky set, the true magnitude
// lies strictly between that and (mant+1) times the same power.
type number struct {
	kind   numberKind
	neg    bool
	mant   *big.Int
	exp    int
	sticky bool
}

func zeroNumber(neg bool) number     { return number{neg: neg, mant: new(big.Int)} }
func infinity(neg bool) number       { return number{kind: infinite, neg: neg} }
func nan() number                    { return number{kind: notANumber} }
func (x number) isZero() bool        { return x.kind == finite && x.mant.Sign() == 0 && !x.sticky }
func (x number) negated() number     { x.neg = !x.neg; return x }
func (x number) signed() *big.Int    { return signedBig(x.neg, x.mant) }
func (x number) withoutSign() number { x.neg = false; return x }

func signedBig(neg bool, x *big.Int) *big.Int {
	if neg {
		return new(big.Int).Neg(x)
	}
	return x
}

// numberOf takes an integer apart.
func numberOf(x *big.Int, exp int) number {
	return number{neg: x.Sign() < 0, mant: new(big.Int).Abs(x), exp: exp}
}

// mantissaBits returns how many bits the stored mantissa takes.
func (f *format) mantissaBits() uint {
	if f.explicit {
		return f.fraction + 1
	}
	return f.fraction
}

func (f *format) maxExponent() int { return 2*f.bias + 1 }

// decode takes a pattern apart.
func (f *format) decode(pattern *big.Int) number {
	stored := f.mantissaBits()
	mant := new(big.Int).And(pattern, mask(stored))
	exp := int(new(big.Int).And(new(big.Int).Rsh(pattern, stored), mask(f.bits-1-stored)).Uint64())
	neg := pattern.Bit(int(f.bits-1)) == 1
	fraction := new(big.Int).And(mant, mask(f.fraction))
	switch {
	case exp == f.maxExponent() && fraction.Sign() != 0:
		return nan()
	case exp == f.maxExponent():
		return infinity(neg)
	case exp == 0:
		exp = 1
	case !f.explicit:
		mant.SetBit(mant, int(f.fraction), 1)
	}
	return number{neg: neg, mant: mant, exp: exp - f.bias - int(f.fraction)}
}

func mask(n uint) *big.Int {
	m := new(big.Int).Lsh(big.NewInt(1), n)
	return m.Sub(m, big.NewInt(1))
}

// encode rounds to the nearest pattern, ties to the even one. Every NaN is the canonical one of RISC-V: positive and
// quiet, without payload.
func (f *format) encode(x number) *big.Int {
	switch x.kind {
	case notANumber:
		return f.assemble(false, f.maxExponent(), new(big.Int).Lsh(big.NewInt(3), f.fraction-1))
	case infinite:
		return f.assemble(x.neg, f.maxExponent(), new(big.Int).Lsh(big.NewInt(1), f.fraction))
	}
	mant, exp := f.round(x)
	if mant.BitLen() > int(f.fraction)+1 {
		mant.Rsh(mant, 1)
		exp++
	}
	biased := exp + int(f.fraction) + f.bias
	switch {
	case mant.BitLen() <= int(f.fraction):
		biased = 0
	case biased >= f.maxExponent():
		return f.encode(infinity(x.neg))
	}
	return f.assemble(x.neg, biased, mant)
}

// round returns the mantissa at the exponent of the last place that the format has for a number of this size; it may have
// become one bit longer.
func (f *format) round(x number) (mant *big.Int, exp int) {
	lead := max(x.exp+x.mant.BitLen()-1, 1-f.bias)
	exp = lead - int(f.fraction)
	shift := exp - x.exp
	if shift <= 0 {
		if x.sticky && x.mant.Sign() != 0 {
			panic("eval: an inexact number must carry more bits than its format")
		}
		return new(big.Int).Lsh(x.mant, uint(-shift)), exp
	}
	mant = new(big.Int).Rsh(x.mant, uint(shift))
	rest := new(big.Int).Sub(x.mant, new(big.Int).Lsh(mant, uint(shift)))
	half := rest.Cmp(new(big.Int).Lsh(big.NewInt(1), uint(shift-1)))
	if half > 0 || half == 0 && (x.sticky || mant.Bit(0) == 1) {
		mant.Add(mant, big.NewInt(1))
	}
	return mant, exp
}

// assemble puts a pattern together; the leading one is dropped where the format does not store it.
func (f *format) assemble(neg bool, biased int, mant *big.Int) *big.Int {
	stored := f.mantissaBits()
	p := new(big.Int).And(mant, mask(stored))
	p.Or(p, new(big.Int).Lsh(big.NewInt(int64(biased)), stored))
	if neg {
		p.SetBit(p, int(f.bits-1), 1)
	}
	return p
}

// align returns the signed mantissas of two finite numbers at one exponent.
func align(x, y number) (xm, ym *big.Int, exp int) {
	exp = min(x.exp, y.exp)
	xm = new(big.Int).Lsh(x.signed(), uint(x.exp-exp))
	ym = new(big.Int).Lsh(y.signed(), uint(y.exp-exp))
	return xm, ym, exp
}

// softAdd is exact. A sum of zero is negative only if both operands are.
func softAdd(_ *format, x, y number) number {
	switch {
	case x.kind == notANumber || y.kind == notANumber, x.kind == infinite && y.kind == infinite && x.neg != y.neg:
		return nan()
	case x.kind == infinite:
		return x
	case y.kind == infinite:
		return y
	}
	xm, ym, exp := align(x, y)
	sum := numberOf(xm.Add(xm, ym), exp)
	if sum.isZero() {
		sum.neg = x.neg && y.neg
	}
	return sum
}

func softSub(f *format, x, y number) number { return softAdd(f, x, y.negated()) }

func softMul(_ *format, x, y number) number {
	neg := x.neg != y.neg
	switch {
	case x.kind == notANumber || y.kind == notANumber, x.kind == infinite && y.isZero(), y.kind == infinite && x.isZero():
		return nan()
	case x.kind == infinite || y.kind == infinite:
		return infinity(neg)
	}
	return number{neg: neg, mant: new(big.Int).Mul(x.mant, y.mant), exp: x.exp + y.exp}
}

// softDiv returns the quotient with enough bits to be rounded once.
func softDiv(f *format, x, y number) number {
	neg := x.neg != y.neg
	switch {
	case x.kind == notANumber || y.kind == notANumber, x.kind == infinite && y.kind == infinite, x.isZero() && y.isZero():
		return nan()
	case x.kind == infinite || y.isZero():
		return infinity(neg)
	case y.kind == infinite || x.isZero():
		return zeroNumber(neg)
	}
	extra := uint(y.mant.BitLen()) + f.fraction + 4
	q, rem := new(big.Int).QuoRem(new(big.Int).Lsh(x.mant, extra), y.mant, new(big.Int))
	return number{neg: neg, mant: q, exp: x.exp - y.exp - int(extra), sticky: rem.Sign() != 0}
}

func softSqrt(f *format, x number) number {
	switch {
	case x.kind == notANumber || x.isZero():
		return x
	case x.neg:
		return nan()
	case x.kind == infinite:
		return x
	}
	extra := 2*f.fraction + 8
	extra += uint(x.exp-int(extra)) & 1
	scaled := new(big.Int).Lsh(x.mant, extra)
	root := new(big.Int).Sqrt(scaled)
	exact := new(big.Int).Mul(root, root).Cmp(scaled) == 0
	return number{mant: root, exp: (x.exp - int(extra)) / 2, sticky: !exact}
}

// softRem is exact: the remainder of the truncated quotient, with the sign of x.
func softRem(_ *format, x, y number) number {
	switch {
	case x.kind != finite || y.kind == notANumber || y.isZero():
		return nan()
	case y.kind == infinite || x.isZero():
		return x
	}
	xm, ym, exp := align(x.withoutSign(), y.withoutSign())
	return number{neg: x.neg, mant: xm.Rem(xm, ym), exp: exp}
}

// softMod is the remainder of the floored quotient, with the sign of y.
func softMod(f *format, x, y number) number {
	r := softRem(f, x, y)
	if r.kind != finite || r.isZero() || r.neg == y.neg {
		return r
	}
	return softAdd(f, r, y)
}

// orderOf compares two numbers that are not NaN.
func orderOf(x, y number) int {
	switch {
	case x.kind == infinite && y.kind == infinite && x.neg == y.neg:
		return 0
	case x.kind == infinite && x.neg, y.kind == infinite && !y.neg:
		return -1
	case x.kind == infinite || y.kind == infinite:
		return 1
	}
	xm, ym, _ := align(x, y)
	return xm.Cmp(ym)
}

// softMin prefers a number to NaN and -0 to 0.
func softMin(_ *format, x, y number) number {
	switch {
	case x.kind == notANumber:
		return y
	case y.kind == notANumber:
		return x
	}
	if o := orderOf(x, y); o < 0 || o == 0 && x.neg {
		return x
	}
	return y
}

// softMax prefers a number to NaN and 0 to -0.
func softMax(f *format, x, y number) number { return softMin(f, x.negated(), y.negated()).negated() }

// integral rounds to an integer. up reports whether a magnitude that is not one is to be increased, given the fraction
// compared with a half.
func integral(x number, up func(neg bool, half int) bool) number {
	if x.kind != finite || x.exp >= 0 {
		return x
	}
	shift := uint(-x.exp)
	whole := new(big.Int).Rsh(x.mant, shift)
	rest := new(big.Int).Sub(x.mant, new(big.Int).Lsh(whole, shift))
	half := rest.Cmp(new(big.Int).Lsh(big.NewInt(1), shift-1))
	if rest.Sign() != 0 && up(x.neg, half) {
		whole.Add(whole, big.NewInt(1))
	}
	return number{neg: x.neg, mant: whole}
}

func softFloor(_ *format, x number) number {
	return integral(x, func(neg bool, _ int) bool { return neg })
}

func softCeil(_ *format, x number) number {
	return integral(x, func(neg bool, _ int) bool { return !neg })
}

// softRound goes to the nearest integer, halves away from zero.
func softRound(_ *format, x number) number {
	return integral(x, func(_ bool, half int) bool { return half >= 0 })
}

func softTrunc(_ *format, x number) number { return integral(x, func(bool, int) bool { return false }) }

// softMulAdd is x times y plus z, to be rounded once.
func softMulAdd(f *format, x, y, z number) number { return softAdd(f, softMul(f, x, y), z) }

// rounded returns a number as the format holds it.
func (f *format) rounded(x number) number { return f.decode(f.encode(x)) }
