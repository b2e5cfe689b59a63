package rv64

// roundOff returns v >> amount, rounded as vxrm says: to nearest with halves up, to nearest even, down, or to odd.
// carry is bit 64 of v.
func roundOff(v uint64, carry bool, amount uint64, mode uint8) uint64 {
	if amount == 0 {
		return v
	}
	kept := v >> amount
	if carry {
		kept |= 1 << (64 - amount)
	}
	return kept + roundIncrement(v, amount, mode)
}

func roundIncrement(v, amount uint64, mode uint8) uint64 {
	if amount == 0 {
		return 0
	}
	return roundBits(v>>(amount-1)&1, boolBit(v&(1<<(amount-1)-1) != 0), v>>amount&1, mode)
}

// roundOffSigned is roundOff of a signed value.
func roundOffSigned(v int64, amount uint64, mode uint8) uint64 {
	return uint64(v>>amount) + roundIncrement(uint64(v), amount, mode)
}

// saturate sets vxsat: a result did not fit.
func (r *vectorRun) saturate(value uint64) uint64 {
	r.v.vxsat = true
	return value
}

// clampSigned and clampUnsigned fit a value into n bytes.
func (r *vectorRun) clampSigned(v int64, n uint64) uint64 {
	most := int64(uint64(allBits) >> (65 - 8*n))
	switch {
	case v > most:
		return r.saturate(uint64(most))
	case v < -most-1:
		return r.saturate(uint64(-most - 1))
	}
	return uint64(v)
}

func (r *vectorRun) clampUnsigned(v, n uint64) uint64 {
	if most := uint64(allBits) >> (64 - 8*n); v > most {
		return r.saturate(most)
	}
	return v
}

// vectorFixed are the saturating, averaging and scaling operations, which depend on vxrm and set vxsat.
var vectorFixed = []vectorOperation{
	{"vsaddu", 0x20, false, "vxi", func(r *vectorRun, a, b uint64) uint64 {
		sum := truncate(a+b, r.sew)
		if sum < a {
			return r.saturate(allBits)
		}
		return sum
	}},
	{"vsadd", 0x21, false, "vxi", func(r *vectorRun, a, b uint64) uint64 { return r.saturatingSum(a, b, a+b, false) }},
	{"vssubu", 0x22, false, "vx", func(r *vectorRun, a, b uint64) uint64 {
		if a < b {
			return r.saturate(0)
		}
		return a - b
	}},
	{"vssub", 0x23, false, "vx", func(r *vectorRun, a, b uint64) uint64 { return r.saturatingSum(a, b, a-b, true) }},
	{"vsmul", 0x27, false, "vx", (*vectorRun).fractionalProduct},
	{"vssrl", 0x2a, false, "vxu", func(r *vectorRun, a, b uint64) uint64 {
		return roundOff(a, false, shiftAmount(b, r.sew), r.v.vxrm)
	}},
	{"vssra", 0x2b, false, "vxu", func(r *vectorRun, a, b uint64) uint64 {
		return roundOffSigned(signed(a, r.sew), shiftAmount(b, r.sew), r.v.vxrm)
	}},
	{"vaaddu", 0x08, true, "vx", func(r *vectorRun, a, b uint64) uint64 {
		return roundOff(a+b, r.sew == 8 && a+b < a, 1, r.v.vxrm)
	}},
	{"vaadd", 0x09, true, "vx", func(r *vectorRun, a, b uint64) uint64 {
		x, y := uint64(signed(a, r.sew)), uint64(signed(b, r.sew))
		return r.average(x, y, x+y)
	}},
	{"vasubu", 0x0a, true, "vx", func(r *vectorRun, a, b uint64) uint64 {
		return roundOff(a-b, a < b, 1, r.v.vxrm)
	}},
	{"vasub", 0x0b, true, "vx", func(r *vectorRun, a, b uint64) uint64 {
		x, y := uint64(signed(a, r.sew)), uint64(signed(b, r.sew))
		return r.average(x, ^y, x-y)
	}},
}

