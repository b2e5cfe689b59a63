package diff

import (
	"encoding/binary"
	"fmt"
	"path"

	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/backend/lower"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// blame blames the stage that expands an instruction of MIR whose code does not do what it means.
func (t *tracer) blame(culprit *Culprit) {
	b := t.fault
	in := b.inst()
	culprit.Kind = "wrong-code"
	place := link.CodeCall{Func: "inst", File: "backend/lower/lower.go"}
	switch in.Op {
	case mir.LoadImm:
		place = link.CodeCall{Func: "loadImm", File: "backend/lower/imm.go"}
	case mir.AddImm:
		place = link.CodeCall{Func: "addImm", File: "backend/lower/memory.go"}
	case mir.Load, mir.Store, mir.LeaMem:
		place = link.CodeCall{Func: "access", File: "backend/lower/memory.go"}
		if misresolved(&b.f.mir.Frame, in.Mem) != "" {
			place = link.CodeCall{Func: "Resolve", File: "backend/mir/frame.go"}
		}
	case mir.LocationPoint:
		place = link.CodeCall{Func: "Resolve", File: "backend/mir/frame.go"}
	case mir.LeaSymbol, mir.Call, mir.TailCall:
		place = link.CodeCall{Func: "relocate", File: "backend/link/reloc.go"}
		if blameLeaf(culprit) {
			culprit.Text = b.text()
			return
		}
	case mir.Branch, mir.Jump, mir.JumpTable:
		t.blameJump(b, culprit)
		return
	case mir.Prologue, mir.Epilogue:
		place = link.CodeCall{Func: in.Op.String(), File: "backend/lower/frame.go"}
	}
	if v, ok := t.wrongConstant(b); ok {
		place = link.CodeCall{Func: "constant", File: "backend/lower/imm.go"}
		culprit.Text = fmt.Sprintf("the sequence for the constant %d makes another\n", v)
	}
	culprit.Places = []link.CodeCall{place}
	culprit.Site = path.Base(path.Dir(place.File)) + "." + place.Func
	culprit.Text += b.text()
}

// blameJump blames the part of package emit that makes the code of a branch or jump.
func (t *tracer) blameJump(b *breach, culprit *Culprit) {
	names := []string{"jump"}
	switch b.inst().Op {
	case mir.Branch:
		names = t.branchParts(b)
	case mir.JumpTable:
		culprit.Others = []link.CodeCall{{Func: "slotShift", File: "backend/emit/layout.go"}}
	}
	for _, name := range names {
		culprit.Places = append(culprit.Places, link.CodeCall{Func: name, File: "backend/emit/emit.go"})
	}
	culprit.Site = "emit." + names[len(names)-1]
	culprit.Text = b.text()
}

// branchParts returns the functions that make the part of a branch that is wrong, outermost first.
func (t *tracer) branchParts(b *breach) []string {
	pc, next := t.pc(b.point), t.pc(point{b.f, b.at + 1})
	word, ok := t.image.Bytes(pc, 4)
	if next-pc <= 4 || !ok {
		return []string{"branch"}
	}
	in, err := isa.Decode(binary.LittleEndian.Uint32(word))
	if opposite := b.inst().I; err != nil || pc+uint64(in.Imm) != next || taken(in.Op, 0, 1) == taken(opposite.Op, 0, 1) || taken(in.Op, 1, 1) == taken(opposite.Op, 1, 1) ||
		taken(in.Op, ^uint64(0), 1) == taken(opposite.Op, ^uint64(0), 1) {
		return []string{"branch", "inverted"}
	}
	return []string{"branch", "jump"}
}

func (b *breach) text() string {
	return fmt.Sprintf("the code of %s in @%s, at pc %#x: %s", b.inst().Op, b.f.Name, b.f.origins[b.at].PC, b.detail)
}

// wrongConstant returns a constant that the expansion of an instruction may need and that lower does not make.
func (t *tracer) wrongConstant(b *breach) (int64, bool) {
	in := b.inst()
	f := &b.f.mir.Frame
	var list []int64
	switch in.Op {
	case mir.LoadImm, mir.AddImm:
		list = append(list, in.I.Imm)
	case mir.Load, mir.Store, mir.LeaMem:
		loc, _ := f.Loc(in.Mem.Frame)
		disp := loc.Disp + in.Mem.Disp
		list = append(list, disp, disp-disp<<52>>52)
	case mir.Prologue, mir.Epilogue:
		for first := int64(0); first <= 256; first += 16 {
			list = append(list, f.Size-first, first-f.Size)
		}
		list = append(list, -f.Align)
	}
	for _, v := range list {
		if made, ok := madeConstant(v); ok && made != v {
			return v, true
		}
	}
	return 0, false
}

// madeConstant returns the constant that the code of lower for one makes; false for code of another form.
func madeConstant(v int64) (made int64, ok bool) {
	code, err := lower.Lower(&mir.Function{Insts: []mir.Inst{{Op: mir.LoadImm, I: isa.Inst{Rd: isa.A0, Imm: v}}}})
	if err != nil {
		return 0, false
	}
	for _, it := range code.Items {
		from := made
		if it.Rs1 == isa.Zero {
			from = 0
		}
		switch it.Op {
		case isa.LUI:
			made = it.Imm << 44 >> 32
		case isa.ADDI:
			made = from + it.Imm
		case isa.ADDIW:
			made = int64(int32(from + it.Imm))
		case isa.SLLI:
			made = from << it.Imm
		case isa.SRLI:
			made = int64(uint64(from) >> it.Imm)
		case isa.XORI:
			made = from ^ it.Imm
		default:
			return 0, false
		}
	}
	return made, true
}
