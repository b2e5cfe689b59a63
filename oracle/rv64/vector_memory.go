package rv64

import "fmt"

// The fields of vector loads and stores.
const (
	majorVectorLoad  = 0x07
	majorVectorStore = 0x27
	maskVectorAccess = 0x1c00707f // mew, mop, width, major; the number of fields is free
	maskFields       = 7 << 29
)

// isVectorAccess reports whether a vector instruction is a load or store.
func isVectorAccess(word uint32) bool {
	return word&0x7f == majorVectorLoad || word&0x7f == majorVectorStore
}

// The modes of access, by mop.
const (
	modeUnit      = 0
	modeUnordered = 1
	modeStrided   = 2
	modeOrdered   = 3
)

// access is a vector load or store that is being executed.
type access struct {
	store  bool
	width  uint64 // of the data elements in bytes
	fields uint64
	emul8  uint64 // of each field
	count  uint64
	place  func(i, field uint64) uint64 // address
}

// vectorAccessRows returns the rows of loads and stores.
func vectorAccessRows() []vectorRow {
	var list []vectorRow
	for code, width := range map[uint32]uint64{0: 1, 5: 2, 6: 4, 7: 8} {
		for _, store := range []bool{false, true} {
			list = append(list, unitRows(code, width, store)...)
			major, letter := uint32(majorVectorLoad), "l"
			if store {
				major, letter = majorVectorStore, "s"
			}
			word := func(mode uint32) uint32 { return mode<<26 | code<<12 | major }
			indexed := func(mode uint32, name string) vectorRow {
				return vectorRow{fmt.Sprintf("v%s%sei%d.v", letter, name, 8*width), word(mode), maskVectorAccess,
					func(r *vectorRun) bool { return r.legalIndexed(width, store) },
					func(r *vectorRun) { r.access(r.indexed(width, store)) }}
			}
			list = append(list, vectorRow{fmt.Sprintf("v%sse%d.v", letter, 8*width), word(modeStrided), maskVectorAccess,
				func(r *vectorRun) bool { return r.legalAccess(width, store) },
				func(r *vectorRun) { r.access(r.strided(width, store)) }},
				indexed(modeUnordered, "ux"), indexed(modeOrdered, "ox"))
		}
	}
	return list
}

// unitRows returns the rows of accesses to consecutive elements of one width: plain, fault-only-first, masks, and whole
// registers.
func unitRows(code uint32, width uint64, store bool) []vectorRow {
	major := uint32(majorVectorLoad)
	if store {
		major = majorVectorStore
	}
	const whole, mask, faultFirst = 8 << 20, 11 << 20, 16 << 20
	word := code<<12 | major
	legal := func(r *vectorRun) bool { return r.legalAccess(width, store) }
	if store {
		rows := []vectorRow{{fmt.Sprintf("vse%d.v", 8*width), word, maskVectorAccess | maskVs2, legal, func(r *vectorRun) { r.access(r.unit(width, true)) }}}
		if width > 1 {
			return rows
		}
		rows = append(rows, vectorRow{"vsm.v", word | mask | maskUnmasked, maskVectorAccess | maskVs2 | maskUnmasked | maskFields, (*vectorRun).configured, func(r *vectorRun) { r.access(r.maskAccess(true)) }})
		return append(rows, wholeRows("vs%dr.v", word|whole, 1, true)...)
	}
	rows := []vectorRow{
		{fmt.Sprintf("vle%d.v", 8*width), word, maskVectorAccess | maskVs2, legal, func(r *vectorRun) { r.access(r.unit(width, false)) }},
		{fmt.Sprintf("vle%dff.v", 8*width), word | faultFirst, maskVectorAccess | maskVs2, legal, func(r *vectorRun) { r.faultFirst(r.unit(width, false)) }},
	}
	if width == 1 {
		rows = append(rows, vectorRow{"vlm.v", word | mask | maskUnmasked, maskVectorAccess | maskVs2 | maskUnmasked | maskFields, (*vectorRun).configured, func(r *vectorRun) { r.access(r.maskAccess(false)) }})
	}
	return append(rows, wholeRows(fmt.Sprintf("vl%%dre%d.v", 8*width), word|whole, width, false)...)
}

func wholeRows(name string, word uint32, width uint64, store bool) []vectorRow {
	var list []vectorRow
	for n := uint64(1); n <= 8; n *= 2 {
		list = append(list, vectorRow{fmt.Sprintf(name, n), word | maskUnmasked | uint32(n-1)<<29, maskVectorAccess | maskVs2 | maskUnmasked | maskFields,
			func(r *vectorRun) bool { return r.vd%n == 0 },
			func(r *vectorRun) {
				r.access(access{store: store, width: width, fields: 1, count: n * r.v.vlenb / width, place: func(i, _ uint64) uint64 { return r.base() + i*width }})
			}})
	}
	return list
}

