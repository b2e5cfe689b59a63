package diff

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/eval"
)

func parse(t *testing.T, text string) *air.Module {
	t.Helper()
	m, err := air.Parse("test", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const sumText = `var @total: u32 = 7

fn @sum(i7, i7) i7 {
  %0 = arg(i7, 0)
  %1 = arg(i7, 1)
  %2 = add_wrap(%0, %1)
  %3 = xor(%2, %0)
  %4 = store(<*u32, @total>, <u32, 9>)
  %5 = ret(%3)
}
`

func sumCase(t *testing.T) *Case {
	m := parse(t, sumText)
	args := []*air.Value{air.NewInt(air.IntType(true, 7), 60), air.NewInt(air.IntType(true, 7), 5)}
	return &Case{Module: m, Runs: []gen.Run{{Func: "sum", Args: args}}}
}

func TestAgreement(t *testing.T) {
	v := NewChecker(Config{Self: true}).Check(sumCase(t))
	if v.Divergence != nil || v.Discarded != "" || v.Endings[oracle.Returned] != 1 {
		t.Errorf("verdict %+v", v)
	}
}

func TestDiscards(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"illegal", "fn @sum(i7, i7) i7 {\n  %0 = arg(i7, 0)\n  %1 = arg(i7, 1)\n  %2 = add(%0, %1)\n  %3 = ret(%2)\n}\n", "illegal"},
		{"rejected", "fn @sum(i7, i7) i7 {\n  %0 = arg(i7, 0)\n  %1 = ret(<i8, 0>)\n}\n", "rejected"},
		{"a large frame", `fn @sum(i7, i7) i7 {
  %0 = arg(i7, 0)
  %1 = alloc(*[9437184]u8)
  %2 = bitcast(*i7, %1)
  %3 = store(%2, %0)
  %4 = ret(%0)
}
`, OutOfStack},
		{"endless", "fn @sum(i7, i7) i7 {\n  %0 = loop({\n    %1 = repeat(%0)\n  })\n}\n", "out of steps"},
	}
	k := NewChecker(Config{Steps: 2_000_000})
	for _, test := range tests {
		c := sumCase(t)
		c.Module = parse(t, test.text)
		if v := k.Check(c); !strings.Contains(v.Discarded, test.want) || v.Divergence != nil {
			t.Errorf("%s: %+v", test.name, v)
		}
	}
}

// tamper checks a case whose image was changed after it was compiled.
func tamper(t *testing.T, c *Case, change func(*backend.Image)) Divergence {
	t.Helper()
	k := NewChecker(Config{})
	k.damage = change
	v := k.Check(c)
	if v.Divergence == nil {
		t.Fatalf("the change was not noticed: %+v", v)
	}
	return *v.Divergence
}

// replaceWord changes the first instruction of a function that is accepted.
func replaceWord(t *testing.T, image *backend.Image, accept func(word uint32) bool, by func(uint32) uint32) {
	t.Helper()
	code, _ := image.Bytes(image.Funcs[0].Addr, image.Funcs[0].Size)
	for at := 0; at+4 <= len(code); at += 4 {
		if word := binary.LittleEndian.Uint32(code[at:]); accept(word) {
			binary.LittleEndian.PutUint32(code[at:], by(word))
			return
		}
	}
	t.Fatal("there is no such instruction to change")
}

func opcode(opcode, funct3 uint32) func(uint32) bool {
	return func(w uint32) bool { return w&0x7f == opcode && w>>12&7 == funct3 }
}

// TestFirstDivergenceIsNamed checks that a wrong value is traced to the instruction that made it, not to where it
// shows.
func TestFirstDivergenceIsNamed(t *testing.T) {
	d := tamper(t, sumCase(t), func(image *backend.Image) {
		replaceWord(t, image, opcode(0x33, 0), func(w uint32) uint32 { return w ^ 1<<30 }) // add becomes sub
	})
	want := Signature{Oracle: "value", Kind: "result", Tag: "add_wrap.i7", Site: "arith.add_wrap", Slot: "register"}
	if d.Signature != want {
		t.Errorf("signature %s, want %s", d.Signature, want)
	}
	for _, part := range []string{"%2 = add_wrap(%0, %1)", "evaluator -63", "holds 55"} {
		if !strings.Contains(d.Detail, part) {
			t.Errorf("the detail does not say %q:\n%s", part, d.Detail)
		}
	}
}

const saturateText = `fn @f(i7, i7) i7 {
  %0 = arg(i7, 0)
  %1 = arg(i7, 1)
  %2 = mul_sat(%0, %1)
  %3 = bit_and(%2, <i7, 63>)
  %4 = ret(%3)
}
`

