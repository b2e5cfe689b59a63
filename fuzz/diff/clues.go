package diff

import (
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// site returns the site of an instruction of MIR: that of the AIR instruction that finishes next, or the function that
// lowers one that does not.
func (p point) site() string {
	calls := p.f.origins[p.at].Calls
	if len(calls) > 0 {
		switch last := calls[len(calls)-1].Func; last {
		case "ret", "br", "condBr", "switchBr", "generate", "bindParams", "loopSwitchBr", "tailCall", "repeat", "switchDispatch":
			return last
		}
	}
	if r := p.record(); r != nil {
		return r.Site
	}
	return ""
}

// record returns the next location record behind an instruction of MIR, or nil.
func (p point) record() *mir.LocationRecord {
	for _, in := range p.f.mir.Insts[p.at:] {
		if in.Op == mir.LocationPoint {
			return &p.f.mir.Locations[in.N]
		}
	}
	return nil
}

// clues returns what an instruction of MIR has in common with others: the lines that emitted it, and the machine
// instruction with the width of the type that it is for.
func (p point) clues(width string) (clues []string) {
	for _, c := range p.f.origins[p.at].Calls {
		if strings.HasPrefix(c.File, "backend/lower/") {
			continue
		}
		clues = append(clues, fmt.Sprintf("%s:%d %s", c.File, c.Line, c.Func))
	}
	if in := p.inst(); in.Op == mir.Real && in.I.Op != isa.ADDI {
		name := registerForm(in.I.Op.String())
		clues = append(clues, name+" for "+width)
		if row := in.I.Op.Row(); strings.Contains(row.Section, "Division") {
			clues = append(clues, fmt.Sprintf("division %v for %s", strings.HasSuffix(name, "w"), width))
		}
	}
	return clues
}

// registerForm returns the instruction between registers that does the same as one with an immediate.
func registerForm(name string) string {
	switch name {
	case "addiw", "andi", "ori", "xori", "slli", "srli", "srai", "slliw", "srliw", "sraiw", "slti", "sltiu":
		return strings.Replace(name, "i", "", strings.Count(name, "i"))
	}
	return name
}

// widthOf returns the class of the type that an instruction works on, that of its first operand if it has one.
func widthOf(f *air.Func, i air.Index) string {
	in := &f.Insts[i]
	if len(in.Ops) > 0 && in.Ops[0] != air.NoRef {
		return Class(f.TypeOf(in.Ops[0]))
	}
	return Class(in.Type)
}
