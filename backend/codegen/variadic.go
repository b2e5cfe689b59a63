package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// A variadic callee stores a0..a7 directly below the stack arguments, so that all unnamed arguments are contiguous; a
// va_list is the address of the next one (psABI, section "Variadic arguments").

// argumentArea is the size of a0..a7 in memory.
const argumentArea = 64

// saveArguments stores the argument registers that hold no named parameter.
func (f *function) saveArguments() {
	for n := f.abi.Integers; n < 8; n++ {
		f.out.Store(isa.SD, isa.A0+isa.Reg(n), mir.FrameMem(mir.ArgsFrame, int64(8*n)-argumentArea))
	}
}

// vaStart yields the address of the first unnamed argument.
func (f *function) vaStart(i air.Index) error {
	disp := int64(8*f.abi.Integers) - argumentArea
	if disp == 0 {
		disp = f.abi.StackSize
	}
	d := f.dest(i)
	f.out.LeaMem(d, mir.FrameMem(mir.ArgsFrame, disp))
	return f.finish(i, regValue(d))
}

// vaArg yields the next argument: one aligned to 16 starts at such an address, one larger than 16 bytes is where its
// word points to.
func (f *function) vaArg(i air.Index) error {
	in := f.inst(i)
	t := in.Type
	size := (int64(t.Size()) + 7) &^ 7
	list := f.deref(in.Ops[0])
	at, next := f.temp(), f.temp()
	f.out.Load(isa.LD, at, list.mem)
	if t.Align() >= 16 && size <= 16 {
		f.insImm(isa.ADDI, at, at, 15)
		f.insImm(isa.ANDI, at, at, -16)
	}
	if size > 16 {
		f.insImm(isa.ADDI, next, at, 8)
		f.out.Load(isa.LD, at, mir.RegMem(at, 0))
	} else {
		f.insImm(isa.ADDI, next, at, size)
	}
	f.out.Store(isa.SD, next, list.mem)
	f.release(next)
	return f.finish(i, f.loadResult(i, place{mir.RegMem(at, 0), max(int64(t.Align()), 1)}))
}

// vaCopy yields a list that continues where another is.
func (f *function) vaCopy(i air.Index) error {
	list := f.deref(f.inst(i).Ops[0])
	d := f.dest(i)
	f.out.Load(isa.LD, d, list.mem)
	return f.finish(i, regValue(d))
}
