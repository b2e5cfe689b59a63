package rv64

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// What compilers use most of the vector unit has a quick way, for instructions from element 0 on: without a mask their
// elements are computed in one loop, or memory is copied; and if all that they read is defined, with a mask or without,
// so are the elements that they write. All else, and a machine that is watched, goes the general way.

// vectorQuick is the quick way of a row.
type vectorQuick struct {
	shape vectorShape
	// do executes an instruction without a mask for elements 0 to vl-1, of which there is at least one. If it returns
	// false, it has done nothing. nil if there is none.
	do func(r *vectorRun) bool
	// sets means that it is one of the three vset instructions.
	sets bool
}

// vectorShape is what an instruction reads and writes for each element. Widths are multiples of SEW; 0 means that it is
// not read or written so.
type vectorShape struct {
	result, first, second          uint64 // widths of vd, vs2, and vs1 where that is a vector
	resultOne, firstOne, secondOne bool   // only element 0 of vd, vs2 or vs1
	accumulates, takesMask         bool   // reads vd; reads v0 as an operand, so that the instruction has no mask
	toMask                         bool   // writes a bit of vd for each element
	writesX, writesF, scalar       bool   // writes rd; has a scalar operand in the vs1 field
}

// prepare makes r an instruction that is about to be executed the quick way, if it is a legal one.
func (m *Machine) prepare(r *vectorRun, word uint32, row *vectorRow) bool {
	v := &m.vector
	if r.m == nil {
		r.m, r.v = m, v
	}
	r.word, r.row, r.vl, r.form, r.unmasked = word, row, v.vl, word>>12&7, word>>25&1 != 0
	r.vd, r.vs1, r.vs2 = uint64(word>>7&31), uint64(word>>15&31), uint64(word>>20&31)
	r.setType()
	if r.vl == 0 || r.v.vstart != 0 || r.v.vtype&vtypeIllegal != 0 {
		return false
	}
	// The rules depend on nothing else.
	key := uint64(word) | r.v.vtype<<32 | uint64(m.frm)<<48
	known := &m.legalVectors[word*0x9e3779b1>>26]
	if *known == key {
		return true
	}
	if !r.isLegal() {
		return false
	}
	*known = key
	return true
}

// quickVector executes a vector instruction the quick way, or returns false and has done nothing.
func (m *Machine) quickVector(word uint32, row *row) bool {
	r := &m.run
	if row.quick.sets {
		m.setVL(word)
		return true
	}
	if word>>25&1 == 0 && !row.quick.shape.takesMask || row.quick.do == nil || !m.prepare(r, word, row.vector) || !row.quick.do(r) {
		return false
	}
	if row.quick.shape.result != 0 {
		r.fillTail(m.vector.registers, &row.quick.shape, 0xff)
	}
	return true
}

// fillTail is fillAgnostic for an instruction without a mask.
func (r *vectorRun) fillTail(registers []byte, shape *vectorShape, fill byte) {
	if r.v.vtype&vtypeTailAgnostic == 0 || r.m.config.KeepAgnostic {
		return
	}
	end, all := r.vl*r.sew*shape.result, r.emul8*r.v.vlenb*shape.result/8
	if shape.resultOne {
		end, all = r.sew*shape.result, r.v.vlenb
	}
	if all = max(all, r.v.vlenb); end < all {
		setAll(registers[r.vd*r.v.vlenb:][end:all], fill)
	}
}

// quickDefined reports whether all that an instruction reads is defined, so that what it writes will be.
func (m *Machine) quickDefined(word uint32, row *row) bool {
	r, s, shadow := &m.run, &row.quick.shape, &m.vectorShadow
	rs1 := word >> 15 & 31
	if !m.prepare(r, word, row.vector) {
		return false
	}
	length := func(isOne bool) uint64 {
		if isOne {
			return r.sew
		}
		return r.vl * r.sew
	}
	switch {
	case s.first != 0 && !shadow.all(r.vs2, length(s.firstOne)*s.first),
		s.second != 0 && r.isVector() && !shadow.all(r.vs1, length(s.secondOne)*s.second),
		s.accumulates && !shadow.all(r.vd, r.vl*r.sew*s.result),
		!r.unmasked && (s.toMask || !shadow.all(0, (r.vl+7)/8)):
		return false
	case !s.scalar:
		return true
	case r.form == formIVX || r.form == formMVX:
		return m.xm[rs1] == allBits
	}
	return r.form == formIVI || m.fm[rs1] == allBits
}

