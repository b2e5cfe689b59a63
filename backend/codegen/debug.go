package codegen

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
)

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

// watch is a variable that shows the result of an instruction, or what that points to, with the place that was last
// recorded for it.
type watch struct {
	variable air.Index
	loc      mir.Loc
}

// variable records where the operand of an instruction that names a variable is, from now on.
func (f *function) variable(i air.Index) error {
	if !f.opts.Debug {
		return f.finish(i, noneValue())
	}
	r := f.inst(i).Ops[0]
	err := f.finish(i, noneValue())
	if operand, ok := r.Inst(); ok {
		f.watch(i, operand)
	} else {
		f.out.Point(mir.VariablePoint, uint32(i), debugLoc(f.resolve(r)))
	}
	return err
}

// watchArg records where a parameter is.
func (f *function) watchArg(i air.Index) {
	if f.opts.Debug {
		f.watch(i, i)
	}
}

// watch records where a value is that a variable shows, and will record whither it moves.
func (f *function) watch(variable, operand air.Index) {
	loc := debugLoc(f.tracking[operand].short)
	f.out.Point(mir.VariablePoint, uint32(variable), loc)
	if loc.Kind == mir.LocAddress && f.slots[loc.Mem.Frame].pinned {
		return // the memory stays what it is when its address is no longer needed
	}
	f.watched[operand] = append(f.watched[operand], watch{variable, loc})
}

// moved records the new place of a value that variables show.
func (f *function) moved(i air.Index) {
	if f.watched == nil {
		return
	}
	watches := f.watched[i]
	loc := debugLoc(f.tracking[i].short)
	for n := range watches {
		if w := &watches[n]; w.loc != loc {
			w.loc = loc
			f.out.Point(mir.VariablePoint, uint32(w.variable), loc)
		}
	}
}

// debugLoc returns where a debugger finds a value, or what it is. All descriptions of places come from here.
func debugLoc(v MCValue) mir.Loc {
	switch v.kind {
	case register, home:
		return mir.Loc{Kind: mir.LocReg, Reg: v.reg}
	case variable:
		return mir.Loc{Kind: mir.LocVariable, Reg: v.reg}
	case loadFrame:
		return mir.Loc{Kind: mir.LocMem, Mem: mir.FrameMem(v.frame, v.imm)}
	case leaFrame:
		return mir.Loc{Kind: mir.LocAddress, Mem: mir.FrameMem(v.frame, v.imm)}
	case immediate:
		return mir.Loc{Kind: mir.LocConst, Mem: mir.Mem{Disp: v.imm}}
	}
	return mir.Loc{Kind: mir.LocNone}
}

// isScope reports whether a body holds variables of its own, or is that of an inlined call.
func (f *function) isScope(body air.Body) bool {
	return f.inst(f.current).Tag == air.DbgInlineBlock || slices.ContainsFunc(body, func(i air.Index) bool {
		return f.inst(i).Tag.Row().Form == air.VariableForm
	})
}
