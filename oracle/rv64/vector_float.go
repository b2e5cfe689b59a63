package rv64

import (
	"math"
	"math/bits"
	"slices"
)

// roundToOdd is a rounding mode that frm cannot select: the lowest bit of an inexact result is set.
const roundToOdd = 8

// formatOf returns the float format of a width in bytes.
func formatOf(size uint64) *format {
	switch size {
	case 2:
		return half
	case 4:
		return single
	}
	return double
}

// floating is the rule for the elements of every instruction on floats.
func (r *vectorRun) floating() bool { return r.configured() && r.sew >= 2 && r.roundingLegal() }

func (r *vectorRun) roundingLegal() bool { return r.m.frm <= roundNearestAway }

func (r *vectorRun) format() *format { return formatOf(r.sew) }

// floatScalar returns the float register operand, unboxed.
func (r *vectorRun) floatScalar() uint64 { return r.format().unbox(r.m.f[r.vs1]) }

// environment returns the float environment with a rounding mode.
func (r *vectorRun) environment(rounding uint8) *environment {
	r.m.fp.rounding = rounding
	return &r.m.fp
}

// elementFloat is an operation on elements a of vs2 and b of vs1 or f[rs1].
type elementFloat func(e *environment, f *format, a, b uint64) uint64

// vectorFloatBinary are the operations whose operands and result have one width.
var vectorFloatBinary = []struct {
	name   string
	funct6 uint32
	forms  string // v, f
	do     elementFloat
}{
	{"vfadd", 0x00, "vf", (*environment).add},
	{"vfsub", 0x02, "vf", (*environment).sub},
	{"vfmin", 0x04, "vf", func(e *environment, f *format, a, b uint64) uint64 { return e.minimum(f, a, b, true) }},
	{"vfmax", 0x06, "vf", func(e *environment, f *format, a, b uint64) uint64 { return e.minimum(f, a, b, false) }},
	{"vfsgnj", 0x08, "vf", func(_ *environment, f *format, a, b uint64) uint64 { return a&^f.sign() | b&f.sign() }},
	{"vfsgnjn", 0x09, "vf", func(_ *environment, f *format, a, b uint64) uint64 { return a&^f.sign() | ^b&f.sign() }},
	{"vfsgnjx", 0x0a, "vf", func(_ *environment, f *format, a, b uint64) uint64 { return a ^ b&f.sign() }},
	{"vfdiv", 0x20, "vf", (*environment).div},
	{"vfrdiv", 0x21, "f", func(e *environment, f *format, a, b uint64) uint64 { return e.div(f, b, a) }},
	{"vfmul", 0x24, "vf", (*environment).mul},
	{"vfrsub", 0x27, "f", func(e *environment, f *format, a, b uint64) uint64 { return e.sub(f, b, a) }},
}

// vectorFused are the multiply-adds: the product of b with the destination d or with a of vs2, plus the other; with
// signs for the product and for the addend.
var vectorFused = []struct {
	name                 string
	funct6               uint32
	overwritesFactor     bool
	negateProduct, minus bool
}{
	{"vfmadd", 0x28, true, false, false}, {"vfnmadd", 0x29, true, true, true}, {"vfmsub", 0x2a, true, false, true}, {"vfnmsub", 0x2b, true, true, false},
	{"vfmacc", 0x2c, false, false, false}, {"vfnmacc", 0x2d, false, true, true}, {"vfmsac", 0x2e, false, false, true}, {"vfnmsac", 0x2f, false, true, false},
}

// vectorFloatWiden are the operations whose operands are converted to the wider format first; wideFirst means that vs2
// already has it.
var vectorFloatWiden = []struct {
	name      string
	funct6    uint32
	wideFirst bool
	do        elementFloat
}{
	{"vfwadd", 0x30, false, (*environment).add}, {"vfwsub", 0x32, false, (*environment).sub}, {"vfwadd", 0x34, true, (*environment).add},
	{"vfwsub", 0x36, true, (*environment).sub}, {"vfwmul", 0x38, false, (*environment).mul},
}

var vectorFusedWiden = []struct {
	name                 string
	funct6               uint32
	negateProduct, minus bool
}{{"vfwmacc", 0x3c, false, false}, {"vfwnmacc", 0x3d, true, true}, {"vfwmsac", 0x3e, false, true}, {"vfwnmsac", 0x3f, true, false}}