// defineQuick makes defined what an instruction that quickDefined has accepted has written. m.run still is that
// instruction.
func (m *Machine) defineQuick(row *row) {
	r, s, defined := &m.run, &row.quick.shape, m.vectorShadow.defined
	rd := r.word >> 7 & 31
	switch width := r.sew * s.result; {
	case s.writesX:
		m.xm[rd], m.xm[0] = allBits, allBits
		return
	case s.writesF:
		m.fm[rd] = allBits
		return
	case s.toMask:
		mask := defined[r.vd*r.v.vlenb:][:r.v.vlenb]
		for i := range r.vl {
			mask[i/8] |= 1 << (i % 8)
		}
		r.fillAgnostic(defined, 0)
		return
	case s.resultOne:
		setAll(defined[r.vd*r.v.vlenb:][:width], 0xff)
	case r.unmasked || s.takesMask:
		setAll(defined[r.vd*r.v.vlenb:][:r.vl*width], 0xff)
	default:
		group := defined[r.vd*r.v.vlenb:]
		for i := range r.vl {
			if r.active(i) {
				setAll(group[i*width:][:width], 0xff)
			}
		}
		r.fillAgnostic(defined, 0)
		return
	}
	r.fillTail(defined, s, 0)
}

// quickVectors has the quick ways by the names of the rows.
func quickVectors() map[string]*vectorQuick {
	table := map[string]*vectorQuick{}
	for _, name := range []string{"vsetvli", "vsetivli", "vsetvl"} {
		table[name] = &vectorQuick{sets: true}
	}
	for _, o := range slices.Concat(vectorBinary, vectorFixed) {
		for _, letter := range []byte(o.forms) {
			do := elementwise(letter, func(r *vectorRun, _, a, b uint64) uint64 { return o.do(r, a, b) })
			if words := wordOperations[o.name]; words != nil {
				do = wordwise(letter, words)
			}
			table[o.name+".v"+formLetter(letter)] = &vectorQuick{shape: shapeOf(letter, false), do: do}
		}
	}
	for _, o := range vectorMultiplyAdd {
		for _, letter := range []byte("vx") {
			table[o.name+".v"+string(letter)] = &vectorQuick{shape: shapeOf(letter, true),
				do: elementwise(letter, func(_ *vectorRun, d, a, b uint64) uint64 { return o.do(d, a, b) })}
		}
	}
	for _, letter := range []byte("vxi") {
		table["vmv.v."+string(letter)] = &vectorQuick{
			shape: vectorShape{result: 1, second: boolBit(letter == 'v'), scalar: letter != 'v'},
			do:    wordwise(letter, func(_, b, _ uint64) uint64 { return b })}
		merge := shapeOf(letter, false)
		merge.takesMask = true
		table["vmerge.v"+string(letter)+"m"] = &vectorQuick{shape: merge, do: (*vectorRun).quickMerge}
	}
	table["vfmv.v.f"] = &vectorQuick{shape: vectorShape{result: 1, scalar: true}, do: wordwise('f', func(_, b, _ uint64) uint64 { return b })}
	for _, o := range vectorReduce {
		table[o.name+".vs"] = &vectorQuick{shape: vectorShape{result: 1, first: 1, second: 1, resultOne: true, secondOne: true}}
	}
	for _, o := range vectorCompare {
		for _, letter := range []byte(o.forms) {
			shape := shapeOf(letter, false)
			shape.result, shape.toMask = 0, true
			table[o.name+".v"+formLetter(letter)] = &vectorQuick{shape: shape, do: quickCompare(letter, o.do)}
		}
	}
	table["vmv.x.s"] = &vectorQuick{shape: vectorShape{first: 1, firstOne: true, writesX: true}}
	table["vfmv.f.s"] = &vectorQuick{shape: vectorShape{first: 1, firstOne: true, writesF: true}}
	table["vmv.s.x"] = &vectorQuick{shape: vectorShape{result: 1, resultOne: true, scalar: true}}
	table["vfmv.s.f"] = &vectorQuick{shape: vectorShape{result: 1, resultOne: true, scalar: true}}
	table["vid.v"] = &vectorQuick{shape: vectorShape{result: 1}}
	addQuickWide(table)
	addQuickFloats(table)
	addQuickAccesses(table)
	return table
}

