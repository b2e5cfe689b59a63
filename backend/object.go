package backend

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/callframe"
	"github.com/rvfuzz/rvfuzz/backend/emit"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/backend/mir"
)

// functionAlign is the least alignment of functions in bytes.
const functionAlign = 4

// parts holds parts of the objects of a module.
type parts struct {
	relocs    []link.Reloc
	locations []link.LocationRecord
	lines     []link.Line
	epilogues []uint64
	rules     []callframe.Placed
}

// reset forgets the objects.
func (p *parts) reset() {
	p.relocs, p.locations, p.lines, p.epilogues, p.rules = p.relocs[:0], p.locations[:0], p.lines[:0], p.epilogues[:0], p.rules[:0]
}

// object converts the code of a function to the types of package link, which does not import MIR.
func (p *parts) object(f *emit.Function, align uint32) link.Object {
	o := link.Object{
		Name: f.Name, Section: link.Text, Data: f.Code, Align: max(functionAlign, uint64(align)),
		Relocs: p.relocsOf(f.Refs), Locations: p.locationsOf(f.Locations), Origins: origins(f.Origins),
		Lines: p.linesOf(f.Lines),
		Frame: link.Frame{File: f.File, PrologueEnd: uint64(f.PrologueEnd)},
		Rules: p.rulesOf(f.Rules),
	}
	from := len(p.epilogues)
	for _, at := range f.EpilogueBegins {
		p.epilogues = append(p.epilogues, uint64(at))
	}
	o.EpilogueBegins = p.epilogues[from:len(p.epilogues):len(p.epilogues)]
	return o
}

func (p *parts) linesOf(lines []emit.Line) []link.Line {
	out, from := slices.Grow(p.lines, len(lines)), len(p.lines)
	for _, l := range lines {
		out = append(out, link.Line{PC: uint64(l.Offset), Line: l.Line, Column: l.Column})
	}
	p.lines = out
	return out[from:len(out):len(out)]
}

func (p *parts) rulesOf(rules []callframe.Placed) []callframe.Placed {
	from := len(p.rules)
	p.rules = append(p.rules, rules...)
	return p.rules[from:len(p.rules):len(p.rules)]
}

func (p *parts) relocsOf(refs []emit.Ref) []link.Reloc {
	out, from := p.relocs, len(p.relocs)
	for _, r := range refs {
		switch r.Kind {
		case emit.CallRef:
			out = append(out, link.Reloc{Offset: r.Offset, Kind: link.CallPLT, Symbol: r.Symbol, Addend: r.Addend})
		case emit.AddressRef:
			out = append(out,
				link.Reloc{Offset: r.Offset, Kind: link.PCRelHi20, Symbol: r.Symbol, Addend: r.Addend},
				link.Reloc{Offset: r.Offset + 4, Kind: link.PCRelLo12I, Addend: int64(r.Offset)})
		case emit.TableRef:
			out = append(out,
				link.Reloc{Offset: r.Offset, Kind: link.GOTHi20, Symbol: r.Symbol},
				link.Reloc{Offset: r.Offset + 4, Kind: link.PCRelLo12I, Addend: int64(r.Offset)})
		case emit.ThreadRef:
			out = append(out,
				link.Reloc{Offset: r.Offset, Kind: link.TPRelHi20, Symbol: r.Symbol, Addend: r.Addend},
				link.Reloc{Offset: r.Offset + 4, Kind: link.TPRelAdd, Symbol: r.Symbol, Addend: r.Addend},
				link.Reloc{Offset: r.Offset + 8, Kind: link.TPRelLo12I, Symbol: r.Symbol, Addend: r.Addend})
		case emit.ThreadTableRef:
			out = append(out,
				link.Reloc{Offset: r.Offset, Kind: link.TLSGOTHi20, Symbol: r.Symbol},
				link.Reloc{Offset: r.Offset + 4, Kind: link.PCRelLo12I, Addend: int64(r.Offset)})
		}
	}
	p.relocs = out
	return out[from:len(out):len(out)]
}

func (p *parts) locationsOf(records []emit.LocationRecord) []link.LocationRecord {
	if cap(p.locations)-len(p.locations) < len(records) {
		// Earlier objects keep the array that is full: growing it would hold their records twice.
		p.locations = make([]link.LocationRecord, 0, max(len(records), cap(p.locations)+cap(p.locations)/2))
	}
	out, from := p.locations, len(p.locations)
	for i := range records {
		r := &records[i]
		out = append(out, link.LocationRecord{PC: uint64(r.Offset), Inst: r.Inst, Site: r.Site, Loc: loc(&r.Loc), Bypassed: r.Bypassed})
	}
	p.locations = out
	return out[from:len(out):len(out)]
}

func loc(l *mir.Loc) link.Loc {
	out := link.Loc{Bits: l.Bits, Signed: l.Signed, Size: l.Size}
	switch l.Kind {
	case mir.LocReg:
		out.Kind, out.Reg = link.LocReg, l.Reg
	case mir.LocMem:
		out.Kind, out.Reg, out.Disp = link.LocMem, l.Mem.Reg, l.Mem.Disp
	case mir.LocAddress:
		out.Kind, out.Reg, out.Disp = link.LocAddress, l.Mem.Reg, l.Mem.Disp
	}
	return out
}
