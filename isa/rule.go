package isa

import "github.com/rvfuzz/rvfuzz/isa/internal/table"

// broken returns the restriction of the manual that in breaks, in words, or "". It looks at the rules between operands;
// that each operand fits its field is checked elsewhere. Encode and Decode both use it, so they agree on what is legal.
func (c *code) broken(in *Inst) string {
	r := c.rule
	const compressed = table.RdNot0 | table.RdNot2 | table.Rs1Not0 | table.Rs2Not0 | table.ImmNot0 | table.SRegsDiff
	const overlap = table.MaskDest | table.VdNot0 | table.VdNotVs1 | table.VdNotVs2 | table.Vs1NotVs2
	const groups = table.Multiple2 | table.Multiple4 | table.Multiple8 | table.GroupEnd | table.GroupVs2
	if r&compressed != 0 {
		if why := brokenCompressed(r, in); why != "" {
			return why
		}
	}
	if r&overlap != 0 {
		if why := brokenOverlap(r, in); why != "" {
			return why
		}
	}
	if c.masked(in) {
		if why := brokenMask(in); why != "" {
			return why
		}
	}
	if r&groups != 0 {
		if why := brokenGroup(r, in); why != "" {
			return why
		}
	}
	switch {
	case r&table.SRegs != 0 && !(isSReg(in.Rs1) && isSReg(in.Rs2)):
		return "registers must be among s0 to s7"
	case r&table.EvenPair != 0 && (in.Rd|in.Rs2)&1 != 0:
		return "rd and rs2 are pairs and must be even registers"
	case r&table.FenceMode != 0:
		return brokenFence(in.Imm)
	}
	return ""
}

func brokenCompressed(r table.Rule, in *Inst) string {
	switch {
	case r&table.RdNot0 != 0 && in.Rd == Zero:
		return "rd must not be zero"
	case r&table.RdNot2 != 0 && in.Rd == SP:
		return "rd must not be sp"
	case r&table.Rs1Not0 != 0 && in.Rs1 == Zero:
		return "rs1 must not be zero"
	case r&table.Rs2Not0 != 0 && in.Rs2 == Zero:
		return "rs2 must not be zero"
	case r&table.ImmNot0 != 0 && in.Imm == 0:
		return "immediate must not be 0"
	case r&table.SRegsDiff != 0 && in.Rs1 == in.Rs2:
		return "the two saved registers must differ"
	}
	return ""
}

func brokenOverlap(r table.Rule, in *Inst) string {
	switch {
	case r&table.MaskDest != 0 && in.VM == V0T && in.Rd == V0:
		return "vd must not be v0, which holds the mask"
	case r&table.VdNot0 != 0 && in.Rd == V0:
		return "vd must not be v0, which is always read"
	case r&table.VdNotVs1 != 0 && in.Rd == in.Rs1:
		return "vd must not be vs1"
	case r&table.VdNotVs2 != 0 && in.Rd == in.Rs2:
		return "vd must not be vs2"
	case r&table.Vs1NotVs2 != 0 && in.Rs1 == in.Rs2:
		return "vs1 must not be vs2, whose elements have another width"
	}
	return ""
}

// masked reports whether v0 is read as a mask by an instruction whose other sources are not masks.
func (c *code) masked(in *Inst) bool {
	return c.rule&table.MaskVs2 == 0 && (c.rule&table.ReadsMask != 0 || in.VM == V0T)
}

// brokenMask keeps v0 from being read both as a mask and as elements.
func brokenMask(in *Inst) string {
	switch V0 {
	case in.Rs1:
		return "vs1 must not be v0, which holds the mask"
	case in.Rs2:
		return "vs2 must not be v0, which holds the mask"
	case in.Rs3:
		return "vs3 must not be v0, which holds the mask"
	}
	return ""
}

func brokenGroup(r table.Rule, in *Inst) string {
	for i, align := range [...]struct {
		rule table.Rule
		size Reg
	}{{table.Multiple2, 2}, {table.Multiple4, 4}, {table.Multiple8, 8}} {
		if r&align.rule == 0 {
			continue
		}
		switch low := align.size - 1; { // absent operands are zero
		case in.Rd&low != 0:
			return notMultiple[0][i]
		case in.Rs2&low != 0:
			return notMultiple[1][i]
		case in.Rs3&low != 0:
			return notMultiple[2][i]
		}
	}
	data := in.Rd
	if data == 0 { // a store has its registers in Rs3
		data = in.Rs3
	}
	switch {
	case r&table.GroupEnd != 0 && data.Num()+uint32(in.NF) > 31:
		return "the segment ends beyond v31"
	case r&table.GroupVs2 != 0 && in.NF != 0 && in.Rs2-data <= Reg(in.NF):
		return "the segment must not hold vs2"
	}
	return ""
}

// notMultiple are the reasons why a group must not begin at vd, vs2 or vs3.
var notMultiple = [3][3]string{
	{"vd must be a multiple of 2", "vd must be a multiple of 4", "vd must be a multiple of 8"},
	{"vs2 must be a multiple of 2", "vs2 must be a multiple of 4", "vs2 must be a multiple of 8"},
	{"vs3 must be a multiple of 2", "vs3 must be a multiple of 4", "vs3 must be a multiple of 8"},
}

func brokenFence(imm int64) string {
	switch {
	case imm>>8 == 0 || imm == FenceTSO:
		return ""
	case imm>>8 == 8:
		return "fence mode 8 takes rw,rw only"
	}
	return "fence mode is reserved"
}