// vectorFloatCompare are the comparisons, whose result is a mask.
var vectorFloatCompare = []struct {
	name   string
	funct6 uint32
	forms  string
	quiet  bool
	do     func(less, equal, swappedLess bool) bool
}{
	{"vmfeq", 0x18, "vf", true, func(_, equal, _ bool) bool { return equal }},
	{"vmfle", 0x19, "vf", false, func(less, equal, _ bool) bool { return less || equal }},
	{"vmflt", 0x1b, "vf", false, func(less, _, _ bool) bool { return less }},
	{"vmfne", 0x1c, "vf", true, func(_, equal, _ bool) bool { return !equal }},
	{"vmfgt", 0x1d, "f", false, func(_, _, greater bool) bool { return greater }},
	{"vmfge", 0x1f, "f", false, func(_, equal, greater bool) bool { return greater || equal }},
}

// vectorFloatReduce are the reductions; the unordered sum is computed in order.
var vectorFloatReduce = []struct {
	name   string
	funct6 uint32
	widens bool
	do     elementFloat
}{
	{"vfredusum", 0x01, false, (*environment).add}, {"vfredosum", 0x03, false, (*environment).add},
	{"vfredmin", 0x05, false, func(e *environment, f *format, a, b uint64) uint64 { return e.minimum(f, a, b, true) }},
	{"vfredmax", 0x07, false, func(e *environment, f *format, a, b uint64) uint64 { return e.minimum(f, a, b, false) }},
	{"vfwredusum", 0x31, true, (*environment).add}, {"vfwredosum", 0x33, true, (*environment).add},
}

// vectorFloatUnary are the operations of VFUNARY1.
var vectorFloatUnary = []struct {
	name string
	vs1  uint32
	do   func(e *environment, f *format, a uint64) uint64
}{
	{"vfsqrt.v", 0, (*environment).sqrt}, {"vfrsqrt7.v", 4, (*environment).estimateRootReciprocal},
	{"vfrec7.v", 5, (*environment).estimateReciprocal}, {"vfclass.v", 16, func(_ *environment, f *format, a uint64) uint64 { return f.class(a) }},
}

func floatForm(letter byte) uint32 {
	if letter == 'v' {
		return formFVV
	}
	return formFVF
}

// floatVectorRows returns the rows of this file.
func floatVectorRows() []vectorRow {
	var list []vectorRow
	add := func(name string, funct6 uint32, letter byte, legal func(*vectorRun) bool, do func(*vectorRun)) {
		list = append(list, vectorRow{name, vectorWord(funct6, floatForm(letter)), maskFunct6,
			func(r *vectorRun) bool { return r.floating() && legal(r) }, do})
	}
	for _, r := range vectorFloatBinary {
		for _, letter := range []byte(r.forms) {
			add(r.name+".v"+string(letter), r.funct6, letter, (*vectorRun).legalSame, func(v *vectorRun) {
				e, f := v.environment(v.m.frm), v.format()
				v.each(func(i uint64) { v.setD(i, r.do(e, f, v.at2(i), v.at1(i))) })
			})
		}
	}
	for _, r := range vectorFused {
		for _, letter := range []byte("vf") {
			add(r.name+".v"+string(letter), r.funct6, letter, (*vectorRun).legalSame, func(v *vectorRun) {
				v.each(func(i uint64) {
					factor, addend := v.at2(i), v.atD(i)
					if r.overwritesFactor {
						factor, addend = addend, factor
					}
					v.setD(i, v.fused(v.format(), v.at1(i), factor, addend, r.negateProduct, r.minus))
				})
			})
		}
	}
	for _, r := range vectorFloatCompare {
		for _, letter := range []byte(r.forms) {
			add(r.name+".v"+string(letter), r.funct6, letter, (*vectorRun).legalCompare, func(v *vectorRun) {
				e, f := v.environment(v.m.frm), v.format()
				v.writeMask(func(i uint64) bool {
					less, equal := e.compare(f, v.at2(i), v.at1(i), r.quiet)
					greater, _ := e.compare(f, v.at1(i), v.at2(i), true)
					return r.do(less, equal, greater)
				})
			})
		}
	}
	for _, r := range vectorFloatUnary {
		list = append(list, vectorRow{r.name, vectorWord(0x13, formFVV) | r.vs1<<15, maskFunct6 | maskVs1,
			func(v *vectorRun) bool { return v.floating() && v.legalUnary() },
			func(v *vectorRun) {
				e, f := v.environment(v.m.frm), v.format()
				v.each(func(i uint64) { v.setD(i, r.do(e, f, v.at2(i))) })
			}})
	}
	list = append(list,
		vectorRow{"vfmerge.vfm", vectorWord(0x17, formFVF), maskFunct6 | maskUnmasked, func(r *vectorRun) bool { return r.floating() && r.legalSame() }, (*vectorRun).merge},
		vectorRow{"vfmv.v.f", vectorWord(0x17, formFVF) | maskUnmasked, maskFunct6 | maskUnmasked | maskVs2, func(r *vectorRun) bool { return r.floating() && r.legalMove() }, (*vectorRun).merge})
	return slices.Concat(list, floatWidenRows(), floatConvertRows(), bfloatRows())
}

