// Package callframe has the rules by which a debugger finds the registers of a function's caller. Package lower states
// them by position, emit by offset in the code, and debug writes them to a file.
package callframe

import "github.com/rvfuzz/rvfuzz/isa"

// Kind is what a Rule states.
type Kind uint8

// The kinds of Rule, those of DWARF's call frame instructions.
const (
	FrameIs  Kind = iota // the caller's sp, the address CFA, is Reg + Disp
	SavedAt              // the caller's value of Reg is in memory at CFA + Disp
	Restored             // the caller's value of Reg is in Reg
	Remember             // keep the rules in force
	Recall               // the rules are those that were kept last
)

// Rule states where the caller's registers are. At the start of a function CFA is sp, and all registers hold the
// caller's values.
type Rule struct {
	Kind Kind
	Reg  isa.Reg
	Disp int64
}

// Placed is a Rule with the offset in its function from which it holds. Those of a function are in ascending order.
type Placed struct {
	Offset uint32
	Rule
}
