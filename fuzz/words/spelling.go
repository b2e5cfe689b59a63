package words

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
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
		if text != "" && spelling.when(in) && spelling.ours(in, ours) == text {
			return true
		}
	}
	return false
}

// spellings are the differences between our text and that of llvm-mc and binutils without aliases.
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
	{"binutils 2.47 writes the constants of fli in hexadecimal", func(in isa.Inst) bool { return strings.HasPrefix(in.Op.String(), "fli.") },
		func(in isa.Inst, text string) string {
			name, number, _ := strings.Cut(text, ",")
			v, err := strconv.ParseFloat(number, 64)
			if err != nil {
				return text
			}
			hex := strconv.FormatFloat(v, 'x', -1, 64)
			return name + "," + hex[:len(hex)-2] + strings.TrimPrefix(hex[len(hex)-2:], "0")
		}},
	{"llvm writes the mode of fcvt.s.bf16", func(in isa.Inst) bool { return in.Op == isa.FCVT_S_BF16 && in.RM == 0 },
		func(_ isa.Inst, text string) string { return text + ",rne" }},
	{"llvm 23 writes prefetches by name", func(in isa.Inst) bool { return in.Op == isa.ORI && in.Rd == isa.Zero },
		func(in isa.Inst, _ string) string {
			name := [32]string{0: "prefetch.i", 1: "prefetch.r", 3: "prefetch.w"}[in.Imm&31]
			return name + " " + strconv.FormatInt(in.Imm&^31, 10) + "(" + in.Rs1.String() + ")"
		}},
	{"llvm 23 writes the instructions of the shadow stack by name", isMayBe, shadowName},
}

func isMayBe(in isa.Inst) bool {
	return in.Op == isa.C_MOP_N || in.Op == isa.MOP_R_N || in.Op == isa.MOP_RR_N
}

// shadowName returns the text of a may-be operation as Zicfiss names it, or "".
func shadowName(in isa.Inst, _ string) string {
	switch {
	case in.Op == isa.C_MOP_N && in.Imm == 1:
		return "c.sspush ra"
	case in.Op == isa.C_MOP_N && in.Imm == 5:
		return "c.sspopchk t0"
	case in.Op == isa.MOP_RR_N && in.Imm == 7:
		return "sspush " + in.Rs2.String()
	case in.Op == isa.MOP_R_N && in.Imm == 28 && in.Rd == isa.Zero:
		return "sspopchk " + in.Rs1.String()
	case in.Op == isa.MOP_R_N && in.Imm == 28:
		return "ssrdp " + in.Rd.String()
	}
	return ""
}

// use is what a tool is asked for.
type use uint8

const (
	disassembling use = 1 << iota
	assembling
)

// knownBug is why a tool rejects some legal words or texts, or reads them differently, as it is known of it.
type knownBug struct {
	Tool  string // kind of tool
	Since string // the first version that has it, or "" for all that the table of support is about
	Fixed string // the first version without it, or ""
	use   use
	Why   string
	when  func(isa.Inst) bool
	probe string // an instruction that shows it
}

// concerns reports whether a tool is of the versions that have the bug.
func (b *knownBug) concerns(t *Tool) bool {
	return b.Tool == t.Kind && tools.AtLeast(t.Version, b.Since) && (b.Fixed == "" || !tools.AtLeast(t.Version, b.Fixed))
}

var knownBugs = []knownBug{
	{"binutils", "", "", assembling | disassembling, "an exact conversion takes no rounding mode",
		func(in isa.Inst) bool { return in.RM != 0 }, "fcvt.d.s fa0,fa1,rtz"},
	{"binutils", "", "", assembling, "an empty fence set has no spelling", func(in isa.Inst) bool { return in.Op == isa.FENCE }, "fence 0,rw"},
	{"binutils", "", "2.47", assembling, "the register is not in its list", func(in isa.Inst) bool { return in.CSR != 0 },
		"csrrw a0,mnscratch,a1"},
	{"binutils", "", "2.47", assembling, "shifts by zero have their RV128 name", shiftsByZero, "c.slli a0,0"},
	{"llvm-mc", "", "23", assembling, "shifts by zero have their RV128 name", shiftsByZero, "c.slli a0,0"},
	{"llvm-mc", "", "23", assembling, "fcvt.s.bf16 without a rounding mode has the dynamic one",
		func(in isa.Inst) bool { return in.Op == isa.FCVT_S_BF16 && in.RM == 0 }, "fcvt.s.bf16 fa0,fa1"},
	{"llvm-mc", "23", "", disassembling, "mop.rr.7 with rd and rs1 zero is read as sspush, which takes ra and t0 only",
		func(in isa.Inst) bool {
			return in.Op == isa.MOP_RR_N && in.Imm == 7 && in.Rd == isa.Zero && in.Rs1 == isa.Zero
		}, "mop.rr.7 zero,zero,a0"},
	{"llvm-mc", "23", "", disassembling, "mop.r.28 with rd zero is read as sspopchk, which takes ra and t0 only",
		func(in isa.Inst) bool { return in.Op == isa.MOP_R_N && in.Imm == 28 && in.Rd == isa.Zero }, "mop.r.28 zero,a0"},
}

func shiftsByZero(in isa.Inst) bool { return in.IsHint() && in.Imm == 0 }

// isKnownBug reports whether a tool may have another answer for an instruction.
func isKnownBug(t *Tool, u use, in isa.Inst) bool {
	return slices.ContainsFunc(knownBugs, func(b knownBug) bool { return b.concerns(t) && b.use&u != 0 && b.when(in) })
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
