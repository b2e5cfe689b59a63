package legalize

import "github.com/rvfuzz/rvfuzz/backend/air"

// comparesPayloads reports whether an instruction compares optionals whose payload is no integer of a register: codegen
// compares those that are, below any number of flags.
func comparesPayloads(f *air.Func, in *air.Inst) bool {
	switch in.Tag {
	case air.CmpEq, air.CmpEqOptimized, air.CmpNeq, air.CmpNeqOptimized:
	default:
		return false
	}
	t := f.TypeOf(in.Ops[0])
	if !hasFlag(t) {
		return false
	}
	for hasFlag(t) {
		t = t.Elem
	}
	return !isWord(t)
}

// hasFlag reports whether a type is an optional with its payload and a flag.
func hasFlag(t *air.Type) bool { return t.Kind == air.Optional && t.OptionalRepr() == air.PayloadFlag }

// payloads returns what replaces such a comparison as the instruction at an index: a block in which the payloads are
// compared if both are there, and otherwise whether both are.
func (r *rewriter) payloads(in air.Inst, at air.Index) air.Inst {
	if !comparesPayloads(r.Func.Func, &in) {
		return in
	}
	test := func(tag air.Tag, ops ...air.Ref) air.Ref {
		return r.add(air.Inst{Tag: tag, Type: air.BoolType, Ops: ops})
	}
	a, b := in.Ops[0], in.Ops[1]
	x, y := test(air.IsNonNull, a), test(air.IsNonNull, b)
	both := test(air.BoolAnd, x, y)
	arm := func(equal func() air.Ref) air.Body {
		outer := r.body
		r.body = nil
		leave := air.Inst{Tag: air.Br, Type: air.NoReturnType, N: uint32(at), Ops: []air.Ref{equal()}}
		done := append(r.body, r.make(leave))
		r.body = outer
		return done
	}
	inner := func(v air.Ref) air.Ref {
		return r.add(air.Inst{Tag: air.OptionalPayload, Type: r.TypeOf(v).Elem, Ops: []air.Ref{v}})
	}
	branch := r.make(air.Inst{Tag: air.CondBr, Type: air.NoReturnType, Ops: []air.Ref{both}, Bodies: []air.Body{
		arm(func() air.Ref { return test(in.Tag, inner(a), inner(b)) }),
		arm(func() air.Ref { return test(in.Tag, x, y) }),
	}})
	return air.Inst{Tag: air.Block, Type: air.BoolType, Bodies: []air.Body{{branch}}}
}