// average halves a sum or difference of x and y (inverted for a difference), with the sign of the exact result.
func (r *vectorRun) average(x, y, sum uint64) uint64 {
	negative := int64(sum) < 0
	if int64(x^y) >= 0 { // only operands of equal signs overflow
		negative = int64(x) < 0
	}
	return roundOff(sum, negative, 1, r.v.vxrm)
}

// saturatingSum returns sum, which is a+b or a-b, or the bound that it exceeds.
func (r *vectorRun) saturatingSum(a, b, sum uint64, difference bool) uint64 {
	x, y, s := signed(a, r.sew), signed(b, r.sew), signed(sum, r.sew)
	overflow := (x^y) >= 0 && (x^s) < 0
	if difference {
		overflow = (x^y) < 0 && (x^s) < 0
	}
	if !overflow {
		return sum
	}
	most := uint64(allBits) >> (65 - 8*r.sew)
	if x < 0 {
		return r.saturate(most + 1)
	}
	return r.saturate(most)
}

// fractionalProduct multiplies fractions: the product without its second sign bit, rounded.
func (r *vectorRun) fractionalProduct(a, b uint64) uint64 {
	x, y := signed(a, r.sew), signed(b, r.sew)
	least := int64(-1) << (8*r.sew - 1)
	if x == least && y == least {
		return r.saturate(uint64(^least))
	}
	amount := 8*r.sew - 1
	if r.sew < 8 {
		return roundOffSigned(x*y, amount, r.v.vxrm)
	}
	high, low := mulh(uint64(x), uint64(y)), uint64(x*y)
	return (high<<1 | low>>63) + roundBits(low>>62&1, boolBit(low<<2 != 0), low>>63, r.v.vxrm)
}

// roundBits returns the increment for the first bit cut off, whether any other is set, and the lowest bit kept.
func roundBits(half, below, odd uint64, mode uint8) uint64 {
	const nearestUp, nearestEven, down = 0, 1, 2
	switch mode {
	case nearestUp:
		return half
	case nearestEven:
		return half & (below | odd)
	case down:
		return 0
	}
	return (half | below) & (odd ^ 1)
}

// vectorNarrow are the operations with a first operand twice as wide.
var vectorNarrow = []struct {
	name   string
	funct6 uint32
	do     func(r *vectorRun, a, b uint64) uint64
}{
	{"vnsrl", 0x2c, func(r *vectorRun, a, b uint64) uint64 { return a >> b }},
	{"vnsra", 0x2d, func(r *vectorRun, a, b uint64) uint64 { return uint64(signed(a, 2*r.sew) >> b) }},
	{"vnclipu", 0x2e, func(r *vectorRun, a, b uint64) uint64 {
		return r.clampUnsigned(roundOff(a, false, b, r.v.vxrm), r.sew)
	}},
	{"vnclip", 0x2f, func(r *vectorRun, a, b uint64) uint64 {
		return r.clampSigned(int64(roundOffSigned(signed(a, 2*r.sew), b, r.v.vxrm)), r.sew)
	}},
}

// fixedRows returns the rows of this file.
func fixedRows() []vectorRow {
	var list []vectorRow
	for _, r := range vectorNarrow {
		for _, letter := range []byte("vxu") {
			list = append(list, vectorRow{r.name + ".w" + formLetter(letter), vectorWord(r.funct6, integerForms[letter].opi), maskFunct6, (*vectorRun).legalNarrow, func(v *vectorRun) {
				wide := 2 * v.sew
				v.each(func(i uint64) {
					v.setD(i, r.do(v, v.v.element(v.vs2, i, wide), shiftAmount(v.second(i, letter), wide)))
				})
			}})
		}
	}
	for _, r := range []struct {
		name   string
		funct6 uint32
		how    extension
	}{{"vwredsumu.vs", 0x30, zeroExtended}, {"vwredsum.vs", 0x31, signExtended}} {
		list = append(list, vectorRow{r.name, vectorWord(r.funct6, formIVV), maskFunct6,
			(*vectorRun).legalWideReduce,
			func(v *vectorRun) { v.reduce(2*v.sew, r.how, func(a, b, _ uint64) uint64 { return a + b }) }})
	}
	return append(list, carryRows()...)
}

