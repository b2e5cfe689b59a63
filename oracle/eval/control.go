package eval

import (
	"math/big"
	"sort"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// structural prepares the instructions that hold bodies or jump. It says
// false for all others.
func (p *preparer) structural(in *air.Inst, s step) bool {
	switch in.Tag {
	case air.Block, air.DbgInlineBlock:
		p.block(in, s)
	case air.Loop:
		p.targets[s.inst] = &target{start: p.here()}
		p.body(in.Bodies[0])
	case air.Repeat:
		s.run, s.to = runJump, p.target(in).start
		p.emit(s)
	case air.Br:
		p.br(in, s)
	case air.CondBr:
		p.condBr(in, s)
	case air.SwitchBr, air.LoopSwitchBr:
		p.switchBr(in, s)
	case air.SwitchDispatch:
		s.a, s.run = p.operand(in.Ops[0]), runSwitch(p.target(in).table)
		p.emit(s)
	case air.Try, air.TryCold, air.TryPtr, air.TryPtrCold:
		p.try(in, s)
	case air.DbgStmt, air.DbgEmptyStmt, air.DbgVarPtr, air.DbgVarVal, air.DbgArgInline, air.Prefetch, air.Fence:
	default:
		return false
	}
	return true
}

// target gives the enclosing instruction that a jump names.
func (p *preparer) target(in *air.Inst) *target {
	t := p.targets[in.Target()]
	if t == nil {
		panic("eval: a jump names an instruction that does not enclose it: " + p.fn.name)
	}
	return t
}

func (p *preparer) block(in *air.Inst, s step) {
	t := &target{finish: s.finish}
	p.targets[s.inst] = t
	p.body(in.Bodies[0])
	for _, exit := range t.exits {
		p.fn.code[exit].to = p.here()
	}
}

func (p *preparer) br(in *air.Inst, s step) {
	t := p.target(in)
	s.run, s.finish = runJump, t.finish
	if t.finish != nil {
		s.run, s.shape, s.dst, s.a = runJumpWith, t.finish.shape, t.finish.dst, p.operand(in.Ops[0])
	}
	t.exits = append(t.exits, p.emit(s))
}

func runJump(m *machine, s *step) { m.pc = s.to }

func runJumpWith(m *machine, s *step) {
	m.copyValue(s.dst, s.shape, s.a)
	m.pc = s.to
}

// condBr lays out: branch, then body, else body.
func (p *preparer) condBr(in *air.Inst, s step) {
	s.a, s.run = p.operand(in.Ops[0]), runCondBr
	at := p.emit(s)
	p.body(in.Bodies[0])
	p.fn.code[at].to = p.here()
	p.body(in.Bodies[1])
}

func runCondBr(m *machine, s *step) {
	if taken, ok := m.truth(s.a, s); ok && !taken {
		m.pc = s.to
	}
}

// caseTable finds the body of a switched value. Of ranges that overlap the
// first wins.
type caseTable struct {
	name      air.Tag
	shape     shape
	flip      uint64 // makes signed words compare as unsigned ones
	ranges    []caseRange
	wide      []wideRange // instead of ranges for integers of more than 64 bits
	otherwise int
}

type caseRange struct {
	lo, hi uint64
	to     int
}

type wideRange struct {
	lo, hi *big.Int
	to     int
}

// switchBr lays out: switch, the bodies of the cases, the else body.
func (p *preparer) switchBr(in *air.Inst, s step) {
	table := &caseTable{name: in.Tag, shape: shapeOf(p.typeOf(in, 0))}
	if table.shape.signed && table.shape.class == inWord {
		table.flip = 1 << (table.shape.bits - 1)
	}
	p.targets[s.inst] = &target{table: table}
	s.a, s.run = p.operand(in.Ops[0]), runSwitch(table)
	p.emit(s)
	var cases []air.SwitchCase
	if extra, ok := in.Extra.(*air.SwitchExtra); ok {
		cases = extra.Cases
	}
	for i := range cases {
		table.add(&cases[i], p.here())
		p.body(in.Bodies[i])
	}
	sort.SliceStable(table.ranges, func(i, j int) bool { return table.ranges[i].lo < table.ranges[j].lo })
	table.otherwise = p.here()
	p.body(in.Bodies[len(cases)])
}

// add enters the items and ranges of a case whose body is at to.
func (t *caseTable) add(c *air.SwitchCase, to int) {
	for _, item := range c.Items {
		t.addRange(item, item, to)
	}
	for _, r := range c.Ranges {
		t.addRange(r[0], r[1], to)
	}
}

func (t *caseTable) addRange(lo, hi *air.Value, to int) {
	if t.shape.class == wideInt {
		t.wide = append(t.wide, wideRange{lo.BigInt(), hi.BigInt(), to})
		return
	}
	mask := lowMask(uint(t.shape.bits))
	t.ranges = append(t.ranges, caseRange{lo.Uint64()&mask ^ t.flip, hi.Uint64()&mask ^ t.flip, to})
}

// find gives where a word goes.
func (t *caseTable) find(bits uint64) int {
	bits ^= t.flip
	i := sort.Search(len(t.ranges), func(i int) bool { return t.ranges[i].lo > bits }) - 1
	if i >= 0 && bits <= t.ranges[i].hi {
		return t.ranges[i].to
	}
	return t.otherwise
}

func (t *caseTable) findWide(x *big.Int) int {
	for _, r := range t.wide {
		if x.Cmp(r.lo) >= 0 && x.Cmp(r.hi) <= 0 {
			return r.to
		}
	}
	return t.otherwise
}

func runSwitch(t *caseTable) func(*machine, *step) {
	if t.shape.class == wideInt {
		return func(m *machine, s *step) {
			if v := m.view(s.a); v.anyUndef() {
				m.illegal(undefinedUse, s)
			} else {
				m.pc = t.findWide(bigFromBytes(v.data, uint(t.shape.bits), t.shape.signed))
			}
		}
	}
	return func(m *machine, s *step) {
		if bits, ok := m.defined(s.a, s); ok {
			m.pc = t.find(bits)
		}
	}
}

// endings are the terminators that leave the function or the program.
func (p *preparer) ending(in *air.Inst, s *step) func(*machine, *step) {
	switch in.Tag {
	case air.Ret, air.RetSafe:
		s.shape = p.fn.result
		return runRet
	case air.RetLoad:
		s.shape, s.align = p.fn.result, p.typeOf(in, 0).PointeeAlign()
		return runRetLoad
	case air.Unreach:
		return func(m *machine, s *step) { m.illegal("reached unreachable code", s) }
	case air.Trap:
		return func(m *machine, s *step) { m.stop(oracle.Trapped, "illegal-instruction", s) }
	}
	return func(m *machine, s *step) { m.stop(oracle.Trapped, "breakpoint", s) }
}
