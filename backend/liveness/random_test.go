package liveness

import (
	"math/rand/v2"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// maker builds small functions for tests: instructions are appended to bodies and numbered in the order of their
// creation.
type maker struct {
	f *air.Func
	k air.Ref // a constant
}

func newMaker() *maker {
	f := &air.Func{Name: "f"}
	return &maker{f: f, k: f.AddConst(air.NewInt(air.U32, 5))}
}

// new makes an instruction that is in no body yet.
func (m *maker) new(tag air.Tag, t *air.Type, ops ...air.Ref) air.Index {
	m.f.Insts = append(m.f.Insts, air.Inst{Tag: tag, Type: t, Ops: ops})
	return air.Index(len(m.f.Insts) - 1)
}

// add makes an instruction at the end of a body.
func (m *maker) add(b *air.Body, tag air.Tag, t *air.Type, ops ...air.Ref) air.Ref {
	i := m.new(tag, t, ops...)
	*b = append(*b, i)
	return air.InstRef(i)
}

// jump makes a br, repeat or switch_dispatch at the end of a body.
func (m *maker) jump(b *air.Body, tag air.Tag, target air.Index, ops ...air.Ref) {
	r := m.add(b, tag, air.NoReturnType, ops...)
	m.f.Insts[r].N = uint32(target)
}

// open makes an instruction with bodies, to be filled by close.
func (m *maker) open(b *air.Body, tag air.Tag, t *air.Type, ops ...air.Ref) air.Index {
	return air.Index(m.add(b, tag, t, ops...))
}

func (m *maker) close(i air.Index, bodies ...air.Body) { m.f.Insts[i].Bodies = bodies }

// randomFunc makes a function with every kind of control flow; it is valid for liveness and otherwise meaningless.
func randomFunc(r *rand.Rand, budget int) *air.Func {
	g := &generator{maker: newMaker(), r: r, budget: budget}
	for range r.IntN(4) {
		g.visible = append(g.visible, g.add(&g.f.Body, air.Arg, air.U32))
	}
	g.body(&g.f.Body)
	return g.f
}

type generator struct {
	*maker
	r       *rand.Rand
	budget  int
	depth   int
	visible []air.Ref // values that may be used here
	blocks  []air.Index
	loops   []air.Index // loops and loop_switch_brs
	left    map[air.Index]bool
}

func (g *generator) value() air.Ref {
	if len(g.visible) == 0 || g.r.IntN(8) == 0 {
		return g.k
	}
	return g.visible[g.r.IntN(len(g.visible))]
}

// body fills b up to and with its terminator; what it defines is visible only in it.
func (g *generator) body(b *air.Body) {
	before := len(g.visible)
	g.depth++
	for n := g.r.IntN(6); n > 0 && g.budget > 0; n-- {
		g.budget--
		g.step(b)
	}
	g.terminate(b)
	g.depth--
	g.visible = g.visible[:before]
}

func (g *generator) step(b *air.Body) {
	switch k := g.r.IntN(12); {
	case k < 5:
		g.visible = append(g.visible, g.add(b, air.AddWrap, air.U32, g.value(), g.value()))
	case k < 6:
		g.add(b, air.Store, air.VoidType, g.value(), g.value())
	case k < 8:
		ops := []air.Ref{g.k}
		for range g.r.IntN(12) {
			ops = append(ops, g.value())
		}
		g.visible = append(g.visible, g.add(b, air.Call, air.U32, ops...))
	case k < 10:
		i := g.open(b, air.Block, air.U32)
		g.blocks = append(g.blocks, i)
		g.inBodies(i, 1)
		g.blocks = g.blocks[:len(g.blocks)-1]
		g.endBlock(b, i)
	default:
		i := g.open(b, air.Try, air.U32, g.value())
		g.inBodies(i, 1)
		g.visible = append(g.visible, air.InstRef(i))
	}
}

// endBlock makes a block leavable that no br leaves, by a branch with a br in front of its body, so that the enclosing
// body stays reachable.
func (g *generator) endBlock(b *air.Body, i air.Index) {
	if g.left[i] {
		g.visible = append(g.visible, air.InstRef(i))
		return
	}
	body := g.f.Insts[i].Bodies[0]
	cond := g.open(&air.Body{}, air.CondBr, air.NoReturnType, g.k)
	var leave air.Body
	g.jump(&leave, air.Br, i, g.k)
	g.close(cond, leave, body)
	g.close(i, air.Body{cond})
	g.visible = append(g.visible, air.InstRef(i))
}

func (g *generator) inBodies(i air.Index, n int) {
	bodies := make([]air.Body, n)
	for k := range bodies {
		g.body(&bodies[k])
	}
	g.close(i, bodies...)
}

func (g *generator) terminate(b *air.Body) {
	k := g.r.IntN(12)
	if g.depth > 6 || g.budget <= 0 {
		k = 5 + k%7
	}
	switch {
	case k < 2:
		g.inBodies(g.open(b, air.CondBr, air.NoReturnType, g.value()), 2)
	case k < 3:
		g.inBodies(g.open(b, air.SwitchBr, air.NoReturnType, g.value()), 1+g.r.IntN(4))
	case k < 5:
		g.loop(b)
	case k < 8 && len(g.blocks) > 0:
		target := g.blocks[g.r.IntN(len(g.blocks))]
		if g.left == nil {
			g.left = map[air.Index]bool{}
		}
		g.left[target] = true
		g.jump(b, air.Br, target, g.value())
	case k < 11 && len(g.loops) > 0:
		g.again(b, g.loops[g.r.IntN(len(g.loops))])
	default:
		g.add(b, air.Ret, air.NoReturnType, g.value())
	}
}

func (g *generator) again(b *air.Body, target air.Index) {
	if g.f.Insts[target].Tag == air.Loop {
		g.jump(b, air.Repeat, target)
		return
	}
	g.jump(b, air.SwitchDispatch, target, g.value())
}

func (g *generator) loop(b *air.Body) {
	tag, bodies, ops := air.Loop, 1, []air.Ref(nil)
	if g.r.IntN(3) == 0 {
		tag, bodies, ops = air.LoopSwitchBr, 1+g.r.IntN(4), []air.Ref{g.value()}
	}
	i := g.open(b, tag, air.NoReturnType, ops...)
	g.loops = append(g.loops, i)
	g.inBodies(i, bodies)
	g.loops = g.loops[:len(g.loops)-1]
}
