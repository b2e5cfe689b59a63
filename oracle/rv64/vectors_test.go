package rv64

import (
	"math"
	"testing"
)

func rowNamed(t *testing.T, name string) *row {
	t.Helper()
	for i := range rows {
		if rows[i].name == name {
			return &rows[i]
		}
	}
	t.Fatalf("no row %s", name)
	return nil
}

const (
	leastInt = uint64(1) << 63
	minusOne = uint64(allBits)
)

// Results that the manual states, or that were computed by hand from its formulas.
func TestIntegerVectors(t *testing.T) {
	tests := []struct {
		name       string
		a, b, want uint64
	}{
		{"div", leastInt, minusOne, leastInt}, {"div", 7, 0, minusOne}, {"div", minusOne - 6, 2, minusOne - 2},
		{"rem", leastInt, minusOne, 0}, {"rem", 7, 0, 7}, {"rem", minusOne - 6, 2, minusOne},
		{"divu", 7, 0, minusOne}, {"remu", 7, 0, 7}, {"divu", minusOne, 2, math.MaxInt64},
		{"divw", 0x80000000, minusOne, 0xffffffff80000000}, {"remw", 0x80000000, minusOne, 0}, {"divw", 5, 1 << 32, minusOne},
		{"divuw", 0xffffffff, 1, minusOne}, {"remuw", 0x1_80000000, 0, 0xffffffff80000000},
		{"mulh", minusOne, minusOne, 0}, {"mulh", leastInt, leastInt, 1 << 62}, {"mulhu", minusOne, minusOne, minusOne - 1},
		{"mulhsu", minusOne, minusOne, minusOne}, {"mulhsu", leastInt, 2, minusOne}, {"mulw", 0x10000, 0x8000, 0xffffffff80000000},
		{"sll", 1, 64, 1}, {"sll", 1, 63, leastInt}, {"sra", leastInt, 63, minusOne}, {"srl", leastInt, 127, 1},
		{"sllw", 1, 31, 0xffffffff80000000}, {"sllw", 1, 32, 1}, {"srlw", 0xffffffff80000000, 31, 1}, {"sraw", 0x80000000, 31, minusOne},
		{"addw", 0x7fffffff, 1, 0xffffffff80000000}, {"subw", 0, 1, minusOne}, {"slt", minusOne, 0, 1}, {"sltu", minusOne, 0, 0},
		{"czero.eqz", 5, 0, 0}, {"czero.eqz", 5, 9, 5}, {"czero.nez", 5, 0, 5}, {"czero.nez", 5, 9, 0},
		{"add.uw", minusOne, 1, 1 << 32}, {"sh3add.uw", 0x1_00000001, 1, 9}, {"sh1add", leastInt, 3, 3}, {"slli.uw", minusOne, 32, 0xffffffff00000000},
		{"clz", 0, 0, 64}, {"ctz", 0, 0, 64}, {"clzw", 1 << 32, 0, 32}, {"ctzw", 1 << 63, 0, 32}, {"cpopw", minusOne, 0, 32}, {"clz", 1, 0, 63},
		{"max", minusOne, 1, 1}, {"maxu", minusOne, 1, minusOne}, {"min", minusOne, 1, minusOne}, {"minu", minusOne, 1, 1},
		{"rol", leastInt, 1, 1}, {"ror", 1, 1, leastInt}, {"rolw", 0x80000000, 1, 1}, {"rorw", 1, 1, 0xffffffff80000000}, {"roriw", 1, 33, 0xffffffff80000000},
		{"orc.b", 0x0100_8000_0010_0000, 0, 0xff00_ff00_00ff_0000}, {"rev8", 0x0102030405060708, 0, 0x0807060504030201},
		{"sext.b", 0x80, 0, minusOne - 127}, {"sext.h", 0x8000, 0, minusOne - 32767}, {"zext.h", minusOne, 0, 0xffff},
		{"andn", 0xff, 0x0f, 0xf0}, {"orn", 0, 0xf, minusOne - 15}, {"xnor", 5, 5, minusOne},
		{"bclr", 3, 64, 2}, {"bset", 0, 63, leastInt}, {"binv", leastInt, 63, 0}, {"bext", leastInt, 127, 1},
		{"clmul", 7, 7, 0x15}, {"clmulh", leastInt, 2, 1}, {"clmulr", leastInt, leastInt, leastInt}, {"clmulr", leastInt, 1, 1},
		{"pack", 0x1_00000002, 3, 0x3_00000002}, {"packh", 0x102, 0x304, 0x402}, {"packw", 1, 0x8000, 0xffffffff80000001},
		{"brev8", 0x0180, 0, 0x8001}, {"xperm8", 0x0807060504030201, 0x00ff070008, 0x0101010100080100}, {"xperm4", 0xfedcba9876543210, 0x0f, 0x000000000000000f},
		{"sha256sig0", 1, 0, 0x02004000}, {"sha512sum0", 1, 0, 1<<36 | 1<<30 | 1<<25}, {"sm3p0", 1, 0, 0x20201},
		{"aes64ks1i", 0x03020100_00000000, 0, 0x637b777d_637b777d}, {"aes64ks1i", 0x03020100_00000000, 9, 0x637b774a_637b774a},
		{"aes64ks1i", 0x03020100_00000000, 10, 0x7b777c63_7b777c63},
		{"bltu", minusOne, 0, 0}, {"blt", minusOne, 0, 1}, {"bgeu", minusOne, 0, 1}, {"bge", minusOne, 0, 0},
		{"amomax.b", minusOne, 1, 1}, {"amominu.d", minusOne, 1, 1}, {"amoswap.w", 1, 2, 2},
	}
	for _, test := range tests {
		r := rowNamed(t, test.name)
		if got := r.alu(test.a, test.b); got != test.want {
			t.Errorf("%s(%#x, %#x) = %#x, want %#x", test.name, test.a, test.b, got, test.want)
		}
	}
}

