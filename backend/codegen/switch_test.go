package codegen_test

import (
	"fmt"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
)

// TestSwitch compares dense and sparse switches with items and ranges, run once and in a loop.
func TestSwitch(t *testing.T) {
	lists := [][]int64{{0, 1, 2, 3, 4, 5, 6, 7}, {-3, -2, -1, 0, 1, 2, 3}, {10, 12, 14, 16, 18, 20, 22}, {1, 100}, {5},
		{-128, -127, 120, 121, 122, 123, 124, 125, 126, 127}, {40, 41, 43, 44, 47, 50, 53, 54}}
	eachKnob(t, func(t *testing.T, o codegen.Options) {
		for _, it := range []*air.Type{air.I8, air.U8, air.I32, air.U32, air.I64, air.U64, air.IntType(true, 9)} {
			x := newBench(t)
			for n, list := range lists {
				x.switchFunction(fmt.Sprint("switch", n), it, list, air.SwitchBr)
				x.switchFunction(fmt.Sprint("loop", n), it, list, air.LoopSwitchBr)
			}
			x.ready(o)
			for _, f := range x.m.Funcs {
				for v := int64(-131); v <= 131; v++ {
					x.check(f, canonicalValue(it, v))
				}
				for _, v := range boundary(it) {
					x.check(f, v)
				}
			}
			x.ran(500)
		}
	})
}

// canonicalValue returns the value of a type with the low bits of v.
func canonicalValue(t *air.Type, v int64) int64 {
	v <<= 64 - t.Bits
	if t.Signed {
		return v >> (64 - t.Bits)
	}
	return int64(uint64(v) >> (64 - t.Bits))
}

// switchFunction builds a switch that yields a number per case; the last three values of a long list are one range. In
// a loop the first case continues with another value.
func (x *bench) switchFunction(name string, t *air.Type, list []int64, tag air.Tag) {
	var cases []air.SwitchCase
	add := func(c air.SwitchCase) { cases = append(cases, c) }
	seen := map[int64]bool{}
	var values []int64
	for _, v := range list {
		if v = canonicalValue(t, v); !seen[v] {
			seen[v] = true
			values = append(values, v)
		}
	}
	end := len(values)
	if end > 5 && values[end-1] > values[end-3] && values[end-3] > 0 {
		end -= 3
		add(air.SwitchCase{Ranges: [][2]*air.Value{{air.NewInt(t, values[end]), air.NewInt(t, values[end+2])}}})
	}
	for n := 0; n < end; n += 2 {
		c := air.SwitchCase{Items: []*air.Value{air.NewInt(t, values[n])}}
		if n+1 < end {
			c.Items = append(c.Items, air.NewInt(t, values[n+1]))
		}
		add(c)
	}
	x.b.Begin(name, x.m.Types.Fn(air.U32, t))
	v := x.b.Arg(0)
	if tag == air.SwitchBr {
		x.b.Switch(v, cases, func(n int) { x.b.Ret(x.b.Int(air.U32, int64(n+1))) })
		x.b.End()
		return
	}
	x.b.LoopSwitch(tag, v, cases, func(target air.Index, n int) {
		if n == 0 && len(cases) > 1 {
			x.b.Dispatch(target, x.b.Const(cases[1].Items[0]))
			return
		}
		x.b.Ret(x.b.Int(air.U32, int64(n+1)))
	})
	x.b.End()
}
