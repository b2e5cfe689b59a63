package rv64

// Elements that an instruction does not write are undisturbed or agnostic (V 3.4.3): the tail past vl, under vta, and
// what the mask excludes, under vma; the tail of a mask always is agnostic. A program must not depend on agnostic
// elements, so they are filled with ones, which the manual allows, and are undefined. Config.KeepAgnostic leaves them
// as they are, which it allows too.

// result is what an instruction of the vector unit writes.
type result uint8

const (
	resultNone       result = iota // no vector register, or whole ones
	resultElements                 // a group of elements SEW wide
	resultWide                     // a group of elements twice as wide
	resultFirst                    // element 0 of a register
	resultWideFirst                // an element twice as wide
	resultCompressed               // as many elements as vs1 has bits
	resultMask                     // a bit for each element
	resultLoaded                   // groups of elements from memory
	resultLoadedMask               // as many bytes as hold vl bits
)

// resultOf returns what an instruction writes.
func resultOf(word uint32) result {
	switch word & 0x7f {
	case majorVectorStore:
		return resultNone
	case majorVectorCrypto:
		return resultElements
	case majorVectorLoad:
		return resultOfLoad(word)
	}
	funct6, vs1 := word>>26, word>>15&31
	switch word >> 12 & 7 {
	case formIVV, formIVX, formIVI:
		return resultOfInteger(funct6, word>>12&7)
	case formMVV, formMVX:
		return resultOfMultiply(funct6, vs1, word>>12&7 == formMVV)
	case formFVV, formFVF:
		return resultOfFloat(funct6, vs1, word>>12&7 == formFVV)
	}
	return resultNone
}

func resultOfLoad(word uint32) result {
	const whole, mask = 8, 11
	switch unit := word>>26&3 == modeUnit; {
	case unit && word>>20&31 == whole:
		return resultNone
	case unit && word>>20&31 == mask:
		return resultLoadedMask
	}
	return resultLoaded
}

func resultOfInteger(funct6, form uint32) result {
	switch {
	case funct6 == 0x11, funct6 == 0x13, funct6>>3 == 3: // vmadc, vmsbc, comparisons
		return resultMask
	case funct6 == 0x27 && form == formIVI: // vmv<nr>r
		return resultNone
	case funct6 == 0x30, funct6 == 0x31: // vwredsum
		return resultWideFirst
	case funct6 == 0x35: // vwsll
		return resultWide
	}
	return resultElements
}

func resultOfMultiply(funct6, vs1 uint32, vector bool) result {
	switch {
	case funct6 < 8: // reductions
		return resultFirst
	case funct6 == 0x10 && vector: // vmv.x.s, vcpop, vfirst
		return resultNone
	case funct6 == 0x10: // vmv.s.x
		return resultFirst
	case funct6 == 0x14 && vs1 < 16, funct6>>3 == 3: // vmsbf and its like, operations on masks
		return resultMask
	case funct6 == 0x17:
		return resultCompressed
	case funct6 >= 0x30:
		return resultWide
	}
	return resultElements
}

func resultOfFloat(funct6, vs1 uint32, vector bool) result {
	switch {
	case vector && funct6 < 8 && funct6&1 != 0: // reductions
		return resultFirst
	case funct6 == 0x10 && vector: // vfmv.f.s
		return resultNone
	case funct6 == 0x10: // vfmv.s.f
		return resultFirst
	case funct6>>3 == 3: // comparisons
		return resultMask
	case funct6 == 0x31, funct6 == 0x33:
		return resultWideFirst
	case funct6 >= 0x30, funct6 == 0x12 && vs1>>3 == 1: // also conversions to a wider format
		return resultWide
	}
	return resultElements
}

const (
	vtypeTailAgnostic = 1 << 6
	vtypeMaskAgnostic = 1 << 7
)

