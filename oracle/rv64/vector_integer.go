package rv64

import (
	"math/bits"
	"slices"
	"strings"
)

// shiftAmount returns the bits of a shift amount that a width of n bytes uses.
func shiftAmount(b, n uint64) uint64 { return b & (8*n - 1) }

// vectorOperation is an operation whose operands and result have one width, on elements a of vs2 and b.
type vectorOperation struct {
	name   string
	funct6 uint32
	wide   bool   // in the OPM forms, else the OPI ones
	forms  string // v (vector), x (scalar), i (signed immediate), u (unsigned)
	do     func(r *vectorRun, a, b uint64) uint64
}

// vectorBinary are the operations that depend only on the operands and their width.
var vectorBinary = []vectorOperation{
	{"vadd", 0x00, false, "vxi", func(_ *vectorRun, a, b uint64) uint64 { return a + b }},
	{"vandn", 0x01, false, "vx", func(_ *vectorRun, a, b uint64) uint64 { return a &^ b }},
	{"vsub", 0x02, false, "vx", func(_ *vectorRun, a, b uint64) uint64 { return a - b }},
	{"vrsub", 0x03, false, "xi", func(_ *vectorRun, a, b uint64) uint64 { return b - a }},
	{"vminu", 0x04, false, "vx", func(_ *vectorRun, a, b uint64) uint64 { return min(a, b) }},
	{"vmin", 0x05, false, "vx", func(r *vectorRun, a, b uint64) uint64 { return uint64(min(signed(a, r.sew), signed(b, r.sew))) }},
	{"vmaxu", 0x06, false, "vx", func(_ *vectorRun, a, b uint64) uint64 { return max(a, b) }},
	{"vmax", 0x07, false, "vx", func(r *vectorRun, a, b uint64) uint64 { return uint64(max(signed(a, r.sew), signed(b, r.sew))) }},
	{"vand", 0x09, false, "vxi", func(_ *vectorRun, a, b uint64) uint64 { return a & b }},
	{"vor", 0x0a, false, "vxi", func(_ *vectorRun, a, b uint64) uint64 { return a | b }},
	{"vxor", 0x0b, false, "vxi", func(_ *vectorRun, a, b uint64) uint64 { return a ^ b }},
	{"vror", 0x14, false, "vx", func(r *vectorRun, a, b uint64) uint64 { return rotateRight(a, shiftAmount(b, r.sew), r.sew) }},
	{"vrol", 0x15, false, "vx", func(r *vectorRun, a, b uint64) uint64 { return rotateRight(a, shiftAmount(-b, r.sew), r.sew) }},
	{"vsll", 0x25, false, "vxu", func(r *vectorRun, a, b uint64) uint64 { return a << shiftAmount(b, r.sew) }},
	{"vsrl", 0x28, false, "vxu", func(r *vectorRun, a, b uint64) uint64 { return a >> shiftAmount(b, r.sew) }},
	{"vsra", 0x29, false, "vxu", func(r *vectorRun, a, b uint64) uint64 { return uint64(signed(a, r.sew) >> shiftAmount(b, r.sew)) }},

	{"vclmul", 0x0c, true, "vx", func(_ *vectorRun, a, b uint64) uint64 { _, low := carrylessProduct(a, b); return low }},
	{"vclmulh", 0x0d, true, "vx", func(_ *vectorRun, a, b uint64) uint64 { high, _ := carrylessProduct(a, b); return high }},
	{"vdivu", 0x20, true, "vx", func(_ *vectorRun, a, b uint64) uint64 { return divu(a, b) }},
	{"vdiv", 0x21, true, "vx", func(r *vectorRun, a, b uint64) uint64 { return div(uint64(signed(a, r.sew)), uint64(signed(b, r.sew))) }},
	{"vremu", 0x22, true, "vx", func(_ *vectorRun, a, b uint64) uint64 { return remu(a, b) }},
	{"vrem", 0x23, true, "vx", func(r *vectorRun, a, b uint64) uint64 { return rem(uint64(signed(a, r.sew)), uint64(signed(b, r.sew))) }},
	{"vmulhu", 0x24, true, "vx", func(r *vectorRun, a, b uint64) uint64 { return highHalf(a, b, r.sew) }},
	{"vmul", 0x25, true, "vx", func(_ *vectorRun, a, b uint64) uint64 { return a * b }},
	{"vmulhsu", 0x26, true, "vx", func(r *vectorRun, a, b uint64) uint64 {
		if r.sew == 8 {
			return mulhsu(a, b)
		}
		return uint64(signed(a, r.sew)*int64(b)) >> (8 * r.sew)
	}},
	{"vmulh", 0x27, true, "vx", func(r *vectorRun, a, b uint64) uint64 {
		if r.sew == 8 {
			return mulh(a, b)
		}
		return uint64(signed(a, r.sew)*signed(b, r.sew)) >> (8 * r.sew)
	}},
}

