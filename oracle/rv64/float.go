package rv64

import (
	"math"
	"strings"
)

// floatRow is one operation of F, repeated by D and Zfh: the three are in rows from op on, in the order s d h.
type floatRow struct {
	op     opcode
	name   string // % is replaced by the letter of the format, @ by that of its width
	args   uint8
	rounds bool
	// clearsSign means that the sign of the result is 0 where both operands are one register.
	clearsSign bool

	in  *format // nil: the format of the row
	out *format // nil: the format of the row
	fp  func(f *format, e *environment, a, b, c uint64) uint64
	// mask returns the defined bits of the result of operands that are not completely defined; nil means none.
	mask func(f *format, ma, mb uint64) uint64
}

// of returns the row of one format.
func (r floatRow) of(f *format) row {
	letters := strings.NewReplacer("%", f.suffix, "@", map[uint]string{16: "h", 32: "w", 64: "d"}[f.width])
	made := row{name: letters.Replace(r.name), kind: kindFloat, in: f, out: f, args: r.args, rounds: r.rounds, clearsSign: r.clearsSign}
	if r.in != nil {
		made.in = r.in
	}
	if r.out != nil {
		made.out = r.out
	}
	if r.mask != nil {
		made.mask = func(_, _, ma, mb uint64) uint64 { return r.mask(f, ma, mb) }
	}
	made.fp = func(e *environment, a, b, c uint64) uint64 { return r.fp(f, e, a, b, c) }
	return made
}

