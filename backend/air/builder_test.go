package air_test

import (
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// TestBuilderAgreesWithParser checks that what a Builder makes verifies and is numbered as in its text.
func TestBuilderAgreesWithParser(t *testing.T) {
	m := air.NewModule()
	b := air.NewBuilder(m)
	buildMixed(b, "mixed")
	buildControl(b)
	if err := air.Verify(m); err != nil {
		t.Fatalf("%v in\n%s", err, air.Print(m))
	}
	text := string(air.Print(m))
	again, err := air.Parse("printed", []byte(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if got := string(air.Print(again)); got != text {
		t.Errorf("built\n%s\nparsed\n%s", text, got)
	}
}

// buildControl uses every helper for control flow.
func buildControl(b *air.Builder) {
	m := b.Module
	set := m.Types.ErrorSet([]air.ErrorMember{{Name: "Lost", Value: 1}})
	union := m.Types.ErrorUnion(set, air.U8)
	ext := b.Extern("ext", m.Types.Fn(union, air.U8))
	b.Begin("control", m.Types.Fn(union, air.U8, m.Types.Pointer(union)))
	x, pointer := b.Arg(0), b.Arg(1)
	fromCall := b.Try(b.Call(b.FuncRef(ext), x), func() { b.Ret(b.Load(pointer)) })
	b.TryPtr(m.Types.Pointer(air.U8), pointer, func() { b.Ret(b.Load(pointer)) })
	cases := []air.SwitchCase{
		{Items: []*air.Value{air.NewInt(air.U8, 1), air.NewInt(air.U8, 255)}},
		{Ranges: [][2]*air.Value{{air.NewInt(air.U8, 3), air.NewInt(air.U8, 5)}}},
	}
	chosen := b.Block(air.U8, func(block air.Index) {
		b.Switch(fromCall, cases, func(i int) { b.Br(block, b.Int(air.U8, int64(i))) })
	})
	b.LoopSwitch(air.LoopSwitchBr, chosen, cases[:1], func(target air.Index, i int) {
		if i == 0 {
			b.Dispatch(target, b.Undef(air.U8))
		} else {
			b.Unreach()
		}
	})
	b.End()
}

func TestBuilderInternsConstants(t *testing.T) {
	m := air.NewModule()
	b := air.NewBuilder(m)
	f := b.Begin("f", m.Types.Fn(air.VoidType))
	pairs := [][2]air.Ref{
		{b.Int(air.U8, 7), b.Const(air.NewInt(air.U8, 7))},
		{b.Bool(true), b.Int(air.BoolType, 1)},
		{b.Undef(air.U8), b.Undef(air.U8)},
		{b.Void(), b.Void()},
		{b.Address(m.Types.Pointer(air.U8), "g", 4), b.Address(m.Types.Pointer(air.U8), "g", 4)},
	}
	for i, p := range pairs {
		if p[0] != p[1] {
			t.Errorf("pair %d: %d and %d", i, p[0], p[1])
		}
	}
	if len(f.Consts) != len(pairs) {
		t.Errorf("%d constants, want %d", len(f.Consts), len(pairs))
	}
	for i, other := range []air.Ref{b.Int(air.I8, 7), b.Int(air.U8, 8), b.Address(m.Types.Pointer(air.U8), "g", 5)} {
		if len(f.Consts) != len(pairs)+3 && i == 2 {
			t.Errorf("%d constants, want %d", len(f.Consts), len(pairs)+3)
		}
		for _, p := range pairs {
			if other == p[0] {
				t.Errorf("constant %d is one of the others", i)
			}
		}
	}
}

func TestBuilderTerminated(t *testing.T) {
	m := air.NewModule()
	b := air.NewBuilder(m)
	b.Begin("f", m.Types.Fn(air.VoidType))
	if b.Terminated() {
		t.Error("an empty function is terminated")
	}
	b.Block(air.VoidType, func(block air.Index) {
		if b.Terminated() {
			t.Error("an empty block is terminated")
		}
		b.Br(block, b.Void())
		if !b.Terminated() {
			t.Error("br does not terminate")
		}
	})
	if b.Terminated() {
		t.Error("a block of void terminates")
	}
	b.Ret(b.Void())
	if !b.Terminated() {
		t.Error("ret does not terminate")
	}
	b.End()
}

// TestBuilderPanics checks that a broken protocol is a panic that names it.
func TestBuilderPanics(t *testing.T) {
	for _, c := range []struct {
		want string
		do   func(*air.Builder)
	}{
		{"Builder.Begin before the End of f", func(b *air.Builder) { b.Begin("g", b.Func.Type) }},
		{"Builder.End inside func @f, %0: loop", func(b *air.Builder) { b.Open(air.Loop, nil, nil); b.End() }},
		{"the result type of trunc must be given", func(b *air.Builder) { b.Inst(air.Trunc, nil, b.Int(air.U8, 1)) }},
	} {
		func() {
			defer func() {
				if got, _ := recover().(string); !strings.Contains(got, c.want) {
					t.Errorf("panic %q, want %q", got, c.want)
				}
			}()
			m := air.NewModule()
			b := air.NewBuilder(m)
			b.Begin("f", m.Types.Fn(air.VoidType))
			c.do(b)
		}()
	}
}
