package codegen

import "github.com/rvfuzz/rvfuzz/backend/air"

// dbgStmt records the source line of the following code.
func (f *function) dbgStmt(i air.Index) error {
	in := f.inst(i)
	column := uint32(0)
	if e, ok := in.Extra.(*air.DebugExtra); ok {
		column = e.Column
	}
	f.out.Line(in.N, column)
	return f.finish(i, noneValue())
}

// noCode finishes an instruction that has no code and no result.
func (f *function) noCode(i air.Index) error { return f.finish(i, noneValue()) }
