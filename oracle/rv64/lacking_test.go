package rv64

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// The instructions of this file are those that qemu 7.2 lacks, so that no other oracle covers them: each is compared
// with a different formulation.

// Every bit of the condition matters.
func TestConditionalZero(t *testing.T) {
	eqz, nez := rowNamed(t, "czero.eqz"), rowNamed(t, "czero.nez")
	for i := range 64 {
		value, condition := uint64(0x0123456789abcdef), uint64(1)<<i
		if got := eqz.alu(value, condition); got != value {
			t.Errorf("czero.eqz by %#x returns %#x", condition, got)
		}
		if got := nez.alu(value, condition); got != 0 {
			t.Errorf("czero.nez by %#x returns %#x", condition, got)
		}
	}
}

// The table of fli as in the manual.
func TestConstantsLoaded(t *testing.T) {
	values := []float64{
		-1, math.NaN(), 0.0000152587890625, 0.000030517578125, 0.00390625, 0.0078125, 0.0625, 0.125,
		0.25, 0.3125, 0.375, 0.4375, 0.5, 0.625, 0.75, 0.875, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4,
		8, 16, 128, 256, 32768, 65536, math.Inf(1), math.NaN(),
	}
	for i, want := range values {
		wantS, wantD := uint64(math.Float32bits(float32(want))), math.Float64bits(want)
		switch i {
		case 1:
			wantS, wantD = 1<<23, 1<<52 // the smallest positive normal numbers
		case 31:
			wantS, wantD = nanS, nanD
		}
		if got := rowNamed(t, "fli.s").fp(nil, uint64(i), 0, 0); got != wantS {
			t.Errorf("fli.s %d is %#x, want %#x", i, got, wantS)
		}
		if got := rowNamed(t, "fli.d").fp(nil, uint64(i), 0, 0); got != wantD {
			t.Errorf("fli.d %d is %#x, want %#x", i, got, wantD)
		}
	}
}

// nearby returns doubles close to integers, often with a fraction of one half.
func nearby(random *rand.Rand) float64 {
	v := math.Ldexp(float64(random.Int64()>>random.IntN(62)), -random.IntN(4))
	switch random.IntN(8) {
	case 0:
		return math.Float64frombits(random.Uint64())
	case 1:
		return math.Nextafter(v, math.Inf(1-2*random.IntN(2)))
	case 2:
		return math.Ldexp(random.Float64(), 52-random.IntN(60))
	}
	return v
}

func TestRoundToIntegral(t *testing.T) {
	modes := []func(float64) float64{math.RoundToEven, math.Trunc, math.Floor, math.Ceil, math.Round}
	quiet, noting := rowNamed(t, "fround.d"), rowNamed(t, "froundnx.d")
	random := rand.New(rand.NewPCG(11, 12))
	for range 100_000 {
		v, mode := nearby(random), random.IntN(len(modes))
		if v != v {
			continue
		}
		want := modes[mode](v)
		bits := math.Float64bits(v)
		e := environment{rounding: uint8(mode)}
		if got := quiet.fp(&e, bits, 0, 0); got != math.Float64bits(want) || e.flags != 0 {
			t.Fatalf("fround.d of %v in mode %d is %#x flags %#x, want %v", v, mode, got, e.flags, want)
		}
		var flags uint8
		if want != v {
			flags = flagInexact
		}
		if got := noting.fp(&e, bits, 0, 0); got != math.Float64bits(want) || e.flags != flags {
			t.Fatalf("froundnx.d of %v in mode %d is %#x flags %#x, want %v flags %#x", v, mode, got, e.flags, want, flags)
		}
	}
}

// fcvtmod.w.d, computed with integers of any size.
func TestModularConversion(t *testing.T) {
	r := rowNamed(t, "fcvtmod.w.d")
	random := rand.New(rand.NewPCG(13, 14))
	for range 100_000 {
		v := math.Ldexp(nearby(random), random.IntN(60)-20)
		want, flags := uint64(0), uint8(flagInvalid)
		if v == v && !math.IsInf(v, 0) {
			whole, accuracy := big.NewFloat(v).Int(nil)
			low := new(big.Int).And(whole, big.NewInt(math.MaxUint32)).Uint64() // of the two's complement
			want = uint64(int64(int32(low)))
			switch {
			case whole.IsInt64() && whole.Int64() == int64(int32(whole.Int64())) && accuracy == big.Exact:
				flags = 0
			case whole.IsInt64() && whole.Int64() == int64(int32(whole.Int64())):
				flags = flagInexact
			}
		}
		e := environment{rounding: roundToZero}
		if got := r.fp(&e, math.Float64bits(v), 0, 0); got != want || e.flags != flags {
			t.Fatalf("fcvtmod.w.d of %v is %#x flags %#x, want %#x flags %#x", v, got, e.flags, want, flags)
		}
	}
}

