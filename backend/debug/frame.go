package debug

import (
	"math"

	"github.com/rvfuzz/rvfuzz/backend/callframe"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/isa"
)

// codeUnit and slotSize are the factors of the numbers in call frame instructions.
const (
	codeUnit = 2
	slotSize = -8
)

// writeFrames writes how to unwind the functions among the objects (LSB, "Exception Frames"): one common entry, and one
// for each function.
func writeFrames(s *section, objects []link.Object) {
	for i := range objects {
		o := &objects[i]
		if o.Section != link.Text || o.Extern {
			continue
		}
		if len(s.data) == 0 {
			writeCommon(s)
		}
		length := s.begin()
		s.u32(uint32(len(s.data))) // how far before this the common entry is
		s.relocs = append(s.relocs, link.Reloc{Offset: uint32(len(s.data)), Kind: link.PCRel32, Symbol: o.Name})
		s.u32(0)
		s.u32(uint32(len(o.Data)))
		s.bytes(0) // no augmentation
		writeRules(s, o.Rules)
		s.pad(length)
	}
}

// writeCommon writes the common entry: at the start of a function CFA is sp, and ra holds the return address.
func writeCommon(s *section) {
	length := s.begin()
	s.u32(0)
	s.bytes(frameVersion)
	s.text("zR")
	s.uleb(codeUnit)
	s.sleb(slotSize)
	s.bytes(byte(isa.RA), 1, encodeRelative)
	s.bytes(frameDefine, byte(isa.SP), 0)
	s.pad(length)
}

// pad ends an entry at a multiple of eight bytes.
func (s *section) pad(from int) {
	for len(s.data)%8 != 0 {
		s.bytes(0)
	}
	s.end(from)
}

func writeRules(s *section, rules []callframe.Placed) {
	at := uint32(0)
	reg, disp := isa.SP, int64(0)
	type frame struct {
		reg  isa.Reg
		disp int64
	}
	var kept []frame
	for _, r := range rules {
		writeAdvance(s, (r.Offset-at)/codeUnit)
		at = r.Offset
		switch r.Kind {
		case callframe.FrameIs:
			writeFrameIs(s, r, reg, disp)
			reg, disp = r.Reg, r.Disp
		case callframe.SavedAt:
			s.bytes(frameOffset | byte(r.Reg))
			s.uleb(uint64(r.Disp / slotSize))
		case callframe.Restored:
			s.bytes(frameRestore | byte(r.Reg))
		case callframe.Remember:
			s.bytes(frameRemember)
			kept = append(kept, frame{reg, disp})
		case callframe.Recall:
			s.bytes(frameRestoreState)
			last := kept[len(kept)-1]
			kept, reg, disp = kept[:len(kept)-1], last.reg, last.disp
		}
	}
}

// writeFrameIs writes the rule of CFA, which was reg + disp before.
func writeFrameIs(s *section, r callframe.Placed, reg isa.Reg, disp int64) {
	switch {
	case r.Reg == reg && r.Disp == disp:
	case r.Reg == reg:
		s.bytes(frameDefineOffset)
		s.uleb(uint64(r.Disp))
	case r.Disp == disp:
		s.bytes(frameDefineRegister, byte(r.Reg))
	default:
		s.bytes(frameDefine, byte(r.Reg))
		s.uleb(uint64(r.Disp))
	}
}

// writeAdvance moves on by a number of units of code.
func writeAdvance(s *section, units uint32) {
	switch {
	case units == 0:
	case units < 0x40:
		s.bytes(frameAdvance | byte(units))
	case units <= math.MaxUint8:
		s.bytes(frameAdvance1, byte(units))
	case units <= math.MaxUint16:
		s.bytes(frameAdvance2)
		s.u16(uint16(units))
	default:
		s.bytes(frameAdvance4)
		s.u32(units)
	}
}