var floatRows = []floatRow{
	{op: opFaddS, name: "fadd.%", args: 2, rounds: true, fp: func(f *format, e *environment, a, b, _ uint64) uint64 { return e.add(f, a, b) }},
	{op: opFsubS, name: "fsub.%", args: 2, rounds: true, fp: func(f *format, e *environment, a, b, _ uint64) uint64 { return e.sub(f, a, b) }},
	{op: opFmulS, name: "fmul.%", args: 2, rounds: true, fp: func(f *format, e *environment, a, b, _ uint64) uint64 { return e.mul(f, a, b) }},
	{op: opFdivS, name: "fdiv.%", args: 2, rounds: true, fp: func(f *format, e *environment, a, b, _ uint64) uint64 { return e.div(f, a, b) }},
	{op: opFsqrtS, name: "fsqrt.%", args: 1, rounds: true, fp: func(f *format, e *environment, a, _, _ uint64) uint64 { return e.sqrt(f, a) }},
	{op: opFmaddS, name: "fmadd.%", args: 3, rounds: true, fp: func(f *format, e *environment, a, b, c uint64) uint64 { return e.mulAdd(f, a, b, c) }},
	{op: opFmsubS, name: "fmsub.%", args: 3, rounds: true, fp: func(f *format, e *environment, a, b, c uint64) uint64 { return e.mulAdd(f, a, b, c^f.sign()) }},
	{op: opFnmsubS, name: "fnmsub.%", args: 3, rounds: true, fp: func(f *format, e *environment, a, b, c uint64) uint64 { return e.mulAdd(f, a^f.sign(), b, c) }},
	{op: opFnmaddS, name: "fnmadd.%", args: 3, rounds: true, fp: func(f *format, e *environment, a, b, c uint64) uint64 {
		return e.mulAdd(f, a^f.sign(), b, c^f.sign())
	}},
	{op: opFsgnjS, name: "fsgnj.%", args: 2, mask: maskSignInject, fp: func(f *format, _ *environment, a, b, _ uint64) uint64 { return a&^f.sign() | b&f.sign() }},
	{op: opFsgnjnS, name: "fsgnjn.%", args: 2, mask: maskSignInject, fp: func(f *format, _ *environment, a, b, _ uint64) uint64 { return a&^f.sign() | ^b&f.sign() }},
	{op: opFsgnjxS, name: "fsgnjx.%", args: 2, clearsSign: true, mask: func(f *format, ma, mb uint64) uint64 { return ma & (mb | ^f.sign()) }, fp: func(f *format, _ *environment, a, b, _ uint64) uint64 { return a ^ b&f.sign() }},
	{op: opFminS, name: "fmin.%", args: 2, fp: func(f *format, e *environment, a, b, _ uint64) uint64 { return e.minimum(f, a, b, true) }},
	{op: opFmaxS, name: "fmax.%", args: 2, fp: func(f *format, e *environment, a, b, _ uint64) uint64 { return e.minimum(f, a, b, false) }},
	{op: opFminmS, name: "fminm.%", args: 2, fp: func(f *format, e *environment, a, b, _ uint64) uint64 { return e.minimumStrict(f, a, b, true) }},
	{op: opFmaxmS, name: "fmaxm.%", args: 2, fp: func(f *format, e *environment, a, b, _ uint64) uint64 { return e.minimumStrict(f, a, b, false) }},
	{op: opFroundS, name: "fround.%", args: 1, rounds: true, fp: func(f *format, e *environment, a, _, _ uint64) uint64 { return e.roundIntegral(f, a, false) }},
	{op: opFroundnxS, name: "froundnx.%", args: 1, rounds: true, fp: func(f *format, e *environment, a, _, _ uint64) uint64 { return e.roundIntegral(f, a, true) }},
	{op: opFliS, name: "fli.%", args: 0, fp: func(f *format, _ *environment, a, _, _ uint64) uint64 { return f.constant(a) }},
	{op: opFeqS, name: "feq.%", args: 2, out: integer, fp: func(f *format, e *environment, a, b, _ uint64) uint64 {
		_, equal := e.compare(f, a, b, true)
		return boolBit(equal)
	}},
	{op: opFltS, name: "flt.%", args: 2, out: integer, fp: func(f *format, e *environment, a, b, _ uint64) uint64 {
		less, _ := e.compare(f, a, b, false)
		return boolBit(less)
	}},
	{op: opFleS, name: "fle.%", args: 2, out: integer, fp: func(f *format, e *environment, a, b, _ uint64) uint64 {
		less, equal := e.compare(f, a, b, false)
		return boolBit(less || equal)
	}},
	{op: opFleqS, name: "fleq.%", args: 2, out: integer, fp: func(f *format, e *environment, a, b, _ uint64) uint64 {
		less, equal := e.compare(f, a, b, true)
		return boolBit(less || equal)
	}},
	{op: opFltqS, name: "fltq.%", args: 2, out: integer, fp: func(f *format, e *environment, a, b, _ uint64) uint64 {
		less, _ := e.compare(f, a, b, true)
		return boolBit(less)
	}},
	{op: opFclassS, name: "fclass.%", args: 1, out: integer, fp: func(f *format, _ *environment, a, _, _ uint64) uint64 { return f.class(a) }},

	{op: opFcvtWS, name: "fcvt.w.%", args: 1, rounds: true, out: integer, fp: func(f *format, e *environment, a, _, _ uint64) uint64 {
		return e.toInteger(f, a, math.MinInt32, math.MaxInt32)
	}},
	{op: opFcvtWuS, name: "fcvt.wu.%", args: 1, rounds: true, out: integer, fp: func(f *format, e *environment, a, _, _ uint64) uint64 {
		return sext32(e.toInteger(f, a, 0, math.MaxUint32))
	}},
	{op: opFcvtLS, name: "fcvt.l.%", args: 1, rounds: true, out: integer, fp: func(f *format, e *environment, a, _, _ uint64) uint64 {
		return e.toInteger(f, a, math.MinInt64, math.MaxInt64)
	}},
	{op: opFcvtLuS, name: "fcvt.lu.%", args: 1, rounds: true, out: integer, fp: func(f *format, e *environment, a, _, _ uint64) uint64 {
		return e.toInteger(f, a, 0, math.MaxUint64)
	}},
	{op: opFcvtSW, name: "fcvt.%.w", args: 1, rounds: true, in: integer, mask: maskOfWord, fp: func(f *format, e *environment, a, _, _ uint64) uint64 {
		return e.fromSigned(f, int64(int32(a)))
	}},
	{op: opFcvtSWu, name: "fcvt.%.wu", args: 1, rounds: true, in: integer, mask: maskOfWord, fp: func(f *format, e *environment, a, _, _ uint64) uint64 {
		return e.fromInteger(f, false, uint64(uint32(a)))
	}},
	{op: opFcvtSL, name: "fcvt.%.l", args: 1, rounds: true, in: integer, fp: func(f *format, e *environment, a, _, _ uint64) uint64 {
		return e.fromSigned(f, int64(a))
	}},
	{op: opFcvtSLu, name: "fcvt.%.lu", args: 1, rounds: true, in: integer, fp: func(f *format, e *environment, a, _, _ uint64) uint64 {
		return e.fromInteger(f, false, a)
	}},
	{op: opFmvXW, name: "fmv.x.@", args: 1, in: raw, out: integer, mask: func(f *format, ma, _ uint64) uint64 { return f.extend(ma) }, fp: func(f *format, _ *environment, a, _, _ uint64) uint64 {
		return f.extend(a)
	}},
	{op: opFmvWX, name: "fmv.@.x", args: 1, in: integer, mask: func(f *format, ma, _ uint64) uint64 { return ma }, fp: func(f *format, _ *environment, a, _, _ uint64) uint64 { return a & f.all() }},
}

