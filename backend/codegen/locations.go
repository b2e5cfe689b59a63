package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// record appends a location record that says where the result of an instruction is. An instruction that legalize took
// apart has the site of the part that does the same.
func (f *function) record(i air.Index, v MCValue) {
	if !f.opts.Locations {
		return
	}
	if f.uses[i].slot != mir.NoFrame { // the register holds only a part of the address
		v = noneValue()
	}
	if source := f.fn.SourceOf(i); source != i {
		if f.inst(i).Tag == f.fn.Source.Insts[source].Tag {
			f.partOf, f.partSite = source, f.row.site
		}
		return
	}
	t := f.inst(i).Type
	m := mir.LocationRecord{Inst: uint32(i), Site: f.row.site, Loc: mir.Loc{Kind: mir.LocNone}}
	if f.partSite != "" && f.partOf == i {
		m.Site = f.partSite
	}
	if t.HasBits() && t.Kind != air.NoReturn {
		m.Loc = locOf(v, t)
		if m.Loc.Kind == mir.LocNone && f.opts.Origins {
			m.Loc = unmadeLoc(v, t)
		}
	}
	f.out.Record(m)
}

func locOf(v MCValue, t *air.Type) mir.Loc {
	loc := mir.Loc{Size: uint32(t.Size())}
	if s, ok := scalarOf(t); ok && !v.reg.IsFloat() {
		loc.Bits, loc.Signed = uint16(s.bits), s.signed
	}
	switch v.kind {
	case register, home:
		loc.Kind, loc.Reg = mir.LocReg, v.reg
	case loadFrame:
		loc.Kind, loc.Mem = mir.LocMem, mir.FrameMem(v.frame, v.imm)
	default:
		return mir.Loc{Kind: mir.LocNone}
	}
	return loc
}

// unmadeLoc returns the location of a number or address that no code has made yet.
func unmadeLoc(v MCValue, t *air.Type) mir.Loc {
	loc := mir.Loc{Kind: mir.LocAddress, Size: uint32(min(t.Size(), 8))}
	if s, ok := scalarOf(t); ok {
		loc.Bits, loc.Signed = uint16(s.bits), s.signed
	}
	switch v.kind {
	case immediate:
		loc.Mem = mir.RegMem(isa.Zero, v.imm)
	case leaFrame:
		loc.Mem = mir.FrameMem(v.frame, v.imm)
	default:
		return mir.Loc{}
	}
	return loc
}