// highHalf returns the upper half of an unsigned product.
func highHalf(a, b, n uint64) uint64 {
	if n == 8 {
		return mulhu(a, b)
	}
	return a * b >> (8 * n)
}

func rotateRight(a, amount, n uint64) uint64 {
	width := 8 * n
	return a>>amount | a<<((width-amount)&63)&-boolBit(amount != 0)
}

// vectorMultiplyAdd are the operations that also read their destination d.
var vectorMultiplyAdd = []struct {
	name   string
	funct6 uint32
	do     func(d, a, b uint64) uint64
}{
	{"vmadd", 0x29, func(d, a, b uint64) uint64 { return b*d + a }},
	{"vnmsub", 0x2b, func(d, a, b uint64) uint64 { return a - b*d }},
	{"vmacc", 0x2d, func(d, a, b uint64) uint64 { return d + a*b }},
	{"vnmsac", 0x2f, func(d, a, b uint64) uint64 { return d - a*b }},
}

// extension is how an operand is widened.
type extension bool

const (
	zeroExtended extension = false
	signExtended extension = true
)

func (x extension) of(v, n uint64) uint64 {
	if x == signExtended {
		return uint64(signed(v, n))
	}
	return v
}

// vectorWiden are the operations with a result twice as wide; d is the old value of the destination. wideFirst means
// that vs2 is as wide as the result.
var vectorWiden = []struct {
	name      string
	funct6    uint32
	forms     string
	wideFirst bool
	a, b      extension
	do        func(d, a, b uint64) uint64
}{
	{"vwaddu", 0x30, "vx", false, zeroExtended, zeroExtended, func(_, a, b uint64) uint64 { return a + b }},
	{"vwadd", 0x31, "vx", false, signExtended, signExtended, func(_, a, b uint64) uint64 { return a + b }},
	{"vwsubu", 0x32, "vx", false, zeroExtended, zeroExtended, func(_, a, b uint64) uint64 { return a - b }},
	{"vwsub", 0x33, "vx", false, signExtended, signExtended, func(_, a, b uint64) uint64 { return a - b }},
	{"vwaddu", 0x34, "vx", true, zeroExtended, zeroExtended, func(_, a, b uint64) uint64 { return a + b }},
	{"vwadd", 0x35, "vx", true, zeroExtended, signExtended, func(_, a, b uint64) uint64 { return a + b }},
	{"vwsubu", 0x36, "vx", true, zeroExtended, zeroExtended, func(_, a, b uint64) uint64 { return a - b }},
	{"vwsub", 0x37, "vx", true, zeroExtended, signExtended, func(_, a, b uint64) uint64 { return a - b }},
	{"vwmulu", 0x38, "vx", false, zeroExtended, zeroExtended, func(_, a, b uint64) uint64 { return a * b }},
	{"vwmulsu", 0x3a, "vx", false, signExtended, zeroExtended, func(_, a, b uint64) uint64 { return a * b }},
	{"vwmul", 0x3b, "vx", false, signExtended, signExtended, func(_, a, b uint64) uint64 { return a * b }},
	{"vwmaccu", 0x3c, "vx", false, zeroExtended, zeroExtended, func(d, a, b uint64) uint64 { return d + a*b }},
	{"vwmacc", 0x3d, "vx", false, signExtended, signExtended, func(d, a, b uint64) uint64 { return d + a*b }},
	{"vwmaccus", 0x3e, "x", false, signExtended, zeroExtended, func(d, a, b uint64) uint64 { return d + a*b }},
	{"vwmaccsu", 0x3f, "vx", false, zeroExtended, signExtended, func(d, a, b uint64) uint64 { return d + a*b }},
}

