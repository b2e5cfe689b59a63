package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
)

// dbgStmt says from which source line the following code is.
func (f *function) dbgStmt(i air.Index) error {
	in := f.inst(i)
	column := uint32(0)
	if e, ok := in.Extra.(*air.DebugExtra); ok {
		column = e.Column
	}
	f.out.Line(in.N, column)
	return f.finish(i, noneValue())
}

// noCode is for instructions that only look.
func (f *function) noCode(i air.Index) error { return f.finish(i, noneValue()) }