// TestLabelsOfALowering checks that an instruction whose code ends with a label of its own is blamed, not its first
// user.
func TestLabelsOfALowering(t *testing.T) {
	args := []*air.Value{air.NewInt(air.IntType(true, 7), 3), air.NewInt(air.IntType(true, 7), 5)}
	c := &Case{Module: parse(t, saturateText), Runs: []gen.Run{{Func: "f", Args: args}}}
	d := tamper(t, c, func(image *backend.Image) {
		replaceWord(t, image, func(w uint32) bool { return w&0xfe00707f == 0x02000033 }, func(w uint32) uint32 { return w &^ (1 << 25) }) // mul becomes add
	})
	want := Signature{Oracle: "value", Kind: "result", Tag: "mul_sat.i7", Site: "sat.mul_sat", Slot: "register"}
	if d.Signature != want {
		t.Errorf("signature %s, want %s\n%s", d.Signature, want, d.Detail)
	}
}

// TestOwnAddresses checks which addresses differ between two executions.
func TestOwnAddresses(t *testing.T) {
	tests := []struct {
		name      string
		want, got uint64
		differ    bool
	}{
		{"a global", 0x11000, 0x11000, false},
		{"a wrong global", 0x11000, 0x11008, true},
		{"a global and a local", 0x11000, stackTop - 16, true},
		{"two locals", eval.StackBase + 32, stackTop - 16, false},
		{"a local and a global", eval.StackBase + 32, 0x11000, true},
		{"a string", 1 << 46, 0x12000, false},
	}
	for _, test := range tests {
		want := step{bytes: binary.LittleEndian.AppendUint64(nil, test.want)}
		got := step{bytes: binary.LittleEndian.AppendUint64(nil, test.got)}
		if differ(&want, &got, ownAddress) != test.differ {
			t.Errorf("%s: %#x and %#x: want a difference: %v", test.name, test.want, test.got, test.differ)
		}
	}
}

// TestDirtyValueIsFound checks that a value that is right in its low bits but not canonical is a finding too.
func TestDirtyValueIsFound(t *testing.T) {
	d := tamper(t, sumCase(t), func(image *backend.Image) {
		replaceWord(t, image, opcode(0x13, 5), func(w uint32) uint32 { return w &^ (1 << 30) }) // srai becomes srli
	})
	if want := (Signature{Oracle: "state", Kind: "not-canonical", Tag: "add_wrap.i7", Site: "arith.add_wrap"}); d.Signature != want {
		t.Errorf("signature %s, want %s", d.Signature, want)
	}
}

func TestWrongGlobalIsFound(t *testing.T) {
	d := tamper(t, sumCase(t), func(image *backend.Image) {
		replaceWord(t, image, opcode(0x23, 2), func(w uint32) uint32 { return w&^0x7000 | 0x1000 }) // sw becomes sh
		for i := range image.Segments {
			if image.Segments[i].Name == ".data" {
				image.Segments[i].Data[3] = 1
			}
		}
	})
	if d.Signature.Oracle != "value" || d.Signature.Kind != "global" || !strings.Contains(d.Detail, "@total") {
		t.Errorf("%s: %s", d.Signature, d.Detail)
	}
}

func TestUnknownWordIsFound(t *testing.T) {
	d := tamper(t, sumCase(t), func(image *backend.Image) {
		replaceWord(t, image, opcode(0x33, 0), func(uint32) uint32 { return 0xffffffff })
	})
	if d.Signature.Oracle != "encode" || d.Signature.Kind != "word" {
		t.Errorf("%s: %s", d.Signature, d.Detail)
	}
}

// TestPanicIsFound checks that a panic of ours is a divergence that names the stage.
func TestPanicIsFound(t *testing.T) {
	v := NewChecker(Config{}).Check(&Case{}) // a case without a module
	if v.Divergence == nil || v.Divergence.Signature.Kind != "panic" || v.Divergence.Signature.Site != "verify" {
		t.Errorf("%+v", v)
	}
}

func TestSignatureText(t *testing.T) {
	for _, s := range []Signature{
		{"value", "result", "shr.i7", "arith.shr", "register"},
		{"self", "panic", "", "compile", ""},
	} {
		got, err := ParseSignature(s.String())
		if err != nil || got != s {
			t.Errorf("%s reads back as %v, %v", s, got, err)
		}
	}
	if _, err := ParseSignature("value/result"); err == nil {
		t.Error("a signature of two parts was accepted")
	}
}

