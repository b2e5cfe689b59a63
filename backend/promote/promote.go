// Package promote chooses which local variables live in registers.
//
// Takes the legal form of a function; returns a Plan, which Verify accepts: it names allocs whose address does not
// escape, that is, which are only loaded and stored as a whole, and a home register for each. While a variable is in
// use, nothing else is in its home. The function itself is not changed.
//
//	%1 = alloc(*u32)               // home a5
//	%2 = store(%1, <u32, 0>)       //   li a5,0
//	%3 = loop({
//	  %4 = load(u32, %1)           // alias: %4 is a5 itself, because nothing is stored before its last use
//	  %5 = add_wrap(%4, <u32, 1>)  // target: computed in a5, because it is only stored
//	  %6 = store(%1, %5)           //   addiw a5,a5,1
//	  %7 = repeat(%3)
//	})
//
// The stage is optional: an empty plan leaves every variable in the frame.
package promote

import (
	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// Role is what an instruction is to a promoted variable.
type Role uint8

// The roles.
const (
	NoRole   Role = iota
	Variable      // an alloc whose contents are in the register
	Cleared       // a Variable that may be read before it is stored: the register must hold some value of the type
	Alias         // a load whose result is the register itself
	Target        // an instruction whose result is computed in the register, to be stored there and nowhere else
)

// entry is the role of one instruction and the home register.
type entry struct {
	role Role
	reg  isa.Reg
}

// Plan is the choice for one function. A nil Plan is empty.
type Plan struct {
	entries []entry // by instruction; nil if the plan is empty
	homes   abi.Set
}

// Of returns the role of an instruction and the register.
func (p *Plan) Of(i air.Index) (Role, isa.Reg) {
	if p == nil || p.entries == nil {
		return NoRole, isa.Zero
	}
	e := p.entries[i]
	return e.role, e.reg
}

// Homes returns the registers in which variables live.
func (p *Plan) Homes() abi.Set {
	if p == nil {
		return 0
	}
	return p.homes
}

// Limits are the registers that a plan may use.
type Limits struct {
	Allocatable abi.Set
	// Halves lets an f16 live in a floating-point register.
	Halves bool
	// Preserved restricts the plan to registers that calls preserve. Without it, a variable that is not in use across an
	// instruction with the form of a call may be in another one.
	Preserved bool
}

// scratch is the least number of registers of each file that are left to all other values.
const scratch = max(abi.MinLimit, 9)

// pool returns the registers of a file for homes, the best ones first, those that calls change before the others.
func (l Limits) pool(file abi.Set, order []isa.Reg, params int) []isa.Reg {
	var pool []isa.Reg
	left := 0
	for r := isa.Reg(0); r < 64; r++ {
		if (l.Allocatable & file).Has(r) {
			left++
		}
	}
	for _, r := range order {
		argument := r >= isa.A0 && r < isa.A0+isa.Reg(params) || r >= isa.FA0 && r < isa.FA0+isa.Reg(params)
		if len(pool) < left-scratch && l.Allocatable.Has(r) && !argument && !(l.Preserved && abi.CallerSaved.Has(r)) {
			pool = append(pool, r)
		}
	}
	return pool
}

// The orders in which homes are handed out. They leave to other values some of each kind, among them registers that
// compressed instructions can name.
var (
	integerOrder = []isa.Reg{isa.A5, isa.A4, isa.A7, isa.A6, isa.T5, isa.T4, isa.T3,
		isa.S1, isa.S2, isa.S3, isa.S4, isa.S5, isa.S6, isa.S7}
	floatOrder = []isa.Reg{isa.FA5, isa.FA4, isa.FA7, isa.FA6, isa.FT11, isa.FT10, isa.FT9,
		isa.FS0, isa.FS1, isa.FS2, isa.FS3, isa.FS4, isa.FS5, isa.FS6}
)

// registerFile returns the register file that holds values of a type, 0 if none does.
func (l Limits) registerFile(t *air.Type) abi.Set {
	switch {
	case t.Kind == air.NoReturn || !t.HasBits():
		return 0
	case t.Kind == air.Float:
		if t.Bits == 32 || t.Bits == 64 || t.Bits == 16 && l.Halves {
			return abi.Floats
		}
		return 0
	}
	if s, ok := t.Scalar(); ok && s.Kind == air.Int && s.Bits <= 64 {
		return abi.Integers
	}
	return 0
}

// promotable reports whether an alloc may live in a register as far as its type goes.
func (l Limits) promotable(in *air.Inst) bool {
	return in.Tag == air.Alloc && !in.Type.Volatile && !in.Type.IsBitPointer() && l.registerFile(in.Type.Elem) != 0
}

// accesses reports whether operand op of an instruction uses an alloc as a variable, not as an address.
func accesses(f *air.Func, in *air.Inst, op int) bool {
	if op != 0 {
		return false
	}
	elem := f.TypeOf(in.Ops[0]).Elem
	switch in.Tag {
	case air.Load:
		return in.Type == elem
	case air.Store, air.StoreSafe:
		return f.TypeOf(in.Ops[1]) == elem
	case air.DbgVarPtr:
		return true
	}
	return false
}
