package diff

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
)

// flip returns a change of bits of a word.
func flip(bits uint32) func(uint32) uint32 { return func(w uint32) uint32 { return w ^ bits } }

// becomes returns a change to a word.
func becomes(word uint32) func(uint32) uint32 { return func(uint32) uint32 { return word } }

// explained has a kind of divergence that the code of a program with a changed instruction shows, and what its
// explanation says besides the signature.
var explained = []struct {
	name, program, call string
	args                []int64
	old                 func(uint32) bool
	change              func(uint32) uint32
	signature           string
	says                []string
}{
	{"result", sumText, "sum", []int64{60, 5}, opcode(0x33, 0), flip(1 << 30), "value/result/add_wrap.i7/",
		[]string{"run 0, @sum(60, 5): result", "culprit: %2 = add_wrap(%0, %1) of @sum, type i7", "evaluator    -63 (0x41)", "code         55 (0x37)",
			"lowering     backend/codegen/arith.go:", ">    %2 = add_wrap(%0, %1)  ; -63 (0x41)", "; 60 (0x3c)", "=0x3c", "->", "as they were executed"}},
	{"vector in memory", `fn @f(u16) u16 {
  %0 = arg(u16, 0)
  %1 = splat(@Vector(3, u16), %0)
  %2 = add_wrap(%1, %1)
  %3 = reduce(%2, add)
  %4 = ret(%3)
}
`, "f", []int64{7}, opcode(0x33, 0), flip(1 << 30), "value/result/add_wrap.vector/",
		[]string{"[0]  u16", "14 (0x000e)", "0 (0x0000)", "byte 0 of the value of %2 was stored by s", "for %2 = add_wrap", "stored by s"}},
	{"load", `fn @f(u16) u16 {
  %0 = arg(u16, 0)
  %1 = alloc(*volatile u16)
  %2 = store(%1, %0)
  %3 = load(u16, %1)
  %4 = ret(%3)
}
`, "f", []int64{0x1234}, opcode(0x03, 5), flip(1 << 12), "value/result/load.u16/",
		[]string{"stored by sh a0,", "for %2 = store(%1, %0)", "[0x70", "4660 (0x1234)"}},
	{"global", "var @g: u32 = 7\n\nfn @f() void {\n  %0 = store(<*u32, @g>, <u32, 9>)\n  %1 = ret(<void, {}>)\n}\n", "f", nil, func(w uint32) bool { return w>>12 == 9<<8|w>>12&0xff && w&0x7f == 0x13 },
		flip(1 << 20), "value/global/store.u32/", []string{"culprit: %0 = store(", "@g at 0x", "evaluator    9 (0x00000009)", "code         8 (0x00000008)",
			"byte 0 of @g was stored by sw"}},
	{"branch", `fn @f(u8) u8 {
  %0 = arg(u8, 0)
  %1 = cmp_lt(%0, <u8, 9>)
  %2 = cond_br(%1, {
    %3 = mul_wrap(%0, %0)
    %4 = ret(%3)
  }, {
    %5 = xor(%0, <u8, 1>)
    %6 = ret(%5)
  })
}
`, "f", []int64{3}, func(w uint32) bool { return w&0x7f == 0x63 }, flip(1 << 12), "value/result/cond_br.bool/-/control",
		[]string{"culprit: %2 = cond_br(%1", "evaluator    goes on with %3", "code         goes on with %5", ">    %2 = cond_br"}},
	{"memory", `fn @f(u32) u32 {
  %0 = arg(u32, 0)
  %1 = alloc(*volatile u32)
  %2 = store(%1, %0)
  %3 = load(u32, %1)
  %4 = ret(%3)
}
`, "f", []int64{3}, opcode(0x23, 2), flip(2 << 15), "state/", []string{"culprit: %2 = store(%1, %0)", "stopped here"}},
	{"not canonical", sumText, "sum", []int64{60, 5}, opcode(0x13, 5), flip(1 << 30), "state/not-canonical/add_wrap.i7/",
		[]string{"culprit: %2 = add_wrap", "which holds 0x0000000000000041 and not 0xffffffffffffffc1", "stopped here"}},
	{"callee-saved", sumText, "sum", []int64{60, 5}, opcode(0x33, 0), func(w uint32) uint32 { return w&^(31<<7) | 9<<7 }, "state/callee-saved/",
		[]string{"add s1,", "s1=0x"}},
	{"word", sumText, "sum", []int64{60, 5}, opcode(0x33, 0), becomes(0xffffffff), "encode/word/", []string{"none of which was executed", "ffffffff", "culprit: %2"}},
	{"target", sumText, "sum", []int64{60, 5}, opcode(0x33, 0), becomes(0x0ac5c533), "encode/target/", []string{"min a0,a1,a2", "the target has no min", "culprit: %2"}},
	{"ending", sumText, "sum", []int64{60, 5}, opcode(0x33, 0), becomes(0xc0001073), "value/ending/", []string{"illegal-instruction", "csrrw zero", "culprit: %2 = add_wrap", "stopped here"}},
	{"steps", sumText, "sum", []int64{60, 5}, opcode(0x33, 0), becomes(0x0000006f), "value/steps/", []string{"no end after", "jal zero,0"}},
	{"jump", sumText, "sum", []int64{60, 5}, opcode(0x33, 0), becomes(0x00050067), "state/", []string{"jalr zero,0(a0)"}},
}

