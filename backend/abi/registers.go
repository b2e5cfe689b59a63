package abi

import "github.com/rvfuzz/rvfuzz/isa"

// Set is a set of integer and floating-point registers: bit n is isa.Reg(n).
type Set uint64

// Of returns the set of the given registers.
func Of(regs ...isa.Reg) Set {
	var s Set
	for _, r := range regs {
		s |= 1 << r
	}
	return s
}

// Has reports whether a register is in the set.
func (s Set) Has(r isa.Reg) bool { return s>>r&1 != 0 }

// The register sets, by the psABI. sp, gp, tp and zero are neither callee- nor caller-saved.
const (
	// CalleeSaved is s0..s11 and fs0..fs11.
	CalleeSaved Set = 0x0ffc0300<<32 | 0x0ffc0300
	// CallerSaved is ra, t0..t6, a0..a7, ft0..ft11 and fa0..fa7.
	CallerSaved Set = 0xf003fcff<<32 | 0xf003fce2
	// Integers and Floats are the two register files.
	Integers Set = 0xffffffff
	Floats   Set = 0xffffffff << 32
	// Allocatable is what codegen allocates: t6 is reserved for the expansions of pseudo instructions, s0 for the frame
	// pointer, ra for calls.
	Allocatable = (CalleeSaved | CallerSaved) &^ (1<<isa.RA | 1<<isa.T6 | 1<<isa.S0)
)

// limitOrder is the order in which a limited register file fills up: a mix of argument, saved and temporary registers,
// so that even a few registers cover every kind.
var limitOrder = [...]uint8{0, 2, 1, 4, 3, 5, 6, 7}

// Limited returns the first n allocatable integer registers (at least MinLimit) and as many floating-point ones, of all
// three kinds.
func Limited(n int) Set {
	kinds := [2][8]isa.Reg{
		{isa.A0, isa.A1, isa.S1, isa.T0, isa.T1, isa.S2, isa.A2, isa.S3},
		{isa.FA0, isa.FA1, isa.FS0, isa.FT0, isa.FT1, isa.FS1, isa.FA2, isa.FS2},
	}
	if n <= 0 || n >= 25 {
		return Allocatable
	}
	var s Set
	for i := range max(n, MinLimit) {
		if i < len(limitOrder) {
			s |= Of(kinds[0][limitOrder[i]], kinds[1][limitOrder[i]])
			continue
		}
		s |= lowest(Allocatable&Integers&^s) | lowest(Allocatable&Floats&^s)
	}
	return s
}

// MinLimit is the smallest number of registers of a class that codegen can work with.
const MinLimit = 7

func lowest(s Set) Set { return s & -s }
