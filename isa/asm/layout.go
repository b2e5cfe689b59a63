package asm

import (
	"github.com/rvfuzz/rvfuzz/isa"
)

// layOut gives every item its address. Sizes depend on distances and distances on sizes; since an item's form only grows,
// the passes come to an end. One more follows if an instruction refers to what a %pcrel_hi further on computes.
func (a *assembler) layOut() {
	for s := range a.sections {
		a.sections[s].closeRuns()
	}
	for pass := 0; ; pass++ {
		a.place()
		changed := false
		a.pcrel = make(map[int64]int64)
		for s := range a.sections {
			sec := &a.sections[s]
			for i := range sec.items {
				if it := &sec.items[i]; it.kind == itemPatch && a.measure(it, &sec.patches[it.from]) {
					changed = true
				}
			}
		}
		if !changed && (pass > 0 || len(a.pcrel) == 0) {
			return
		}
	}
}

// closeRuns gives runs their sizes: each goes on to the next.
func (s *section) closeRuns() {
	end := int64(len(s.code))
	for i := len(s.items) - 1; i >= 0; i-- {
		if it := &s.items[i]; it.kind == itemRun {
			it.size, end = end-it.from, it.from
		}
	}
}

// place adds up sizes.
func (a *assembler) place() {
	at := a.opt.Origin
	for s := range a.sections {
		sec := &a.sections[s]
		if s > 0 {
			at = (at + sectionAlign - 1) &^ (sectionAlign - 1)
		}
		sec.address = at
		for i := range sec.items {
			it := &sec.items[i]
			it.address = at
			if it.kind == itemAlign {
				it.size = -at & (it.from - 1)
			}
			at += it.size
		}
		sec.size = at - sec.address
	}
}

// sectionAlign is the alignment of sections in the image.
const sectionAlign = 16

// measure recomputes the size of a patch and reports whether it changed.
func (a *assembler) measure(it *item, p *patch) bool {
	var size int64
	for i := range p.count {
		size += a.measureInst(it, p, i, it.address+size)
	}
	changed := size != it.size
	it.size = size
	return changed
}

// measureInst returns the length of an instruction and lets the item's form grow if the operand needs it. Symbols that
// are not defined are reported by emit.
func (a *assembler) measureInst(it *item, p *patch, i int, pc int64) int64 {
	f := p.fixes[i]
	v, err := a.resolve(f, pc)
	if err != nil {
		v = 0
	}
	in := p.insts[i]
	in.Imm = v
	if it.form == short {
		if c, ok := isa.Compress(in, a.shorts); ok {
			return int64(c.Op.Size())
		}
		it.form = plain
	}
	if it.form == plain && f.kind == fixDistance && inverse(in.Op) != 0 && !fits(in) {
		it.form = around
	}
	if it.form == around {
		return int64(p.skip(in).Op.Size()) + 4
	}
	return int64(in.Op.Size())
}

// skip returns the inverted branch that goes around the jal of a far branch.
func (p *patch) skip(in isa.Inst) isa.Inst {
	in.Op, in.Imm = inverse(in.Op), 6
	if p.rvc {
		if c, ok := isa.Compress(in, isa.Zca); ok {
			return c
		}
	}
	in.Imm = 8
	return in
}

func fits(in isa.Inst) bool {
	_, err := isa.Encode(in)
	return err == nil
}

// inverse returns the branch that is taken when op is not, or 0 if op is not a conditional branch.
func inverse(op isa.Op) isa.Op {
	switch op {
	case isa.BEQ:
		return isa.BNE
	case isa.BNE:
		return isa.BEQ
	case isa.BLT:
		return isa.BGE
	case isa.BGE:
		return isa.BLT
	case isa.BLTU:
		return isa.BGEU
	case isa.BGEU:
		return isa.BLTU
	}
	return 0
}
