package debug

import (
	"encoding/binary"

	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// expression returns the DWARF expression of a place; with pointee, of what the value there points to.
func expression(l *mir.Loc, pointee bool) []byte {
	switch l.Kind {
	case mir.LocReg:
		if pointee {
			return based(l.Reg, 0)
		}
		if n := uint64(l.Reg); n >= 32 {
			return binary.AppendUvarint([]byte{opRegx}, n)
		}
		return []byte{opReg0 + byte(l.Reg)}
	case mir.LocVariable: // only ever the operand of dbg_var_ptr
		return expression(&mir.Loc{Kind: mir.LocReg, Reg: l.Reg}, false)
	case mir.LocMem:
		if pointee {
			return append(based(l.Mem.Reg, l.Mem.Disp), opDeref)
		}
		return based(l.Mem.Reg, l.Mem.Disp)
	case mir.LocAddress:
		if pointee {
			return based(l.Mem.Reg, l.Mem.Disp)
		}
		return append(based(l.Mem.Reg, l.Mem.Disp), opStackValue)
	case mir.LocConst:
		b := appendSLEB([]byte{opConsts}, l.Mem.Disp)
		if pointee {
			return b
		}
		return append(b, opStackValue)
	}
	panic("debug: a variable that is nowhere has no place")
}

// based returns the expression of the address that is a register plus a displacement.
func based(r isa.Reg, disp int64) []byte { return appendSLEB([]byte{opBreg0 + byte(r)}, disp) }

// location returns the attribute of a variable's place in a scope that ends at an offset: one place if it stays there, a
// list otherwise, and none if it is nowhere.
func (u *unit) location(f *Function, v *variable, end uint32) (attribute, bool) {
	switch n := len(v.places); {
	case n == 0:
		return attribute{}, false
	case n == 1 && v.places[0].high == end:
		return attribute{attrLocation, formExprloc, expression(&v.places[0].loc, v.pointee)}, true
	}
	at := u.list(&u.locations)
	u.locations.bytes(locationBase)
	u.locations.address(f.symbol, 0)
	for i := range v.places {
		p := &v.places[i]
		u.locations.bytes(listOffsetPair)
		u.locations.uleb(uint64(p.low))
		u.locations.uleb(uint64(p.high))
		e := expression(&p.loc, v.pointee)
		u.locations.uleb(uint64(len(e)))
		u.locations.bytes(e...)
	}
	u.locations.bytes(listEnd)
	return attribute{attrLocation, formSecOffset, reference{locName, at}}, true
}

// list returns the offset of the next list of a section, which begins with a header.
func (u *unit) list(s *section) int {
	if len(s.data) == 0 {
		s.begin() // its length is filled in by write
		s.u16(version)
		s.bytes(addressSize, 0)
		s.u32(0) // no table of offsets
	}
	return len(s.data)
}
