package mutate

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

// layout exchanges the arms of a branch, whose condition it negates, or puts the cases of a switch into another order.
func (c *change) layout() bool {
	switch c.inst().Tag {
	case air.CondBr:
		not := c.before(air.Inst{Tag: air.Not, Type: air.BoolType, Ops: []air.Ref{c.inst().Ops[0]}})
		in := c.inst()
		in.Ops, in.Bodies = []air.Ref{not}, []air.Body{in.Bodies[1], in.Bodies[0]}
		return true
	case air.SwitchBr, air.LoopSwitchBr:
		in := c.inst()
		x := *in.Extra.(*air.SwitchExtra)
		n := len(x.Cases)
		if n < 2 {
			return false
		}
		x.Cases, in.Bodies, in.Extra = slices.Clone(x.Cases), slices.Clone(in.Bodies), &x
		for k := n - 1; k > 0; k-- {
			other := c.s.Intn(k + 1)
			x.Cases[k], x.Cases[other] = x.Cases[other], x.Cases[k]
			in.Bodies[k], in.Bodies[other] = in.Bodies[other], in.Bodies[k]
		}
		return true
	}
	return false
}

// one returns the constant 1 of an integer type, which is -1 in i1.
func (c *change) one(t *air.Type) air.Ref {
	one := int64(1)
	if t.Bits <= 64 {
		one = gen.Extend(t, 1)
	}
	return c.f.AddConst(air.NewInt(t, one))
}

// before adds an instruction in front of the one of the change, and returns its result.
func (c *change) before(in air.Inst) air.Ref {
	i := c.add(in)
	c.insert(c.at, i)
	c.at++
	return air.InstRef(i)
}

// turned are the comparisons with exchanged operands.
var turned = map[air.Tag]air.Tag{air.CmpLt: air.CmpGt, air.CmpGt: air.CmpLt, air.CmpLte: air.CmpGte, air.CmpGte: air.CmpLte,
	air.CmpEq: air.CmpEq, air.CmpNeq: air.CmpNeq}

// rewrite computes the instruction by an identity: in two's complement, bit by bit, by exchanged operands, or by a choice. No bit
// that was defined may become undefined, as one of a sum does below which another is: an and of an undefined value and 0 is
// 0, but not the difference of what they have in common and what not.
func (c *change) rewrite() bool {
	in := *c.inst()
	if len(in.Ops) != 2 || looksAtAddresses(c.m) {
		return false
	}
	a, b, t := in.Ops[0], in.Ops[1], in.Type
	isInt := t.Kind == air.Int && t.HasBits()
	of := func(tag air.Tag, t *air.Type, ops ...air.Ref) air.Ref {
		return c.before(air.Inst{Tag: tag, Type: t, Ops: ops})
	}
	to := func(tag air.Tag, ops ...air.Ref) bool {
		*c.inst() = air.Inst{Tag: tag, Type: t, Ops: ops}
		return true
	}
	other, isComparison := turned[in.Tag]
	switch {
	case in.Tag == air.BitAnd && isInt:
		return to(air.Not, of(air.BitOr, t, of(air.Not, t, a), of(air.Not, t, b)))
	case in.Tag == air.BitOr && isInt:
		return to(air.Not, of(air.BitAnd, t, of(air.Not, t, a), of(air.Not, t, b)))
	case in.Tag == air.Xor && isInt:
		return to(air.BitAnd, of(air.BitOr, t, a, b), of(air.Not, t, of(air.BitAnd, t, a, b)))
	case in.Tag == air.AddWrap && isInt:
		return to(air.AddWrap, of(air.BitOr, t, a, b), of(air.BitAnd, t, a, b))
	case isComparison:
		return to(other, b, a)
	case in.Tag == air.SubWrap && isInt:
		return to(air.AddWrap, of(air.AddWrap, t, a, of(air.Not, t, b)), c.one(t))
	case (in.Tag == air.MulWrap || in.Tag == air.MulSat || in.Tag == air.AddSat) && isInt:
		return to(in.Tag, b, a)
	case in.Tag == air.Min && isInt:
		return to(air.Select, of(air.CmpLt, air.BoolType, a, b), a, b)
	case in.Tag == air.Max && isInt:
		return to(air.Select, of(air.CmpLt, air.BoolType, a, b), b, a)
	}
	return false
}

// arm is a body of an instruction that branches.
type arm struct {
	f    *air.Func
	body *air.Body
}

// armsOf returns the arms of function f.
func armsOf(f *air.Func) (arms []arm) {
	for i := range f.Insts {
		switch f.Insts[i].Tag {
		case air.CondBr, air.SwitchBr, air.LoopSwitchBr, air.Try, air.TryCold, air.TryPtr, air.TryPtrCold:
			for k := range f.Insts[i].Bodies {
				arms = append(arms, arm{f, &f.Insts[i].Bodies[k]})
			}
		}
	}
	return arms
}

// Probe puts an instruction in front of each arm whose result shows that the arm is executed. Dead takes them away.
func Probe(m *air.Module) {
	for _, f := range m.Funcs {
		zero := f.AddConst(air.NewInt(air.U8, 0))
		for _, a := range armsOf(f) {
			probe := air.Index(len(f.Insts))
			f.Insts = append(f.Insts, air.Inst{Tag: air.AddSafe, Type: air.U8, Ops: []air.Ref{zero, zero}})
			*a.body = slices.Insert(slices.Clone(*a.body), 0, probe)
		}
		renumber(f)
	}
}

// Dead puts what must not be executed in front of up to n arms that no run executes, of a module after Probe, and returns
// how many. ran reports whether an instruction of a function, by its position in the module, has had a result.
func Dead(s *source.Source, m *air.Module, ran func(f int, i air.Index) bool, n int) int {
	var dead []arm
	for at, f := range m.Funcs {
		for _, a := range armsOf(f) {
			if !ran(at, (*a.body)[0]) {
				dead = append(dead, a)
			}
			*a.body = (*a.body)[1:]
		}
	}
	n = min(n, len(dead))
	for range n {
		a := dead[s.Intn(len(dead))]
		tag, end := []air.Tag{air.Unreach, air.Trap}[s.Intn(2)], air.Index(len(a.f.Insts))
		always := a.f.AddConst(air.NewBool(true))
		a.f.Insts = append(a.f.Insts, air.Inst{Tag: tag, Type: air.NoReturnType},
			air.Inst{Tag: air.CondBr, Type: air.NoReturnType, Ops: []air.Ref{always}, Bodies: []air.Body{{end}, *a.body}})
		*a.body = air.Body{end + 1}
	}
	for _, f := range m.Funcs {
		renumber(f)
	}
	return n
}