// TestExplain checks that every kind of divergence is explained with its facts, and that the text can be made of the
// JSON form.
func TestExplain(t *testing.T) {
	for _, test := range explained {
		t.Run(test.name, func(t *testing.T) {
			c := &Case{Module: parse(t, test.program), Runs: []gen.Run{{Func: test.call}}}
			for i, a := range test.args {
				c.Runs[0].Args = append(c.Runs[0].Args, air.NewInt(c.Module.Func(test.call).Type.Params[i], a))
			}
			k := NewChecker(Config{})
			k.damage = func(image *backend.Image) { replaceWord(t, image, test.old, test.change) }
			checkExplanation(t, k.Explain(c), test.signature, test.says)
		})
	}
}

func checkExplanation(t *testing.T, x *Explanation, signature string, says []string) {
	t.Helper()
	text := x.String()
	for _, part := range append(says, x.Bucket[:0], x.Signature) {
		if !strings.Contains(text, part) {
			t.Errorf("the explanation does not say %q", part)
		}
	}
	if x.Conclusion != Diverges || !strings.HasPrefix(x.Signature, signature) || len(x.Notes) > 0 {
		t.Errorf("%s %s, want %s; notes %q", x.Conclusion, x.Signature, signature, x.Notes)
	}
	data, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	var again Explanation
	if err := json.Unmarshal(data, &again); err != nil || again.String() != text {
		t.Errorf("read back from JSON (%v):\n%s", err, &again)
	}
	if t.Failed() || testing.Verbose() {
		t.Logf("\n%s", text)
	}
}

// TestExplainBroken checks what is explained of stages that break.
func TestExplainBroken(t *testing.T) {
	c := sumCase(t)
	self := Signature{Oracle: "self", Kind: "hang", Site: "codegen"}
	tests := []struct {
		name, signature string
		x               *Explanation
		says            []string
	}{
		{"a panic of a stage", "self/panic/", NewChecker(Config{}).Explain(&Case{}), []string{"panic: ", "stack, innermost call first", "backend/air/"}},
		{"a panic that names an instruction", "self/hang/", Broke(c, self, "panic: codegen: func @sum, %2: add_wrap: a rule"), []string{">    %2 = add_wrap"}},
		{"a dead worker", "self/hang/", Broke(c, self, "the worker died: hang in codegen\n\ngoroutine 1 [running]:\n"+
			"github.com/rvfuzz/rvfuzz/backend/codegen.(*function).sat(0xc000)\n\t/somewhere/backend/codegen/sat.go:17 +0x1d\n"+
			"github.com/rvfuzz/rvfuzz/fuzz/diff.(*Checker).Check(0xc000)\n\t/somewhere/fuzz/diff/diff.go:90 +0x1d\n"),
			[]string{"died: hang", "backend/codegen/sat.go:17  backend/codegen.(*function).sat", "fn @sum(i7, i7) i7 {"}},
		{"a dead worker without a program", "self/hang/", Broke(nil, self, "the worker died: hang"), []string{"died: hang"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { checkExplanation(t, test.x, test.signature, test.says) })
	}
}

// TestNothingToExplain checks what is said of cases without a divergence.
func TestNothingToExplain(t *testing.T) {
	c := sumCase(t)
	if x := NewChecker(Config{}).Explain(c); x.Conclusion != Agrees || x.String() != "all oracles agree\n" {
		t.Errorf("%s", x)
	}
	c.Module = parse(t, "fn @sum(i7, i7) i7 {\n  %0 = arg(i7, 0)\n  %1 = ret(<i8, 0>)\n}\n")
	if x := NewChecker(Config{}).Explain(c); x.Conclusion != Discarded || !strings.Contains(x.String(), "rejected") {
		t.Errorf("%s", x)
	}
}
