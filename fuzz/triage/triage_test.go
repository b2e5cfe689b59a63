package triage

import (
	"strings"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

func entry(t *testing.T, text string) *corpus.Entry {
	t.Helper()
	e, err := corpus.Parse("test.txtar", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

const program = "\n-- air --\nfn @half(i9) i9 {\n  %0 = arg(i9, 0)\n  %1 = div_floor(%0, <i9, 2>)\n  %2 = ret(%1)\n}\n-- run --\n"

func TestReplay(t *testing.T) {
	tests := []struct{ name, head, run, want string }{
		{"agrees", "expect: agree\n", "@half(-3) == -2\n", ""},
		{"a wrong line", "expect: agree\n", "@half(-3) == -1\n", "@half(-3)"},
		{"a known issue that ended", "expect: diverge value/result/div_floor.i9/arith.div_floor/register\nissue: x\nexpires: 2999-01-01\n", "@half(-3) == -2\n", "no longer diverges"},
		{"options", "expect: agree\noptions: registers=7 spill-all\n", "@half(255) == 127\n", ""},
		{"unknown options", "expect: agree\noptions: turbo\n", "@half(255) == 127\n", "turbo"},
	}
	k := diff.NewChecker(diff.Config{})
	for _, test := range tests {
		err := Replay(k, entry(t, test.head+program+test.run), time.Now()).Err
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s: %v", test.name, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s: error %v, want one with %q", test.name, err, test.want)
		}
	}
}

func TestExpired(t *testing.T) {
	e := &corpus.Entry{Expires: "2030-05-01"}
	for day, want := range map[string]bool{"2030-04-30": false, "2030-05-01": true, "2030-05-02": true} {
		today, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := Expired(e, today); got != want {
			t.Errorf("on %s: %v, want %v", day, got, want)
		}
	}
}

// Entries made of generated cases replay, and say what the evaluator said.
func TestEntriesReplay(t *testing.T) {
	g, k := gen.New(gen.Config{}), diff.NewChecker(diff.Config{})
	for seed := range uint64(60) {
		made := g.Case(source.New(seed))
		c := &diff.Case{Module: made.Module, Runs: made.Runs}
		e := Entry(k, c, diff.Signature{Oracle: "value", Kind: "result"}, "campaign=0 shard=0 case=0")
		if len(e.Runs) != len(c.Runs) {
			t.Errorf("seed %d: %d run lines of %d runs", seed, len(e.Runs), len(c.Runs))
		}
		back, err := corpus.Parse(e.Name, corpus.Format(e))
		if err != nil {
			t.Fatal(err)
		}
		if r := Replay(k, back, time.Now()); r.Err != nil {
			t.Errorf("seed %d: %v", seed, r.Err)
		}
	}
}

// The constant that a memory layout stands for.
func TestValueOf(t *testing.T) {
	m := air.NewModule()
	pair := m.Types.Tuple(air.U8, air.I16)
	set := m.Types.ErrorSet([]air.ErrorMember{{Name: "A", Value: 1}})
	tests := []struct {
		typ   *air.Type
		bytes []byte
		want  string
	}{
		{air.IntType(true, 7), []byte{0x7f}, "-1"},
		{air.IntType(false, 7), []byte{0x7f}, "127"},
		{air.U64, []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, "18446744073709551615"},
		{air.BoolType, []byte{1}, "true"},
		{m.Types.Optional(air.U8), []byte{5, 0}, "null"},
		{m.Types.Optional(air.U8), []byte{5, 1}, "5"},
		{m.Types.Array(2, air.U8), []byte{1, 2}, ".{ 1, 2 }"},
		{pair, []byte{3, 0, 0xfe, 0xff}, ".{ 3, -2 }"},
		{m.Types.ErrorUnion(set, air.U8), []byte{1, 0, 9, 0}, "error.A"},
		{m.Types.ErrorUnion(set, air.U8), []byte{0, 0, 9, 0}, "9"},
	}
	for _, test := range tests {
		if got := valueOf(test.typ, test.bytes); got == nil || !strings.Contains(got.String(), test.want) {
			t.Errorf("%s of % x is %v, want %s", test.typ, test.bytes, got, test.want)
		}
	}
	if v := valueOf(m.Types.Pointer(air.U8), make([]byte, 8)); v != nil {
		t.Errorf("a pointer was read as %s", v)
	}
}
