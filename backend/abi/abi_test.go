package abi_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// show spells the places of a call: "a0:8 fa0@8:4 | sp+0:8 | a0 result &a0".
func show(c *abi.Call) string {
	var b strings.Builder
	for i := range c.Params {
		showValue(&b, &c.Params[i])
		b.WriteString(" | ")
	}
	b.WriteString("=> ")
	showValue(&b, &c.Result)
	if c.StackSize > 0 {
		fmt.Fprintf(&b, " stack %d", c.StackSize)
	}
	return b.String()
}

func showValue(b *strings.Builder, v *abi.Value) {
	if v.ByRef {
		b.WriteString("&")
	}
	for n, l := range v.Pieces() {
		if n > 0 {
			b.WriteString(" ")
		}
		if l.Kind == abi.Stack {
			fmt.Fprintf(b, "sp+%d", l.Offset)
		} else {
			b.WriteString(l.Reg.String())
		}
		if l.At > 0 {
			fmt.Fprintf(b, "@%d", l.At)
		}
		fmt.Fprintf(b, ":%d", l.Size)
	}
	if len(v.Pieces()) == 0 {
		b.WriteString("-")
	}
}

func TestClassify(t *testing.T) {
	m := air.NewModule()
	extern := func(types ...*air.Type) *air.Type {
		s := m.Types.Define(fmt.Sprint("S", len(m.Types.Named())), air.Struct)
		s.Container = air.Extern
		for n, f := range types {
			s.Fields = append(s.Fields, air.Field{Name: fmt.Sprint("f", n), Type: f})
		}
		return s
	}
	u128 := air.IntType(false, 128)
	six := []*air.Type{air.U64, air.U64, air.U64, air.U64, air.U64, air.U64}
	seven := append(append([]*air.Type{}, six...), air.U64)
	nine := append(append([]*air.Type{}, seven...), air.U8, air.U8)
	floats := []*air.Type{air.F64, air.F64, air.F64, air.F64, air.F64, air.F64, air.F64, air.F64}
	pair := extern(air.F32, air.F32)
	mixed := extern(air.F64, air.I32)
	other := extern(air.I8, air.F32)
	words := extern(air.U64, air.U32)
	large := extern(air.U64, air.U64, air.U8)
	three := extern(air.F32, air.F32, air.F32)
	padded := extern(air.I32, air.F32)
	padded.Fields[1].Align = 16
	nested := extern(extern(air.F32), m.Types.Array(1, air.F64))
	cases := []struct {
		name    string
		c       bool
		result  *air.Type
		params  []*air.Type
		variety []*air.Type // variadic arguments
		want    string
	}{
		{name: "scalars", result: air.U8, params: []*air.Type{air.U8, air.F32, air.U64, air.VoidType}, want: "a0:1 | fa0:4 | a1:8 | - | => a0:1"},
		{name: "stack", result: air.VoidType, params: nine, want: "a0:8 | a1:8 | a2:8 | a3:8 | a4:8 | a5:8 | a6:8 | a7:1 | sp+0:1 | => - stack 8"},
		{name: "auto does not straddle", result: air.U64, params: append(append([]*air.Type{}, seven...), words, air.U8),
			want: "a0:8 | a1:8 | a2:8 | a3:8 | a4:8 | a5:8 | a6:8 | sp+0:8 sp+8@8:8 | sp+16:1 | => a0:8 stack 24"},
		{name: "auto by reference", result: large, params: []*air.Type{large, air.U8}, want: "&a1:8 | a2:1 | => &a0:8"},
		{name: "auto floats", result: air.F64, params: append(append([]*air.Type{}, floats...), air.F32, pair),
			want: "fa0:8 | fa1:8 | fa2:8 | fa3:8 | fa4:8 | fa5:8 | fa6:8 | fa7:8 | sp+0:4 | a0:8 | => fa0:8 stack 8"},
		{name: "c straddles", c: true, result: words, params: append(append([]*air.Type{}, seven...), words),
			want: "a0:8 | a1:8 | a2:8 | a3:8 | a4:8 | a5:8 | a6:8 | a7:8 sp+0@8:8 | => a0:8 a1@8:8 stack 8"},
		{name: "c i128 straddles", c: true, result: u128, params: append(append([]*air.Type{}, seven...), u128, air.U8),
			want: "a0:8 | a1:8 | a2:8 | a3:8 | a4:8 | a5:8 | a6:8 | a7:8 sp+0@8:8 | sp+8:1 | => a0:8 a1@8:8 stack 16"},
		{name: "c i128 aligned on the stack", c: true, result: air.VoidType, params: append(append([]*air.Type{}, nine...), u128),
			want: "a0:8 | a1:8 | a2:8 | a3:8 | a4:8 | a5:8 | a6:8 | a7:1 | sp+0:1 | sp+16:8 sp+24@8:8 | => - stack 32"},
		{name: "c floats flattened", c: true, result: pair, params: []*air.Type{pair, mixed, other, nested},
			want: "fa0:4 fa1@4:4 | fa2:8 a0@8:4 | a1:1 fa3@4:4 | fa4:4 fa5@8:8 | => fa0:4 fa1@4:4"},
		{name: "c three floats are words", c: true, result: three, params: []*air.Type{three}, want: "a0:8 a1@8:4 | => a0:8 a1@8:4"},
		{name: "c floats go on in integer registers", c: true, result: air.F32, params: append(append([]*air.Type{}, floats...), air.F32),
			want: "fa0:8 | fa1:8 | fa2:8 | fa3:8 | fa4:8 | fa5:8 | fa6:8 | fa7:8 | a0:4 | => fa0:4"},
		{name: "c by reference", c: true, result: large, params: []*air.Type{air.U8, large}, want: "a1:1 | &a2:8 | => &a0:8"},
		{name: "c padded floats", c: true, result: padded, params: []*air.Type{padded}, want: "a0:4 fa0@16:4 | => a0:4 fa0@16:4"},
		{name: "c address and float", c: true, result: air.VoidType, params: []*air.Type{extern(m.Types.Pointer(air.U8), air.F32)},
			want: "a0:8 a1@8:8 | => -"},
		{name: "c halves", c: true, result: air.F16, params: append(append([]*air.Type{}, floats[1:]...), extern(air.F16, air.I8), air.F16),
			want: "fa0:8 | fa1:8 | fa2:8 | fa3:8 | fa4:8 | fa5:8 | fa6:8 | fa7:2 a0@2:1 | a1:2 | => fa0:2"},
		{name: "variadic", c: true, result: air.I32, params: []*air.Type{air.U64}, variety: []*air.Type{u128, air.F64, air.U8},
			want: "a0:8 | a2:8 a3@8:8 | a4:8 | a5:1 | => a0:4"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			fn := m.Types.FnOf(air.Type{Elem: c.result, Params: c.params, CallC: c.c, VarArgs: c.variety != nil})
			call := abi.ClassifyCall(fn, c.variety)
			if got := show(call); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestSets(t *testing.T) {
	if abi.CalleeSaved&abi.CallerSaved != 0 {
		t.Error("a register is both callee-saved and caller-saved")
	}
	all := abi.CalleeSaved | abi.CallerSaved | abi.Of(isa.Zero, isa.SP, isa.GP, isa.TP)
	if all != ^abi.Set(0) {
		t.Errorf("registers %#x are in no set", ^all)
	}
	for _, r := range []isa.Reg{isa.Zero, isa.RA, isa.SP, isa.GP, isa.TP, isa.S0, isa.T6} {
		if abi.Allocatable.Has(r) {
			t.Errorf("%s is allocatable", r)
		}
	}
	for n := range 40 {
		s := abi.Limited(n)
		ints, floats := count(s&abi.Integers), count(s&abi.Floats)
		want := max(n, abi.MinLimit)
		if n == 0 || n >= 25 {
			want = 25
		}
		if ints != want || floats < min(want, 25) || s&^abi.Allocatable != 0 {
			t.Errorf("Limited(%d) has %d integer and %d floating-point registers", n, ints, floats)
		}
		if s&abi.Integers&abi.CalleeSaved == 0 || s&abi.Integers&abi.CallerSaved == 0 {
			t.Errorf("Limited(%d) lacks a kind of register", n)
		}
	}
}

func count(s abi.Set) int {
	n := 0
	for ; s != 0; s &= s - 1 {
		n++
	}
	return n
}