// vectorCompare are the comparisons, whose result is a mask.
var vectorCompare = []struct {
	name   string
	funct6 uint32
	forms  string
	do     func(a, b, n uint64) bool
}{
	{"vmseq", 0x18, "vxi", func(a, b, _ uint64) bool { return a == b }},
	{"vmsne", 0x19, "vxi", func(a, b, _ uint64) bool { return a != b }},
	{"vmsltu", 0x1a, "vx", func(a, b, _ uint64) bool { return a < b }},
	{"vmslt", 0x1b, "vx", func(a, b, n uint64) bool { return signed(a, n) < signed(b, n) }},
	{"vmsleu", 0x1c, "vxi", func(a, b, _ uint64) bool { return a <= b }},
	{"vmsle", 0x1d, "vxi", func(a, b, n uint64) bool { return signed(a, n) <= signed(b, n) }},
	{"vmsgtu", 0x1e, "xi", func(a, b, _ uint64) bool { return a > b }},
	{"vmsgt", 0x1f, "xi", func(a, b, n uint64) bool { return signed(a, n) > signed(b, n) }},
}

// vectorReduce are the reductions of the OPM forms.
var vectorReduce = []struct {
	name   string
	funct6 uint32
	do     func(a, b, n uint64) uint64
}{
	{"vredsum", 0x00, func(a, b, _ uint64) uint64 { return a + b }},
	{"vredand", 0x01, func(a, b, _ uint64) uint64 { return a & b }},
	{"vredor", 0x02, func(a, b, _ uint64) uint64 { return a | b }},
	{"vredxor", 0x03, func(a, b, _ uint64) uint64 { return a ^ b }},
	{"vredminu", 0x04, func(a, b, n uint64) uint64 { return min(truncate(a, n), b) }},
	{"vredmin", 0x05, func(a, b, n uint64) uint64 { return uint64(min(signed(a, n), signed(b, n))) }},
	{"vredmaxu", 0x06, func(a, b, n uint64) uint64 { return max(truncate(a, n), b) }},
	{"vredmax", 0x07, func(a, b, n uint64) uint64 { return uint64(max(signed(a, n), signed(b, n))) }},
}

// vectorUnary are the operations of VXUNARY0 on one element, distinguished by the vs1 field.
var vectorUnary = []struct {
	name string
	vs1  uint32
	do   func(a, n uint64) uint64
}{
	{"vbrev8.v", 8, func(a, _ uint64) uint64 { return brev8(a, 0) }},
	{"vrev8.v", 9, func(a, n uint64) uint64 { return bits.ReverseBytes64(a) >> (64 - 8*n) }},
	{"vbrev.v", 10, func(a, n uint64) uint64 { return bits.Reverse64(a) >> (64 - 8*n) }},
	{"vclz.v", 12, func(a, n uint64) uint64 { return uint64(bits.LeadingZeros64(a)) - (64 - 8*n) }},
	{"vctz.v", 13, func(a, n uint64) uint64 { return min(uint64(bits.TrailingZeros64(a)), 8*n) }},
	{"vcpop.v", 14, func(a, _ uint64) uint64 { return uint64(bits.OnesCount64(a)) }},
}

// vectorExtend are the extensions from a fraction of the width.
var vectorExtend = []struct {
	name     string
	vs1      uint32
	fraction uint64
	how      extension
}{
	{"vzext.vf8", 2, 8, zeroExtended}, {"vsext.vf8", 3, 8, signExtended}, {"vzext.vf4", 4, 4, zeroExtended},
	{"vsext.vf4", 5, 4, signExtended}, {"vzext.vf2", 6, 2, zeroExtended}, {"vsext.vf2", 7, 2, signExtended},
}

