package source

// The routines of this file are called by compiled code: operands and results are in memory.

// floatAdd adds, or with negate 1 subtracts.
func floatAdd(r, a, b []uint64, format, negate uint64) {
	var x [numberSize]uint64
	var y [numberSize]uint64
	load(x[:], a, format)
	load(y[:], b, format)
	y[sign] ^= negate
	var z [numberSize]uint64
	add(z[:], x[:], y[:])
	store(r, z[:], format)
}

func floatMul(r, a, b []uint64, format uint64) {
	var x [numberSize]uint64
	var y [numberSize]uint64
	load(x[:], a, format)
	load(y[:], b, format)
	var z [numberSize]uint64
	mul(z[:], x[:], y[:])
	store(r, z[:], format)
}

// What floatDiv does with the rounded quotient.
const (
	asIs      = 0
	truncated = 1
	floored   = 2
)

// floatDiv divides.
func floatDiv(r, a, b []uint64, format, mode uint64) {
	var x [numberSize]uint64
	var y [numberSize]uint64
	load(x[:], a, format)
	load(y[:], b, format)
	var z [numberSize]uint64
	quotientOf(z[:], x[:], y[:])
	store(r, z[:], format)
	if mode != asIs {
		load(z[:], r, format)
		if mode == truncated {
			integral(z[:], toZero)
		} else {
			integral(z[:], down)
		}
		store(r, z[:], format)
	}
}

// floatRem takes the remainder of the truncated quotient, or with mode 1 of the floored one, which is rounded.
func floatRem(r, a, b []uint64, format, mode uint64) {
	var x [numberSize]uint64
	var y [numberSize]uint64
	load(x[:], a, format)
	load(y[:], b, format)
	var z [numberSize]uint64
	truncatedRemainder(z[:], x[:], y[:])
	if mode == 1 && z[class] == finite && z[sign] != y[sign] {
		add(x[:], z[:], y[:])
		copyNumber(z[:], x[:])
	}
	store(r, z[:], format)
}

// floatExtreme takes the lesser, or with maximum 1 the greater; a number rather than NaN, and -0 as less than 0.
func floatExtreme(r, a, b []uint64, format, maximum uint64) {
	var x [numberSize]uint64
	var y [numberSize]uint64
	load(x[:], a, format)
	load(y[:], b, format)
	order := orderOf(x[:], y[:])
	takeA := bit(int64(order) < 0) ^ maximum
	if order == 0 {
		takeA = x[sign] ^ maximum
	}
	if y[class] == nan {
		takeA = 1
	}
	if x[class] == nan {
		takeA = 0
	}
	if takeA == 1 {
		store(r, x[:], format)
	} else {
		store(r, y[:], format)
	}
}

func floatSqrt(r, a []uint64, format uint64) {
	var x [numberSize]uint64
	load(x[:], a, format)
	var z [numberSize]uint64
	root(z[:], x[:])
	store(r, z[:], format)
}

// floatRound rounds to an integer.
func floatRound(r, a []uint64, format, way uint64) {
	var x [numberSize]uint64
	load(x[:], a, format)
	integral(x[:], way)
	store(r, x[:], format)
}

// floatMulAdd multiplies and adds, and rounds once.
func floatMulAdd(r, a, b, c []uint64, format uint64) {
	var x [numberSize]uint64
	var y [numberSize]uint64
	load(x[:], a, format)
	load(y[:], b, format)
	var z [numberSize]uint64
	mul(z[:], x[:], y[:])
	load(x[:], c, format)
	add(y[:], z[:], x[:])
	store(r, y[:], format)
}

// floatCompare returns -1, 0 or 1, or 2 if an operand is NaN.
func floatCompare(a, b []uint64, format uint64) uint64 {
	var x [numberSize]uint64
	var y [numberSize]uint64
	load(x[:], a, format)
	load(y[:], b, format)
	return orderOf(x[:], y[:])
}

// floatCast converts between formats.
func floatCast(r, a []uint64, from, to uint64) {
	var x [numberSize]uint64
	load(x[:], a, from)
	store(r, x[:], to)
}

// floatFromInt converts an integer of a kind. w has room for it.
func floatFromInt(r, a, w []uint64, kind, format uint64) {
	n := limbs(kind)
	negative := signs(a[n-1], kind)
	magnitude(w, a, n, negative)
	var x [numberSize]uint64
	x[sign] = negative & 1
	take(x[:], w, n, 64*n-1)
	store(r, x[:], format)
}

// intFromFloat converts to an integer of a kind, toward zero. It returns 1 if the number does not fit. w has room for a
// limb more.
func intFromFloat(r, a, w []uint64, format, kind uint64) uint64 {
	var x [numberSize]uint64
	load(x[:], a, format)
	n := limbs(kind) + 1
	for i := uint64(0); i < n; i++ {
		w[i] = 0
	}
	if x[class] == infinite || x[class] == nan || x[class] == finite && int64(x[exponent]) >= int64(64*n-1) {
		for i := uint64(0); i < n-1; i++ {
			r[i] = 0
		}
		return 1
	}
	if x[class] == finite && int64(x[exponent]) >= 0 {
		// limb i of the integer is 64 bits of the significand from place 255-exponent+64*i on
		for i := uint64(0); i < n; i++ {
			w[i] = limbFrom(x[significand:], 255-x[exponent]+64*i)
		}
	}
	magnitude(w, w, n, -x[sign])
	return settle(r, w, n, kind, wrap)
}

// floatPower takes the exponential function to base e, or with binary 1 to base 2.
func floatPower(r, a []uint64, format, binary uint64) {
	var x [numberSize]uint64
	var z [numberSize]uint64
	load(x[:], a, format)
	power(z[:], x[:], format, binary)
	store(r, z[:], format)
}

// floatLogarithm takes the logarithm to base 2 or 10, or with base 0 the natural one.
func floatLogarithm(r, a []uint64, format, base uint64) {
	var x [numberSize]uint64
	var z [numberSize]uint64
	load(x[:], a, format)
	logarithm(z[:], x[:], format, base)
	store(r, z[:], format)
}

// floatTrigonometric takes the sine, cosine or tangent.
func floatTrigonometric(r, a []uint64, format, which uint64) {
	var x [numberSize]uint64
	var z [numberSize]uint64
	load(x[:], a, format)
	trigonometric(z[:], x[:], format, which)
	store(r, z[:], format)
}
