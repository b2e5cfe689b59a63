package rv64

import "math"

// This file computes floats with the host's arithmetic where it has the result and the exceptions of the machine:
// rounding to nearest even, finite operands, and a result that is an exact zero or well inside the normal range, so
// that only inexact can be raised. Whether it is raised follows from the exact error of the operation, which a two-sum
// or a fused multiply-add computes. All else is refused, and left to the arithmetic in software.

const (
	signDouble = uint64(1) << 63
	singleBox  = uint64(math.MaxUint32) << 32
)

// The exponent fields between which the error terms of a double are exact, and those of a single, whose error terms are
// computed as doubles.
const (
	leastExponent       = 128
	mostExponent        = 0x7f0
	leastSingleExponent = 2
	mostSingleExponent  = 0xfd
)

// hostRows are the operations that the host may compute.
var hostRows = map[opcode]func(m *Machine, s *inst) bool{
	opFaddD: (*Machine).hostDouble, opFsubD: (*Machine).hostDouble, opFmulD: (*Machine).hostDouble,
	opFdivD: (*Machine).hostDouble, opFsqrtD: (*Machine).hostDouble,
	opFmaddD: (*Machine).hostDouble, opFmsubD: (*Machine).hostDouble, opFnmsubD: (*Machine).hostDouble, opFnmaddD: (*Machine).hostDouble,
	opFaddS: (*Machine).hostSingle, opFsubS: (*Machine).hostSingle, opFmulS: (*Machine).hostSingle, opFdivS: (*Machine).hostSingle,
	opFeqD: (*Machine).hostConvert, opFltD: (*Machine).hostConvert, opFleD: (*Machine).hostConvert,
	opFcvtDW: (*Machine).hostConvert, opFcvtDL: (*Machine).hostConvert, opFcvtWD: (*Machine).hostConvert,
	opFcvtLD: (*Machine).hostConvert, opFcvtDS: (*Machine).hostConvert, opFcvtSD: (*Machine).hostConvert,
}

func inRange(v float64) bool {
	return math.Float64bits(v)>>52&0x7ff-leastExponent < mostExponent-leastExponent
}

// nearestEven reports whether the instruction rounds to nearest even.
func (m *Machine) nearestEven(s *inst) bool {
	return s.rm == roundNearestEven || s.rm == roundDynamic && m.frm == roundNearestEven
}

// hostDouble does the arithmetic of doubles. Like all functions of hostRows it reports whether it executed the
// instruction; if not it has changed nothing.
func (m *Machine) hostDouble(s *inst) bool {
	a, b := math.Float64frombits(m.f[s.rs1&31]), math.Float64frombits(m.f[s.rs2&31])
	sticky := m.fp.flags&flagInexact != 0
	var result float64
	exact := true
	switch s.op {
	case opFsubD:
		b = -b
		fallthrough
	case opFaddD:
		result = a + b
		if !inRange(result) && result != 0 {
			return false
		}
		if !sticky {
			part := result - a
			exact = (a-(result-part))+(b-part) == 0
		}
	case opFmulD:
		result = a * b
		if !inRange(result) && (result != 0 || a != 0 && b != 0) {
			return false
		}
		exact = sticky || math.FMA(a, b, -result) == 0
	case opFdivD:
		result = a / b
		if !inRange(result) || !inRange(a) || !inRange(b) {
			return false
		}
		exact = sticky || math.FMA(-result, b, a) == 0
	case opFsqrtD:
		if result = math.Sqrt(a); !inRange(a) || a < 0 {
			return false
		}
		exact = sticky || math.FMA(-result, result, a) == 0
	default:
		return sticky && m.hostFused(s, a, b)
	}
	if !m.nearestEven(s) {
		return false
	}
	if !exact {
		m.fp.flags |= flagInexact
	}
	m.f[s.rd&31] = math.Float64bits(result)
	return true
}

