package diff

import (
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// ecallText is a function that makes a system call.
const ecallText = `fn @call(usize, usize, usize, usize, usize) usize {
  %0 = arg(usize, 0)
  %1 = arg(usize, 1)
  %2 = arg(usize, 2)
  %3 = arg(usize, 3)
  %4 = arg(usize, 4)
  %5 = assembly(usize, volatile "ecall", outputs [ret "={x10}"], inputs [number "{x17}" = %0, arg1 "{x10}" = %1, arg2 "{x11}" = %2, arg3 "{x12}" = %3, arg4 "{x13}" = %4], clobbers ["memory"])
  %6 = ret(%5)
}
`

// TestSystemCalls checks that the two models of Linux agree, and what they return.
func TestSystemCalls(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{"%1 = call(@call, [<usize, 222>, <usize, 0>, <usize, 5000>, <usize, 3>, <usize, 0x22>])", "0x200000000000"},
		{"%1 = call(@call, [<usize, 222>, <usize, 0>, <usize, 1>, <usize, 3>, <usize, 0x22>])\n" +
			"%2 = bitcast(*usize, %1)\n%3 = load(usize, %2)\n%4 = call(@call, [<usize, 278>, %1, <usize, 9>, <usize, 0>, <usize, 0>])\n" +
			"%5 = load(usize, %2)\n%6 = call(@call, [<usize, 215>, %1, <usize, 1>, <usize, 0>, <usize, 0>])\n" +
			"%7 = call(@call, [<usize, 222>, <usize, 0>, <usize, 1>, <usize, 3>, <usize, 0x22>])\n%8 = add_wrap(%7, %6)\n%9 = add_wrap(%8, %5)", "0x807260504031201"},
		{"%1 = call(@call, [<usize, 222>, <usize, 0>, <usize, 12288>, <usize, 3>, <usize, 0x22>])\n" +
			"%2 = add(%1, <usize, 4096>)\n%3 = call(@call, [<usize, 215>, %2, <usize, 4096>, <usize, 0>, <usize, 0>])\n" +
			"%4 = add(%1, <usize, 8192>)\n%5 = bitcast(*usize, %4)\n%6 = store(%5, <usize, 7>)\n%7 = load(usize, %5)", "0x7"},
		{"%1 = call(@call, [<usize, 222>, <usize, 0>, <usize, 12288>, <usize, 3>, <usize, 0x22>])\n" +
			"%2 = call(@call, [<usize, 216>, %1, <usize, 12288>, <usize, 4096>, <usize, 0>])", "0x200000000000"},
		{"%1 = alloc(*[2]usize)\n%2 = int_from_ptr(%1)\n%3 = call(@call, [<usize, 113>, <usize, 1>, %2, <usize, 0>, <usize, 0>])\n" +
			"%4 = ptr_elem_val(usize, %1, <usize, 1>)\n%5 = add(%3, %4)", "0x3e8"},
		{"%1 = call(@call, [<usize, 222>, <usize, 0>, <usize, 8>, <usize, 3>, <usize, 2>])", "-9"},
		{"%1 = call(@call, [<usize, 222>, <usize, 0>, <usize, 0x40000000>, <usize, 3>, <usize, 0x22>])", "-12"},
		{"%1 = call(@call, [<usize, 278>, <usize, 8>, <usize, 8>, <usize, 0>, <usize, 0>])", "-14"},
		{"%1 = call(@call, [<usize, 215>, <usize, 1>, <usize, 8>, <usize, 0>, <usize, 0>])", "-22"},
		{"%1 = call(@call, [<usize, 233>, <usize, 0>, <usize, 8>, <usize, 0>, <usize, 0>])", "0x0"},
		{"%1 = call(@call, [<usize, 9999>, <usize, 0>, <usize, 0>, <usize, 0>, <usize, 0>])", "-38"},
		{"%1 = call(@call, [<usize, 94>, <usize, 259>, <usize, 0>, <usize, 0>, <usize, 0>])", "exit 3"},
	} {
		lines := strings.Split(c.body, "\n")
		last, _, _ := strings.Cut(lines[len(lines)-1], " ")
		text := ecallText + "fn @f(usize) bool {\n%0 = arg(usize, 0)\n" + c.body + "\n%90 = cmp_eq(" + last + ", %0)\n%91 = ret(%90)\n}\n"
		m, err := air.Parse("test.air", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		k := NewChecker(Config{})
		exits, wanted := strings.HasPrefix(c.want, "exit"), air.NewInt(air.USize, 0)
		if !exits {
			wanted = parseWord(t, c.want)
		}
		cs := &Case{Module: m, Runs: []gen.Run{{Func: "f", Args: []*air.Value{wanted}}}}
		v := k.Check(cs)
		if v.Divergence != nil || v.Discarded != "" {
			t.Errorf("%s: %+v %s", c.body, v.Divergence, v.Discarded)
			continue
		}
		got := k.program.Call("f", cs.Runs[0].Args)
		if exits && (got.Ending != oracle.Exited || got.Reason != "3") || !exits && (got.Ending != oracle.Returned || got.Result[0] != 1) {
			t.Errorf("%s: %s %s %v, want %s", c.body, got.Ending, got.Reason, got.Result, c.want)
		}
	}
}

// parseWord reads a number as a usize.
func parseWord(t *testing.T, text string) *air.Value {
	t.Helper()
	m, err := air.Parse("word.air", []byte("const @x: isize = "+text+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	return air.NewInt(air.USize, int64(m.Globals[0].Init.Uint64()))
}