// fused returns ±(b*a) ± c, rounded once.
func (r *vectorRun) fused(f *format, b, a, c uint64, negateProduct, minus bool) uint64 {
	if negateProduct {
		b ^= f.sign()
	}
	if minus {
		c ^= f.sign()
	}
	return r.environment(r.m.frm).mulAdd(f, b, a, c)
}

// wider returns an element converted, exactly, to the format of twice the width.
func (r *vectorRun) wider(v uint64) uint64 {
	return r.environment(r.m.frm).convert(r.format(), formatOf(2*r.sew), v)
}

// widened returns element i of vs2 in the wider format, which it may have already.
func (r *vectorRun) widened(i uint64, already bool) uint64 {
	if already {
		return r.v.element(r.vs2, i, 2*r.sew)
	}
	return r.wider(r.at2(i))
}

func floatWidenRows() []vectorRow {
	var list []vectorRow
	for _, r := range vectorFloatWiden {
		for _, letter := range []byte("vf") {
			name, legal := r.name+".v"+string(letter), (*vectorRun).legalWiden
			if r.wideFirst {
				name, legal = r.name+".w"+string(letter), (*vectorRun).legalWidenWide
			}
			list = append(list, vectorRow{name, vectorWord(r.funct6, floatForm(letter)), maskFunct6, func(v *vectorRun) bool { return v.floating() && legal(v) },
				func(v *vectorRun) {
					wide := 2 * v.sew
					v.each(func(i uint64) {
						v.v.setElement(v.vd, i, wide, r.do(v.environment(v.m.frm), formatOf(wide), v.widened(i, r.wideFirst), v.wider(v.at1(i))))
					})
				}})
		}
	}
	for _, r := range vectorFusedWiden {
		for _, letter := range []byte("vf") {
			list = append(list, vectorRow{r.name + ".v" + string(letter), vectorWord(r.funct6, floatForm(letter)), maskFunct6,
				func(v *vectorRun) bool { return v.floating() && v.legalWidenAdd() },
				func(v *vectorRun) {
					wide := 2 * v.sew
					v.each(func(i uint64) {
						d := v.v.element(v.vd, i, wide)
						v.v.setElement(v.vd, i, wide, v.fused(formatOf(wide), v.wider(v.at1(i)), v.wider(v.at2(i)), d, r.negateProduct, r.minus))
					})
				}})
		}
	}
	for _, r := range vectorFloatReduce {
		list = append(list, vectorRow{r.name + ".vs", vectorWord(r.funct6, formFVV), maskFunct6,
			func(v *vectorRun) bool {
				return v.floating() && (!r.widens && v.legalReduce() || r.widens && v.legalWideReduce())
			},
			func(v *vectorRun) { v.reduceFloat(r.widens, r.do) }})
	}
	return list
}

func (r *vectorRun) reduceFloat(widens bool, do elementFloat) {
	if r.vl == 0 {
		return
	}
	size := r.sew
	if widens {
		size *= 2
	}
	sum := r.v.element(r.vs1, 0, size)
	r.each(func(i uint64) {
		b := r.at2(i)
		if widens {
			b = r.wider(b)
		}
		sum = do(r.environment(r.m.frm), formatOf(size), sum, b)
	})
	r.v.setElement(r.vd, 0, size, sum)
}

