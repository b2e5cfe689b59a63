package rv64

import "fmt"

// String returns the instruction as the trace prints it: the operation, what it writes, what it reads.
func (s *inst) String() string {
	r := &rows[s.op]
	rd, rs1, rs2 := integerNames[s.rd&31], integerNames[s.rs1&31], integerNames[s.rs2&31]
	switch r.kind {
	case kindReg, kindReg3:
		return fmt.Sprintf("%s %s,%s,%s", r.name, rd, rs1, rs2)
	case kindImm:
		return fmt.Sprintf("%s %s,%s,%d", r.name, rd, rs1, s.imm)
	case kindConst, kindPC, kindJump:
		return fmt.Sprintf("%s %s,%d", r.name, rd, s.imm)
	case kindLoad, kindJumpReg:
		return fmt.Sprintf("%s %s,%d(%s)", r.name, rd, s.imm, rs1)
	case kindStore:
		return fmt.Sprintf("%s %s,%d(%s)", r.name, rs2, s.imm, rs1)
	case kindLoadF:
		return fmt.Sprintf("%s %s,%d(%s)", r.name, floatNames[s.rd&31], s.imm, rs1)
	case kindStoreF:
		return fmt.Sprintf("%s %s,%d(%s)", r.name, floatNames[s.rs2&31], s.imm, rs1)
	case kindBranch:
		return fmt.Sprintf("%s %s,%s,%d", r.name, rs1, rs2, s.imm)
	case kindAmo, kindCas, kindCas128, kindSC:
		return fmt.Sprintf("%s %s,%s,(%s)", r.name, rd, rs2, rs1)
	case kindLR:
		return fmt.Sprintf("%s %s,(%s)", r.name, rd, rs1)
	case kindCSR:
		return fmt.Sprintf("%s %s,%#x,%s", r.name, rd, s.imm, rs1)
	case kindVector:
		return fmt.Sprintf("%s %#08x", r.name, uint32(s.imm))
	case kindFloat:
		return s.floatString(r)
	}
	return r.name
}

func (s *inst) floatString(r *row) string {
	text := r.name + " " + floatNames[s.rd&31]
	if r.out == integer {
		text = r.name + " " + integerNames[s.rd&31]
	}
	for i, register := range [3]uint8{s.rs1, s.rs2, s.rs3} {
		switch {
		case i >= int(r.args):
		case r.in == integer:
			text += "," + integerNames[register&31]
		default:
			text += "," + floatNames[register&31]
		}
	}
	return text
}
