package words

import (
	"errors"
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// CompareMachine compares isa with the decoder of the reference machine on a word. With the bucket Differ, and only then,
// there is an error, a *MismatchError.
func CompareMachine(word uint32) (Bucket, error) {
	in, ourErr := isa.Decode(word)
	theirs, ok := rv64.Disassemble(word)
	return compareMachine(word, in, ourErr, theirs, ok)
}

func compareMachine(word uint32, in isa.Inst, ourErr error, theirs rv64.Instruction, ok bool) (Bucket, error) {
	bucket, what := Same, ""
	switch {
	case ourErr != nil && !ok:
		bucket = BothReject
	case ourErr != nil:
		bucket = Lenient
		if !checkedLater(ourErr, &theirs) {
			what = "rejected although the machine has it"
		}
	case !ok:
		bucket = Beyond
		if SupportOf(in.Op).Machine {
			what = "accepted although the machine rejects it"
		}
	default:
		what = machineMismatch(in, &theirs)
	}
	if what == "" {
		return bucket, nil
	}
	return Differ, &MismatchError{word, machineName, what, textOr(in, ourErr), fmt.Sprintf("%+v", theirs)}
}

// checkedLater reports whether a reserved word is not for the machine's decoder to refuse: which registers a vector
// instruction may name depends on vtype, so the machine checks that when it executes the instruction; and the manual has a
// hart ignore the fields of fences that software must leave zero.
func checkedLater(ourErr error, theirs *rv64.Instruction) bool {
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
	if base, ok := isa.Expand(in); ok {
		in = base
	}
	want := neutral(in)
	name := in.Op.String()
	switch {
	case in.Op == isa.PACKW && in.Rs2 == isa.Zero:
		name, want.Rs2 = "zext.h", decode.NoReg
	case in.Op == isa.FENCE, strings.Contains(name, "mop."): // their operands mean nothing to one hart
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
