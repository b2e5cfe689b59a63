//go:build unix

package eval

import (
	"syscall"
	"testing"
	"time"
)

// benchmarked are loops of one kind of work each, as loopText reads them.
var benchmarked = []measured{
	{"integer", `
		a := load(u32, %1)
		b := mul_wrap(%a, <u32, 1664525>)
		c := add_wrap(%b, <u32, 1013904223>)
		d := shr(%c, <u5, 3>)
		e := xor(%c, %d)
		f := sub_wrap(%e, %a)
		g := bit_and(%f, <u32, 65535>)
		h := cmp_lt(%g, %a)
		i := int_from_bool(u1, %h)
		j := intcast(u32, %i)
		k := add(%g, %j)
		use u32 %k`},
	{"float", `
		x: f64 = 1.25
		a := mul(%x, <f64, 0.999>)
		b := add(%a, %x)
		c := div_float(%b, <f64, 3.0>)
		d := sqrt(%c)
		e := mul_add(%d, %a, %b)
		f := sub(%e, %c)
		g := floor(%f)
		h := fptrunc(f32, %g)
		i := mul(%h, %h)
		j := fpext(f64, %i)
		k := rem(%j, %x)
		use f64 %k`},
	{"half", `
		x: f16 = 0x3d00
		a := mul(%x, %x)
		b := add(%a, %x)
		c := div_float(%b, %x)
		d := sqrt(%c)
		e := mul_add(%d, %a, %b)
		use f16 %e`},
	{"memory", `
		a: [8]u32 = .{ 1, 2, 3, 4, 5, 6, 7, 8 }
		i: usize = 3
		s := array_to_slice([]u32, %at_a)
		b := slice_elem_val(u32, %s, %i)
		p := slice_elem_ptr(*u32, %s, %i)
		store(%p, %b)
		q := ptr_elem_ptr(*u32, %at_a, %i)
		c := load(u32, %q)
		store(%q, %c)
		d := load(u64, <*align(4) u64, @wide>)
		store(<*align(4) u64, @wide>, %d)
		e := load(u8, <*u8, @byte>)
		store(<*u8, @byte>, %e)`},
	{"call", `
		x: u32 = 1
		a := call(@inc, [%x])
		b := call(@inc, [%a])
		use u32 %b`},
}

// BenchmarkEvaluator reports how many instructions of AIR run in a second of user CPU time.
func BenchmarkEvaluator(b *testing.B) {
	for _, row := range benchmarked {
		b.Run(row.name, func(b *testing.B) {
			text := loopText(row.lines) + "\nvar @wide: u64 = 5\nvar @byte: u8 = 5\n"
			p := prepare(b, text, Config{})
			args := arguments(p, "measured", []int64{10000})
			b.ReportAllocs()
			var steps uint64
			start := userTime(b)
			for b.Loop() {
				steps += p.Call("measured", args).Steps
			}
			b.ReportMetric(float64(steps)/(userTime(b)-start).Seconds()/1e6, "Minst/user-s")
		})
	}
}

// userTime is the processor's time that this process has taken outside the kernel.
func userTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano())
}
