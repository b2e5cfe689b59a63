package isa

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/isa/internal/table"
)

// OpError is Encode's error for an Op outside the table.
type OpError struct{ Op Op }

func (e *OpError) Error() string {
	return fmt.Sprintf("isa: op %d is not an instruction", uint16(e.Op))
}

// OperandError is Encode's error for an instruction with an operand that the manual forbids.
type OperandError struct {
	Op      Op
	Name    string // mnemonic with the operands that are part of it: "vlseg2e8.v" where Op is VLE8_V
	Operand string // field of Inst that is wrong: "rd", "immediate", "rounding mode"; "" if it takes several
	Rule    string // what is wrong with it: "5000 is outside -2048..2047"
}

func (e *OperandError) Error() string { return "isa: " + e.Name + ": " + e.reason() }

func (e *OperandError) reason() string {
	if e.Operand == "" {
		return e.Rule
	}
	return e.Operand + " " + e.Rule
}

// ReservedError is Decode's error for a word with the fixed bits of an instruction and operands that the manual reserves.
type ReservedError struct {
	Word   uint32
	Op     Op
	Reason string
}

func (e *ReservedError) Error() string {
	return fmt.Sprintf("isa: %0*x is a reserved encoding of %s: %s", 2*wordSize(e.Word), e.Word, e.Op, e.Reason)
}

// UnknownError is Decode's error for a word that is no instruction of the table.
type UnknownError struct{ Word uint32 }

func (e *UnknownError) Error() string {
	return fmt.Sprintf("isa: %0*x is not an instruction", 2*wordSize(e.Word), e.Word)
}

func wordSize(w uint32) int {
	if w&3 == 3 {
		return 4
	}
	return 2
}

// explain returns the error for an instruction that Encode refuses.
func explain(in *Inst) error {
	c := &codes[in.Op]
	name := in.Op.String()
	if in.NF <= 7 && in.AqRl <= 3 {
		name = string(appendName(nil, in, &texts[in.Op]))
	}
	used := [table.SlotRList + 1]*kind{}
	for _, t := range texts[in.Op].tokens {
		if t.kind != nil {
			used[t.kind.Slot] = t.kind
		}
	}
	for slot, reg := range [4]Reg{in.Rd, in.Rs1, in.Rs2, in.Rs3} {
		k := used[table.SlotRd+table.Slot(slot)]
		if why := regFault(k, reg); why != "" {
			return &OperandError{in.Op, name, regFields[slot], why}
		}
	}
	if why := immFault(c, used[table.SlotImm], in.Imm); why != "" {
		return &OperandError{in.Op, name, "immediate", why}
	}
	for _, f := range fieldRanges(in) {
		if why := fieldFault(used[f.slot], f); why != "" {
			return &OperandError{in.Op, name, f.name, why}
		}
	}
	return &OperandError{in.Op, name, "", c.broken(in)}
}

var regFields = [4]string{"rd", "rs1", "rs2", "rs3"}

func regFault(k *kind, r Reg) string {
	if k == nil {
		if r != 0 {
			return fmt.Sprintf("is %s but the instruction has none", r)
		}
		return ""
	}
	want, ok := "", true
	switch k.Class {
	case table.X:
		want, ok = "an integer register", r.IsInt()
	case table.XC:
		want, ok = "one of x8 to x15", r>>3 == 1
	case table.F:
		want, ok = "a floating-point register", r.IsFloat()
	case table.FC:
		want, ok = "one of f8 to f15", r>>3 == 5
	case table.V:
		want, ok = "a vector register", r.IsVector()
	case table.S:
		want, ok = "one of s0 to s7", isSReg(r)
	}
	if ok {
		return ""
	}
	return fmt.Sprintf("is %s, not %s", r, want)
}

func isSReg(r Reg) bool { return r == S0 || r == S1 || r >= S2 && r <= S7 }

func immFault(c *code, k *kind, v int64) string {
	if k == nil {
		if v != 0 {
			return fmt.Sprintf("is %d but the instruction has none", v)
		}
		return ""
	}
	if _, ok := c.narrow(v); ok {
		return ""
	}
	switch {
	case k.Wrap != 0:
		return fmt.Sprintf("%#x is outside 1..31 and 0xfffe0..0xfffff", v)
	case v < k.Min || v > k.Max:
		return fmt.Sprintf("%d is outside %d..%d", v, k.Min, k.Max)
	case k.Min&1 != 0:
		return fmt.Sprintf("%d is not odd", v)
	}
	return fmt.Sprintf("%d is not a multiple of %d", v, k.Step)
}

// smallField is one of the fields of Inst that are neither a register nor Imm.
type smallField struct {
	slot table.Slot
	name string
	v    int64
	min  int64
	max  int64
}

func fieldRanges(in *Inst) []smallField {
	return []smallField{
		{table.SlotRM, "rounding mode", int64(in.RM), 0, 8},
		{table.SlotAqRl, "aqrl", int64(in.AqRl), 0, 3},
		{table.SlotVM, "mask", int64(in.VM), 0, 1},
		{table.SlotNF, "nf", int64(in.NF), 0, 7},
		{table.SlotCSR, "csr", int64(in.CSR), 0, 4095},
		{table.SlotAVL, "avl", int64(in.AVL), 0, 31},
		{table.SlotRList, "register list", int64(in.RList), 4, 15},
	}
}

func fieldFault(k *kind, f smallField) string {
	switch {
	case k == nil && f.v != 0:
		return fmt.Sprintf("is %d but the instruction has none", f.v)
	case k == nil:
		return ""
	case f.v < f.min || f.v > f.max:
		return fmt.Sprintf("%d is outside %d..%d", f.v, f.min, f.max)
	case f.slot == table.SlotAqRl && (f.v > k.Max || f.v%max(k.Step, 1) != 0):
		return fmt.Sprintf("%d is part of the name, or not possible", f.v)
	case f.slot == table.SlotRM && (f.v == 6 || f.v == 7):
		return fmt.Sprintf("%d is reserved", f.v-1)
	}
	return ""
}
