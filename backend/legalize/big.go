package legalize

import "github.com/rvfuzz/rvfuzz/backend/air"

// wordBits is the width of a register.
const wordBits = 64

// isWide reports whether a type is held as an integer of more than a register.
func isWide(t *air.Type) bool {
	s, ok := t.Scalar()
	return ok && s.Kind == air.Int && s.Bits > wordBits
}

// needsWord reports whether an instruction wants a word where it has a wide integer: the operand of a switch, or the
// amount of a shift.
func needsWord(f *air.Func, in *air.Inst) bool {
	switch in.Tag {
	case air.Shl, air.ShlExact, air.ShlSat, air.Shr, air.ShrExact, air.ShlWithOverflow:
		return isWide(f.TypeOf(in.Ops[1]))
	}
	return switches(in.Tag) && isWide(f.TypeOf(in.Ops[0]))
}

// switches reports whether the first operand of a tag selects a case.
func switches(tag air.Tag) bool {
	return tag == air.SwitchBr || tag == air.LoopSwitchBr || tag == air.SwitchDispatch
}

// withWord returns what replaces such an instruction.
func (r *rewriter) withWord(in air.Inst) air.Inst {
	if !needsWord(r.Func.Func, &in) {
		return in
	}
	in.Ops = append([]air.Ref(nil), in.Ops...)
	switch in.Tag {
	case air.SwitchBr, air.LoopSwitchBr:
		cases := in.Extra.(*air.SwitchExtra).Cases
		in.Ops[0] = r.caseOf(in.Ops[0], cases)
		numbered := make([]air.SwitchCase, len(cases))
		for n := range cases {
			numbered[n].Items = []*air.Value{air.NewInt(air.U32, int64(n))}
		}
		in.Extra = &air.SwitchExtra{Cases: numbered}
	case air.SwitchDispatch:
		in.Ops[0] = r.caseOf(in.Ops[0], r.Source.Insts[in.Target()].Extra.(*air.SwitchExtra).Cases)
	default:
		in.Ops[1] = r.amount(in.Ops[1])
	}
	return in
}

// caseOf adds what yields the number of the case that takes a value, or the number of cases.
func (r *rewriter) caseOf(v air.Ref, cases []air.SwitchCase) air.Ref {
	test := func(tag air.Tag, item *air.Value) air.Ref {
		return r.add(air.Inst{Tag: tag, Type: air.BoolType, Ops: []air.Ref{v, r.AddConst(item)}})
	}
	both := func(tag air.Tag, a, b air.Ref) air.Ref {
		return r.add(air.Inst{Tag: tag, Type: air.BoolType, Ops: []air.Ref{a, b}})
	}
	number := r.AddConst(air.NewInt(air.U32, int64(len(cases))))
	for n := range cases {
		taken := r.AddConst(air.NewBool(false))
		for _, item := range cases[n].Items {
			taken = both(air.BoolOr, taken, test(air.CmpEq, item))
		}
		for _, bounds := range cases[n].Ranges {
			taken = both(air.BoolOr, taken, both(air.BoolAnd, test(air.CmpGte, bounds[0]), test(air.CmpLte, bounds[1])))
		}
		this := r.AddConst(air.NewInt(air.U32, int64(n)))
		number = r.add(air.Inst{Tag: air.Select, Type: air.U32, Ops: []air.Ref{taken, this, number}})
	}
	return number
}

// maxAmount is more than any shift may be by that does not lose everything.
const maxAmount = 1 << 16

// amount adds what yields the amount of a shift as a word, maxAmount if it is more.
func (r *rewriter) amount(v air.Ref) air.Ref {
	t := r.TypeOf(v)
	low := r.add(air.Inst{Tag: air.Min, Type: t, Ops: []air.Ref{v, r.AddConst(air.NewInt(t, maxAmount))}})
	return r.add(air.Inst{Tag: air.IntCast, Type: air.U32, Ops: []air.Ref{low}})
}