// addQuickWide adds the operations with a result twice as wide.
func addQuickWide(table map[string]*vectorQuick) {
	for _, o := range vectorWiden {
		for _, letter := range []byte(o.forms) {
			name, shape := o.name+".v"+string(letter), vectorShape{result: 2, first: 1, second: 1, scalar: letter != 'v'}
			if o.wideFirst {
				name, shape.first = o.name+".w"+string(letter), 2
			}
			shape.accumulates = strings.HasPrefix(o.name, "vwmacc")
			table[name] = &vectorQuick{shape: shape, do: quickWide(letter, shape.first, func(r *vectorRun, d, a, b uint64) uint64 {
				return o.do(d, o.a.of(a, shape.first*r.sew), o.b.of(b, r.sew))
			})}
		}
	}
}

// quickWide returns the quick way of an operation with a result twice as wide.
//
// It is not inlined, so that the compiler inlines what is in the function that it returns.
//
//go:noinline
func quickWide(letter byte, first uint64, do func(r *vectorRun, d, a, b uint64) uint64) func(r *vectorRun) bool {
	return func(r *vectorRun) bool {
		wide, narrow, isVector := 2*r.sew, first*r.sew, letter == 'v'
		d, a, v, b := r.v.register(r.vd), r.v.register(r.vs2), r.v.register(r.vs1), r.second(0, letter)
		for i := range r.vl {
			if isVector {
				b = littleEndian(v[i*r.sew:], uint8(r.sew))
			}
			value := do(r, littleEndian(d[i*wide:], uint8(wide)), littleEndian(a[i*narrow:], uint8(narrow)), b)
			putLittleEndian(d[i*wide:], value, uint8(wide))
		}
		return true
	}
}

// shapeOf returns the shape of an operation of elements of one width.
func shapeOf(letter byte, accumulates bool) vectorShape {
	return vectorShape{result: 1, first: 1, second: 1, scalar: letter != 'v', accumulates: accumulates}
}

// quickSecond returns the second operand's bytes, and how far apart its elements are: 0 for a scalar.
func (r *vectorRun) quickSecond(letter byte, scalar *[8]byte) (b []byte, step uint64) {
	if letter == 'v' {
		return r.v.register(r.vs1)[:r.vl*r.sew], r.sew
	}
	v := r.second(0, letter)
	binary.LittleEndian.PutUint64(scalar[:], v*repeat[r.sew])
	return scalar[:], 0
}

// repeat has, by size, the factor that repeats a value in all 8 bytes.
var repeat = [9]uint64{1: 0x0101010101010101, 2: 0x0001000100010001, 4: 0x0000000100000001, 8: 1}

// elementwise returns a quick way that computes each element from the old one and the operands.
//
// It is not inlined, so that the compiler inlines what is in the function that it returns.
//
//go:noinline
func elementwise(letter byte, do func(r *vectorRun, d, a, b uint64) uint64) func(r *vectorRun) bool {
	return func(r *vectorRun) bool {
		var scalar [8]byte
		n := r.vl * r.sew
		d, a := r.v.register(r.vd)[:n], r.v.register(r.vs2)[:n]
		b, step := r.quickSecond(letter, &scalar)
		j := uint64(0)
		switch r.sew {
		case 1:
			for i := range d {
				d[i] = byte(do(r, uint64(d[i]), uint64(a[i]), uint64(b[j])))
				j += step
			}
		case 2:
			for i := 0; i+2 <= len(d); i += 2 {
				v := do(r, uint64(binary.LittleEndian.Uint16(d[i:])), uint64(binary.LittleEndian.Uint16(a[i:])), uint64(binary.LittleEndian.Uint16(b[j:])))
				binary.LittleEndian.PutUint16(d[i:], uint16(v))
				j += step
			}
		case 4:
			for i := 0; i+4 <= len(d); i += 4 {
				v := do(r, uint64(binary.LittleEndian.Uint32(d[i:])), uint64(binary.LittleEndian.Uint32(a[i:])), uint64(binary.LittleEndian.Uint32(b[j:])))
				binary.LittleEndian.PutUint32(d[i:], uint32(v))
				j += step
			}
		case 8:
			for i := 0; i+8 <= len(d); i += 8 {
				v := do(r, binary.LittleEndian.Uint64(d[i:]), binary.LittleEndian.Uint64(a[i:]), binary.LittleEndian.Uint64(b[j:]))
				binary.LittleEndian.PutUint64(d[i:], v)
				j += step
			}
		}
		return true
	}
}