func TestBucket(t *testing.T) {
	tests := []struct{ signature, bucket string }{
		{"value/result/shr.i7/arith.shr/register", "wrong-value/shr/arith.shr"},
		{"value/global/shr.u33/arith.shr/memory", "wrong-value/shr/arith.shr"},
		{"value/result/int_from_float_optimized_safe.u8/float.int_from_float_optimized_safe/register", "wrong-value/int_from_float/float.int_from_float"},
		{"state/undefined-branch/shr.i7/arith.shr/register", "wrong-value/shr/arith.shr"},
		{"value/ending/cond_br.bool/-/control", "wrong-value/cond_br/-"},
		{"value/global/store.i31/memory.store/-", "wrong-value/store/memory.store"},
		{"value/result/shl.i7/arith.shl/register", "wrong-value/shl/arith.shl"},
		{"state/not-canonical/shr.i7/arith.shr/-", "wrong-value/shr/arith.shr"},
		{"state/callee-saved/shr.i7/arith.shr/-", "state-callee-saved/shr/arith.shr"},
		{"state/store-misaligned/store.u32/memory.store/-", "state-address/store/memory.store"},
		{"state/undefined-address/-/-/-", "state-address/-/-"},
		{"value/result/-/-/-", "value-result/-/-"},
		{"self/panic/codegen-a-rule/compile/-", "self-panic/codegen-a-rule/compile"},
		{"encode/word/add.i8/arith.add/R", "encode-word/R/-"},
		{"encode/word/add.i8/arith.add/-", "encode-word/add/arith.add"},
	}
	for _, test := range tests {
		s, err := ParseSignature(test.signature)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Bucket(); got != test.bucket {
			t.Errorf("%s is in bucket %s, want %s", test.signature, got, test.bucket)
		}
	}
}

// TestLoopBehindAnInstruction checks that an instruction is blamed whose record control bypasses: a loop begins behind
// it.
func TestLoopBehindAnInstruction(t *testing.T) {
	c := &Case{Runs: []gen.Run{{Func: "f", Args: []*air.Value{air.NewInt(air.U8, 200)}}}, Module: parse(t, `fn @f(u8) u8 {
  %0 = arg(u8, 0)
  %1 = add_wrap(%0, <u8, 7>)
  %2 = alloc(*u8)
  %3 = store(%2, <u8, 3>)
  %4 = add_wrap(%0, %1)
  %5 = block(void, {
    %6 = loop({
      %7 = load(u8, %2)
      %8 = sub_wrap(%7, <u8, 1>)
      %9 = store(%2, %8)
      %10 = cmp_eq(%8, <u8, 0>)
      %11 = cond_br(%10, {
        %12 = br(%5, {})
      }, {
        %13 = repeat(%6)
      })
    })
  })
  %14 = xor(%4, %1)
  %15 = ret(%14)
}
`)}
	d := tamper(t, c, func(image *backend.Image) {
		replaceWord(t, image, opcode(0x33, 0), func(w uint32) uint32 { return w ^ 1<<30 }) // add becomes sub
	})
	want := Signature{Oracle: "value", Kind: "result", Tag: "add_wrap.u8", Site: d.Signature.Site, Slot: "register"}
	if d.Signature != want || !strings.Contains(d.Detail, "%4 = add_wrap(%0, %1)") {
		t.Errorf("signature %s, want %s\n%s", d.Signature, want, d.Detail)
	}
}

// TestCanonical checks the extension of scalars at both ends of the range.
func TestCanonical(t *testing.T) {
	tests := []struct {
		signed bool
		bits   uint32
		in     uint64
		want   uint64
	}{
		{true, 7, 0x40, 0xffffffffffffffc0}, {true, 7, 0x3f, 0x3f}, {false, 7, 0xff, 0x7f},
		{false, 32, 0x80000000, 0xffffffff80000000}, {false, 32, 0x7fffffff, 0x7fffffff},
		{true, 33, 1 << 32, 0xffffffff00000000}, {false, 33, 1 << 32, 1 << 32},
		{false, 31, 0x7fffffff, 0x7fffffff}, {true, 1, 1, ^uint64(0)}, {false, 64, 1 << 63, 1 << 63},
	}
	for _, test := range tests {
		if got := canonical(test.in, air.IntType(test.signed, test.bits)); got != test.want {
			t.Errorf("canonical(%#x) of width %d signed %v is %#x, want %#x", test.in, test.bits, test.signed, got, test.want)
		}
	}
}
