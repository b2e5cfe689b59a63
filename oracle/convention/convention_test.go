package convention_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle/convention"
)

const types = `
const None = extern struct {
}

const FF = extern struct {
    a: f32,
    b: f32,
}

const HH = extern struct {
    a: f16,
    b: f16,
}

const HHH = extern struct {
    a: f16,
    b: f16,
    c: f16,
}

const FD = extern struct {
    a: f32,
    e: None,
    b: f64,
}

const FI = extern struct {
    a: f32,
    b: i16,
}

const ID = extern struct {
    a: i64,
    b: f64,
}

const Deep = extern struct {
    a: [1]FI,
}

const Two = extern struct {
    a: [2]f64,
}

const Floats3 = extern struct {
    a: f32,
    b: f32,
    c: f32,
}

const II = extern struct {
    a: i64,
    b: i32,
}

const U = extern union {
    a: f64,
}

const FU = extern struct {
    a: f32,
    b: U,
}

const Aligned = extern struct {
    a: i64 align(16),
}

const Padded = extern struct {
    a: i32,
    b: f32 align(16),
}

const PF = extern struct {
    a: *u8,
    b: f32,
}

const Big = extern struct {
    a: i64,
    b: i64,
    c: i8,
}
`

// The places are those of the psABI, sections "Integer Calling Convention" and "Hardware Floating-point Calling
// Convention"; gcc 12 and 16, clang 19 and 23 have them there too, which the tests of packages calls and diff check.
var places = []struct{ signature, unnamed, want string }{
	{"(i8, bool, u64, f32) i32", "", "a0; a1; a2; fa0; result a0"},
	{"(f32, f64, f16) f16", "", "fa0; fa1; fa2; result fa0"},
	{"(f64, f64, f64, f64, f64, f64, f64, f64, f16, f32, f64) f32", "", "fa0; fa1; fa2; fa3; fa4; fa5; fa6; fa7; a0; a1; a2; result fa0"},
	{"(i64, i64, i64, i64, i64, i64, i64, i64, i8, f32) void", "", "a0; a1; a2; a3; a4; a5; a6; a7; sp+0; fa0; result nowhere; 8 on the stack"},
	{"(FF, HH, HHH, FD, FI) FF", "", "fa0 and fa1; fa2 and fa3; a0; fa4 and fa5; fa6 and a1; result fa0 and fa1"},
	{"(ID, Deep, Two) ID", "", "a0 and fa0; fa1 and a1; fa2 and fa3; result a0 and fa0"},
	{"(Floats3, II, U, FU) II", "", "a0 and a1; a2 and a3; a4; a5 and a6; result a0 and a1"},
	{"(None, i8, [0]u64, f32) None", "", "nowhere; a0; nowhere; fa0; result nowhere"},
	{"(f64, f64, f64, f64, f64, f64, f64, FF) void", "", "fa0; fa1; fa2; fa3; fa4; fa5; fa6; a0; result nowhere"},
	{"(i64, i64, i64, i64, i64, i64, i64, i64, FI, f32) void", "", "a0; a1; a2; a3; a4; a5; a6; a7; sp+0; fa0; result nowhere; 8 on the stack"},
	{"(i8, i128, i128, i128, i128) i128", "", "a0; a1 and a2; a3 and a4; a5 and a6; a7 and sp+0; result a0 and a1; 8 on the stack"},
	{"(i64, i64, i64, i64, i64, i64, i64, i64, i8, i128, i8) void", "", "a0; a1; a2; a3; a4; a5; a6; a7; sp+0; sp+16 and sp+24; sp+32; result nowhere; 40 on the stack"},
	{"(i64, Aligned, f128) f128", "", "a0; a1 and a2; a3 and a4; result a0 and a1"},
	{"(Padded, i8, PF) Padded", "", "a0 and fa0; a1; a2 and a3; result a0 and fa0"},
	{"(i8, Big, i256) Big", "", "a1; the address in a2; the address in a3; result the address in a0"},
	{"(i64, i64, i64, i64, i64, i64, i64, i64, Big) i8", "", "a0; a1; a2; a3; a4; a5; a6; a7; the address in sp+0; result a0; 8 on the stack"},
	{"(i8, f32, ...) f64", "(f64, i128, FF, f16, Aligned, Big)", "a0; fa0; a1; a2 and a3; a4; a5; a6 and a7; the address in sp+0; result fa0; 8 on the stack"},
	{"(i8, ...) void", "(i64, i64, i64, i64, i64, i64, i128, i128)",
		"a0; a1; a2; a3; a4; a5; a6; sp+0 and sp+8; sp+16 and sp+24; result nowhere; 32 on the stack"},
}

func TestPlaces(t *testing.T) {
	for _, c := range places {
		fn, unnamed := signature(t, c.signature+" C"), []*air.Type(nil)
		if c.unnamed != "" {
			unnamed = signature(t, c.unnamed+" void").Params
		}
		if got := describe(convention.OfCall(fn, unnamed)); got != c.want {
			t.Errorf("%s %s:\ngot  %s\nwant %s", c.signature, c.unnamed, got, c.want)
		}
	}
}

// The code generator's own convention takes a value whole in registers or whole on the stack, and structs of floats in
// integer registers.
func TestOwnPlaces(t *testing.T) {
	for text, want := range map[string]string{
		"(f16, f32, FF, U) f16":                                  "fa0; fa1; a0; a1; result fa0",
		"(f64, f64, f64, f64, f64, f64, f64, f64, f32, i8) f64":  "fa0; fa1; fa2; fa3; fa4; fa5; fa6; fa7; sp+0; a0; result fa0; 8 on the stack",
		"(i64, i64, i64, i64, i64, i64, i64, i128, i8) i128":     "a0; a1; a2; a3; a4; a5; a6; sp+0 and sp+8; sp+16; result a0 and a1; 24 on the stack",
		"(i64, i64, i64, i64, i64, i64, i64, i64, i8, i128) Big": "a1; a2; a3; a4; a5; a6; a7; sp+0; sp+8; sp+16 and sp+24; result the address in a0; 32 on the stack",
	} {
		if got := describe(convention.Of(signature(t, text))); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}

// signature returns the type of a function, of the C calling convention if it ends in C.
func signature(t *testing.T, text string) *air.Type {
	t.Helper()
	end := strings.LastIndex(text, ")") + 1
	result, isC := strings.CutSuffix(text[end:], " C")
	if isC {
		result = " callconv(.C)" + result
	}
	m, err := air.Parse("test", []byte(types+"\nextern fn @f"+text[:end]+result+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	return m.Func("f").Type
}

func describe(s *convention.Signature) string {
	var b strings.Builder
	for i := range s.Params {
		fmt.Fprintf(&b, "%s; ", &s.Params[i])
	}
	fmt.Fprintf(&b, "result %s", &s.Result)
	if s.StackSize > 0 {
		fmt.Fprintf(&b, "; %d on the stack", s.StackSize)
	}
	return b.String()
}