// wordOperations are the operations that work on 8 bytes at once, whatever the size of their elements; top has the
// highest bit of each.
var wordOperations = map[string]func(a, b, top uint64) uint64{
	"vadd":  func(a, b, top uint64) uint64 { return (a&^top + b&^top) ^ (a^b)&top },
	"vsub":  func(a, b, top uint64) uint64 { return ((a | top) - b&^top) ^ (a^^b)&top },
	"vrsub": func(a, b, top uint64) uint64 { return ((b | top) - a&^top) ^ (b^^a)&top },
	"vand":  func(a, b, _ uint64) uint64 { return a & b },
	"vor":   func(a, b, _ uint64) uint64 { return a | b },
	"vxor":  func(a, b, _ uint64) uint64 { return a ^ b },
}

// wordwise returns a quick way that computes 8 bytes at a time.
//
// It is not inlined, so that the compiler inlines what is in the function that it returns.
//
//go:noinline
func wordwise(letter byte, do func(a, b, top uint64) uint64) func(r *vectorRun) bool {
	return func(r *vectorRun) bool {
		var scalar [8]byte
		n := r.vl * r.sew
		d, a := r.v.register(r.vd)[:n], r.v.register(r.vs2)
		b, step := r.quickSecond(letter, &scalar)
		if step != 0 {
			step = 8
		}
		top := repeat[r.sew] << (8*r.sew - 1)
		j := uint64(0)
		for ; len(d) >= 8; d, a = d[8:], a[8:] {
			binary.LittleEndian.PutUint64(d, do(binary.LittleEndian.Uint64(a), binary.LittleEndian.Uint64(b[j:]), top))
			j += step
		}
		if len(d) != 0 {
			var x, y [8]byte
			copy(x[:], a[:len(d)])
			copy(y[:], b[j:])
			binary.LittleEndian.PutUint64(x[:], do(binary.LittleEndian.Uint64(x[:]), binary.LittleEndian.Uint64(y[:]), top))
			copy(d, x[:])
		}
		return true
	}
}

// quickMerge is merge.
func (r *vectorRun) quickMerge() bool {
	r.merge()
	return true
}

// quickCompare returns the quick way of a comparison.
//
// It is not inlined, so that the compiler inlines what is in the function that it returns.
//
//go:noinline
func quickCompare(letter byte, do func(a, b, n uint64) bool) func(r *vectorRun) bool {
	return func(r *vectorRun) bool {
		result := r.destinationMask()
		b, isVector := r.second(0, letter), letter == 'v'
		for i := range r.vl {
			if isVector {
				b = r.v.element(r.vs1, i, r.sew)
			}
			setBit(&result, i, do(r.at2(i), b, r.sew))
		}
		r.setMask(&result)
		return true
	}
}

// addQuickFloats adds the operations on floats. The environment computes with the host's arithmetic where it can.
func addQuickFloats(table map[string]*vectorQuick) {
	for _, o := range vectorFloatBinary {
		for _, letter := range []byte(o.forms) {
			table[o.name+".v"+string(letter)] = &vectorQuick{shape: shapeOf(letter, false),
				do: elementwise(letter, func(r *vectorRun, _, a, b uint64) uint64 {
					return o.do(r.environment(r.m.frm), r.format(), a, b)
				})}
		}
	}
	for _, o := range vectorFused {
		for _, letter := range []byte("vf") {
			table[o.name+".v"+string(letter)] = &vectorQuick{shape: shapeOf(letter, true),
				do: elementwise(letter, func(r *vectorRun, d, a, b uint64) uint64 {
					if o.overwritesFactor {
						a, d = d, a
					}
					return r.fused(r.format(), b, a, d, o.negateProduct, o.minus)
				})}
		}
	}
	for _, o := range vectorFloatCompare {
		for _, letter := range []byte(o.forms) {
			shape := shapeOf(letter, false)
			shape.result, shape.toMask = 0, true
			table[o.name+".v"+string(letter)] = &vectorQuick{shape: shape}
		}
	}
	for _, o := range vectorFloatReduce {
		shape := vectorShape{result: 1, first: 1, second: 1, resultOne: true, secondOne: true}
		if o.widens {
			shape.result, shape.second = 2, 2
		}
		table[o.name+".vs"] = &vectorQuick{shape: shape}
	}
	for _, o := range vectorFloatUnary {
		table[o.name] = &vectorQuick{shape: vectorShape{result: 1, first: 1}}
	}
	for _, o := range vectorConvert {
		shape := vectorShape{result: 1, first: 1}
		switch o.vs1 >> 3 {
		case 1:
			shape.result = 2
		case 2:
			shape.first = 2
		}
		table[o.name] = &vectorQuick{shape: shape}
	}
}