// hostFused does the fused operations if inexact is raised already, since their error is not a double.
func (m *Machine) hostFused(s *inst, a, b float64) bool {
	c := math.Float64frombits(m.f[s.rs3&31])
	switch s.op {
	case opFmsubD:
		c = -c
	case opFnmsubD:
		a = -a
	case opFnmaddD:
		a, c = -a, -c
	}
	result := math.FMA(a, b, c)
	if !inRange(result) || !m.nearestEven(s) {
		return false
	}
	m.f[s.rd&31] = math.Float64bits(result)
	return true
}

// hostSingle does the arithmetic of singles.
func (m *Machine) hostSingle(s *inst) bool {
	if m.f[s.rs1&31]&m.f[s.rs2&31]>>32 != math.MaxUint32 || !m.nearestEven(s) {
		return false
	}
	a, b := math.Float32frombits(uint32(m.f[s.rs1&31])), math.Float32frombits(uint32(m.f[s.rs2&31]))
	var result float32
	var exact bool
	switch s.op {
	case opFsubS:
		b = -b
		fallthrough
	case opFaddS:
		result = a + b
		part := result - a
		exact = (a-(result-part))+(b-part) == 0
	case opFmulS:
		result = a * b
		exact = float64(a)*float64(b) == float64(result)
	case opFdivS:
		result = a / b
		exact = float64(result)*float64(b) == float64(a)
	}
	if math.Float32bits(result)>>23&0xff-leastSingleExponent >= mostSingleExponent-leastSingleExponent {
		return false
	}
	if !exact {
		m.fp.flags |= flagInexact
	}
	m.f[s.rd&31] = singleBox | uint64(math.Float32bits(result))
	return true
}

// hostConvert does comparisons and the common conversions.
func (m *Machine) hostConvert(s *inst) bool {
	a := math.Float64frombits(m.f[s.rs1&31])
	switch s.op {
	case opFeqD, opFltD, opFleD:
		return m.hostCompare(s, a, math.Float64frombits(m.f[s.rs2&31]))
	case opFcvtDW:
		if s.rm == roundDynamic && m.frm > roundNearestAway {
			return false
		}
		m.f[s.rd&31] = math.Float64bits(float64(int32(m.x[s.rs1&63])))
	case opFcvtDL:
		v := int64(m.x[s.rs1&63])
		if const53 := uint64(1) << 53; uint64(v)+const53 > 2*const53 || !m.nearestEven(s) {
			return false
		}
		m.f[s.rd&31] = math.Float64bits(float64(v))
	case opFcvtWD:
		return m.hostTruncate(s, a, 1<<31-1)
	case opFcvtLD:
		return m.hostTruncate(s, a, 1<<62)
	case opFcvtDS:
		bits := m.f[s.rs1&31]
		single := math.Float32frombits(uint32(bits))
		if bits>>32 != math.MaxUint32 || single != single || m.frm > roundNearestAway {
			return false
		}
		m.f[s.rd&31] = math.Float64bits(float64(single))
	case opFcvtSD:
		result := float32(a)
		bits := math.Float32bits(result)
		if bits>>23&0xff-leastSingleExponent >= mostSingleExponent-leastSingleExponent || !m.nearestEven(s) {
			return false
		}
		if float64(result) != a {
			m.fp.flags |= flagInexact
		}
		m.f[s.rd&31] = singleBox | uint64(bits)
	}
	return true
}

func (m *Machine) hostCompare(s *inst, a, b float64) bool {
	if a != a || b != b {
		return false
	}
	switch s.op {
	case opFeqD:
		m.x[s.rd&63] = boolBit(a == b)
	case opFltD:
		m.x[s.rd&63] = boolBit(a < b)
	default:
		m.x[s.rd&63] = boolBit(a <= b)
	}
	return true
}

// hostTruncate converts to an integer towards zero if the value is smaller than a bound that both formats can hold.
func (m *Machine) hostTruncate(s *inst, a float64, bound float64) bool {
	if s.rm != roundToZero || !(math.Abs(a) < bound) {
		return false
	}
	v := int64(a)
	if float64(v) != a {
		m.fp.flags |= flagInexact
	}
	m.x[s.rd&63] = uint64(v)
	return true
}
