package backend_test

import (
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
)

// shapes are functions of about any number of instructions, by what there is much of.
var shapes = []struct {
	name string
	text func(n int) string
}{
	{"straight", func(n int) string {
		var b body
		for range n {
			b.add("add_wrap(%%%d, %%0)", b.n)
		}
		return b.end()
	}},
	{"mixed", func(n int) string {
		var b body
		local := b.add("alloc(*u32)")
		b.add("store(%%%d, %%0)", local)
		for b.n < n {
			loaded := b.add("load(u32, %%%d)", local)
			equal := b.add("cmp_eq(%%%d, <u32, %d>)", loaded, b.n)
			block := b.add("block(void, {")
			b.add("cond_br(%%%d, {", equal)
			b.add("store(%%%d, <u32, 1>)", local)
			b.add("br(%%%d, <void, {}>)", block)
			b.text.WriteString("}, {\n")
			b.add("br(%%%d, <void, {}>)", block)
			b.text.WriteString("})\n})\n")
		}
		return b.end()
	}},
	{"cases", func(n int) string {
		var b body
		b.add("switch_br(%%0, ")
		for k := range n / 2 {
			fmt.Fprintf(&b.text, "[%d] => {\n", 3*k)
			b.add("ret(<u32, %d>)", k)
			b.text.WriteString("}, ")
		}
		b.text.WriteString("else => {\n")
		b.add("unreach()")
		b.text.WriteString("})\n")
		return b.text.String()
	}},
	{"locals", func(n int) string {
		var b body
		for range n / 2 {
			b.add("alloc(*u32)")
		}
		for k := range n / 2 {
			b.add("store(%%%d, %%0)", k+1)
		}
		return b.end()
	}},
	{"calls", func(n int) string {
		var b body
		for range n {
			b.add("call(@f, [%%%d])", b.n)
		}
		return b.end()
	}},
	{"loops", func(n int) string {
		var b body
		for b.n < n {
			done := b.add("block(void, {")
			loop := b.add("loop({")
			equal := b.add("cmp_eq(%%0, <u32, %d>)", b.n)
			b.add("cond_br(%%%d, {", equal)
			b.add("repeat(%%%d)", loop)
			b.text.WriteString("}, {\n")
			b.add("br(%%%d, <void, {}>)", done)
			b.text.WriteString("})\n})\n})\n")
		}
		return b.end()
	}},
	{"exits", func(n int) string { // of one block, all of which end values
		var b body
		block := b.add("block(void, {")
		for b.n < n {
			equal := b.add("cmp_eq(%%%d, <u32, %d>)", b.add("add_wrap(%%0, <u32, %d>)", b.n), b.n)
			inner := b.add("block(void, {")
			b.add("cond_br(%%%d, {", equal)
			b.add("br(%%%d, <void, {}>)", block)
			b.text.WriteString("}, {\n")
			b.add("br(%%%d, <void, {}>)", inner)
			b.text.WriteString("})\n})\n")
		}
		b.add("br(%%%d, <void, {}>)", block)
		b.text.WriteString("})\n")
		return b.end()
	}},
	{"nested", func(n int) string {
		var b body
		depth := min(n/3, 9000)
		for range depth {
			b.add("cond_br(%%%d, {", b.add("cmp_eq(%%0, <u32, %d>)", b.n))
			b.add("ret(%%0)")
			b.text.WriteString("}, {\n")
		}
		b.add("ret(%%0)")
		b.text.WriteString(strings.Repeat("})\n", depth))
		return b.text.String()
	}},
}

// body is the text of the body of a function from u32 to u32.
type body struct {
	text strings.Builder
	n    int
}

// add appends an instruction and returns its number; %0 is the argument.
func (b *body) add(format string, args ...any) int {
	b.n++
	fmt.Fprintf(&b.text, "%%%d = "+format+"\n", append([]any{b.n}, args...)...)
	return b.n
}

// end appends the return of the argument and returns the text.
func (b *body) end() string {
	b.add("ret(%%0)")
	return b.text.String()
}

func shaped(t testing.TB, text string) *air.Module {
	return parse(t, "fn @f(u32) u32 {\n%0 = arg(u32, 0)\n"+text+"}\n")
}

// TestLinear checks that what the compiler and its checks allocate for an instruction does not grow with the function.
func TestLinear(t *testing.T) {
	for _, s := range shapes {
		each := func(n int) float64 {
			m := shaped(t, s.text(n))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if _, err := backend.Compile(m, backend.Options{Verify: true}); err != nil {
				t.Fatalf("%s: %v", s.name, err)
			}
			runtime.ReadMemStats(&after)
			return float64(after.TotalAlloc-before.TotalAlloc) / float64(len(m.Funcs[0].Insts))
		}
		if few, many := each(2000), each(20_000); many > 1.5*few {
			t.Errorf("%s: %.0f bytes are allocated for each of 20,000 instructions, %.0f for each of 2,000", s.name, many, few)
		}
	}
}

// used returns the processor time in user mode so far.
func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano())
}

// BenchmarkLinear reports the nanoseconds of processor time in user mode that an instruction takes in functions of
// different size.
func BenchmarkLinear(b *testing.B) {
	for _, s := range shapes {
		for _, n := range []int{1000, 10_000, 100_000, 1_000_000} {
			b.Run(fmt.Sprintf("%s/%d", s.name, n), func(b *testing.B) {
				m := shaped(b, s.text(n))
				runtime.GC()
				from := used()
				for b.Loop() {
					if _, err := backend.Compile(m, backend.Options{}); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64((used()-from).Nanoseconds())/float64(b.N)/float64(len(m.Funcs[0].Insts)), "ns/inst")
			})
		}
	}
}