// fillAgnostic sets what an instruction leaves agnostic to a byte, in registers or in the defined bits of registers. The
// mask is still that of the instruction.
func (r *vectorRun) fillAgnostic(registers []byte, fill byte) {
	if r.m.config.KeepAgnostic || r.v.vstart >= r.vl {
		return
	}
	width, emul8, end := r.sew, r.emul8, r.vl
	kind := resultOf(r.word)
	switch kind {
	case resultNone:
		return
	case resultMask:
		r.fillMask(registers[r.vd*r.v.vlenb:][:r.v.vlenb], fill)
		return
	case resultLoadedMask:
		setAll(registers[r.vd*r.v.vlenb:][(r.vl+7)/8:r.v.vlenb], fill)
		return
	case resultLoaded:
		r.fillLoaded(registers, fill)
		return
	case resultWide:
		width, emul8 = 2*width, 2*emul8
	case resultFirst:
		emul8, end = 8, 1
	case resultWideFirst:
		width, emul8, end = 2*width, 8, 1
	case resultCompressed:
		end = r.countSelected()
	}
	group := registers[r.vd*r.v.vlenb:][:groupSize(emul8)*r.v.vlenb]
	if r.v.vtype&vtypeTailAgnostic != 0 {
		setAll(group[end*width:], fill)
	}
	if kind == resultElements || kind == resultWide {
		r.fillInactive(group, width, fill)
	}
}

// fillInactive fills the elements of a group that the mask excludes, if they are agnostic.
func (r *vectorRun) fillInactive(group []byte, width uint64, fill byte) {
	if !r.excludes() {
		return
	}
	for i := r.firstChanged(); i < r.vl; i++ {
		if !r.active(i) {
			setAll(group[i*width:(i+1)*width], fill)
		}
	}
}

// firstChanged returns the first element that is not unchanged whatever the mask: vslideup begins at its offset.
func (r *vectorRun) firstChanged() uint64 {
	const slideUp = 0x0e
	switch {
	case r.word&0x7f != majorVector || r.word>>26 != slideUp:
	case r.form == formIVX:
		return max(r.v.vstart, r.wideScalar())
	case r.form == formIVI:
		return max(r.v.vstart, r.unsignedImmediate())
	}
	return r.v.vstart
}

// excludes reports whether there is a mask, and what it excludes is agnostic. Where the vm bit is part of the opcode, v0
// is an operand.
func (r *vectorRun) excludes() bool {
	return !r.unmasked && r.row.mask&maskUnmasked == 0 && r.v.vtype&vtypeMaskAgnostic != 0
}

// fillLoaded is fillAgnostic for the groups of a load, which may have shortened vl.
func (r *vectorRun) fillLoaded(registers []byte, fill byte) {
	width, emul8 := r.sew, r.emul8
	if mode := r.word >> 26 & 3; mode == modeUnit || mode == modeStrided {
		width = indexWidths[r.form]
		emul8 = r.emul(width)
	}
	size := groupSize(emul8)
	for field := range r.fields() {
		group := registers[(r.vd+field*size)*r.v.vlenb:][:size*r.v.vlenb]
		if r.v.vtype&vtypeTailAgnostic != 0 {
			setAll(group[r.v.vl*width:], fill)
		}
		r.fillInactive(group, width, fill)
	}
}

// fillMask is fillAgnostic for a mask.
func (r *vectorRun) fillMask(mask []byte, fill byte) {
	if r.excludes() {
		for i := r.v.vstart; i < r.vl; i++ {
			if !r.active(i) {
				fillBit(mask, i, fill)
			}
		}
	}
	at := r.vl
	for ; at%8 != 0; at++ {
		fillBit(mask, at, fill)
	}
	setAll(mask[at/8:], fill)
}

// fillBit sets a bit of a mask to that of a byte whose bits are all the same.
func fillBit(mask []byte, i uint64, fill byte) {
	bit := byte(1) << (i % 8)
	mask[i/8] = mask[i/8]&^bit | fill&bit
}

// countSelected returns the number of elements that vcompress selects.
func (r *vectorRun) countSelected() (count uint64) {
	for i := range r.vl {
		count += boolBit(r.v.maskBit(r.vs1, i))
	}
	return count
}
