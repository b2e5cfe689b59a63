package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

// statement writes dbg_stmt or dbg_empty_stmt.
func (w *writer) statement(tag air.Tag) bool {
	in := air.Inst{Tag: tag, Type: air.VoidType}
	if tag == air.DbgStmt {
		in.N, in.Extra = uint32(len(w.f.Insts)+1), &air.DebugExtra{Column: uint32(w.s.Between(1, 80))}
	}
	w.emit(in)
	return true
}

// variable writes dbg_var_val, dbg_arg_inline or dbg_var_ptr.
func (w *writer) variable(tag air.Tag) bool {
	v, ok := w.find(func(v *value) bool { return tag != air.DbgVarPtr || isPointerTo(v, false) })
	if ok {
		w.emit(air.Inst{Tag: tag, Type: air.VoidType, Ops: w.operands(v.ref), Extra: &air.DebugExtra{Name: "v"}})
	}
	return ok
}

// inlined is the function that a dbg_inline_block names.
func inlined() *air.DebugExtra { return &air.DebugExtra{Name: "inlined"} }
