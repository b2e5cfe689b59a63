package ir

import (
	"math/big"
	"strings"
)

// Containers returns the function for Legalize of a language with integers of 8, 16, 32 and so on to a largest width.
func Containers(largest int) func(bits int) int {
	return func(bits int) int {
		for n := 8; n <= largest; n *= 2 {
			if bits <= n {
				return n
			}
		}
		return 0
	}
}

// AnyWidth is the function for Legalize of a language with integers of every width but 1, which has 8 bits there.
func AnyWidth(bits int) int {
	if bits == 1 {
		return 8
	}
	return bits
}

// Legalize holds integers in containers, with the bits above cleared. Integers of one bit stay: they are results of
// comparisons, conditions, operands of and, or and xor, are converted to and from other widths, and go through phis,
// selects and calls, no more. A width whose container is 0 is unsupported.
func Legalize(m *Module, container func(bits int) int) error {
	l := &legalizer{container: container}
	for _, f := range m.Funcs {
		for i := range f.Params {
			f.Params[i].Type = l.typ(f.Params[i].Type)
		}
	}
	err := rewrite(m, l.inst)
	for _, f := range m.Funcs {
		f.Result = l.typ(f.Result)
	}
	if err == nil && l.tooWide > 0 {
		err = unsupported("an integer of %d bits", l.tooWide)
	}
	return err
}

type legalizer struct {
	*builder
	container func(bits int) int
	tooWide   int
}

// width returns the width of the container of a width.
func (l *legalizer) width(bits int) int {
	c := l.container(bits)
	if c == 0 {
		l.tooWide = max(l.tooWide, bits)
		return bits
	}
	return c
}

// typ returns the type by which values of a type are held.
func (l *legalizer) typ(t Type) Type {
	if t.Kind == Integer && t.Bits != 1 {
		t.Bits = l.width(t.Bits)
	}
	return t
}

// fits reports whether an integer type needs no work.
func (l *legalizer) fits(t Type) bool { return t.Kind != Integer || t.Bits == l.width(t.Bits) }

// held returns an operand by its container, one bit as it is.
func (l *legalizer) held(o Operand) Operand {
	o.Type = l.typ(o.Type)
	return o
}

// zero returns an operand of an operation in its container, bits above it cleared.
func (l *legalizer) zero(o Operand) Operand {
	if o.Type.Kind == Integer && o.Type.Bits == 1 {
		if o.IsConstant() {
			return Constant(Int(l.width(1)), o.Value())
		}
		return l.op("zext", Int(l.width(1)), o)
	}
	return l.held(o)
}

// signed returns an operand of an operation in its container, sign-extended.
func (l *legalizer) signed(o Operand) Operand { return l.extended(l.zero(o), o.Type.Bits) }

func (l *legalizer) extended(x Operand, bits int) Operand {
	n := int64(x.Type.Bits - bits)
	if n == 0 {
		return x
	}
	if x.IsConstant() {
		if v := x.Value(); v.Bit(bits-1) == 1 {
			return Constant(x.Type, new(big.Int).Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(bits))))
		}
		return x
	}
	return l.by("ashr", l.by("shl", x, n), n)
}

// cleared returns a value with the bits above a width cleared.
func (l *legalizer) cleared(x Operand, bits int) Operand {
	if bits == x.Type.Bits {
		return x
	}
	return l.op("and", x.Type, x, Constant(x.Type, mask(bits)))
}

// result makes a name stand for the low bits of a value.
func (l *legalizer) result(name string, x Operand, bits int) {
	if bits == 1 {
		l.is(name, l.op("trunc", I1, x))
		return
	}
	l.is(name, l.cleared(x, bits))
}

// Sets of instructions that are treated alike.
var (
	isMoved  = words("select phi call ret br alloca getelementptr barrier fence unreachable fneg fcmp fadd fsub fmul fdiv frem fptrunc fpext cmpxchg atomicrmw inttoptr ptrtoint bitcast llvm.memcpy llvm.memmove llvm.memset llvm.va_start llvm.returnaddress llvm.frameaddress")
	isBits   = words("and or xor")
	isWrap   = words("add sub mul shl")
	isZero   = words("udiv urem lshr")
	isSigned = words("sdiv srem")
	isCount  = words("llvm.ctlz llvm.cttz llvm.ctpop llvm.bswap llvm.bitreverse")
)