// vectorConvert are the conversions of VFUNARY0. Operand and result are each a float, or a signed or unsigned integer;
// if widening or narrowing, their widths differ by a factor of two.
var vectorConvert = []struct {
	name     string
	vs1      uint32
	from, to valueKind
	rounding uint8 // roundDynamic: that of frm
}{
	{"vfcvt.xu.f.v", 0, floatValue, unsignedValue, roundDynamic}, {"vfcvt.x.f.v", 1, floatValue, signedValue, roundDynamic},
	{"vfcvt.f.xu.v", 2, unsignedValue, floatValue, roundDynamic}, {"vfcvt.f.x.v", 3, signedValue, floatValue, roundDynamic},
	{"vfcvt.rtz.xu.f.v", 6, floatValue, unsignedValue, roundToZero}, {"vfcvt.rtz.x.f.v", 7, floatValue, signedValue, roundToZero},
	{"vfwcvt.xu.f.v", 8, floatValue, unsignedValue, roundDynamic}, {"vfwcvt.x.f.v", 9, floatValue, signedValue, roundDynamic},
	{"vfwcvt.f.xu.v", 10, unsignedValue, floatValue, roundDynamic}, {"vfwcvt.f.x.v", 11, signedValue, floatValue, roundDynamic},
	{"vfwcvt.f.f.v", 12, floatValue, floatValue, roundDynamic},
	{"vfwcvt.rtz.xu.f.v", 14, floatValue, unsignedValue, roundToZero}, {"vfwcvt.rtz.x.f.v", 15, floatValue, signedValue, roundToZero},
	{"vfncvt.xu.f.w", 16, floatValue, unsignedValue, roundDynamic}, {"vfncvt.x.f.w", 17, floatValue, signedValue, roundDynamic},
	{"vfncvt.f.xu.w", 18, unsignedValue, floatValue, roundDynamic}, {"vfncvt.f.x.w", 19, signedValue, floatValue, roundDynamic},
	{"vfncvt.f.f.w", 20, floatValue, floatValue, roundDynamic}, {"vfncvt.rod.f.f.w", 21, floatValue, floatValue, roundToOdd},
	{"vfncvt.rtz.xu.f.w", 22, floatValue, unsignedValue, roundToZero}, {"vfncvt.rtz.x.f.w", 23, floatValue, signedValue, roundToZero},
}

type valueKind uint8

const (
	floatValue valueKind = iota
	signedValue
	unsignedValue
)

func floatConvertRows() []vectorRow {
	var list []vectorRow
	for _, r := range vectorConvert {
		legal := (*vectorRun).legalUnary
		from, to := uint64(1), uint64(1)
		switch r.vs1 >> 3 {
		case 1:
			legal, to = (*vectorRun).legalWidenUnary, 2
		case 2:
			legal, from = (*vectorRun).legalNarrowUnary, 2
		}
		list = append(list, vectorRow{r.name, vectorWord(0x12, formFVV) | r.vs1<<15, maskFunct6 | maskVs1,
			func(v *vectorRun) bool {
				return v.configured() && v.roundingLegal() && legal(v) && (r.from != floatValue || from*v.sew >= 2) && (r.to != floatValue || to*v.sew >= 2)
			},
			func(v *vectorRun) {
				rounding := r.rounding
				if rounding == roundDynamic {
					rounding = v.m.frm
				}
				e := v.environment(rounding)
				v.each(func(i uint64) {
					a := v.v.element(v.vs2, i, from*v.sew)
					v.v.setElement(v.vd, i, to*v.sew, e.convertValue(a, r.from, r.to, from*v.sew, to*v.sew))
				})
			}})
	}
	return list
}

func (r *vectorRun) legalWidenUnary() bool {
	wide := 2 * r.emul8
	return r.configured() && r.maskable() && r.sew <= 4 && aligned(r.vd, wide) && aligned(r.vs2, r.emul8) && apart(r.vd, wide, r.vs2, r.emul8)
}

func (r *vectorRun) legalNarrowUnary() bool {
	wide := 2 * r.emul8
	return r.configured() && r.maskable() && r.sew <= 4 && aligned(r.vd, r.emul8) && aligned(r.vs2, wide) && apart(r.vd, r.emul8, r.vs2, wide)
}

// convertValue converts a value between kinds and sizes in bytes.
func (e *environment) convertValue(a uint64, from, to valueKind, fromSize, toSize uint64) uint64 {
	switch {
	case from == signedValue:
		return e.fromSigned(formatOf(toSize), signed(a, fromSize))
	case from == unsignedValue:
		return e.fromInteger(formatOf(toSize), false, a)
	case to == signedValue:
		most := uint64(allBits) >> (65 - 8*toSize)
		return e.toInteger(formatOf(fromSize), a, -int64(most)-1, most)
	case to == unsignedValue:
		return e.toInteger(formatOf(fromSize), a, 0, allBits>>(64-8*toSize))
	}
	return e.convert(formatOf(fromSize), formatOf(toSize), a)
}