func (r *vectorRun) base() uint64   { return r.m.x[r.vs1] }
func (r *vectorRun) fields() uint64 { return uint64(r.word>>29) + 1 }

// emul returns the EMUL of elements of a width, times 8; 0 if it is below 1/8.
func (r *vectorRun) emul(width uint64) uint64 { return r.emul8 * width / r.sew }

// legalFields reports whether a number of groups may begin at vd.
func (r *vectorRun) legalFields(emul8 uint64) bool {
	n := groupSize(emul8) * r.fields()
	return emul8 >= 1 && aligned(r.vd, emul8) && n <= 8 && r.vd+n <= 32
}

func (r *vectorRun) legalAccess(width uint64, store bool) bool {
	return r.configured() && (store || r.maskable()) && r.legalFields(r.emul(width))
}

// legalIndexed is the rule for accesses with indices of the width.
func (r *vectorRun) legalIndexed(width uint64, store bool) bool {
	if !r.configured() || !store && !r.maskable() || !r.legalFields(r.emul8) {
		return false
	}
	index8 := r.emul(width)
	if index8 < 1 || !aligned(r.vs2, index8) {
		return false
	}
	switch {
	case store:
		return width == r.sew || !r.readTwice(r.vd, 8*groupSize(r.emul8)*r.fields(), r.vs2, index8)
	case r.fields() > 1:
		return !r.readTwice(r.vd, 8*groupSize(r.emul8)*r.fields(), r.vs2, index8)
	case width == r.sew:
		return true
	}
	return apart(r.vd, r.emul8, r.vs2, index8)
}

func (r *vectorRun) unit(width uint64, store bool) access {
	fields := r.fields()
	return access{store: store, width: width, fields: fields, emul8: r.emul(width), count: r.vl,
		place: func(i, field uint64) uint64 { return r.base() + (i*fields+field)*width }}
}

func (r *vectorRun) strided(width uint64, store bool) access {
	a := r.unit(width, store)
	stride := r.m.x[r.vs2]
	a.place = func(i, field uint64) uint64 { return r.base() + i*stride + field*width }
	return a
}

func (r *vectorRun) indexed(indexWidth uint64, store bool) access {
	a := r.unit(r.sew, store)
	r.v.indices = append(r.v.indices[:0], r.v.register(r.vs2)[:a.count*indexWidth]...) // a load may overwrite them
	a.place = func(i, field uint64) uint64 {
		return r.base() + littleEndian(r.v.indices[i*indexWidth:], uint8(indexWidth)) + field*r.sew
	}
	return a
}

// maskAccess loads or stores as many bytes as hold vl bits, whatever the mask.
func (r *vectorRun) maskAccess(store bool) access {
	return access{store: store, width: 1, fields: 1, count: (r.vl + 7) / 8, place: func(i, _ uint64) uint64 { return r.base() + i }}
}

// access loads or stores all elements. A fault leaves vstart at its element.
func (r *vectorRun) access(a access) {
	for i := r.v.vstart; i < a.count; i++ {
		if !r.active(i) {
			continue
		}
		if !r.accessElement(&a, i) {
			r.v.vstart, r.trapped = i, true
			return
		}
	}
}

// accessElement loads or stores all fields of an element.
func (r *vectorRun) accessElement(a *access, i uint64) bool {
	shadow := &r.m.vectorShadow
	for field := range a.fields {
		register, addr := r.vd+field*groupSize(a.emul8), a.place(i, field)
		if addr < r.m.x[stackPointer] && r.m.belowStack(addr) {
			return false
		}
		if r.m.onAccess != nil && !r.m.noRace(Access{Kind: AccessKind(boolBit(a.store)), PC: r.m.PC, Addr: addr, Size: a.width}) {
			return false
		}
		if a.store {
			if !r.m.ownBytes(addr, a.width) || !r.m.store(addr, r.v.element(register, i, a.width), uint8(a.width)) {
				return false
			}
			if r.m.tracking() {
				r.m.storeMask(addr, shadow.element(register, i, a.width), uint8(a.width))
			}
			continue
		}
		value, ok := r.m.load(addr, uint8(a.width))
		if !ok {
			return false
		}
		if r.m.tracking() {
			shadow.setElement(register, i, a.width, r.m.loadMask(addr, uint8(a.width)))
		}
		r.v.setElement(register, i, a.width, value)
	}
	return true
}

// faultFirst is access, except that a fault past element 0 only shortens vl.
func (r *vectorRun) faultFirst(a access) {
	for i := r.v.vstart; i < a.count; i++ {
		if !r.active(i) {
			continue
		}
		if r.accessElement(&a, i) {
			continue
		}
		if i == 0 {
			r.v.vstart, r.trapped = 0, true
			return
		}
		r.m.halt = Halt{}
		r.v.vl = i
		return
	}
}
