package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/backend/runtime"
	"github.com/rvfuzz/rvfuzz/isa"
)

// TraceSymbol is the thread-local variable with the address of the error return trace. A function that changes it
// restores it before it returns, so that it is what the innermost active function set, or was given by its caller.
const TraceSymbol = runtime.Prefix + "errorTrace"

func (f *function) errReturnTrace(i air.Index) error {
	d := f.dest(i)
	f.loadTrace(d, d)
	return f.finish(i, regValue(d))
}

func (f *function) setErrReturnTrace(i air.Index) error {
	v, t := f.use(f.inst(i).Ops[0]), f.temp()
	f.storeTrace(v, t)
	return f.finish(i, noneValue())
}

// saveErrReturnTraceIndex yields an undefined value: the number of entries of the trace is the runtime's own.
func (f *function) saveErrReturnTraceIndex(i air.Index) error { return f.finish(i, undefValue()) }

// keepTrace saves the trace of the caller, on entry to a function that sets another.
func (f *function) keepTrace() {
	f.traceSlot = f.pinSlot(8, 8)
	f.loadTrace(isa.T0, isa.T0)
	f.out.Store(isa.SD, isa.T0, mir.FrameMem(f.traceSlot, 0))
}

// restoreTrace undoes what the function set, before it returns.
func (f *function) restoreTrace() {
	f.out.Load(isa.LD, isa.T0, mir.FrameMem(f.traceSlot, 0))
	f.storeTrace(isa.T0, isa.T1)
}

func (f *function) loadTrace(d, t isa.Reg) {
	f.leaSymbol(t, TraceSymbol, 0)
	f.out.Load(isa.LD, d, mir.RegMem(t, 0))
}

func (f *function) storeTrace(v, t isa.Reg) {
	f.leaSymbol(t, TraceSymbol, 0)
	f.out.Store(isa.SD, v, mir.RegMem(t, 0))
}
