package words

import (
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

// SameText reports whether a third-party disassembler's text of a word means the same as ours: the same mnemonic and
// operands, apart from the listed differences of spelling.
func SameText(in isa.Inst, theirs string) bool {
	ours := plain(in.String())
	text := plain(theirs)
	if ours == text {
		return true
	}
	for _, spelling := range spellings {
		if spelling.when(in) && spelling.ours(in, ours) == text {
			return true
		}
	}
	return false
}

// spellings are the differences between our text and that of llvm-mc 19 and binutils 2.40 without aliases.
var spellings = []struct {
	why  string
	when func(isa.Inst) bool
	ours func(in isa.Inst, text string) string
}{
	{"llvm writes the dynamic rounding mode", always,
		func(_ isa.Inst, text string) string { return text + ",dyn" }},
	{"zext.h is an instruction of its own", func(in isa.Inst) bool { return in.Op == isa.PACKW && in.Rs2 == isa.Zero },
		func(in isa.Inst, _ string) string { return "zext.h " + in.Rd.String() + "," + in.Rs1.String() }},
	{"shifts by zero have their RV128 name", func(in isa.Inst) bool { return in.Imm == 0 },
		func(in isa.Inst, _ string) string { return in.Op.String() + "64 " + in.Rd.String() }},
	{"llvm writes a hint of c.lui as a signed number", func(in isa.Inst) bool { return in.Op == isa.C_LUI },
		func(in isa.Inst, _ string) string {
			return "c.lui " + in.Rd.String() + "," + strconv.FormatInt(in.Imm-1<<20, 10)
		}},
	{"binutils writes a hint of c.nop as c.addi", func(in isa.Inst) bool { return in.Op == isa.C_NOP },
		func(in isa.Inst, _ string) string { return "c.addi zero," + strconv.FormatInt(in.Imm, 10) }},
	{"binutils calls an empty fence set unknown", func(in isa.Inst) bool { return in.Op == isa.FENCE },
		func(_ isa.Inst, text string) string {
			text = strings.ReplaceAll(text, "fence 0", "fence unknown")
			return strings.ReplaceAll(text, ",0", ",unknown")
		}},
}

// refusals are the legal words and texts that a tool is known to reject. An oracle is named by its tool and its use:
// "binutils 2.40 assembler".
var refusals = []struct {
	tool, use string
	why       string
	when      func(isa.Inst) bool
}{
	{"binutils", "", "an exact conversion takes no rounding mode", func(in isa.Inst) bool { return in.RM != 0 }},
	{"binutils", " assembler", "an empty fence set has no spelling", func(in isa.Inst) bool { return in.Op == isa.FENCE }},
	{"binutils", " assembler", "the register is not in its list", func(in isa.Inst) bool { return in.CSR != 0 }},
	{"llvm-mc", " assembler", "it takes vaeskf2 for masked", func(in isa.Inst) bool { return in.Op == isa.VAESKF2_VI && in.Rd == isa.V0 }},
	{"", " assembler", "shifts by zero have their RV128 name", func(in isa.Inst) bool { return in.IsHint() && in.Imm == 0 }},
}

func listed(oracle string, in isa.Inst) bool {
	for _, r := range refusals {
		if strings.HasPrefix(oracle, r.tool) && strings.HasSuffix(oracle, r.use) && r.when(in) {
			return true
		}
	}
	return false
}

func always(isa.Inst) bool { return true }

// plain rewrites text to one spelling of blanks, numbers and control and status registers.
func plain(text string) string {
	text, _, _ = strings.Cut(text, "#")
	fields := strings.Fields(text)
	if len(fields) == 0 {
		return ""
	}
	operands := strings.Split(strings.Join(fields[1:], ""), ",")
	for i, o := range operands {
		operands[i] = plainOperand(o)
		if strings.HasPrefix(fields[0], "csr") && i == 1 {
			if n, ok := isa.ParseCSR(o); ok {
				operands[i] = strconv.Itoa(int(n))
			}
		}
	}
	return strings.TrimSpace(fields[0] + " " + strings.Join(operands, ","))
}

// plainOperand rewrites the number at the start of an operand to decimal.
func plainOperand(o string) string {
	number, rest := o, ""
	if at := strings.IndexByte(o, '('); at >= 0 {
		number, rest = o[:at], o[at:]
	}
	if v, err := strconv.ParseInt(number, 0, 64); err == nil {
		return strconv.FormatInt(v, 10) + rest
	}
	return o
}
