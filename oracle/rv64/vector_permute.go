package rv64

// permuteRows returns the rows of the instructions that move elements.
func permuteRows() []vectorRow {
	list := []vectorRow{
		{"vmv.x.s", vectorWord(0x10, formMVV) | maskUnmasked, maskFunct6 | maskVs1 | maskUnmasked, (*vectorRun).configured, func(r *vectorRun) {
			r.setX(uint64(signed(r.at2(0), r.sew)))
		}},
		{"vmv.s.x", vectorWord(0x10, formMVX) | maskUnmasked, maskFunct6 | maskVs2 | maskUnmasked, (*vectorRun).configured, (*vectorRun).setFirst},
		{"vfmv.f.s", vectorWord(0x10, formFVV) | maskUnmasked, maskFunct6 | maskVs1 | maskUnmasked, (*vectorRun).floating, func(r *vectorRun) {
			r.m.f[r.vd], r.m.fm[r.vd] = boxed(r.at2(0), uint8(r.sew)), allBits
		}},
		{"vfmv.s.f", vectorWord(0x10, formFVF) | maskUnmasked, maskFunct6 | maskVs2 | maskUnmasked, (*vectorRun).floating, (*vectorRun).setFirst},
		{"vslideup.vx", vectorWord(0x0e, formIVX), maskFunct6, (*vectorRun).legalGather, func(r *vectorRun) { r.slideUp(r.wideScalar()) }},
		{"vslideup.vi", vectorWord(0x0e, formIVI), maskFunct6, (*vectorRun).legalGather, func(r *vectorRun) { r.slideUp(r.vs1) }},
		{"vslidedown.vx", vectorWord(0x0f, formIVX), maskFunct6, (*vectorRun).legalUnary, func(r *vectorRun) { r.slideDown(r.wideScalar()) }},
		{"vslidedown.vi", vectorWord(0x0f, formIVI), maskFunct6, (*vectorRun).legalUnary, func(r *vectorRun) { r.slideDown(r.vs1) }},
		{"vslide1up.vx", vectorWord(0x0e, formMVX), maskFunct6, (*vectorRun).legalGather, (*vectorRun).slideUpOne},
		{"vslide1down.vx", vectorWord(0x0f, formMVX), maskFunct6, (*vectorRun).legalUnary, (*vectorRun).slideDownOne},
		{"vfslide1up.vf", vectorWord(0x0e, formFVF), maskFunct6, func(r *vectorRun) bool { return r.floating() && r.legalGather() }, (*vectorRun).slideUpOne},
		{"vfslide1down.vf", vectorWord(0x0f, formFVF), maskFunct6, func(r *vectorRun) bool { return r.floating() && r.legalUnary() }, (*vectorRun).slideDownOne},
		{"vrgather.vv", vectorWord(0x0c, formIVV), maskFunct6, func(r *vectorRun) bool {
			return r.legalGather() && aligned(r.vs1, r.emul8) && r.vs1 != r.vd
		}, func(r *vectorRun) { r.gather(func(i uint64) uint64 { return r.at1(i) }) }},
		{"vrgather.vx", vectorWord(0x0c, formIVX), maskFunct6, (*vectorRun).legalGather, func(r *vectorRun) { r.gather(func(uint64) uint64 { return r.wideScalar() }) }},
		{"vrgather.vi", vectorWord(0x0c, formIVI), maskFunct6, (*vectorRun).legalGather, func(r *vectorRun) { r.gather(func(uint64) uint64 { return r.vs1 }) }},
		{"vrgatherei16.vv", vectorWord(0x0e, formIVV), maskFunct6, (*vectorRun).legalGather16, func(r *vectorRun) {
			r.gather(func(i uint64) uint64 { return r.v.element(r.vs1, i, 2) })
		}},
		{"vcompress.vm", vectorWord(0x17, formMVV) | maskUnmasked, maskFunct6 | maskUnmasked, func(r *vectorRun) bool {
			return r.legalGather() && r.v.vstart == 0 && (r.vs1 < r.vd || r.vs1 >= r.vd+groupSize(r.emul8)) &&
				!r.readTwice(r.vs1, 8, r.vs2, r.emul8)
		}, (*vectorRun).compress},
	}
	for n := uint32(1); n <= 8; n *= 2 {
		list = append(list, vectorRow{"vmv" + string('0'+rune(n)) + "r.v", vectorWord(0x27, formIVI) | maskUnmasked | (n-1)<<15, maskFunct6 | maskUnmasked | maskVs1,
			func(r *vectorRun) bool { return r.configured() && r.vd%uint64(n) == 0 && r.vs2%uint64(n) == 0 },
			func(r *vectorRun) { r.moveWhole(uint64(n)) }})
	}
	return list
}

// legalGather is the rule for results that may not overlap their source.
func (r *vectorRun) legalGather() bool {
	return r.legalUnary() && (r.vd+groupSize(r.emul8) <= r.vs2 || r.vs2+groupSize(r.emul8) <= r.vd)
}

// legalGather16 is legalGather with indices of 16 bits.
func (r *vectorRun) legalGather16() bool {
	if !r.configured() {
		return false
	}
	index8 := r.emul8 * 2 / r.sew
	d, n := groupSize(r.emul8), groupSize(index8)
	return r.legalGather() && aligned(r.vs1, index8) && (r.vd+d <= r.vs1 || r.vs1+n <= r.vd) &&
		(r.sew == 2 || !r.readTwice(r.vs1, index8, r.vs2, r.emul8))
}

// setFirst writes element 0 if vstart is below vl.
func (r *vectorRun) setFirst() {
	if r.v.vstart < r.vl {
		r.setD(0, r.at1(0))
	}
}

func (r *vectorRun) slideUp(offset uint64) {
	r.each(func(i uint64) {
		if i >= offset {
			r.setD(i, r.at2(i-offset))
		}
	})
}

func (r *vectorRun) slideDown(offset uint64) {
	limit := r.v.maxVL(r.v.vtype)
	r.each(func(i uint64) {
		value := uint64(0)
		if offset < limit && i+offset < limit {
			value = r.at2(i + offset)
		}
		r.setD(i, value)
	})
}

func (r *vectorRun) slideUpOne() {
	r.each(func(i uint64) {
		if i == 0 {
			r.setD(i, r.at1(0))
		} else {
			r.setD(i, r.at2(i-1))
		}
	})
}

func (r *vectorRun) slideDownOne() {
	r.each(func(i uint64) {
		if i == r.vl-1 {
			r.setD(i, r.at1(0))
		} else {
			r.setD(i, r.at2(i+1))
		}
	})
}

// gather looks up elements; an index past the group yields zero.
func (r *vectorRun) gather(index func(i uint64) uint64) {
	limit := r.v.maxVL(r.v.vtype)
	r.each(func(i uint64) {
		value := uint64(0)
		if at := index(i); at < limit {
			value = r.at2(at)
		}
		r.setD(i, value)
	})
}

func (r *vectorRun) compress() {
	to := uint64(0)
	for i := uint64(0); i < r.vl; i++ {
		if r.v.maskBit(r.vs1, i) {
			r.setD(to, r.at2(i))
			to++
		}
	}
}

// moveWhole copies registers. vstart counts elements of vtype.
func (r *vectorRun) moveWhole(n uint64) {
	from := r.v.vstart * r.sew
	if size := n * r.v.vlenb; from < size {
		copy(r.v.register(r.vd)[from:size], r.v.register(r.vs2)[from:])
	}
}