// second returns the second operand of a form; immediates of form u are unsigned.
func (r *vectorRun) second(i uint64, letter byte) uint64 {
	if letter == 'u' {
		return r.unsignedImmediate()
	}
	return r.at1(i)
}

// carryRows are the sums with carry and their carries. The mask register is the carry in; unmasked forms, which only
// the carries out have, add none.
func carryRows() []vectorRow {
	var list []vectorRow
	for _, letter := range []byte("vxi") {
		form := integerForms[letter].opi
		for _, r := range []struct {
			name   string
			funct6 uint32
			minus  bool
		}{{"vadc", 0x10, false}, {"vsbc", 0x12, true}} {
			if r.minus && letter == 'i' {
				continue
			}
			list = append(list, vectorRow{r.name + ".v" + string(letter) + "m", vectorWord(r.funct6, form), maskFunct6 | maskUnmasked,
				(*vectorRun).legalSame, func(v *vectorRun) { v.sumWithCarry(r.minus) }})
			carry := "vmadc"
			if r.minus {
				carry = "vmsbc"
			}
			list = append(list,
				vectorRow{carry + ".v" + string(letter) + "m", vectorWord(r.funct6+1, form), maskFunct6 | maskUnmasked, (*vectorRun).legalCompare, func(v *vectorRun) { v.carryOut(r.minus) }},
				vectorRow{carry + ".v" + string(letter), vectorWord(r.funct6+1, form) | maskUnmasked, maskFunct6 | maskUnmasked, (*vectorRun).legalCompare, func(v *vectorRun) { v.carryOut(r.minus) }})
		}
		list = append(list,
			vectorRow{"vmerge.v" + string(letter) + "m", vectorWord(0x17, form), maskFunct6 | maskUnmasked, (*vectorRun).legalSame, (*vectorRun).merge},
			vectorRow{"vmv.v." + string(letter), vectorWord(0x17, form) | maskUnmasked, maskFunct6 | maskUnmasked | maskVs2, (*vectorRun).legalMove, (*vectorRun).merge})
	}
	return list
}

func (r *vectorRun) legalMove() bool {
	return r.configured() && aligned(r.vd, r.emul8) && (!r.isVector() || aligned(r.vs1, r.emul8))
}

func (r *vectorRun) sumWithCarry(minus bool) {
	for i := r.v.vstart; i < r.vl; i++ {
		a, b, carry := r.at2(i), r.at1(i), boolBit(r.v.maskBit(0, i))
		if minus {
			r.setD(i, a-b-carry)
		} else {
			r.setD(i, a+b+carry)
		}
	}
}

func (r *vectorRun) carryOut(minus bool) {
	result := r.destinationMask()
	for i := r.v.vstart; i < r.vl; i++ {
		a, b, carry := r.at2(i), r.at1(i), boolBit(!r.unmasked && r.v.maskBit(0, i))
		out := a < b || a == b && carry != 0
		if !minus {
			sum := truncate(a+b+carry, r.sew)
			out = sum < a || sum == a && carry != 0 && b != 0
		}
		setBit(&result, i, out)
	}
	r.setMask(&result)
}

// merge selects the second operand where the mask is set, and the first elsewhere.
func (r *vectorRun) merge() {
	for i := r.v.vstart; i < r.vl; i++ {
		if r.active(i) {
			r.setD(i, r.at1(i))
		} else {
			r.setD(i, r.at2(i))
		}
	}
}