func words(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

func (l *legalizer) inst(b *builder, in Inst) {
	l.builder = b
	bits := in.Type.Bits
	var first Type
	if len(in.Args) > 0 {
		first = in.Args[0].Type
	}
	switch {
	case isMoved[in.Op], isBits[in.Op]:
		l.moved(in)
	case in.Op == "icmp":
		l.compared(in, first)
	case in.Op == "zext", in.Op == "sext", in.Op == "trunc":
		l.converted(in, first)
	case in.Op == "switch":
		in.Args = []Operand{l.zero(in.Args[0])}
		in.Type = in.Args[0].Type
		b.add(in)
	case in.Op == "load" && !l.fits(in.Type):
		l.load(in)
	case in.Op == "store" && !l.fits(in.Type):
		l.store(in)
	case in.Op == "sitofp" && !l.fits(first):
		in.Args = []Operand{l.signed(in.Args[0])}
		b.add(in)
	case in.Op == "uitofp" && !l.fits(first):
		in.Args = []Operand{l.zero(in.Args[0])}
		b.add(in)
	case in.Type.Kind != Integer || l.fits(in.Type):
		b.add(in)
	case in.Op == "fptosi" || in.Op == "fptoui":
		l.result(in.Result, b.op(in.Op, Int(l.width(bits)), in.Args...), bits)
	case isWrap[in.Op] && in.Flags&NoSignedWrap != 0 && in.Op != "shl", isSigned[in.Op], in.Op == "ashr":
		x := l.signed(in.Args[0])
		y := l.zero(in.Args[1])
		if in.Op != "ashr" {
			y = l.extended(y, bits)
		}
		v := b.op(in.Op, x.Type, x, y)
		b.insts[len(b.insts)-1].Flags = in.Flags
		l.result(in.Result, v, bits)
	case isWrap[in.Op]:
		l.result(in.Result, b.op(in.Op, Int(l.width(bits)), l.zero(in.Args[0]), l.zero(in.Args[1])), bits)
	case isZero[in.Op]:
		x := b.op(in.Op, Int(l.width(bits)), l.zero(in.Args[0]), l.zero(in.Args[1]))
		if bits > 1 { // the result is no larger than the first operand
			bits = x.Type.Bits
		}
		l.result(in.Result, x, bits)
	case in.Overflow != "":
		l.overflow(in, bits)
	case isCount[in.Op]:
		l.counted(in, bits)
	default:
		b.fail("%s of %d bits", in.Op, bits)
	}
}

// moved changes the types of an instruction only.
func (l *legalizer) moved(in Inst) {
	args := make([]Operand, len(in.Args))
	for i, o := range in.Args {
		args[i] = l.held(o)
	}
	in.Args, in.Type = args, l.typ(in.Type)
	l.add(in)
}

func (l *legalizer) compared(in Inst, t Type) {
	if l.fits(t) {
		l.add(in)
		return
	}
	extend := l.zero
	if in.Predicate[0] == 's' {
		extend = l.signed
	}
	in.Args = []Operand{extend(in.Args[0]), extend(in.Args[1])}
	l.add(in)
}

func (l *legalizer) converted(in Inst, from Type) {
	if l.fits(from) && l.fits(in.Type) || from.Bits == 1 && in.Op == "zext" {
		in.Type = l.typ(in.Type)
		l.add(in)
		return
	}
	to := l.typ(in.Type)
	if in.Op == "sext" {
		l.result(in.Result, l.resize("sext", l.signed(in.Args[0]), to), in.Type.Bits)
		return
	}
	if in.Type.Bits == 1 {
		l.is(in.Result, l.op("trunc", I1, l.zero(in.Args[0])))
		return
	}
	x := l.resize("zext", l.zero(in.Args[0]), to)
	if in.Op == "trunc" {
		x = l.cleared(x, in.Type.Bits)
	}
	l.is(in.Result, x)
}

// pieces calls a function with the bytes of an integer in memory, cut into powers of two.
func (l *legalizer) pieces(in Inst, do func(offset, size int)) {
	for offset, left := 0, (in.Type.Bits+7)/8; left > 0; {
		size := 1
		for size*2 <= left {
			size *= 2
		}
		do(offset, size)
		offset, left = offset+size, left-size
	}
}

func (l *legalizer) load(in Inst) {
	t := Int(l.width(in.Type.Bits))
	whole := Number(t, 0)
	l.pieces(in, func(offset, size int) {
		one := Inst{Op: "load", Result: l.name(), Type: Int(size * 8), Flags: in.Flags, Align: alignAt(in.Align, offset),
			Args: []Operand{l.offset(in.Args[0], offset)}}
		l.add(one)
		part := l.resize("zext", Operand{Type: one.Type, Name: one.Result}, t)
		if offset > 0 {
			part = l.op("or", t, whole, l.by("shl", part, int64(offset*8)))
		}
		whole = part
	})
	if in.Type.Bits%8 == 0 { // pieces are zero-extended
		l.is(in.Result, whole)
		return
	}
	l.result(in.Result, whole, in.Type.Bits)
}

func (l *legalizer) store(in Inst) {
	v := l.zero(in.Args[0])
	l.pieces(in, func(offset, size int) {
		part := l.resize("zext", l.shifted("lshr", v, offset*8), Int(size*8))
		l.add(Inst{Op: "store", Type: part.Type, Flags: in.Flags, Align: alignAt(in.Align, offset), Args: []Operand{part, l.offset(in.Args[1], offset)}})
	})
}

// overflow sees an overflow of the container, or that the result is not the same in it.
func (l *legalizer) overflow(in Inst, bits int) {
	extend := l.zero
	isSigned := in.Op[len("llvm.")] == 's'
	if isSigned {
		extend = l.signed
	}
	name := strings.TrimSuffix(strings.TrimPrefix(in.Op, "llvm."), ".with.overflow")
	whole, flag := l.overflowing(name, extend(in.Args[0]), extend(in.Args[1]))
	low := l.cleared(whole, bits)
	back := low
	if isSigned {
		back = l.extended(low, bits)
	}
	l.is(in.Overflow, l.op("or", I1, flag, l.compare("ne", back, whole)))
	l.result(in.Result, low, bits)
}

// counted counts or permutes bits in the container.
func (l *legalizer) counted(in Inst, bits int) {
	x := l.zero(in.Args[0])
	above := int64(x.Type.Bits - bits)
	args := append([]Operand{x}, in.Args[1:]...)
	switch in.Op {
	case "llvm.ctpop":
		x = l.op(in.Op, x.Type, args...)
	case "llvm.cttz": // a bit behind the last ends the count
		args[0] = l.op("or", x.Type, x, Constant(x.Type, new(big.Int).Lsh(big.NewInt(1), uint(bits))))
		x = l.op(in.Op, x.Type, args...)
	case "llvm.ctlz":
		x = l.by("sub", l.op(in.Op, x.Type, args...), above)
	default:
		x = l.by("lshr", l.op(in.Op, x.Type, args...), above)
	}
	l.result(in.Result, x, bits)
}
