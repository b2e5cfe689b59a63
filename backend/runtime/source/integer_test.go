package source

import (
	"math/big"
	"math/rand/v2"
	"testing"
)

// The functions are compared with math/big on random numbers of random widths, most with runs of equal bits.

// number is an operand: its kind, value and limbs.
type number struct {
	kind  uint64
	value *big.Int
	limbs []uint64
}

func ofKind(kind uint64, v *big.Int) number {
	n := number{kind, wrapped(kind, v), make([]uint64, limbs(kind))}
	x, low := new(big.Int).Set(n.value), new(big.Int).SetUint64(^uint64(0))
	for i := range n.limbs {
		n.limbs[i] = new(big.Int).And(x, low).Uint64()
		x.Rsh(x, 64)
	}
	return n
}

// wrapped returns v modulo the width of a kind.
func wrapped(kind uint64, v *big.Int) *big.Int {
	m := new(big.Int).Lsh(big.NewInt(1), uint(kind>>1))
	w := new(big.Int).Mod(v, m)
	if kind&1 == 1 && w.Bit(int(kind>>1)-1) == 1 {
		w.Sub(w, m)
	}
	return w
}

// clamped returns the number of a kind that is nearest to v.
func clamped(kind uint64, v *big.Int) *big.Int {
	low, high := new(big.Int), new(big.Int).Lsh(big.NewInt(1), uint(kind>>1-kind&1))
	if kind&1 == 1 {
		low.Neg(high)
	}
	high.Sub(high, big.NewInt(1))
	switch {
	case v.Cmp(low) < 0:
		return low
	case v.Cmp(high) > 0:
		return high
	}
	return v
}

func randomNumber(r *rand.Rand, kind uint64) number {
	v := new(big.Int)
	for v.BitLen() < int(kind>>1) {
		run := uint(1 + r.IntN(1+r.IntN(80)))
		v.Lsh(v, run)
		switch r.IntN(3) {
		case 0:
			v.Add(v, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), run), big.NewInt(1)))
		case 1:
			v.Add(v, new(big.Int).SetUint64(r.Uint64()>>(64-min(run, 64))))
		}
		if r.IntN(30) == 0 {
			break
		}
	}
	return ofKind(kind, v)
}

func randomKind(r *rand.Rand) uint64 {
	bits := uint64(65 + r.IntN(300))
	if r.IntN(4) == 0 {
		bits = uint64(1+r.IntN(12)) * 64
	}
	return max(bits, 65)<<1 | uint64(r.IntN(2))
}

// check compares limbs with the number that they should be, and an overflow with whether the exact value fits.
func check(t *testing.T, what string, kind uint64, got []uint64, exact *big.Int, want *big.Int, lost uint64, a, b number) {
	t.Helper()
	n := ofKind(kind, want)
	for i := range n.limbs {
		if n.limbs[i] != got[i] {
			t.Fatalf("%s of kind %d/%d: %#x and %#x make %#x, not %#x", what, kind>>1, kind&1, a.value, b.value, got, n.limbs)
		}
	}
	if exact != nil && (lost == 0) != (wrapped(kind, exact).Cmp(exact) == 0) {
		t.Fatalf("%s of kind %d/%d: %#x and %#x lose %d", what, kind>>1, kind&1, a.value, b.value, lost)
	}
}

func TestInteger(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		kind := randomKind(r)
		a, b := randomNumber(r, kind), randomNumber(r, kind)
		checkArithmetic(t, a, b)
		checkDivision(t, a, b)
		checkShifts(t, r, a)
		checkBits(t, a, b)
		to := randomKind(r)
		got, w := make([]uint64, limbs(to)), make([]uint64, max(limbs(to), limbs(kind))+1)
		lost := intCast(got, a.limbs, w, kind, to)
		check(t, "cast", to, got, a.value, a.value, lost, a, b)
	}
}

func checkArithmetic(t *testing.T, a, b number) {
	kind, n := a.kind, limbs(a.kind)
	got, w := make([]uint64, n), make([]uint64, 2*n+2)
	for _, mode := range []uint64{wrap, saturate} {
		result := map[uint64]func(uint64, *big.Int) *big.Int{wrap: wrapped, saturate: clamped}[mode]
		for name, op := range map[string]struct {
			f     func(r, a, b, w []uint64, kind, mode uint64) uint64
			exact *big.Int
		}{
			"add": {intAdd, new(big.Int).Add(a.value, b.value)},
			"sub": {intSub, new(big.Int).Sub(a.value, b.value)},
			"mul": {intMul, new(big.Int).Mul(a.value, b.value)},
		} {
			lost := op.f(got, a.limbs, b.limbs, w, kind, mode)
			check(t, name, kind, got, op.exact, result(kind, op.exact), lost, a, b)
		}
	}
	intMulWrap(got, a.limbs, b.limbs, w, kind)
	check(t, "mul_wrap", kind, got, nil, new(big.Int).Mul(a.value, b.value), 0, a, b)
}

