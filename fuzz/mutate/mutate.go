// Package mutate changes programs in their structure: generated cases, and seeds from elsewhere. The mutators in steady
// keep what a program does, whatever it is: they wrap an instruction into a block, a loop or a function of its own, put the
// body of a function in place of its call, lay out branches otherwise, compute an instruction twice, by an identity or in a
// wider type, keep values alive meanwhile, or exchange it with its neighbour. Dead does so for the runs of which it knows what they execute. Those in changing replace a tag by one with
// the same rule, an operand by another value of its type, or a constant: the verifier accepts the result, but it may be
// illegal behaviour or run for long, which the evaluator says.
package mutate

import (
	"slices"
	"strconv"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

// mutator changes a function at an instruction, and reports whether it could.
type mutator struct {
	name  string
	apply func(c *change) bool
	// rules and tags are those of the instructions that it is for, which are rare; without any it is for all.
	rules []air.Rule
	tags  []air.Tag
}

// isFor reports whether the mutator is for an instruction.
func (m *mutator) isFor(in *air.Inst) bool {
	return m.rules == nil && m.tags == nil || slices.Contains(m.tags, in.Tag) || slices.Contains(m.rules, in.Tag.Row().Rule)
}

var steady = []mutator{
	{name: "block", apply: (*change).inBlock},
	{name: "loop", apply: (*change).inLoop},
	{name: "function", apply: (*change).inFunction},
	{name: "twice", apply: (*change).twice},
	{name: "identity", apply: (*change).identity},
	{name: "exchange", apply: (*change).exchange},
	{name: "inline", apply: (*change).inline, rules: []air.Rule{air.CallRule}},
	{name: "layout", apply: (*change).layout, tags: []air.Tag{air.CondBr, air.SwitchBr, air.LoopSwitchBr}},
	{name: "retype", apply: (*change).retype, tags: widened},
	{name: "pressure", apply: (*change).pressure},
	{name: "rewrite", apply: (*change).rewrite, rules: []air.Rule{air.IntegerRule, air.NumericRule, air.BitwiseRule, air.CompareRule, air.EqualRule}},
}

var changing = []mutator{
	{name: "tag", apply: (*change).otherTag},
	{name: "operand", apply: (*change).otherOperand},
	{name: "constant", apply: (*change).otherConstant},
}

// change is one mutation: of the instruction at position at of a body.
type change struct {
	s    *source.Source
	m    *air.Module
	f    *air.Func
	body *air.Body
	at   int
	// visible are the instructions with results in front of it, in its body and around it.
	visible []air.Index
}

// maxTries bounds the places at which a mutation is tried.
const maxTries = 6

// Keep applies up to n mutators that keep what the module does, half of the time all the same one. It returns the name of
// that one, "mixed", or "" if none could be applied.
func Keep(s *source.Source, m *air.Module, n int) string {
	name, mutators := "mixed", steady
	if s.Bool() {
		at := s.Intn(len(steady))
		name, mutators = steady[at].name, steady[at:at+1]
	}
	if apply(s, m, n, mutators) == 0 {
		return ""
	}
	return name
}

// Change applies up to n mutators that change what the module does, and returns how many: none if it looks at addresses,
// which differ from one oracle to the next.
func Change(s *source.Source, m *air.Module, n int) int {
	if looksAtAddresses(m) {
		return 0
	}
	return apply(s, m, n, changing)
}

func looksAtAddresses(m *air.Module) bool {
	for _, f := range m.Funcs {
		for i := range f.Insts {
			switch f.Insts[i].Tag {
			case air.IntFromPtr, air.RetAddr, air.FrameAddr:
				return true
			}
		}
	}
	return false
}

func apply(s *source.Source, m *air.Module, n int, mutators []mutator) (applied int) {
	for range n {
		for range maxTries {
			kind := &mutators[s.Intn(len(mutators))]
			if c := place(s, m, kind.isFor); c != nil && kind.apply(c) {
				applied++
				break
			}
		}
	}
	if applied > 0 {
		for _, f := range m.Funcs {
			renumber(f)
		}
	}
	return applied
}

// renumber puts the instructions of a function into the order in which text has them, and drops those in no body.
func renumber(f *air.Func) {
	var order []air.Index
	var walk func(b air.Body)
	walk = func(b air.Body) {
		for _, i := range b {
			order = append(order, i)
			for _, inner := range f.Insts[i].Bodies {
				walk(inner)
			}
		}
	}
	walk(f.Body)
	now := make([]air.Index, len(f.Insts))
	insts := make([]air.Inst, len(order))
	for n, i := range order {
		now[i], insts[n] = air.Index(n), f.Insts[i]
	}
	renamed := func(b air.Body) air.Body {
		b = slices.Clone(b)
		for k, i := range b {
			b[k] = now[i]
		}
		return b
	}
	for n := range insts {
		in := &insts[n]
		in.Ops, in.Bodies = slices.Clone(in.Ops), slices.Clone(in.Bodies)
		for k, r := range in.Ops {
			if i, ok := r.Inst(); ok {
				in.Ops[k] = air.InstRef(now[i])
			}
		}
		for k := range in.Bodies {
			in.Bodies[k] = renamed(in.Bodies[k])
		}
		switch in.Tag {
		case air.Br, air.Repeat, air.SwitchDispatch:
			in.N = uint32(now[in.N])
		}
	}
	f.Insts, f.Body = insts, renamed(f.Body)
}

// place draws an accepted instruction of a function of the module, or returns nil if that has none.
func place(s *source.Source, m *air.Module, accept func(*air.Inst) bool) *change {
	if len(m.Funcs) == 0 {
		return nil
	}
	f := m.Funcs[s.Intn(len(m.Funcs))]
	var accepted []air.Index
	for i := range f.Insts {
		if accept(&f.Insts[i]) {
			accepted = append(accepted, air.Index(i))
		}
	}
	if f.Extern || len(accepted) == 0 {
		return nil
	}
	c := &change{s: s, m: m, f: f}
	if !c.find(&f.Body, accepted[s.Intn(len(accepted))]) {
		return nil
	}
	return c
}

// find walks a body until it gets to an instruction, and reports whether it did.
func (c *change) find(body *air.Body, wanted air.Index) bool {
	start := len(c.visible)
	for at, i := range *body {
		if i == wanted {
			c.body, c.at = body, at
			return true
		}
		bodies := c.f.Insts[i].Bodies
		for n := range bodies {
			if c.find(&bodies[n], wanted) {
				return true
			}
		}
		if c.f.Insts[i].Type.HasBits() {
			c.visible = append(c.visible, i)
		}
	}
	c.visible = c.visible[:start]
	return false
}

// inst returns the instruction, which is valid until another one is added.
func (c *change) inst() *air.Inst { return &c.f.Insts[(*c.body)[c.at]] }

// add adds an instruction to the function, and to no body yet.
func (c *change) add(in air.Inst) air.Index {
	c.f.Insts = append(c.f.Insts, in)
	return air.Index(len(c.f.Insts) - 1)
}

// insert puts an instruction of the function into the body, before position at.
func (c *change) insert(at int, i air.Index) { *c.body = slices.Insert(slices.Clone(*c.body), at, i) }

// bound are the tags that mean what they do by their place in the function: they are not moved.
var bound = []air.Tag{air.Arg, air.Alloc, air.RetPtr, air.RetAddr, air.FrameAddr, air.Assembly, air.CVaArg, air.CVaStart, air.CVaCopy, air.CVaEnd}

// isMovable reports whether an instruction is a value that can be computed elsewhere by the same operands at the same
// time. The results of pointers to parts stay where they are: what they point to may lose its part.
func isMovable(in *air.Inst) bool {
	return len(in.Bodies) == 0 && len(in.Ops) > 0 && in.Type.HasBits() && !in.Tag.IsTerminator() && !slices.Contains(bound, in.Tag)
}

// isPure reports whether an instruction can be computed at any time: it accesses no memory and cannot fail.
func isPure(in *air.Inst) bool {
	if !isMovable(in) || in.Tag.Row().Effect {
		return false
	}
	switch in.Tag.Row().Rule {
	case air.IntegerRule, air.NumericRule, air.BitwiseRule, air.BoolRule, air.BitCountRule, air.ByteSwapRule, air.CompareRule,
		air.EqualRule, air.AbsRule, air.SplatRule, air.SelectRule, air.ShuffleRule, air.AggregateRule, air.WrapOptionalRule,
		air.WrapPayloadRule, air.WrapErrorRule, air.IsNullRule, air.IsErrRule, air.OverflowRule:
		return true
	}
	return false
}

// inBlock makes the instruction the value of a block around it.
func (c *change) inBlock() bool {
	if !isMovable(c.inst()) {
		return false
	}
	outer := (*c.body)[c.at]
	moved := *c.inst()
	inner := c.add(moved)
	br := c.add(air.Inst{Tag: air.Br, Type: air.NoReturnType, N: uint32(outer), Ops: []air.Ref{air.InstRef(inner)}})
	c.f.Insts[outer] = air.Inst{Tag: air.Block, Type: moved.Type, Bodies: []air.Body{{inner, br}}}
	return true
}

// inLoop makes the instruction the value of a block around a loop that it leaves at once.
func (c *change) inLoop() bool {
	outer := (*c.body)[c.at]
	if !c.inBlock() {
		return false
	}
	loop := c.add(air.Inst{Tag: air.Loop, Type: air.NoReturnType, Bodies: []air.Body{c.f.Insts[outer].Bodies[0]}})
	c.f.Insts[outer].Bodies[0] = air.Body{loop}
	return true
}

// inFunction makes the instruction the result of a function of its own, whose arguments are its operands.
func (c *change) inFunction() bool {
	if !isMovable(c.inst()) || c.inst().Tag.Row().Rule == air.CallRule {
		return false
	}
	in := *c.inst()
	t := air.Type{Elem: in.Type, CallC: c.s.Bool()}
	call := []air.Ref{air.NoRef}
	made := &air.Func{Name: c.freshName()}
	in.Ops = slices.Clone(in.Ops)
	for k, r := range in.Ops {
		value := c.f.TypeOf(r)
		_, isInst := r.Inst()
		switch {
		case r == air.NoRef:
		case !isInst:
			in.Ops[k] = made.AddConst(c.f.Value(r))
		case !value.HasBits() || value.Kind == air.Fn:
			return false
		default:
			in.Ops[k] = air.InstRef(air.Index(len(made.Insts)))
			made.Insts = append(made.Insts, air.Inst{Tag: air.Arg, Type: value, N: uint32(len(t.Params))})
			t.Params, call = append(t.Params, value), append(call, r)
		}
	}
	result := air.InstRef(air.Index(len(made.Insts)))
	made.Insts = append(made.Insts, in, air.Inst{Tag: air.Ret, Type: air.NoReturnType, Ops: []air.Ref{result}})
	for i := range made.Insts {
		made.Body = append(made.Body, air.Index(i))
	}
	made.Type = c.m.Types.FnOf(t)
	call[0] = c.f.AddConst(&air.Value{Type: made.Type, Kind: air.SymbolValue, Symbol: made.Name})
	*c.inst() = air.Inst{Tag: air.Call, Type: in.Type, Ops: call}
	c.m.Funcs = append(c.m.Funcs, made)
	return true
}

// freshName returns a name that no function or global has.
func (c *change) freshName() string {
	for n := len(c.m.Funcs); ; n++ {
		if name := "m" + strconv.Itoa(n); c.m.Func(name) == nil && c.m.Global(name) == nil {
			return name
		}
	}
}

// twice computes the instruction once more, and lets a later one of its body use that.
func (c *change) twice() bool {
	if !isPure(c.inst()) {
		return false
	}
	first := air.InstRef((*c.body)[c.at])
	again := c.add(*c.inst())
	c.insert(c.at+1, again)
	for _, i := range (*c.body)[c.at+2:] {
		if in := &c.f.Insts[i]; slices.Contains(in.Ops, first) {
			in.Ops = slices.Clone(in.Ops)
			in.Ops[slices.Index(in.Ops, first)] = air.InstRef(again)
			break
		}
	}
	return true
}

// identity makes the instruction an operation that changes nothing of its former result.
func (c *change) identity() bool {
	in := *c.inst()
	t := in.Type
	if !isMovable(&in) || t.Kind != air.Int || t.Bits > 64 {
		return false
	}
	tag := []air.Tag{air.AddWrap, air.SubWrap, air.Xor, air.BitOr, air.AddSat, air.BitAnd}[c.s.Intn(6)]
	other := int64(0)
	if tag == air.BitAnd {
		other = gen.Extend(t, ^uint64(0))
	}
	outer := (*c.body)[c.at]
	inner := c.add(in)
	c.insert(c.at, inner)
	constant := c.f.AddConst(air.NewInt(t, other))
	c.f.Insts[outer] = air.Inst{Tag: tag, Type: t, Ops: []air.Ref{air.InstRef(inner), constant}}
	return true
}

// exchange exchanges the instruction with the next one, unless that uses it or both access memory.
func (c *change) exchange() bool {
	if c.at+1 >= len(*c.body) {
		return false
	}
	first, second := (*c.body)[c.at], (*c.body)[c.at+1]
	a, b := &c.f.Insts[first], &c.f.Insts[second]
	if !isPure(a) || !isPure(b) || slices.Contains(b.Ops, air.InstRef(first)) {
		return false
	}
	*c.body = slices.Clone(*c.body)
	(*c.body)[c.at], (*c.body)[c.at+1] = second, first
	return true
}

// otherTag gives the instruction another tag of its rule.
func (c *change) otherTag() bool {
	in := c.inst()
	row := in.Tag.Row()
	if !isMovable(in) || row.Rule == air.CallRule || row.Rule == air.FieldPtrRule || in.Extra != nil {
		return false
	}
	start := c.s.Intn(int(air.NumTags))
	for k := range int(air.NumTags) {
		tag := air.Tag((start + k) % int(air.NumTags))
		if r := tag.Row(); tag != in.Tag && r.Rule == row.Rule && r.Ops == row.Ops && r.Form == row.Form && r.Result == row.Result {
			in.Tag = tag
			return true
		}
	}
	return false
}

// otherOperand replaces an operand by another value of its type.
func (c *change) otherOperand() bool {
	in := c.inst()
	if len(in.Ops) == 0 || len(c.visible) == 0 {
		return false
	}
	k := c.s.Intn(len(in.Ops))
	if in.Ops[k] == air.NoRef {
		return false
	}
	t, start := c.f.TypeOf(in.Ops[k]), c.s.Intn(len(c.visible))
	for n := range c.visible {
		r := air.InstRef(c.visible[(start+n)%len(c.visible)])
		if r != in.Ops[k] && c.f.TypeOf(r) == t {
			in.Ops = slices.Clone(in.Ops)
			in.Ops[k] = r
			return true
		}
	}
	return false
}

// otherConstant replaces an integer operand that is a constant by a number near a boundary of its type.
func (c *change) otherConstant() bool {
	in := c.inst()
	for k, r := range in.Ops {
		v := c.f.Value(r)
		if v == nil || v.Kind != air.IntValue || v.Type.Kind != air.Int || v.Type.Bits == 0 || v.Type.Bits > 64 {
			continue
		}
		number := air.NewInt(v.Type, gen.Extend(v.Type, c.s.Boundary(int(v.Type.Bits))))
		in.Ops = slices.Clone(in.Ops)
		in.Ops[k] = c.f.AddConst(number)
		return true
	}
	return false
}
