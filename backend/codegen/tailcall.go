package codegen

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// canTailCall reports, of a call whose result is returned at once, whether a callee can return directly to the caller: its
// arguments are in registers alone, and its result is passed as that of the function, which has nothing to restore. Any
// other call_always_tail is an ordinary call.
func (f *function) canTailCall(fn *air.Type, info *abi.Call) bool {
	return info.StackSize == 0 && !f.setsTrace && fn.Elem == f.fn.Type.Elem && fn.CallC == f.fn.Type.CallC &&
		!slices.ContainsFunc(info.Params, func(p abi.Value) bool { return p.ByRef })
}

// tailCall pops the frame and jumps to the callee. What follows in AIR, the return of its result, is never reached.
func (f *function) tailCall(i air.Index, info *abi.Call) error {
	in := f.inst(i)
	f.moves = f.moves[:0]
	if info.Result.ByRef {
		pointer := frameValue(f.sretSlot, 0)
		f.moves = append(f.moves, move{to: info.Result.Pieces()[0].Reg, from: pointer})
	}
	f.passArguments(i, info, false)
	callee := f.resolve(in.Ops[0])
	symbol, direct := f.directCallee(in.Ops[0], callee)
	if !direct {
		f.moves = append(f.moves, move{to: indirectTarget, from: callee})
	}
	f.parallelMove()
	f.out.Epilogue()
	if direct {
		f.out.TailCall(symbol)
	} else {
		f.out.Real(isa.Inst{Op: isa.JALR, Rd: isa.Zero, Rs1: indirectTarget})
	}
	return f.finish(i, f.neverSeen(in.Type))
}

// neverSeen returns a value of a type for code that is not reached.
func (f *function) neverSeen(t *air.Type) MCValue {
	if f.classOf(t) == noClass {
		return noneValue()
	}
	return undefValue()
}
