package mir

import (
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

// Verify checks the rules that lower and emit rely on: operands fit their row, real instructions encode and neither
// jump nor branch, nothing names t6, labels are bound once and lead to code, frame slots exist, the frame holds what
// the prologue saves, and control cannot run off the end. The error names function and instruction.
func Verify(f *Function) error {
	if err := f.Frame.verify(); err != nil {
		return fmt.Errorf("mir: @%s: frame: %w", f.Name, err)
	}
	v := verifier{f: f, bound: make([]bool, f.Labels), used: make([]bool, f.Labels)}
	for i := range f.Insts {
		if problem := v.inst(i); problem != "" {
			text := strings.TrimSpace(string(f.AppendInst(nil, i)))
			return fmt.Errorf("mir: @%s: instruction %d (%s): %s", f.Name, i, text, problem)
		}
	}
	if problem := v.finish(); problem != "" {
		return fmt.Errorf("mir: @%s: %s", f.Name, problem)
	}
	return nil
}

type verifier struct {
	f           *Function
	bound, used []bool
	started     bool // an instruction with size has been seen
	prologue    bool
	open        string // why the code may not end here, or ""
}

// inst checks one instruction and returns what is wrong with it, or "".
func (v *verifier) inst(index int) string {
	in := &v.f.Insts[index]
	if in.Op >= numOps {
		return "no such instruction of MIR"
	}
	var want Inst
	want.Op = in.Op
	for _, o := range table[in.Op].operands {
		if problem := v.operand(in, &want, o); problem != "" {
			return problem
		}
	}
	if *in != want {
		return "a field is set that the instruction does not use"
	}
	return v.order(in)
}

// order checks an instruction against those before it.
func (v *verifier) order(in *Inst) string {
	switch in.Op {
	case LocationPoint, Line:
		return ""
	case Bind:
		if v.bound[in.N] {
			return "the label is bound twice"
		}
		v.bound[in.N] = true
		v.open = "the last label leads past the end"
		v.started = true
		return ""
	case Prologue:
		if v.started {
			return "the prologue is not the first instruction"
		}
		v.prologue = true
	case Epilogue:
		if !v.prologue {
			return "there is no prologue before the epilogue"
		}
	}
	v.started = true
	v.open = ""
	// A call may be the last instruction if the callee never returns, and so may a real instruction.
	if !in.Op.Ends() && in.Op != Call && in.Op != CallReg && in.Op != Real {
		v.open = "control runs off the end"
	}
	return ""
}

func (v *verifier) finish() string {
	if !v.started {
		return "there is no code"
	}
	for l := range v.used {
		if v.used[l] && !v.bound[l] {
			return fmt.Sprintf("label .L%d is used but not bound", l)
		}
	}
	return v.open
}

// operand checks one operand and copies its fields to want.
func (v *verifier) operand(in, want *Inst, o operand) string {
	switch o {
	case rd, dest:
		want.I.Rd = in.I.Rd
		return register(in.I.Rd, o == dest && isFloatAccess(in.I.Op))
	case rs1:
		want.I.Rs1 = in.I.Rs1
		return register(in.I.Rs1, false)
	case rs2, data:
		want.I.Rs2 = in.I.Rs2
		return register(in.I.Rs2, o == data && isFloatAccess(in.I.Op))
	case imm:
		want.I.Imm = in.I.Imm
	case loadOp, storeOp, branchOp:
		want.I.Op = in.I.Op
		if accessKind(in.I.Op) != o {
			return in.I.Op.String() + " is not a load, store or branch as this instruction needs"
		}
	case mem:
		want.Mem = in.Mem
		return v.mem(in.Mem)
	case label:
		want.N = in.N
		return v.label(in.N, in.Op != Bind)
	case labels:
		want.N = in.N
		return v.table(in.N)
	case symbol, addend:
		want.Symbol = in.Symbol
		if o == addend {
			want.I.Imm = in.I.Imm
		}
		if in.Symbol == "" {
			return "the symbol has no name"
		}
	case location:
		want.N = in.N
		return v.location(in.N)
	case line:
		want.N, want.I.Imm = in.N, in.I.Imm
		if uint64(in.I.Imm) > 1<<32-1 {
			return "the column is not a number of 32 bits"
		}
	case realInst:
		want.I = in.I
		return realProblem(&in.I)
	}
	return ""
}

const reserved = "t6 is reserved for the expansions of lower and emit"

func register(r isa.Reg, float bool) string {
	switch {
	case r == isa.T6:
		return reserved
	case float && !r.IsFloat():
		return r.String() + " is not a floating-point register"
	case !float && !r.IsInt():
		return r.String() + " is not an integer register"
	}
	return ""
}

// accessKind returns the operand kind that takes op: loadOp, storeOp, branchOp or, for all other instructions, 0.
func accessKind(op isa.Op) operand {
	switch op {
	case isa.LB, isa.LH, isa.LW, isa.LD, isa.LBU, isa.LHU, isa.LWU, isa.FLH, isa.FLW, isa.FLD:
		return loadOp
	case isa.SB, isa.SH, isa.SW, isa.SD, isa.FSH, isa.FSW, isa.FSD:
		return storeOp
	case isa.BEQ, isa.BNE, isa.BLT, isa.BGE, isa.BLTU, isa.BGEU:
		return branchOp
	}
	return 0
}

// isFloatAccess reports whether a load or store is of a floating-point register.
func isFloatAccess(op isa.Op) bool {
	return op == isa.FLH || op == isa.FLW || op == isa.FLD || op == isa.FSH || op == isa.FSW || op == isa.FSD
}

func (v *verifier) mem(m Mem) string {
	if m.Frame == NoFrame {
		return register(m.Reg, false)
	}
	loc, ok := v.f.Frame.Loc(m.Frame)
	switch {
	case !ok:
		return m.Frame.String() + " is not a slot of the frame"
	case m.Reg == isa.Zero:
		return ""
	case loc.Base != isa.SP:
		return "the operand in memory has an index into a slot that is not placed by sp"
	}
	return register(m.Reg, false)
}

func (v *verifier) label(l Label, isUse bool) string {
	if int(l) >= v.f.Labels {
		return "no such label"
	}
	v.used[l] = v.used[l] || isUse
	return ""
}

func (v *verifier) table(n uint32) string {
	if int(n) >= len(v.f.Tables) || len(v.f.Tables[n]) == 0 {
		return "no such jump table, or an empty one"
	}
	for _, l := range v.f.Tables[n] {
		if problem := v.label(l, true); problem != "" {
			return problem
		}
	}
	return ""
}

func (v *verifier) location(n uint32) string {
	if int(n) >= len(v.f.Locations) {
		return "no such location record"
	}
	r := &v.f.Locations[n]
	if r.Site == "" || symbolLength(r.Site) != len(r.Site) {
		return "the site of a location record is a word"
	}
	return v.loc(&r.Loc)
}

func (v *verifier) loc(l *Loc) string {
	if l.Kind != LocReg && l.Reg != isa.Zero || l.Kind != LocMem && l.Kind != LocAddress && l.Mem != (Mem{}) {
		return "the location record has a register or memory that its kind does not use"
	}
	switch l.Kind {
	case LocNone:
		return ""
	case LocReg:
		return register(l.Reg, l.Reg.IsFloat())
	case LocMem, LocAddress:
		return v.mem(l.Mem)
	}
	return "the location record has no such kind of place"
}

// realProblem checks an instruction that is emitted as it is.
func realProblem(in *isa.Inst) string {
	switch in.Op {
	case isa.JAL, isa.C_J, isa.C_BEQZ, isa.C_BNEZ, isa.BEQ, isa.BNE, isa.BLT, isa.BGE, isa.BLTU, isa.BGEU:
		return "a real instruction may not go to a distance; use branch, jump or call"
	}
	if _, err := isa.Encode(*in); err != nil {
		return err.Error()
	}
	if in.Rd == isa.T6 || in.Rs1 == isa.T6 || in.Rs2 == isa.T6 || in.Rs3 == isa.T6 {
		return reserved
	}
	return ""
}
