package ir

import "slices"

// cross gives integers that are passed or returned at a seam a width that C has: the callee takes the value from the low
// bits of what the caller extends.
func cross(m *Module) error {
	for _, f := range m.Declared {
		for i := range f.Params {
			f.Params[i].Type = crossed(f.Params[i].Type, f.Params[i].Extension)
		}
		f.Result = crossed(f.Result, f.Extension)
	}
	err := rewrite(m, crossInst)
	for _, f := range m.Funcs {
		crossParams(f)
		f.Result = crossed(f.Result, f.Extension)
	}
	return err
}

// crossed returns the type as which values of a type are passed.
func crossed(t Type, e Extension) Type {
	if t.Kind != Integer || t == I1 && e == Zero {
		return t
	}
	return Int(Containers(128)(t.Bits))
}

// crossParams makes wider parameters of those of a function, which are cut at its start.
func crossParams(f *Func) {
	var cuts []Inst
	for i := range f.Params {
		p := &f.Params[i]
		to := crossed(p.Type, p.Extension)
		if to == p.Type {
			continue
		}
		wide := Operand{Type: to, Name: p.Name + ".wide", Extension: p.Extension}
		cuts = append(cuts, Inst{Op: "trunc", Result: p.Name, Type: p.Type, Args: []Operand{wide}})
		*p = wide
	}
	f.Blocks[0].Insts = slices.Concat(cuts, f.Blocks[0].Insts)
}

func crossInst(b *builder, in Inst) {
	switch in.Op {
	case "ret":
		if len(in.Args) == 1 {
			in.Args[0] = b.extendCrossing(in.Args[0], b.f.Extension)
			in.Type = in.Args[0].Type
		}
	case "call":
		for i, o := range in.Args {
			in.Args[i] = b.extendCrossing(o, o.Extension)
		}
		if to := crossed(in.Type, in.Extension); to != in.Type && in.Result != "" {
			wide := in
			wide.Result, wide.Type = in.Result+".wide", to
			b.add(wide)
			b.add(Inst{Op: "trunc", Result: in.Result, Type: in.Type, Args: []Operand{{Type: to, Name: wide.Result}}})
			return
		}
	}
	b.add(in)
}

// extendCrossing returns an operand as it is passed or returned.
func (b *builder) extendCrossing(o Operand, e Extension) Operand {
	op := "zext"
	if e == Sign {
		op = "sext"
	}
	wide := b.resize(op, o, crossed(o.Type, e))
	wide.Extension = e
	return wide
}
