package words

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// machineLacks are the extensions whose instructions the reference machine does not have.
var machineLacks = []string{
	"Q", "S", "Machine", "Smrnmi", "Sdext", "Ssctr", "Svinval", "H", "Zcmp", "Zcmt", "Zicfiss",
	"Zvkg", "Zvkned", "Zvknh", "Zvksed", "Zvksh",
}

// MachineLacks says that the reference machine does not have an instruction: vector cryptography, quad precision,
// privileged ones, and Zcmp and Zcmt, which take encodings of Zcd.
func MachineLacks(op isa.Op) bool {
	row := op.Row()
	if slices.Contains(machineLacks, row.Ext) {
		return true
	}
	return row.Ext != "Zacas" && slices.Contains(strings.Split(row.Mnemonic, "."), "q")
}

// CompareMachine compares the decoder with that of the reference machine, which knows all that Decode knows but what it lacks.
// The error is a *MismatchError and the bucket then Differ.
func CompareMachine(word uint32) (Bucket, error) {
	in, ourErr := isa.Decode(word)
	theirs, ok := rv64.Disassemble(word)
	differ := func(what string) (Bucket, error) {
		ours := in.String()
		if ourErr != nil {
			ours = ourErr.Error()
		}
		return Differ, &MismatchError{word, ours, fmt.Sprintf("%+v", theirs), "the machine's decoder: " + what}
	}
	switch {
	case ourErr != nil && !ok:
		return BothReject, nil
	case ourErr != nil && judgedLater(ourErr, &theirs):
		return Lenient, nil
	case ourErr != nil:
		return differ("rejected although it is an instruction there")
	case !ok && MachineLacks(in.Op):
		return Beyond, nil
	case !ok:
		return differ("accepted although it is none there")
	}
	if what := machineMismatch(in, &theirs); what != "" {
		return differ(what)
	}
	return Same, nil
}

// judgedLater says that a reserved word is none of the machine's decoder to refuse: which registers a vector instruction
// may name depends on vtype, so it is looked at when the instruction is executed; and the manual has a hart ignore the
// fields of fences that software must leave zero.
func judgedLater(ourErr error, theirs *rv64.Instruction) bool {
	var reserved *isa.ReservedError
	return errors.As(ourErr, &reserved) && (isVector(theirs) || theirs.Name == "fence" || theirs.Name == "fence.i")
}

func isVector(i *rv64.Instruction) bool { return strings.HasPrefix(i.Name, "v") }

// machineMismatch names the first field in which the decoders differ, or returns "". The machine leaves the fields of
// vector instructions in the word.
func machineMismatch(in isa.Inst, theirs *rv64.Instruction) string {
	if theirs.Len != in.Op.Size() {
		return "length"
	}
	if in.Op.Size() == 2 {
		if base, ok := isa.Expand(in); ok {
			in = base
		}
	}
	want := neutral(in)
	name := in.Op.String()
	switch {
	case in.Op == isa.PACKW && in.Rs2 == isa.Zero:
		name, want.Rs2 = "zext.h", decode.NoReg
	case in.Op == isa.FENCE, strings.Contains(name, "mop."): // their operands say nothing to one hart
		want.Rs1, want.Rs2, want.HasImm = decode.NoReg, decode.NoReg, false
	case strings.HasPrefix(name, "fli."): // the machine has put the constant where it needs it
		want.HasImm = false
	}
	switch {
	case name != theirs.Name:
		return "mnemonic " + name
	case isVector(theirs):
		return ""
	}
	return operandMismatch(in, &want, theirs)
}

func operandMismatch(in isa.Inst, want *decode.Decoded, theirs *rv64.Instruction) string {
	for _, r := range []struct {
		ours   decode.Reg
		theirs int
		name   string
	}{{want.Rd, theirs.Rd, "rd"}, {want.Rs1, theirs.Rs1, "rs1"}, {want.Rs2, theirs.Rs2, "rs2"}, {want.Rs3, theirs.Rs3, "rs3"}} {
		if int(r.ours) != r.theirs && !(r.ours == decode.NoReg && r.theirs == rv64.NoRegister) {
			return r.name
		}
	}
	imm := want.Imm
	switch {
	case want.HasCSR:
		imm = int64(want.CSR)
	case !want.HasImm:
		return ""
	case in.Op == isa.LUI || in.Op == isa.AUIPC:
		imm = int64(int32(imm << 12))
	}
	if imm != theirs.Imm {
		return "immediate"
	}
	return ""
}
