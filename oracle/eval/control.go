package eval

import (
	"math/big"
	"sort"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// nothing lays out an instruction without steps: debug information, and what has no effect in a single thread.
func nothing(*preparer, *air.Inst, step) {}

// loop lays out the body; repeat goes to its start.
func loop(p *preparer, in *air.Inst, s step) {
	p.newTarget(s.inst).start = p.here()
	p.body(in.Bodies[0])
}

func repeat(p *preparer, in *air.Inst, s step) {
	s.run, s.to = runJump, p.target(in).start
	p.emit(s)
}

// newTarget records that an instruction may be the target of a jump.
func (p *preparer) newTarget(i air.Index) *target {
	p.targets[i] = p.program.storage.targets.one()
	return p.targets[i]
}

// target returns the enclosing instruction that a jump names.
func (p *preparer) target(in *air.Inst) *target {
	t := p.targets[in.Target()]
	if t == nil {
		panic("eval: a jump names an instruction that does not enclose it: " + p.fn.name)
	}
	return t
}

// block lays out the body; br goes to its end.
func block(p *preparer, in *air.Inst, s step) {
	t := p.newTarget(s.inst)
	t.finish, t.exits = s.finish, -1
	p.body(in.Bodies[0])
	for exit := t.exits; exit >= 0; {
		to := &p.fn.code[exit].to
		exit, *to = *to, p.here()
	}
}

func br(p *preparer, in *air.Inst, s step) {
	t := p.target(in)
	s.run, s.finish = runJump, t.finish
	if t.finish != nil {
		s.run, s.shape, s.dst, s.a = runJumpWith, t.finish.shape, t.finish.dst, p.operand(in.Ops[0])
	}
	s.to = t.exits
	t.exits = p.emit(s)
}

func runJump(m *machine, s *step) { m.pc = s.to }

func runJumpWith(m *machine, s *step) {
	m.copyValue(s.dst, s.shape, s.a)
	m.pc = s.to
}

// condBr lays out a branch, the then body, the else body.
func condBr(p *preparer, in *air.Inst, s step) {
	s.a, s.run = p.operand(in.Ops[0]), runCondBr
	at := p.emit(s)
	p.body(in.Bodies[0])
	p.fn.code[at].to = p.here()
	p.body(in.Bodies[1])
}

func runCondBr(m *machine, s *step) {
	if taken, ok := m.defined(s.a, s); ok && taken == 0 {
		m.pc = s.to
	}
}

// caseTable finds the body of a switched value. Of ranges that overlap the first wins.
type caseTable struct {
	shape     shape
	flip      uint64 // makes signed words compare like unsigned ones
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

// switchBr lays out the switch, the bodies of the cases, the else body.
func switchBr(p *preparer, in *air.Inst, s step) {
	table := &caseTable{shape: shapeOf(p.typeOf(in, 0))}
	if table.shape.signed && table.shape.class == inWord {
		table.flip = 1 << (table.shape.bits - 1)
	}
	p.newTarget(s.inst).table = table
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

// add adds the items and ranges of a case whose body is at to.
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

// find returns where a word goes.
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

func runSwitch(t *caseTable) handler {
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

// switchDispatch lays out a switch of an enclosing loop_switch_br on a new value.
func switchDispatch(p *preparer, in *air.Inst, s step) {
	s.a, s.run = p.operand(in.Ops[0]), runSwitch(p.target(in).table)
	p.emit(s)
}

// ending builds the end of the run.
func ending(ending oracle.Ending, reason string) builder {
	return func(*preparer, *air.Inst, *step) handler {
		return func(m *machine, s *step) { m.stop(ending, reason, s) }
	}
}

// unknownAddress builds an undefined result: an address or index that depends on the machine.
func unknownAddress(*preparer, *air.Inst, *step) handler {
	return func(m *machine, s *step) { m.forget(s.dst, s.result) }
}

func errReturnTrace(*preparer, *air.Inst, *step) handler {
	return func(m *machine, s *step) { m.set(s.dst, m.frame.trace) }
}

func setErrReturnTrace(*preparer, *air.Inst, *step) handler {
	return func(m *machine, s *step) { m.frame.trace = m.word(s.a) }
}