func checkDivision(t *testing.T, a, b number) {
	if b.value.Sign() == 0 {
		return
	}
	n := limbs(a.kind)
	q, rem := new(big.Int).QuoRem(a.value, b.value, new(big.Int))
	floored, mod := new(big.Int).Set(q), new(big.Int).Set(rem)
	if rem.Sign() != 0 && a.value.Sign() != b.value.Sign() {
		floored.Sub(floored, big.NewInt(1))
		mod.Add(mod, b.value)
	}
	for mode, want := range []*big.Int{q, floored, rem, mod} {
		got, w := make([]uint64, n), make([]uint64, 8*n+4)
		intDivide(got, a.limbs, b.limbs, w, a.kind, uint64(mode))
		check(t, []string{"div", "floor", "rem", "mod"}[mode], a.kind, got, nil, want, 0, a, b)
	}
}

func checkShifts(t *testing.T, r *rand.Rand, a number) {
	n := limbs(a.kind)
	got, w := make([]uint64, n), make([]uint64, 2*n+1)
	amount := uint64(r.IntN(int(a.kind >> 1)))
	intShr(got, a.limbs, amount, a.kind)
	check(t, "shr", a.kind, got, nil, new(big.Int).Rsh(a.value, uint(amount)), 0, a, a)
	if r.IntN(5) == 0 {
		amount += r.Uint64() >> 1 >> r.IntN(63)
	}
	exact := new(big.Int).Lsh(a.value, uint(min(amount, a.kind>>1)))
	check(t, "shl", a.kind, got, exact, exact, intShl(got, a.limbs, w, amount, a.kind, wrap), a, a)
	check(t, "shl_sat", a.kind, got, exact, clamped(a.kind, exact), intShl(got, a.limbs, w, amount, a.kind, saturate), a, a)
}

func checkBits(t *testing.T, a, b number) {
	kind, n := a.kind, limbs(a.kind)
	got, w := make([]uint64, n), make([]uint64, n)
	for operator, want := range []*big.Int{
		new(big.Int).And(a.value, b.value), new(big.Int).Or(a.value, b.value), new(big.Int).Xor(a.value, b.value)} {
		intBits(got, a.limbs, b.limbs, n, uint64(operator))
		check(t, "bits", kind, got, nil, want, 0, a, b)
	}
	intNot(got, a.limbs, w, kind)
	check(t, "not", kind, got, nil, new(big.Int).Not(a.value), 0, a, b)
	intAbs(got, a.limbs, w, kind)
	check(t, "abs", kind&^1, got, nil, new(big.Int).Abs(a.value), 0, a, b)
	order := a.value.Cmp(b.value)
	if got := int64(intCompare(a.limbs, b.limbs, kind)); got != int64(order) {
		t.Fatalf("%#x and %#x compare as %d", a.value, b.value, got)
	}
	least, most := a, b
	if order > 0 {
		least, most = b, a
	}
	intExtreme(got, a.limbs, b.limbs, kind, 0)
	check(t, "min", kind, got, nil, least.value, 0, a, b)
	intExtreme(got, a.limbs, b.limbs, kind, 1)
	check(t, "max", kind, got, nil, most.value, 0, a, b)
	checkCounts(t, a)
}

func checkCounts(t *testing.T, a number) {
	kind := a.kind
	bits := int(kind >> 1)
	pattern := wrapped(kind&^1, a.value)
	ones, reversed, swapped := uint64(0), new(big.Int), new(big.Int)
	for n := range bits {
		ones += uint64(pattern.Bit(n))
		reversed.SetBit(reversed, bits-1-n, pattern.Bit(n))
		swapped.SetBit(swapped, max(bits-8-n&^7, 0)+n&7, pattern.Bit(n))
	}
	trailing := bits
	if pattern.Sign() != 0 {
		trailing = int(pattern.TrailingZeroBits())
	}
	if c := [3]uint64{intClz(a.limbs, kind), intCtz(a.limbs, kind), intPopcount(a.limbs, kind)}; c != [3]uint64{uint64(bits - pattern.BitLen()), uint64(trailing), ones} {
		t.Fatalf("clz, ctz, popcount of %#x in %d bits: %d", a.value, bits, c)
	}
	got, w := make([]uint64, limbs(kind)), make([]uint64, limbs(kind))
	intReverse(got, a.limbs, w, kind, 0)
	check(t, "bit_reverse", kind, got, nil, reversed, 0, a, a)
	if bits%8 == 0 {
		intReverse(got, a.limbs, w, kind, 1)
		check(t, "byte_swap", kind, got, nil, swapped, 0, a, a)
	}
}
