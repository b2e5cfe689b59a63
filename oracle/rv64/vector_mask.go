package rv64

// vectorLogic are the operations on whole masks, on bits a of vs2 and b of vs1.
var vectorLogic = []struct {
	name   string
	funct6 uint32
	do     func(a, b bool) bool
}{
	{"vmandn.mm", 0x18, func(a, b bool) bool { return a && !b }},
	{"vmand.mm", 0x19, func(a, b bool) bool { return a && b }},
	{"vmor.mm", 0x1a, func(a, b bool) bool { return a || b }},
	{"vmxor.mm", 0x1b, func(a, b bool) bool { return a != b }},
	{"vmorn.mm", 0x1c, func(a, b bool) bool { return a || !b }},
	{"vmnand.mm", 0x1d, func(a, b bool) bool { return !(a && b) }},
	{"vmnor.mm", 0x1e, func(a, b bool) bool { return !(a || b) }},
	{"vmxnor.mm", 0x1f, func(a, b bool) bool { return a == b }},
}

// vectorFirst are the operations that set the bits before and at the first set bit.
var vectorFirst = []struct {
	name       string
	vs1        uint32
	before, at bool
}{{"vmsbf.m", 1, true, false}, {"vmsof.m", 2, false, true}, {"vmsif.m", 3, true, true}}

// maskRows returns the rows of this file.
func maskRows() []vectorRow {
	var list []vectorRow
	for _, r := range vectorLogic {
		list = append(list, vectorRow{r.name, vectorWord(r.funct6, formMVV) | maskUnmasked, maskFunct6 | maskUnmasked, (*vectorRun).legalMask, func(v *vectorRun) {
			v.writeMask(func(i uint64) bool { return r.do(v.v.maskBit(v.vs2, i), v.v.maskBit(v.vs1, i)) })
		}})
	}
	for _, r := range vectorFirst {
		list = append(list, vectorRow{r.name, vectorWord(0x14, formMVV) | r.vs1<<15, maskFunct6 | maskVs1,
			func(v *vectorRun) bool {
				return v.configured() && v.maskable() && v.v.vstart == 0 && v.vd != v.vs2
			},
			func(v *vectorRun) {
				found := false
				v.writeMask(func(i uint64) bool {
					first := !found && v.v.maskBit(v.vs2, i)
					found = found || first
					return first && r.at || !found && r.before
				})
			}})
	}
	return append(list,
		vectorRow{"vcpop.m", vectorWord(0x10, formMVV) | 16<<15, maskFunct6 | maskVs1, (*vectorRun).legalCount, (*vectorRun).countMask},
		vectorRow{"vfirst.m", vectorWord(0x10, formMVV) | 17<<15, maskFunct6 | maskVs1, (*vectorRun).legalCount, (*vectorRun).firstMask},
		vectorRow{"viota.m", vectorWord(0x14, formMVV) | 16<<15, maskFunct6 | maskVs1, (*vectorRun).legalIota, (*vectorRun).iota},
		vectorRow{"vid.v", vectorWord(0x14, formMVV) | 17<<15, maskFunct6 | maskVs1 | maskVs2,
			func(v *vectorRun) bool { return v.configured() && v.maskable() && aligned(v.vd, v.emul8) },
			func(v *vectorRun) { v.each(func(i uint64) { v.setD(i, i) }) }})
}

func (r *vectorRun) legalCount() bool { return r.configured() && r.v.vstart == 0 }

func (r *vectorRun) countMask() {
	count := uint64(0)
	r.each(func(i uint64) { count += boolBit(r.v.maskBit(r.vs2, i)) })
	r.setX(count)
}

func (r *vectorRun) firstMask() {
	first := uint64(allBits)
	r.each(func(i uint64) {
		if first == allBits && r.v.maskBit(r.vs2, i) {
			first = i
		}
	})
	r.setX(first)
}

// setX writes the integer register that the instruction names.
func (r *vectorRun) setX(value uint64) {
	rd := destination(uint32(r.vd))
	r.m.x[rd], r.m.xm[rd] = value, allBits
}

func (r *vectorRun) legalIota() bool {
	return r.configured() && r.maskable() && r.v.vstart == 0 && aligned(r.vd, r.emul8) &&
		(r.vs2 < r.vd || r.vs2 >= r.vd+groupSize(r.emul8))
}

func (r *vectorRun) iota() {
	count := uint64(0)
	r.each(func(i uint64) {
		r.setD(i, count)
		count += boolBit(r.v.maskBit(r.vs2, i))
	})
}
