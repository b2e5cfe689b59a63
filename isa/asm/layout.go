package asm

import "github.com/rvfuzz/rvfuzz/isa"

// layOut gives every item its address. Sizes depend on distances and distances on sizes. The passes end because the form of
// an instruction only grows; spaces whose sizes the source computes get maxPasses. One more pass follows if an instruction
// refers to a %pcrel_hi after it.
func (a *assembler) layOut() {
	for s := range a.sections {
		a.sections[s].close()
	}
	for changed := true; changed && len(a.errs) == 0; {
		a.pass++
		a.generation++
		a.place()
		changed = false
		a.pcrel = nil
		for s := range a.sections {
			a.measured = s
			if a.measureSection(&a.sections[s]) {
				changed = true
			}
		}
		changed = changed || a.pass == 1 && len(a.pcrel) > 0
	}
}

// maxPasses is how often a space may change its size.
const maxPasses = 100

// place assigns addresses by adding up sizes. Sections that are not part of the image start at address zero.
func (a *assembler) place() {
	at := a.opt.Origin
	for s := range a.sections {
		sec := &a.sections[s]
		start := at
		switch {
		case !sec.loaded || a.object != nil:
			start = 0
		case s > 0:
			start = (at + sec.align - 1) &^ (sec.align - 1)
		}
		end := a.placeSection(sec, start)
		if sec.loaded {
			at = end
		}
		if len(a.errs) != 0 {
			return
		}
	}
	if size := at - a.opt.Origin; size < 0 || at < 0 && a.opt.Origin >= 0 || at > 0 && a.opt.Origin < 0 {
		a.fail(place{1, 1}, "an image of %d bytes from %#x wraps around the end of the address space", size, uint64(a.opt.Origin))
	}
}

func (a *assembler) placeSection(sec *section, at int64) (end int64) {
	sec.address = at
	for i := range sec.items {
		it := &sec.items[i]
		it.address = at
		if it.kind == itemPadding {
			p := &sec.paddings[it.from]
			if p.kind == padAlign {
				it.size = p.alignment(at)
			}
			if at+it.size-a.opt.Origin > maxImage {
				a.fail(p.place, "the image is larger than %d bytes", maxImage)
				return at
			}
		}
		at += it.size
	}
	sec.size = at - sec.address
	return at
}

// sectionAlign is the least alignment of sections in the image.
const sectionAlign = 16

// measureSection recomputes sizes and reports whether one changed.
func (a *assembler) measureSection(sec *section) (changed bool) {
	for i := range sec.items {
		it := &sec.items[i]
		size := it.size
		switch it.kind {
		case itemPatch:
			a.measure(it, &sec.patches[it.from])
		case itemPadding:
			p := &sec.paddings[it.from]
			n, err := a.measurePadding(sec, p, it.address)
			if err == nil || a.pass == maxPasses {
				it.size = n
			}
			if it.size != size && a.pass >= maxPasses {
				a.fail(p.place, "the size depends on itself and does not settle")
			}
		}
		changed = changed || size != it.size
	}
	return changed
}

// measure recomputes the size of a patch.
func (a *assembler) measure(it *item, p *patch) {
	if p.pair {
		return
	}
	it.size = a.measureInst(it, p)
}

// measureInst returns the length of an instruction, and lets the form of the item grow if the operand needs it. Undefined
// symbols are reported by emit.
func (a *assembler) measureInst(it *item, p *patch) int64 {
	v, err := a.resolve(p.fix, it.address)
	if err != nil {
		v = 0
		if a.object != nil && p.fix.kind == fixDistance {
			it.form = farForm(p.inst.Op)
		}
	}
	in := p.inst
	in.Imm = v
	if it.form == short {
		if c, ok := isa.Compress(in, a.shorts); ok {
			return int64(c.Op.Size())
		}
		it.form = plain
	}
	if it.form == plain && p.fix.kind == fixDistance && in.Op.Inverse() != 0 && !fits(in) {
		it.form = around
	}
	if it.form == around {
		return int64(p.skip(in).Op.Size()) + 4
	}
	return int64(in.Op.Size())
}

// skip returns the inverted branch that goes around the jal of a far branch.
func (p *patch) skip(in isa.Inst) isa.Inst {
	in.Op, in.Imm = in.Op.Inverse(), 6
	if p.rvc {
		if c, ok := isa.Compress(in, isa.Zca); ok {
			return c
		}
	}
	in.Imm = 8
	return in
}

// farForm returns the form of a jump or branch to a place that only a linker knows.
func farForm(op isa.Op) form {
	if op.Inverse() != 0 {
		return around
	}
	return plain
}

func fits(in isa.Inst) bool {
	_, err := isa.Encode(in)
	return err == nil
}
