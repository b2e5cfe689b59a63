package diff

import (
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// effects are what an instruction of MIR reads and writes: registers as a set, and bytes of memory.
type effects struct {
	reads, writes uint64
	from, to      span
}

// span is a range of addresses.
type span struct{ addr, size uint64 }

func (s span) meets(o span) bool {
	return s.size > 0 && o.size > 0 && s.addr < o.addr+o.size && o.addr < s.addr+s.size
}

// effects returns what an executed instruction read and wrote.
func (t *tracer) effects(e *event) (x effects) {
	in := e.inst()
	read := func(regs ...isa.Reg) {
		for _, r := range regs {
			x.reads |= 1 << r
		}
	}
	base := func() {
		if in.Mem.Frame == mir.NoFrame || in.Mem.Reg != isa.Zero {
			read(in.Mem.Reg)
		}
	}
	switch in.Op {
	case mir.Real:
		read(in.I.Rs1, in.I.Rs2, in.I.Rs3)
		x.writes |= 1 << in.I.Rd
		word := span{e.regs[in.I.Rs1%64], 8}
		name := in.I.Op.String()
		if isWord(name) {
			word.size = 4
		}
		switch {
		case strings.HasPrefix(name, "amo"), strings.HasPrefix(name, "sc."):
			x.from, x.to = word, word
		case strings.HasPrefix(name, "lr."):
			x.from = word
		}
	case mir.LoadImm, mir.LeaSymbol:
		x.writes |= 1 << in.I.Rd
	case mir.AddImm:
		read(in.I.Rs1)
		x.writes |= 1 << in.I.Rd
	case mir.LeaMem:
		base()
		x.writes |= 1 << in.I.Rd
	case mir.Load:
		base()
		size, _ := accessOf(in.I.Op)
		x.from = span{t.address(e, in.Mem), size}
		x.writes |= 1 << in.I.Rd
	case mir.Store:
		base()
		read(in.I.Rs2)
		size, _ := accessOf(in.I.Op)
		x.to = span{t.address(e, in.Mem), size}
	case mir.Branch:
		read(in.I.Rs1, in.I.Rs2)
	case mir.JumpTable, mir.CallReg:
		read(in.I.Rs1)
	}
	x.reads &^= 1
	x.writes &^= 1
	if in.Op == mir.Real {
		x.addVector(e, &in.I)
	}
	return x
}

// vectorUnit stands for all vector registers, vl and vtype in sets of registers, where nothing else needs x0. Only the
// choice of a length begins something new in them.
const vectorUnit = 1 << isa.Zero

// addVector adds the effects of a vector instruction.
func (x *effects) addVector(e *event, in *isa.Inst) {
	row := in.Op.Row()
	switch name := row.Mnemonic; {
	case !strings.HasPrefix(name, "v"):
	case strings.HasPrefix(name, "vset"):
		x.writes |= vectorUnit
	default:
		x.reads |= vectorUnit
		memory := span{e.regs[in.Rs1%64], (e.lanes + 7) / 8}
		if bits, err := strconv.ParseUint(strings.Trim(name, "vlse."), 10, 64); err == nil {
			memory.size = e.lanes * bits / 8
		}
		switch {
		case strings.HasPrefix(name, "vle") || name == "vlm.v":
			x.from = memory
		case strings.HasPrefix(name, "vse") && in.Rs3 >= isa.V0 || name == "vsm.v":
			x.to = memory
			return
		}
		if in.Rd >= isa.V0 {
			x.writes |= vectorUnit
		}
	}
}

// needs is what a backward slice still looks for.
type needs struct {
	regs  uint64
	spans []span
}

// take reports whether an instruction makes something that is needed, and then replaces that by what it reads.
func (n *needs) take(x *effects) bool {
	made := x.writes&n.regs != 0
	n.regs &^= x.writes
	kept := n.spans[:0]
	for _, s := range n.spans {
		if !s.meets(x.to) {
			kept = append(kept, s)
			continue
		}
		made = true
		if s.addr < x.to.addr {
			kept = append(kept, span{s.addr, x.to.addr - s.addr})
		}
		if end, over := x.to.addr+x.to.size, s.addr+s.size; end < over {
			kept = append(kept, span{end, over - end})
		}
	}
	n.spans = kept
	if made {
		n.regs |= x.reads
		if x.from.size > 0 {
			n.spans = append(n.spans, x.from)
		}
	}
	return made
}

// slice returns the events before event end, latest first, from which a place at an instruction of MIR has its value,
// back to where another AIR instruction had just finished.
func (t *tracer) slice(want needs, end int, to point) (events []int) {
	for i := end - 1; i >= 0; i-- {
		e := &t.trace[i]
		if i+1 < end && t.finishedBetween(e.point, t.trace[i+1].point) || i+1 == end && t.finishedBetween(e.point, to) {
			break
		}
		x := t.effects(e)
		if want.take(&x) || e.inst().Op == mir.Branch || e.inst().Op == mir.JumpTable {
			events = append(events, i)
		}
		if e.inst().Op == mir.Prologue {
			break
		}
	}
	return events
}

// finishedBetween reports whether an AIR instruction finished between two events.
func (t *tracer) finishedBetween(a, b point) bool {
	if a.f != b.f || b.at <= a.at {
		return false
	}
	for _, in := range a.f.mir.Insts[a.at+1 : b.at] {
		if in.Op == mir.LocationPoint {
			return true
		}
	}
	return false
}
