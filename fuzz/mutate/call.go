package mutate

import (
	"strconv"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

// Call inserts a call of callee with constants as arguments into one of the functions, anywhere in it, and reports whether
// it could. Some of the arguments are loaded from globals. A result is stored into a global, which observes it: of an
// error union, whether it is an error.
func Call(s *source.Source, m *air.Module, callers []*air.Func, callee *air.Func, args []*air.Value) bool {
	c := place(s, &air.Module{Funcs: callers}, func(in *air.Inst) bool { return in.Tag != air.Arg })
	if c == nil {
		return false
	}
	c.m = m
	ops := []air.Ref{c.f.AddConst(&air.Value{Type: callee.Type, Kind: air.SymbolValue, Symbol: callee.Name})}
	for _, v := range args {
		ref := c.f.AddConst(v)
		if v.Type.HasBits() && s.Bool() {
			ref = c.before(air.Inst{Tag: air.Load, Type: v.Type, Ops: []air.Ref{c.global(v)}})
		}
		ops = append(ops, ref)
	}
	result := c.before(air.Inst{Tag: air.Call, Type: callee.Type.Elem, Ops: ops})
	t := callee.Type.Elem
	if t.Kind == air.ErrorUnion {
		t = air.BoolType
		result = c.before(air.Inst{Tag: air.IsErr, Type: t, Ops: []air.Ref{result}})
	}
	if t.HasBits() {
		c.before(air.Inst{Tag: air.Store, Type: air.VoidType, Ops: []air.Ref{c.global(air.NewUndef(t)), result}})
	}
	renumber(c.f)
	return true
}

// global adds a variable with a value to the module and returns its address.
func (c *change) global(v *air.Value) air.Ref {
	name := ""
	for n := len(c.m.Globals); name == "" || c.m.Global(name) != nil || c.m.Func(name) != nil; n++ {
		name = "v" + strconv.Itoa(n)
	}
	c.m.Globals = append(c.m.Globals, &air.Global{Name: name, Type: v.Type, Init: v})
	return c.f.AddConst(&air.Value{Type: c.m.Types.Pointer(v.Type), Kind: air.SymbolValue, Symbol: name})
}