// extend sign-extends the bits of a float, as fmv to an integer register does.
func (f *format) extend(v uint64) uint64 {
	shift := 64 - f.width
	return uint64(int64(v<<shift) >> shift)
}

// maskOfWord: the conversion of a 32-bit integer ignores the upper half of its register.
func maskOfWord(_ *format, ma, _ uint64) uint64 { return maskWordOnly(0, 0, ma, allBits) }

// maskSignInject: the sign comes from b and the other bits from a.
func maskSignInject(f *format, ma, mb uint64) uint64 { return ma&^f.sign() | mb&f.sign() }

// conversionRow is a conversion between two formats.
type conversionRow struct {
	op      opcode
	name    string
	in, out *format
	rounds  bool
	fp      func(e *environment, a, b, c uint64) uint64
}

var conversionRows = []conversionRow{
	{op: opFcvtSD, name: "fcvt.s.d", in: double, out: single, rounds: true, fp: func(e *environment, a, _, _ uint64) uint64 { return e.convert(double, single, a) }},
	{op: opFcvtDS, name: "fcvt.d.s", in: single, out: double, rounds: true, fp: func(e *environment, a, _, _ uint64) uint64 { return e.convert(single, double, a) }},
	{op: opFcvtSH, name: "fcvt.s.h", in: half, out: single, rounds: true, fp: func(e *environment, a, _, _ uint64) uint64 { return e.convert(half, single, a) }},
	{op: opFcvtHS, name: "fcvt.h.s", in: single, out: half, rounds: true, fp: func(e *environment, a, _, _ uint64) uint64 { return e.convert(single, half, a) }},
	{op: opFcvtDH, name: "fcvt.d.h", in: half, out: double, rounds: true, fp: func(e *environment, a, _, _ uint64) uint64 { return e.convert(half, double, a) }},
	{op: opFcvtHD, name: "fcvt.h.d", in: double, out: half, rounds: true, fp: func(e *environment, a, _, _ uint64) uint64 { return e.convert(double, half, a) }},
	{op: opFcvtBf16S, name: "fcvt.bf16.s", in: single, out: bfloat, rounds: true, fp: func(e *environment, a, _, _ uint64) uint64 { return e.convert(single, bfloat, a) }},
	{op: opFcvtSBf16, name: "fcvt.s.bf16", in: bfloat, out: single, rounds: true, fp: func(e *environment, a, _, _ uint64) uint64 { return e.convert(bfloat, single, a) }},
	{op: opFcvtmodWD, name: "fcvtmod.w.d", in: double, out: integer, fp: func(e *environment, a, _, _ uint64) uint64 { return e.toModular(a) }},
}
