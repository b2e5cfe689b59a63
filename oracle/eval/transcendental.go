package eval

import (
	"math"
	"math/big"
	"sync"
)

// Transcendental functions are correctly rounded: they are computed by math/big with more and more bits, until all
// numbers within the error have the same pattern. Operands with rational results are set apart, since those may lie
// halfway between two patterns.

// guard is the number of bits with which functions compute beyond those that they promise: their error is at most 2^-p
// of the result for the precision p.
const guard = 64

// approximation returns a function of x with a relative error of at most 2^-p.
type approximation func(x *big.Float, p uint) *big.Float

// settled computes a function until its rounding to the format is certain.
func settled(f *format, x number, of approximation) number {
	operand := toBig(x)
	for p := f.fraction + 32; ; p *= 2 {
		y := fromBig(of(operand, p))
		extra := uint(max(0, int(p)+8-y.mant.BitLen()))
		y.mant.Lsh(y.mant, extra)
		y.exp -= int(extra)
		low, high, off := y, y, new(big.Int).Rsh(y.mant, p)
		off.Add(off, big.NewInt(1))
		low.mant, high.mant = new(big.Int).Sub(y.mant, off), new(big.Int).Add(y.mant, off)
		if f.encode(low).Cmp(f.encode(high)) == 0 {
			return low
		}
	}
}

// toBig returns a finite number exactly.
func toBig(x number) *big.Float {
	y := new(big.Float).SetInt(x.signed())
	return y.SetMantExp(y, x.exp)
}

func fromBig(x *big.Float) number {
	mant := new(big.Float)
	exp := x.MantExp(mant)
	prec := int(x.MinPrec())
	whole, _ := mant.SetMantExp(mant, prec).Int(nil)
	return numberOf(whole, exp-prec)
}

// exponentOf returns e with the magnitude of x at least 2^(e-1) and less than 2^e.
func exponentOf(x *big.Float) int { return x.MantExp(nil) }

func small(prec uint, n int64) *big.Float { return new(big.Float).SetPrec(prec).SetInt64(n) }

// arcOfInverse returns the arc tangent of 1/n times 2^bits, or its hyperbolic form.
func arcOfInverse(n int64, bits uint, hyperbolic bool) *big.Int {
	power := new(big.Int).Lsh(big.NewInt(1), bits)
	power.Quo(power, big.NewInt(n))
	sum, square := new(big.Int).Set(power), big.NewInt(n*n)
	for k := int64(3); power.Sign() != 0; k += 2 {
		power.Quo(power, square)
		if !hyperbolic {
			power.Neg(power)
		}
		sum.Add(sum, new(big.Int).Quo(power, big.NewInt(k)))
	}
	return sum
}

// irrational is a constant, computed with the most bits that were needed so far.
type irrational struct {
	mutex sync.Mutex
	known *big.Float
	terms []arcTerm
}

// arcTerm is a multiple of the arc tangent of 1/n, or of its hyperbolic form.
type arcTerm struct {
	times, n   int64
	hyperbolic bool
}

var (
	pi        = irrational{terms: []arcTerm{{16, 5, false}, {-4, 239, false}}}
	logTwo    = irrational{terms: []arcTerm{{2, 3, true}}}
	logTenths = irrational{terms: []arcTerm{{2, 9, true}}} // ln 10/8
)

// value returns the constant with a precision.
func (c *irrational) value(prec uint) *big.Float {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.known == nil || c.known.Prec() < prec {
		bits := 2*prec + guard
		sum := new(big.Int)
		for _, t := range c.terms {
			sum.Add(sum, new(big.Int).Mul(big.NewInt(t.times), arcOfInverse(t.n, bits, t.hyperbolic)))
		}
		c.known = new(big.Float).SetPrec(2 * prec).SetInt(sum)
		c.known.SetMantExp(c.known, -int(bits))
	}
	return new(big.Float).SetPrec(prec).Set(c.known)
}

// logTen returns ln 10.
func logTen(prec uint) *big.Float {
	three := small(prec, 3)
	return three.Mul(three, logTwo.value(prec)).Add(three, logTenths.value(prec))
}