// integerForms are the form letters of the OPI and OPM rows.
var integerForms = map[byte]struct {
	opi, opm uint32
}{'v': {formIVV, formMVV}, 'x': {formIVX, formMVX}, 'i': {opi: formIVI}, 'u': {opi: formIVI}}

const (
	majorVector  = 0x57
	maskFunct6   = 0xfc00707f
	maskUnmasked = 1 << 25
	maskVs1      = 31 << 15
	maskVs2      = 31 << 20
)

// vectorWord returns the fixed bits of an instruction of OP-V.
func vectorWord(funct6, form uint32) uint32 { return funct6<<26 | form<<12 | majorVector }

// integerRows returns the rows of this file.
func integerRows() []vectorRow {
	var list []vectorRow
	for _, r := range slices.Concat(vectorBinary, vectorFixed) {
		for _, letter := range []byte(r.forms) {
			list = append(list, r.row(letter))
		}
	}
	list = append(list, vectorRow{"vror.vi", vectorWord(0x14, formIVI), maskFunct6 &^ (1 << 26), (*vectorRun).legalSame, func(r *vectorRun) {
		amount := r.vs1 | uint64(r.word>>26&1)<<5
		r.each(func(i uint64) { r.setD(i, rotateRight(r.at2(i), shiftAmount(amount, r.sew), r.sew)) })
	}})
	for _, r := range vectorMultiplyAdd {
		for _, letter := range []byte("vx") {
			list = append(list, vectorRow{r.name + ".v" + formLetter(letter), vectorWord(r.funct6, integerForms[letter].opm), maskFunct6,
				(*vectorRun).legalSame, func(v *vectorRun) { v.each(func(i uint64) { v.setD(i, r.do(v.atD(i), v.at2(i), v.at1(i))) }) }})
		}
	}
	list = append(list, compareRows()...)
	list = append(list, widenRows()...)
	for _, r := range vectorReduce {
		list = append(list, vectorRow{r.name + ".vs", vectorWord(r.funct6, formMVV), maskFunct6, (*vectorRun).legalReduce, func(v *vectorRun) { v.reduce(v.sew, zeroExtended, r.do) }})
	}
	for _, r := range vectorUnary {
		list = append(list, vectorRow{r.name, vectorWord(0x12, formMVV) | r.vs1<<15, maskFunct6 | maskVs1, (*vectorRun).legalUnary,
			func(v *vectorRun) { v.each(func(i uint64) { v.setD(i, r.do(v.at2(i), v.sew)) }) }})
	}
	for _, r := range vectorExtend {
		list = append(list, vectorRow{r.name, vectorWord(0x12, formMVV) | r.vs1<<15, maskFunct6 | maskVs1,
			func(v *vectorRun) bool { return v.legalExtend(r.fraction) },
			func(v *vectorRun) {
				n := v.sew / r.fraction
				v.each(func(i uint64) { v.setD(i, r.how.of(v.v.element(v.vs2, i, n), n)) })
			}})
	}
	return list
}

// legalExtend is the rule for an operand that is narrower by a factor.
func (r *vectorRun) legalExtend(fraction uint64) bool {
	source8 := r.emul8 / fraction
	return r.configured() && r.maskable() && r.sew >= fraction && source8 >= 1 && aligned(r.vd, r.emul8) && aligned(r.vs2, source8) &&
		apart(r.vd, r.emul8, r.vs2, source8)
}

// row returns the row of one form.
func (o vectorOperation) row(letter byte) vectorRow {
	form := integerForms[letter].opi
	if o.wide {
		form = integerForms[letter].opm
	}
	legal := (*vectorRun).legalSame
	if strings.HasPrefix(o.name, "vclmul") { // defined for 64 bits only (Zvbc)
		legal = func(r *vectorRun) bool { return r.sew == 8 && r.legalSame() }
	}
	return vectorRow{o.name + ".v" + formLetter(letter), vectorWord(o.funct6, form), maskFunct6, legal, func(r *vectorRun) {
		r.each(func(i uint64) { r.setD(i, o.do(r, r.at2(i), r.second(i, letter))) })
	}}
}

