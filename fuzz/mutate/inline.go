package mutate

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// maxInlined bounds the instructions of a function that is copied into another.
const maxInlined = 80

// inline replaces a call of a function of the module by a block with the body of that function.
func (c *change) inline() bool {
	in := *c.inst()
	callee := c.callee(&in)
	if callee == nil || in.Type.Kind == air.NoReturn {
		return false
	}
	outer, first := (*c.body)[c.at], air.Index(len(c.f.Insts))
	at := func(i air.Index) air.Index { return first + i }
	for i := range callee.Insts {
		moved := callee.Insts[i]
		moved.Ops, moved.Bodies = slices.Clone(moved.Ops), slices.Clone(moved.Bodies)
		for k, r := range moved.Ops {
			moved.Ops[k] = c.inlined(callee, r, in.Ops[1:], first)
		}
		for k, b := range moved.Bodies {
			moved.Bodies[k] = withoutArgs(callee, b, at)
		}
		switch moved.Tag {
		case air.Br, air.Repeat, air.SwitchDispatch:
			moved.N = uint32(at(air.Index(moved.N)))
		case air.Ret, air.RetSafe:
			moved.Tag, moved.N = air.Br, uint32(outer)
		case air.CallAlwaysTail:
			moved.Tag = air.Call
		}
		c.add(moved)
	}
	c.f.Insts[outer] = air.Inst{Tag: air.Block, Type: in.Type, Bodies: []air.Body{withoutArgs(callee, callee.Body, at)}}
	return true
}

// callee returns the function that an instruction calls, or nil if that is not to be copied: what it does depends on its
// frame, or it is not known, large, or the caller itself.
func (c *change) callee(in *air.Inst) *air.Func {
	if in.Tag != air.Call && in.Tag != air.CallNeverTail && in.Tag != air.CallNeverInline {
		return nil
	}
	v := c.f.Value(in.Ops[0])
	if v == nil || v.Kind != air.SymbolValue {
		return nil
	}
	f := c.m.Func(v.Symbol)
	if f == nil || f == c.f || f.Extern || f.Type.VarArgs || len(f.Insts) > maxInlined {
		return nil
	}
	for i := range f.Insts {
		switch f.Insts[i].Tag {
		case air.RetPtr, air.RetLoad, air.RetAddr, air.FrameAddr:
			return nil
		}
	}
	return f
}

// inlined returns an operand of a callee's instruction in the caller, where its instructions begin at first.
func (c *change) inlined(callee *air.Func, r air.Ref, args []air.Ref, first air.Index) air.Ref {
	i, isInst := r.Inst()
	switch {
	case r == air.NoRef:
		return r
	case !isInst:
		return c.f.AddConst(callee.Value(r))
	case callee.Insts[i].Tag == air.Arg:
		return args[callee.Insts[i].N]
	}
	return air.InstRef(first + i)
}

// withoutArgs returns a body in its new place, without the instructions that are the parameters.
func withoutArgs(callee *air.Func, b air.Body, at func(air.Index) air.Index) (moved air.Body) {
	for _, i := range b {
		if callee.Insts[i].Tag != air.Arg {
			moved = append(moved, at(i))
		}
	}
	return moved
}
