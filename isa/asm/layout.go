package asm

import (
	"github.com/rvfuzz/rvfuzz/isa"
)

// layOut gives every item its address. Sizes depend on distances and distances on sizes; since an item's form only grows,
// the passes come to an end.
func (a *assembler) layOut() {
	for pass := 0; ; pass++ {
		changed := a.place()
		a.pcrel = make(map[int64]int64)
		for s := range a.sections {
			items := a.sections[s].items
			for i := range items {
				if a.measure(&items[i]) {
					changed = true
				}
			}
		}
		if !changed && pass > 0 {
			return
		}
	}
}

// place adds up sizes, and reports whether any address changed.
func (a *assembler) place() bool {
	at, changed := a.opt.Origin, false
	for s := range a.sections {
		sec := &a.sections[s]
		if s > 0 {
			at = (at + sectionAlign - 1) &^ (sectionAlign - 1)
		}
		sec.address = at
		for i := range sec.items {
			it := &sec.items[i]
			if it.address != at {
				it.address, changed = at, true
			}
			if it.align > 0 {
				it.size = -at & (it.align - 1)
			}
			at += it.size
		}
		sec.size = at - sec.address
	}
	return changed
}

// sectionAlign is the alignment of sections in the image.
const sectionAlign = 16

// measure recomputes the size of an item and reports whether it changed.
func (a *assembler) measure(it *item) bool {
	if it.size0 || it.align > 0 || it.insts == nil {
		return false
	}
	if len(it.fixes) == 0 {
		it.size0 = true
	}
	var size int64
	for i := range it.insts {
		size += a.measureInst(it, i, it.address+size)
	}
	changed := size != it.size
	it.size = size
	return changed
}

// measureInst returns the length of an instruction and lets the item's form grow if the operand needs it. Symbols that
// are not defined are reported by emit.
func (a *assembler) measureInst(it *item, i int, pc int64) int64 {
	f, fixed := it.fixOf(i)
	if !fixed {
		return int64(a.final(it, it.insts[i]).Op.Size())
	}
	v, err := a.resolve(f, pc)
	if err != nil {
		v = 0
	}
	in := it.insts[i]
	in.Imm = v
	if it.form == short {
		if c, ok := isa.Compress(in); ok && len(it.insts) == 1 {
			return int64(c.Op.Size())
		}
		it.form = plain
	}
	if it.form == plain && f.kind == fixDistance && inverse(in.Op) != 0 && !fits(in) {
		it.form = around
	}
	if it.form == around {
		return int64(a.skip(it, in).Op.Size()) + 4
	}
	return int64(in.Op.Size())
}

// skip returns the inverted branch that goes around the jal of a far branch.
func (a *assembler) skip(it *item, in isa.Inst) isa.Inst {
	in.Op, in.Imm = inverse(in.Op), 6
	if it.rvc {
		if c, ok := isa.Compress(in); ok {
			return c
		}
	}
	in.Imm = 8
	return in
}

func (it *item) fixOf(i int) (fix, bool) {
	for _, f := range it.fixes {
		if f.inst == i {
			return f, true
		}
	}
	return fix{}, false
}

// final returns the instruction without a fix as it goes into the image.
func (a *assembler) final(it *item, in isa.Inst) isa.Inst {
	if it.rvc {
		if c, ok := isa.Compress(in); ok {
			return c
		}
	}
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