// The minimum and maximum in which a NaN wins, and the quiet comparisons.
func TestQuietOrder(t *testing.T) {
	values := []float64{math.Inf(-1), -1, math.Copysign(0, -1), 0, math.SmallestNonzeroFloat64, 1, math.Inf(1), math.NaN()}
	for _, a := range values {
		for _, b := range values {
			e := environment{}
			do := func(name string) uint64 {
				return rowNamed(t, name).fp(&e, math.Float64bits(a)&^1, math.Float64bits(b)&^1, 0)
			}
			a, b := math.Float64frombits(math.Float64bits(a)&^1), math.Float64frombits(math.Float64bits(b)&^1)
			less, most := uint64(nanD), uint64(nanD)
			if a == a && b == b {
				less, most = math.Float64bits(min(a, b)), math.Float64bits(max(a, b))
			}
			if got := [4]uint64{do("fminm.d"), do("fmaxm.d"), do("fltq.d"), do("fleq.d")}; got != [4]uint64{less, most, boolBit(a < b), boolBit(a <= b)} {
				t.Errorf("of %v and %v: %#x", a, b, got)
			}
			if e.flags != 0 {
				t.Errorf("of %v and %v: flags %#x", a, b, e.flags)
			}
		}
	}
}

// Cache-block and may-be operations, and waits.
func TestBlocksAndNothings(t *testing.T) {
	tests := []struct {
		name   string
		word   uint32
		offset uint64 // of the address in a1
		result uint64 // in a2, 7 before
		memory uint64 // everywhere, all ones before
		reason string
	}{
		{"cbo.zero", iType(4, 11, 2, 0, 0x0f), 13, 7, 0, ""},
		{"cbo.inval", iType(0, 11, 2, 0, 0x0f), 13, 7, allBits, ""},
		{"cbo.clean", iType(1, 11, 2, 0, 0x0f), 0, 7, allBits, ""},
		{"cbo.flush", iType(2, 11, 2, 0, 0x0f), 63, 7, allBits, ""},
		{"cbo.zero beyond", iType(4, 11, 2, 0, 0x0f), dataLength, 7, allBits, "store-access"},
		{"cbo.flush beyond", iType(2, 11, 2, 0, 0x0f), dataLength, 7, allBits, "store-access"},
		{"mop.r.0", 0x81c04073 | 12<<7 | 11<<15, 0, 0, allBits, ""},
		{"mop.rr.0", 0x82004073 | 12<<7 | 11<<15 | 12<<20, 0, 0, allBits, ""},
		{"c.mop.1", 0x6081, 0, 7, allBits, ""},
		{"wrs.nto", 0x00d00073, 0, 7, allBits, ""},
		{"wrs.sto", 0x01d00073, 0, 7, allBits, ""},
	}
	for _, config := range []Config{{}, {Checks: CheckAll}} {
		m := New(config)
		for _, test := range tests {
			program(t, m, test.word, ret)
			writeWords(t, m, allBits, allBits, allBits, allBits, allBits, allBits, allBits, allBits)
			m.SetX(11, dataBase+test.offset)
			m.SetX(12, 7)
			got := m.Call(textBase, 10)
			if got.Reason != test.reason || test.reason == "" && got.Ending != oracle.Returned {
				t.Errorf("%s: %+v", test.name, got)
			}
			if m.X(12) != test.result {
				t.Errorf("%s: a2 is %d, want %d", test.name, m.X(12), test.result)
			}
			for i, w := range readWords(t, m, dataLength/8) {
				if w != test.memory {
					t.Errorf("%s: word %d is %#x, want %#x", test.name, i, w, test.memory)
				}
			}
		}
	}
}