// bfloatRows are Zvfbfmin and Zvfbfwma: conversions from and to singles, and the multiply-add of products of bfloat16
// to singles. vtype has SEW 16.
func bfloatRows() []vectorRow {
	narrow := func(r *vectorRun) bool { return r.sew == 2 && r.roundingLegal() }
	list := []vectorRow{
		{"vfwcvtbf16.f.f.v", vectorWord(0x12, formFVV) | 13<<15, maskFunct6 | maskVs1,
			func(r *vectorRun) bool { return narrow(r) && r.legalWidenUnary() },
			func(r *vectorRun) {
				r.each(func(i uint64) { r.v.setElement(r.vd, i, 4, r.environment(r.m.frm).convert(bfloat, single, r.at2(i))) })
			}},
		{"vfncvtbf16.f.f.w", vectorWord(0x12, formFVV) | 29<<15, maskFunct6 | maskVs1,
			func(r *vectorRun) bool { return narrow(r) && r.legalNarrowUnary() },
			func(r *vectorRun) {
				r.each(func(i uint64) { r.setD(i, r.environment(r.m.frm).convert(single, bfloat, r.v.element(r.vs2, i, 4))) })
			}},
	}
	for _, letter := range []byte("vf") {
		list = append(list, vectorRow{"vfwmaccbf16.v" + string(letter), vectorWord(0x3b, floatForm(letter)), maskFunct6,
			func(r *vectorRun) bool { return narrow(r) && r.legalWidenAdd() },
			func(r *vectorRun) {
				r.each(func(i uint64) {
					b := r.m.f[r.vs1]
					if letter == 'v' {
						b = bfloat.box(r.at1(i))
					}
					e := r.environment(r.m.frm)
					product, d := e.convert(bfloat, single, bfloat.unbox(b)), r.v.element(r.vd, i, 4)
					r.v.setElement(r.vd, i, 4, e.mulAdd(single, product, e.convert(bfloat, single, r.at2(i)), d))
				})
			}})
	}
	return list
}

// estimateBits is the precision of the estimates.
const estimateBits = 7

// reciprocals and rootReciprocals are the significands of the estimates: that of the middle of each interval, rounded.
// The latter are indexed by the lowest bit of the exponent and six bits of the significand.
var reciprocals, rootReciprocals = estimateTables()

func estimateTables() (reciprocal, root [1 << estimateBits]uint64) {
	const scale = 1 << estimateBits
	for i := range scale {
		middle := 1 + (float64(i)+0.5)/scale
		reciprocal[i] = uint64(math.Round((2/middle - 1) * scale))
		middle = 1 + (float64(i%64)+0.5)/64
		if i < 64 { // an even biased exponent is an odd power of two
			middle *= 2
		}
		root[i] = uint64(math.Round((2/math.Sqrt(middle) - 1) * scale))
	}
	return reciprocal, root
}

// split returns the biased exponent and the fraction; of a subnormal number as if exponents continued below zero.
func (f *format) split(v uint64) (exponent int, fraction uint64) {
	exponent, fraction = int(v>>f.fractionBits&(1<<f.exponentBits-1)), v&(1<<f.fractionBits-1)
	if exponent == 0 {
		shift := bits.LeadingZeros64(fraction) - (63 - int(f.fractionBits))
		exponent, fraction = 1-shift, fraction<<shift&(1<<f.fractionBits-1)
	}
	return exponent, fraction
}

func (e *environment) estimateReciprocal(f *format, a uint64) uint64 {
	switch {
	case f.isNaN(a):
		return e.nan(f, a)
	case a&^f.sign() == f.infinity():
		return a & f.sign()
	case a&^f.sign() == 0:
		e.flags |= flagDivZero
		return a | f.infinity()
	}
	exponent, fraction := f.split(a)
	if exponent < -1 {
		return e.overflow(f, a&f.sign() != 0)
	}
	estimate := reciprocals[fraction>>(f.fractionBits-estimateBits)] << (f.fractionBits - estimateBits)
	out := 2*f.bias() - 1 - exponent
	if out <= 0 { // subnormal: the hidden bit becomes explicit
		estimate = estimate>>1 | 1<<(f.fractionBits-1)
		if out < 0 {
			estimate >>= 1
		}
		out = 0
	}
	return a&f.sign() | uint64(out)<<f.fractionBits | estimate
}

func (e *environment) estimateRootReciprocal(f *format, a uint64) uint64 {
	switch {
	case f.isNaN(a):
		return e.nan(f, a)
	case a&^f.sign() == 0:
		e.flags |= flagDivZero
		return a | f.infinity()
	case a&f.sign() != 0:
		return e.invalid(f)
	case a == f.infinity():
		return 0
	}
	exponent, fraction := f.split(a)
	index := uint64(exponent&1)<<(estimateBits-1) | fraction>>(f.fractionBits-estimateBits+1)
	out := (3*f.bias() - 1 - exponent) / 2
	return uint64(out)<<f.fractionBits | rootReciprocals[index]<<(f.fractionBits-estimateBits)
}
