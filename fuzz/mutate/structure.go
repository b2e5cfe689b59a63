package mutate

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
)

// widened are the operations whose result is the low bits of that of a wider type, wherever it is defined.
var widened = []air.Tag{air.Add, air.Sub, air.Mul, air.AddWrap, air.SubWrap, air.MulWrap, air.DivTrunc, air.DivFloor, air.DivExact, air.Rem,
	air.Mod, air.Min, air.Max, air.BitAnd, air.BitOr, air.Xor, air.Not, air.CmpLt, air.CmpLte, air.CmpEq, air.CmpGte, air.CmpGt, air.CmpNeq}

// retype computes the instruction in a wider integer type, or its lanes in wider ones.
func (c *change) retype() bool {
	in := *c.inst()
	narrow := c.f.TypeOf(in.Ops[0])
	lane := narrow
	if narrow.Kind == air.Vector {
		lane = narrow.Elem
	}
	if lane.Kind != air.Int || !narrow.HasBits() {
		return false
	}
	wide := c.wider(lane)
	if narrow.Kind == air.Vector {
		wide = c.m.Types.Vector(narrow.Len, wide)
	}
	in.Ops = slices.Clone(in.Ops)
	for k, r := range in.Ops {
		in.Ops[k] = c.before(air.Inst{Tag: air.IntCast, Type: wide, Ops: []air.Ref{r}})
	}
	if in.Type == narrow {
		in.Type = wide
		in = air.Inst{Tag: air.Trunc, Type: narrow, Ops: []air.Ref{c.before(in)}}
	}
	*c.inst() = in
	return true
}

// maxWide bounds the width of the types that retype draws.
const maxWide = 256

// wider draws an integer type of more bits than t and the same signedness: mostly one that is as wide as registers or less.
func (c *change) wider(t *air.Type) *air.Type {
	most := uint32(64)
	if t.Bits >= most || c.s.Chance(1, 8) {
		most = max(maxWide, t.Bits+1)
	}
	bits := uint32(c.s.Between(int(t.Bits)+1, int(most)))
	for _, common := range []uint32{16, 32, 64, 128} {
		if t.Bits < common && common <= most && c.s.Chance(1, 3) {
			bits = common
			break
		}
	}
	return c.m.Types.Int(t.Signed, bits)
}

// pressure keeps values alive during the instruction, more than there are registers now and then, and traps if one of them has
// changed afterwards.
func (c *change) pressure() bool {
	in := c.inst()
	if slices.Contains(bound, in.Tag) || in.Tag.IsTerminator() || c.at+1 == len(*c.body) {
		return false
	}
	held, word := air.U64, air.U64
	switch {
	case c.s.Bool():
		held = air.F64
	case in.Type.Kind == air.Int && in.Type.HasBits() && in.Type.Bits <= 64:
		held, word = in.Type, in.Type
	}
	values := make([]air.Ref, c.s.Between(4, 24))
	want := uint64(0)
	for k := range values {
		a, b := gen.Extend(word, c.s.Uint64()), gen.Extend(word, c.s.Uint64())
		want ^= uint64(a + b)
		values[k] = c.before(air.Inst{Tag: air.AddWrap, Type: word, Ops: []air.Ref{c.f.AddConst(air.NewInt(word, a)), c.f.AddConst(air.NewInt(word, b))}})
		if held != word {
			values[k] = c.before(air.Inst{Tag: air.Bitcast, Type: held, Ops: []air.Ref{values[k]}})
		}
	}
	c.at++
	c.holdsStill(values, word, gen.Extend(word, want))
	return true
}

// holdsStill adds what traps, in front of the instruction of the change, if the exclusive or of the values is not that.
func (c *change) holdsStill(values []air.Ref, word *air.Type, want int64) {
	sum := c.f.AddConst(air.NewInt(word, 0))
	for _, v := range values {
		if c.f.TypeOf(v) != word {
			v = c.before(air.Inst{Tag: air.Bitcast, Type: word, Ops: []air.Ref{v}})
		}
		sum = c.before(air.Inst{Tag: air.Xor, Type: word, Ops: []air.Ref{sum, v}})
	}
	same := c.before(air.Inst{Tag: air.CmpEq, Type: air.BoolType, Ops: []air.Ref{sum, c.f.AddConst(air.NewInt(word, want))}})
	block, _ := c.before(air.Inst{Tag: air.Block, Type: air.VoidType}).Inst()
	leave := c.add(air.Inst{Tag: air.Br, Type: air.NoReturnType, N: uint32(block), Ops: []air.Ref{c.f.AddConst(air.VoidConst)}})
	trap := c.add(air.Inst{Tag: air.Trap, Type: air.NoReturnType})
	branch := c.add(air.Inst{Tag: air.CondBr, Type: air.NoReturnType, Ops: []air.Ref{same}, Bodies: []air.Body{{leave}, {trap}}})
	c.f.Insts[block].Bodies = []air.Body{{branch}}
}
