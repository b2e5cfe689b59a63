// Package liveness computes where each value of a function dies.
//
// A value dies at its last use on each path, so that a code generator that walks a function once, forwards, may free
// the value's register exactly there:
//
//	%1 = arg(u32, 0)
//	%2 = add_wrap(%1, %1)           // %1 dies in operand 1, the last slot
//	%3 = cmp_eq(%2, <u32, 0>)
//	%4 = cond_br(%3, {              // %3 dies here
//	  %5 = ret(%2)                  // %2 dies here ...
//	}, {                            // ... and here, on entry: a mirrored death
//	  %6 = ret(<u32, 7>)
//	})
//
// Analyze takes a function that air.Verify accepts. Verify derives the same facts another way, by walking forwards over
// a set of live values, and is independent of Analyze.
//
// # Rules
//
// An unused instruction for which MustLower is false produces no code, and its operands do not count as used by it. If
// an instruction names a value twice, only the last slot carries the death. The arms of cond_br, switch_br and try
// agree on what is alive: a value alive on entry of the branch that an arm does not use dies at the start of that arm
// (ArmDeaths). A block lists what is alive on its entry and no more after it (BlockDeaths). Nothing that the next
// iteration needs dies inside a loop.
package liveness

import "github.com/rvfuzz/rvfuzz/backend/air"

// MustLower reports whether an instruction is lowered even if its result is unused: it has an effect, by its tag or
// because it is volatile.
func MustLower(f *air.Func, in *air.Inst) bool {
	if in.Tag.Row().Effect {
		return true
	}
	switch in.Tag {
	case air.Assembly:
		asm, ok := in.Extra.(*air.AssemblyExtra)
		return ok && asm.Volatile
	case air.Load, air.AtomicLoad, air.SliceElemVal, air.PtrElemVal:
		return f.TypeOf(in.Ops[0]).Volatile
	}
	return false
}