// withoutMultiples returns x less the nearest multiple k of a constant, and k, with a relative error of 2^-prec.
func withoutMultiples(x *big.Float, of func(prec uint) *big.Float, prec uint) (rest *big.Float, k *big.Int) {
	work := prec + guard + uint(max(0, exponentOf(x)))
	for {
		period := of(work)
		quotient := new(big.Float).SetPrec(work).Quo(x, period)
		half := small(work, 1)
		half.SetMantExp(half, -1)
		if x.Sign() < 0 {
			half.Neg(half)
		}
		k, _ = quotient.Add(quotient, half).Int(nil)
		if k.Sign() == 0 {
			return new(big.Float).SetPrec(prec).Set(x), k
		}
		multiple := new(big.Float).SetPrec(work).SetInt(k)
		multiple.Mul(multiple, period)
		rest = new(big.Float).SetPrec(work).Sub(x, multiple)
		if lost := exponentOf(x) - exponentOf(rest); rest.Sign() != 0 && uint(max(0, lost))+prec+4 <= work {
			return rest.SetPrec(prec), k
		}
		work *= 2
	}
}

// exponential returns e to the power of a number less than 2^15: of a rest that is divided by a power of two it is the
// hyperbolic sine plus the root of one more than its square, which is then squared.
func exponential(x *big.Float, p uint) *big.Float {
	prec := p + guard
	rest, k := withoutMultiples(x, logTwo.value, prec)
	halvings := int(math.Sqrt(float64(prec))) / 2
	t := rest.SetMantExp(rest, -halvings)
	square := new(big.Float).SetPrec(prec).Mul(t, t)
	sinh, term := new(big.Float).SetPrec(prec).Set(t), new(big.Float).SetPrec(prec).Set(t)
	for n := int64(2); term.Sign() != 0 && exponentOf(term) > -int(prec); n += 2 {
		term.Mul(term, square).Quo(term, small(prec, n*(n+1)))
		sinh.Add(sinh, term)
	}
	root := new(big.Float).SetPrec(prec).Mul(sinh, sinh)
	root.Add(root, small(prec, 1)).Sqrt(root)
	root.Add(root, sinh)
	for range halvings {
		root.Mul(root, root)
	}
	return root.SetMantExp(root, int(k.Int64()))
}

// logarithmNear returns the natural logarithm of a number between a half and two but one, by Halley's iteration on the
// exponential function, which triples the bits that are right.
func logarithmNear(m *big.Float, p uint) *big.Float {
	off := new(big.Float).SetPrec(m.Prec()+64).Sub(m, small(64, 1))
	prec := p + guard + uint(max(0, -exponentOf(off)))
	first, _ := off.Float64()
	y := new(big.Float).SetPrec(prec).SetFloat64(math.Log1p(first))
	for right := uint(40); right < prec; right *= 3 {
		e := exponential(y, prec)
		difference := new(big.Float).SetPrec(prec).Sub(m, e)
		e.Add(e, m)
		difference.Quo(difference, e)
		y.Add(y, difference.Add(difference, difference))
	}
	return y
}

// splitPower returns m and e with x equal to m times 2^e, and m from 3/4 to 3/2.
func splitPower(x *big.Float) (m *big.Float, e int) {
	m = new(big.Float).SetPrec(x.Prec())
	e = x.MantExp(m)
	if m.Cmp(big.NewFloat(0.75)) < 0 {
		m.SetMantExp(m, 1)
		e--
	}
	return m, e
}

// logarithm returns the natural logarithm of a positive number but one.
func logarithm(x *big.Float, p uint) *big.Float {
	m, e := splitPower(x)
	prec := p + guard
	sum := small(prec, int64(e))
	sum.Mul(sum, logTwo.value(prec))
	if m.Cmp(big.NewFloat(1)) != 0 {
		sum.Add(sum, logarithmNear(m, prec))
	}
	return sum
}

// quotientByLog returns the logarithm to a base, given the natural one of the base.
func quotientByLog(base func(prec uint) *big.Float) approximation {
	return func(x *big.Float, p uint) *big.Float {
		y := logarithm(x, p+guard)
		return y.Quo(y, base(p+guard))
	}
}