// addQuickAccesses adds the accesses to consecutive bytes.
func addQuickAccesses(table map[string]*vectorQuick) {
	for _, width := range []uint64{1, 2, 4, 8} {
		elements := func(r *vectorRun) uint64 { return r.vl * width }
		table[fmt.Sprintf("vle%d.v", 8*width)] = quickAccess(width, false, elements)
		table[fmt.Sprintf("vse%d.v", 8*width)] = quickAccess(width, true, elements)
		for n := uint64(1); n <= 8; n *= 2 {
			whole := func(r *vectorRun) uint64 { return n * r.v.vlenb }
			table[fmt.Sprintf("vl%dre%d.v", n, 8*width)] = quickAccess(width, false, whole)
			table[fmt.Sprintf("vs%dr.v", n)] = quickAccess(1, true, whole)
		}
	}
	mask := func(r *vectorRun) uint64 { return (r.vl + 7) / 8 }
	table["vlm.v"], table["vsm.v"] = quickAccess(1, false, mask), quickAccess(1, true, mask)
}

// quickAccess returns the quick way of a load or store of so many bytes: within a page that the caches have, and above
// sp if it is in the stack.
//
// It is not inlined, so that the compiler inlines what is in the function that it returns.
//
//go:noinline
func quickAccess(width uint64, store bool, bytes func(r *vectorRun) uint64) *vectorQuick {
	isElements := func(r *vectorRun) bool { // else the number of fields is another field
		const whole, mask = 8 << 20, 11 << 20
		return r.word&maskVs2 != whole && r.word&maskVs2 != mask
	}
	return &vectorQuick{do: func(r *vectorRun) bool {
		m, addr, n := r.m, r.base(), bytes(r)
		at := addr % pageSize
		if isElements(r) && r.fields() != 1 || addr%width != 0 || at+n > pageSize || m.onAccess != nil ||
			m.config.Checks != 0 && m.inStack(addr) && (addr < m.x[stackPointer] || store && m.hasKept(addr, n)) {
			return false
		}
		registers, shadow := r.v.register(r.vd)[:n], &m.vectorShadow
		if store {
			p, masks := m.pageOf(&m.writePages, addr, Write), &m.writeMasks
			if p == nil {
				return false
			}
			copy(p.bytes[at:], registers)
			if m.tracking() {
				copy(masks[addr/pageSize%cachedPages][at:], shadow.defined[r.vd*r.v.vlenb:][:n])
			}
			return true
		}
		p := m.pageOf(&m.readPages, addr, Read)
		if p == nil {
			return false
		}
		copy(registers, p.bytes[at:])
		if m.tracking() {
			copy(shadow.defined[r.vd*r.v.vlenb:][:n], m.readMasks[addr/pageSize%cachedPages][at:])
			r.fillAgnostic(shadow.defined, 0)
		}
		r.fillAgnostic(r.v.registers, 0xff)
		return true
	}}
}

// pageOf returns the cached page of an address, which is added to the cache if it can be; else nil.
func (m *Machine) pageOf(cache *[cachedPages]page, addr uint64, right Rights) *page {
	p := &cache[addr/pageSize%cachedPages]
	if p.base != addr&^(pageSize-1) {
		m.cachePage(cache, addr, right)
		if p.base != addr&^(pageSize-1) {
			return nil
		}
	}
	return p
}

// hasKept reports whether a register of a caller is saved in some bytes.
func (m *Machine) hasKept(addr, size uint64) bool {
	if m.config.Checks&CheckFrames == 0 {
		return false
	}
	for at := addr &^ 7; at < addr+size; at += 8 {
		if word, bit := m.keptWord(at); word == nil || *word&bit != 0 {
			return true
		}
	}
	return false
}