func formLetter(letter byte) string {
	if letter == 'u' {
		return "i"
	}
	return string(letter)
}

func compareRows() []vectorRow {
	var list []vectorRow
	for _, r := range vectorCompare {
		for _, letter := range []byte(r.forms) {
			list = append(list, vectorRow{r.name + ".v" + formLetter(letter), vectorWord(r.funct6, integerForms[letter].opi), maskFunct6, (*vectorRun).legalCompare,
				func(v *vectorRun) { v.writeMask(func(i uint64) bool { return r.do(v.at2(i), v.at1(i), v.sew) }) }})
		}
	}
	return list
}

// Results are written element by element, lowest first, even if they are wider or narrower than operands that they
// overlap: an overlap is legal only where no element is overwritten before it is read.

// writeMask writes a bit for each element; all are computed first, because the mask may overlap the operands.
func (r *vectorRun) writeMask(bit func(i uint64) bool) {
	result := r.destinationMask()
	r.each(func(i uint64) { setBit(&result, i, bit(i)) })
	r.setMask(&result)
}

// maskBits holds a mask register, at the start if it is shorter.
type maskBits [maxVLEN / 8]byte

// destinationMask returns a copy of vd, and setMask sets it.
func (r *vectorRun) destinationMask() (mask maskBits) {
	copy(mask[:r.v.vlenb], r.v.register(r.vd))
	return mask
}

func (r *vectorRun) setMask(mask *maskBits) {
	if !r.m.config.KeepAgnostic && r.v.vstart < r.vl {
		r.fillMask(mask[:r.v.vlenb], 0xff)
	}
	copy(r.v.register(r.vd), mask[:r.v.vlenb])
}

func setBit(mask *maskBits, i uint64, bit bool) {
	mask[i/8] &^= 1 << (i % 8)
	if bit {
		mask[i/8] |= 1 << (i % 8)
	}
}

func widenRows() []vectorRow {
	var list []vectorRow
	for _, r := range vectorWiden {
		for _, letter := range []byte(r.forms) {
			name, legal := r.name+".v"+string(letter), (*vectorRun).legalWiden
			if r.wideFirst {
				name, legal = r.name+".w"+string(letter), (*vectorRun).legalWidenWide
			} else if strings.HasPrefix(r.name, "vwmacc") {
				legal = (*vectorRun).legalWidenAdd
			}
			list = append(list, vectorRow{name, vectorWord(r.funct6, integerForms[letter].opm), maskFunct6, legal, func(v *vectorRun) {
				wide, first := 2*v.sew, v.sew
				if r.wideFirst {
					first = wide
				}
				v.each(func(i uint64) {
					a := r.a.of(v.v.element(v.vs2, i, first), first)
					v.v.setElement(v.vd, i, wide, r.do(v.v.element(v.vd, i, wide), a, r.b.of(v.at1(i), v.sew)))
				})
			}})
		}
	}
	shift := func(letter byte) vectorRow {
		return vectorRow{"vwsll.v" + formLetter(letter), vectorWord(0x35, integerForms[letter].opi), maskFunct6, (*vectorRun).legalWiden, func(v *vectorRun) {
			v.each(func(i uint64) {
				v.v.setElement(v.vd, i, 2*v.sew, v.at2(i)<<shiftAmount(v.second(i, letter), 2*v.sew))
			})
		}}
	}
	return append(list, shift('v'), shift('x'), shift('u'))
}

// reduce folds the active elements of vs2 into element 0 of vs1, wide bytes wide, and writes element 0 of vd; nothing
// if vl is 0.
func (r *vectorRun) reduce(wide uint64, how extension, do func(a, b, n uint64) uint64) {
	if r.vl == 0 {
		return
	}
	sum := r.v.element(r.vs1, 0, wide)
	r.each(func(i uint64) { sum = do(sum, how.of(r.at2(i), r.sew), wide) })
	r.v.setElement(r.vd, 0, wide, sum)
}
