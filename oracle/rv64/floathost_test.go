package rv64

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// Where the host's arithmetic reports that it executed an operation, the result and the flags are those of the
// software.
func TestHostArithmetic(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	m := New(Config{})
	accepted := map[opcode]int{}
	hostOps := slices.Sorted(maps.Keys(hostRows))
	for range 200_000 {
		s := inst{op: hostOps[random.IntN(len(hostOps))], rd: 1, rs1: 2, rs2: 3, rs3: 4, rm: []uint8{0, 0, 0, 1, 2, 3, 4, 7}[random.IntN(8)]}
		for i := 2; i < 5; i++ {
			m.x[i], m.f[i] = interesting(random), floatBits(random, s.op)
		}
		if random.IntN(8) == 0 { // cancellation
			m.f[3] = m.f[2] ^ signDouble ^ random.Uint64N(3)
		}
		m.SetFCSR(random.Uint64N(5)<<5 | random.Uint64N(2))
		m.fp.host = true
		flags := m.fp.flags
		done := rows[s.op].host(m, &s)
		got := [3]uint64{m.x[1], m.f[1], m.FCSR()}
		if !done {
			continue
		}
		accepted[s.op]++
		m.fp.flags = flags
		m.x[1], m.f[1], m.fp.host = got[0], got[1], false
		if !m.stepFloat(&s, &rows[s.op]) {
			t.Fatalf("%v was done, and is illegal", &s)
		}
		if want := [3]uint64{m.x[1], m.f[1], m.FCSR()}; got != want {
			t.Fatalf("%v of %#x %#x %#x rm %d: %#x, want %#x", &s, m.f[2], m.f[3], m.f[4], s.rm, got, want)
		}
	}
	for _, op := range hostOps {
		if accepted[op] < 200 {
			t.Errorf("%s was done by the host only %d times", rows[op].name, accepted[op])
		}
	}
}

// floatBits returns an operand: most of moderate size, some of any size, some with few significant bits.
func floatBits(random *rand.Rand, op opcode) uint64 {
	f := rows[op].in
	if f == integer || f == nil {
		f = double
	}
	v := random.Uint64() & f.all()
	switch random.IntN(6) {
	case 0:
		return f.box(v)
	case 1:
		v &^= 1<<(f.fractionBits-3) - 1
	case 2:
		v &= f.sign()
	}
	if v&^f.sign() != 0 {
		exponent := uint64(f.bias()) - 8 + random.Uint64N(40)
		if random.IntN(4) == 0 {
			exponent = uint64(f.bias()) + 60 + random.Uint64N(6) // near the bounds of the integers
		}
		v = v&^f.infinity() | exponent<<f.fractionBits
	}
	return f.box(v)
}

// The functions of floatquick.go do what those in software do.
func TestHostEnvironment(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	accepted := map[string]int{}
	for range 400000 {
		f := []*format{single, double}[random.IntN(2)]
		op := []opcode{opFaddS, opFaddD}[boolBit(f == double)]
		a, b, c := f.unbox(floatBits(random, op)), f.unbox(floatBits(random, op)), f.unbox(floatBits(random, op))
		if random.IntN(4) == 0 { // a third that nearly cancels the product, or is lost in it
			e := environment{}
			c = e.mul(f, a, b) ^ f.sign() ^ random.Uint64N(3)
			c = (c + random.Uint64N(2)*(random.Uint64N(60)<<f.fractionBits)) & f.all()
		}
		if random.IntN(8) == 0 {
			b = a ^ f.sign()
		}
		for _, host := range []struct {
			name string
			do   func(e *environment) uint64
		}{
			{"add", func(e *environment) uint64 { return e.add(f, a, b) }}, {"mul", func(e *environment) uint64 { return e.mul(f, a, b) }},
			{"div", func(e *environment) uint64 { return e.div(f, a, b) }}, {"mulAdd", func(e *environment) uint64 { return e.mulAdd(f, a, b, c) }},
		} {
			flags := uint8(random.Uint64N(2))
			got, want := environment{host: true, flags: flags}, environment{flags: flags}
			if x, y := host.do(&got), host.do(&want); x != y || got.flags != want.flags {
				t.Fatalf("%s.%s of %#x %#x %#x: %#x with flags %#x, want %#x with %#x", host.name, f.suffix, a, b, c, x, got.flags, y, want.flags)
			}
		}
		for name, try := range map[string]func(e *environment) (uint64, bool){
			"add": func(e *environment) (uint64, bool) { return e.hostSum(f, a, b) }, "mul": func(e *environment) (uint64, bool) { return e.hostProduct(f, a, b) },
			"div": func(e *environment) (uint64, bool) { return e.hostQuotient(f, a, b) }, "mulAdd": func(e *environment) (uint64, bool) { return e.hostFused(f, a, b, c) },
		} {
			if _, ok := try(&environment{flags: flagInexact}); ok {
				accepted[name+f.suffix]++
			}
		}
	}
	for _, name := range []string{"adds", "muls", "divs", "mulAdds", "addd", "muld", "divd", "mulAddd"} {
		if accepted[name] < 10000 {
			t.Errorf("%s was done by the host only %d times", name, accepted[name])
		}
	}
}