// circular returns the sine and cosine of a number. It takes multiples of half of pi from it, halves the rest several
// times, and doubles the angle of 1-cos, which stays precise where it is small.
func circular(x *big.Float, p uint) (sine, cosine *big.Float) {
	prec := p + guard
	rest, k := withoutMultiples(x, func(prec uint) *big.Float {
		half := pi.value(prec)
		return half.SetMantExp(half, -1)
	}, prec)
	halvings := int(math.Sqrt(float64(prec))) / 2
	negative := rest.Sign() < 0
	t := rest.SetMantExp(rest, -halvings)
	square := new(big.Float).SetPrec(prec).Mul(t, t)
	term := new(big.Float).SetPrec(prec).Set(square)
	term.SetMantExp(term, -1)
	versed := new(big.Float).SetPrec(prec).Set(term)
	least := exponentOf(term) - int(prec)
	for n := int64(3); exponentOf(term) > least; n += 2 {
		term.Mul(term, square).Quo(term, small(prec, -n*(n+1)))
		versed.Add(versed, term)
	}
	two := small(prec, 2)
	for range halvings {
		other := new(big.Float).SetPrec(prec).Sub(two, versed)
		versed.Mul(versed, two).Mul(versed, other)
	}
	other := new(big.Float).SetPrec(prec).Sub(two, versed)
	sine = other.Mul(other, versed).Sqrt(other)
	if negative {
		sine.Neg(sine)
	}
	cosine = new(big.Float).SetPrec(prec).Sub(small(prec, 1), versed)
	quadrant := new(big.Int).And(k, big.NewInt(3)).Int64()
	if quadrant&1 != 0 {
		sine, cosine = cosine, sine.Neg(sine)
	}
	if quadrant&2 != 0 {
		sine.Neg(sine)
		cosine.Neg(cosine)
	}
	return sine, cosine
}

// softCircular returns a function of an angle, given that of zero.
func softCircular(f *format, x, ofZero number, of approximation) number {
	switch {
	case x.kind != finite:
		return nan()
	case x.isZero():
		return ofZero
	}
	return settled(f, x, of)
}

func softSin(f *format, x number) number {
	return softCircular(f, x, x, func(x *big.Float, p uint) *big.Float { s, _ := circular(x, p); return s })
}

func softCos(f *format, x number) number {
	one := number{mant: big.NewInt(1)}
	return softCircular(f, x, one, func(x *big.Float, p uint) *big.Float { _, c := circular(x, p); return c })
}

func softTan(f *format, x number) number {
	return softCircular(f, x, x, func(x *big.Float, p uint) *big.Float {
		s, c := circular(x, p+guard)
		return s.Quo(s, c)
	})
}

// beyondExponents is larger than the exponents of all formats.
const beyondExponents = 1 << 16

// softPower returns the exponential function by one of its approximations.
func softPower(f *format, x number, of approximation) number {
	switch {
	case x.kind == notANumber:
		return nan()
	case x.kind == infinite && x.neg:
		return zeroNumber(false)
	case x.kind == infinite:
		return infinity(false)
	case x.isZero():
		return number{mant: big.NewInt(1)}
	case x.exp+x.mant.BitLen() > 15 && x.neg:
		return number{mant: big.NewInt(1), exp: -beyondExponents}
	case x.exp+x.mant.BitLen() > 15:
		return number{mant: big.NewInt(1), exp: beyondExponents}
	}
	return settled(f, x, of)
}

func softExp(f *format, x number) number { return softPower(f, x, exponential) }

func softExp2(f *format, x number) number {
	if whole := softTrunc(f, x); x.kind == finite && orderOf(whole, x) == 0 && whole.exp+whole.mant.BitLen() <= 15 {
		return number{mant: big.NewInt(1), exp: int(new(big.Int).Lsh(whole.signed(), uint(whole.exp)).Int64())}
	}
	return softPower(f, x, func(x *big.Float, p uint) *big.Float {
		prec := p + guard
		y := logTwo.value(prec)
		return exponential(y.Mul(y, x), p)
	})
}

// softLogarithm returns a logarithm by its approximation. That of one is zero.
func softLogarithm(f *format, x number, of approximation) number {
	switch {
	case x.kind == notANumber:
		return nan()
	case x.isZero():
		return infinity(true)
	case x.neg:
		return nan()
	case x.kind == infinite:
		return x
	case orderOf(x, number{mant: big.NewInt(1)}) == 0:
		return zeroNumber(false)
	}
	return settled(f, x, of)
}

func softLog(f *format, x number) number { return softLogarithm(f, x, logarithm) }

func softLog2(f *format, x number) number {
	return softLogarithm(f, x, quotientByLog(logTwo.value))
}

func softLog10(f *format, x number) number { return softLogarithm(f, x, quotientByLog(logTen)) }