// Bits of floats, for short.
const (
	oneS, infS, nanS, leastS, lastSubS, maxS = 0x3f800000, 0x7f800000, 0x7fc00000, 0x00800000, 0x007fffff, 0x7f7fffff
	oneD, infD, nanD, leastD, maxD           = 0x3ff << 52, 0x7ff << 52, 0x7ff8 << 48, 1 << 52, 0x7ff<<52 - 1
	signalD                                  = infD | 1
	minus                                    = uint64(1) << 63
	oneH, infH, maxH                         = 0x3c00, 0x7c00, 0x7bff
)

func TestFloatVectors(t *testing.T) {
	const nx, uf, of, dz, nv = flagInexact, flagUnderflow, flagOverflow, flagDivZero, flagInvalid
	tests := []struct {
		name     string
		rounding uint8
		a, b, c  uint64
		want     uint64
		flags    uint8
	}{
		{"fadd.d", 0, oneD, 1, 0, oneD, nx}, {"fadd.d", 3, oneD, 1, 0, oneD + 1, nx}, {"fadd.d", 2, oneD | minus, 1, 0, oneD | minus, nx}, {"fadd.d", 1, oneD | minus, 1, 0, oneD - 1 | minus, nx},
		{"fadd.d", 0, oneD, oneD | minus, 0, 0, 0}, {"fadd.d", 2, oneD, oneD | minus, 0, minus, 0}, {"fadd.d", 0, minus, minus, 0, minus, 0},
		{"fadd.d", 0, infD, infD | minus, 0, nanD, nv}, {"fadd.d", 0, signalD, oneD, 0, nanD, nv}, {"fadd.d", 0, nanD | 5, oneD, 0, nanD, 0},
		{"fadd.d", 0, maxD, maxD, 0, infD, of | nx}, {"fadd.d", 1, maxD, maxD, 0, maxD, of | nx}, {"fadd.d", 2, maxD, maxD, 0, maxD, of | nx}, {"fadd.d", 3, maxD, maxD, 0, infD, of | nx},
		{"fsub.d", 0, leastD, 1, 0, leastD - 1, 0}, {"fmul.d", 0, 1, 1, 0, 0, uf | nx}, {"fmul.d", 3, 1, 1, 0, 1, uf | nx}, {"fmul.d", 0, 0, infD, 0, nanD, nv},
		{"fmul.s", 0, leastS, 0x3f7fffff, 0, leastS, nx | uf}, // 2^-126(1-2^-24) rounds up at subnormal precision only
		{"fmul.s", 3, lastSubS + 1, 0x3f7fffff, 0, leastS, nx | uf}, {"fdiv.d", 0, oneD, 0, 0, infD, dz}, {"fdiv.d", 0, 0, 0, 0, nanD, nv},
		{"fdiv.s", 0, oneS, 0x40400000, 0, 0x3eaaaaab, nx}, {"fdiv.s", 1, oneS, 0x40400000, 0, 0x3eaaaaaa, nx}, {"fdiv.h", 4, oneH, 0x4200, 0, 0x3555, nx},
		{"fsqrt.d", 0, oneD | minus, 0, 0, nanD, nv}, {"fsqrt.d", 0, minus, 0, 0, minus, 0}, {"fsqrt.d", 0, 0x4010 << 48, 0, 0, 0x4000 << 48, 0}, {"fsqrt.s", 0, 0x40000000, 0, 0, 0x3fb504f3, nx},
		{"fmadd.d", 0, infD, 0, nanD, nanD, nv}, {"fmadd.d", 0, oneD, oneD, oneD | minus, 0, 0}, {"fmadd.d", 2, oneD, oneD, oneD | minus, minus, 0},
		{"fmadd.d", 0, oneD + 1, oneD - 1, oneD | minus, 0x3c9f_ffff_ffff_fffe, 0}, {"fnmadd.d", 0, oneD, oneD, 0, oneD | minus, 0}, {"fnmsub.d", 0, oneD, oneD, 0x4000 << 48, oneD, 0}, {"fmsub.d", 0, oneD, oneD, infD, infD | minus, 0},
		{"fmin.d", 0, minus, 0, 0, minus, 0}, {"fmax.d", 0, minus, 0, 0, 0, 0}, {"fmin.d", 0, nanD, oneD, 0, oneD, 0}, {"fmax.d", 0, signalD, oneD, 0, oneD, nv}, {"fmin.d", 0, nanD | minus, nanD | 1, 0, nanD, 0},
		{"fminm.d", 0, nanD, oneD, 0, nanD, 0}, {"fmaxm.d", 0, minus, 0, 0, 0, 0},
		{"feq.d", 0, nanD, oneD, 0, 0, 0}, {"flt.d", 0, nanD, oneD, 0, 0, nv}, {"fleq.d", 0, nanD, oneD, 0, 0, 0}, {"fle.d", 0, minus, 0, 0, 1, 0}, {"flt.d", 0, minus, 0, 0, 0, 0}, {"feq.d", 0, signalD, oneD, 0, 0, nv},
		{"fclass.d", 0, infD | minus, 0, 0, 1, 0}, {"fclass.d", 0, oneD | minus, 0, 0, 2, 0}, {"fclass.d", 0, minus | 1, 0, 0, 4, 0}, {"fclass.d", 0, minus, 0, 0, 8, 0}, {"fclass.d", 0, 0, 0, 0, 16, 0},
		{"fclass.d", 0, 1, 0, 0, 32, 0}, {"fclass.d", 0, oneD, 0, 0, 64, 0}, {"fclass.d", 0, infD, 0, 0, 128, 0}, {"fclass.d", 0, signalD, 0, 0, 256, 0}, {"fclass.d", 0, nanD, 0, 0, 512, 0},
		{"fcvt.w.d", 0, nanD, 0, 0, math.MaxInt32, nv}, {"fcvt.w.d", 1, 0xc1e0000000100000, 0, 0, 0xffffffff80000000, nx}, {"fcvt.w.d", 2, 0xc1e0000000100000, 0, 0, 0xffffffff80000000, nv},
		{"fcvt.wu.d", 1, 0xbfe0 << 48, 0, 0, 0, nx}, {"fcvt.wu.d", 1, oneD | minus, 0, 0, 0, nv}, {"fcvt.wu.d", 1, 0x41effffffff00000, 0, 0, minusOne, nx}, {"fcvt.wu.d", 1, 0x41f0 << 48, 0, 0, minusOne, nv},
		{"fcvt.l.d", 0, 0x43e0 << 48, 0, 0, math.MaxInt64, nv}, {"fcvt.l.d", 0, 0xc3e0 << 48, 0, 0, leastInt, 0}, {"fcvt.lu.d", 0, 0x43f0 << 48, 0, 0, minusOne, nv}, {"fcvt.l.d", 0, 0x3fe0 << 48, 0, 0, 0, nx}, {"fcvt.l.d", 4, 0x3fe0 << 48, 0, 0, 1, nx}, {"fcvt.l.d", 0, 0x3ff8 << 48, 0, 0, 2, nx},
		{"fcvt.d.l", 0, minusOne, 0, 0, oneD | minus, 0}, {"fcvt.d.lu", 0, minusOne, 0, 0, 0x43f0 << 48, nx}, {"fcvt.d.lu", 1, minusOne, 0, 0, 0x43ef_ffff_ffff_ffff, nx}, {"fcvt.s.w", 0, 0x7fffffff, 0, 0, 0x4f000000, nx}, {"fcvt.s.wu", 0, minusOne, 0, 0, 0x4f800000, nx},
		{"fcvt.s.d", 0, 0x36a0 << 48, 0, 0, 1, 0}, {"fcvt.s.d", 0, 0x3690 << 48, 0, 0, 0, uf | nx}, {"fcvt.s.d", 0, maxD, 0, 0, infS, of | nx}, {"fcvt.d.s", 0, infS | 1, 0, 0, nanD, nv}, {"fcvt.d.s", 0, 1, 0, 0, 0x36a0 << 48, 0},
		{"fcvt.h.s", 0, 0x477ff000, 0, 0, infH, of | nx}, {"fcvt.h.s", 0, 0x477fefff, 0, 0, maxH, nx}, {"fcvt.s.h", 0, 1, 0, 0, 0x33800000, 0}, {"fcvt.d.h", 0, infH, 0, 0, infD, 0},
		{"fcvt.bf16.s", 0, 0x3f808000, 0, 0, 0x3f80, nx}, {"fcvt.bf16.s", 0, 0x3f818000, 0, 0, 0x3f82, nx}, {"fcvt.bf16.s", 0, maxS, 0, 0, 0x7f80, of | nx}, {"fcvt.s.bf16", 0, 0x0001, 0, 0, 0x00010000, 0}, {"fcvt.s.bf16", 0, 0x7f81, 0, 0, nanS, nv},
		{"fround.d", 0, 0x3ff8 << 48, 0, 0, 0x4000 << 48, 0}, {"froundnx.d", 0, 0x3ff8 << 48, 0, 0, 0x4000 << 48, nx}, {"fround.d", 1, 0xbfe0 << 48, 0, 0, minus, 0}, {"fround.d", 3, 1, 0, 0, oneD, 0}, {"fround.d", 0, maxD, 0, 0, maxD, 0}, {"fround.s", 0, nanS | 7, 0, 0, nanS, 0},
		{"fcvtmod.w.d", 1, 0x41f0000000300000, 0, 0, 3, nv}, {"fcvtmod.w.d", 1, infD, 0, 0, 0, nv}, {"fcvtmod.w.d", 1, 0xbff8 << 48, 0, 0, minusOne, nx}, {"fcvtmod.w.d", 1, 0xc1e0 << 48, 0, 0, 0xffffffff80000000, 0}, {"fcvtmod.w.d", 1, 0x41e0 << 48, 0, 0, 0xffffffff80000000, nv},
		{"fli.s", 0, 1, 0, 0, leastS, 0}, {"fli.h", 0, 29, 0, 0, infH, 0}, {"fli.h", 0, 2, 0, 0, 0x100, 0}, {"fli.d", 0, 0, 0, 0, oneD | minus, 0}, {"fli.d", 0, 31, 0, 0, nanD, 0}, {"fli.d", 0, 30, 0, 0, infD, 0},
		{"fsgnjn.s", 0, oneS, oneS, 0, oneS | 1<<31, 0}, {"fsgnjx.s", 0, oneS | 1<<31, oneS | 1<<31, 0, oneS, 0}, {"fmv.x.w", 0, 1 << 31, 0, 0, 0xffffffff80000000, 0}, {"fmv.x.h", 0, 0x8000, 0, 0, minusOne - 32767, 0},
	}
	for _, test := range tests {
		r := rowNamed(t, test.name)
		e := environment{rounding: test.rounding}
		if got := r.fp(&e, test.a, test.b, test.c); got != test.want || e.flags != test.flags {
			t.Errorf("%s(%#x, %#x, %#x) rm %d = %#x flags %#x, want %#x flags %#x", test.name, test.a, test.b, test.c, test.rounding, got, e.flags, test.want, test.flags)
		}
	}
	if maxS != infS-1 || single.unbox(oneS) != nanS || single.unbox(single.box(oneS)) != oneS {
		t.Error("boxing")
	}
}

// 2^74 + 1 is the product of two doubles, and added to 2^127 just above the middle between two doubles: by its last
// bit, 128 bits below the first.
func TestFusedSticky(t *testing.T) {
	a, b := math.Float64bits(1<<37-1<<19+1), math.Float64bits(1<<37+1<<19+1)
	z := math.Float64bits(0x1p127)
	for _, test := range []struct{ c, want uint64 }{{z, z + 1}, {z | minus, (z | minus) - 1}} {
		e := environment{}
		if got := rowNamed(t, "fmadd.d").fp(&e, a, b, test.c); got != test.want || e.flags != flagInexact {
			t.Errorf("added to %#x returns %#x flags %#x, want %#x", test.c, got, e.flags, test.want)
		}
	}
}
