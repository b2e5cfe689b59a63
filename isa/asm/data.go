package asm

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa/internal/quote"
)

// values handles .byte, .word and the like.
func (a *assembler) values(rest string, at, width int) {
	operands := a.operands(rest, at)
	if len(operands) == 0 {
		return
	}
	s := a.open()
	for _, o := range operands {
		e := a.expression(o.text, o.at)
		if e == nil {
			return
		}
		v, known := a.numberNow(e)
		if !known {
			item, offset := s.end()
			s.cells = append(s.cells, cell{a.here(o.at), int32(item), int32(width), offset, e})
		} else if err := checkWidth(v, width); err != nil {
			a.failAt(o.at, "%v", err)
		}
		s.addValue(v, width)
	}
}

// addValue appends a value to the run that is open.
func (s *section) addValue(v int64, width int) {
	n := len(s.code)
	s.code = append(s.code, make([]byte, width)...)
	putValue(s.code[n:], v, width)
}

// text handles .ascii, .asciz and .string: strings between commas, or without, when the zero comes after the last.
func (a *assembler) text(rest string, at int, zero bool) {
	s := a.open()
	if rest == "" {
		return
	}
	for {
		code, n := quote.AppendString(s.code, rest)
		if n == 0 {
			a.failAt(at, "expected a string")
			return
		}
		s.code = code
		at += n
		rest = rest[n:]
		next := skipBlanks(rest, 0)
		adjacent := next < len(rest) && rest[next] == '"'
		if zero && !adjacent {
			s.code = append(s.code, 0)
		}
		at, rest = at+next, rest[next:]
		switch {
		case rest == "":
			return
		case rest[0] == ',':
			next := 1 + skipBlanks(rest[1:], 0)
			at, rest = at+next, rest[next:]
		case !adjacent:
			a.failAt(at, "unexpected %.60q after a string", rest)
			return
		}
	}
}

// floatFormat is how a directive writes floating-point numbers.
type floatFormat struct {
	width  int
	encode func(v float64) uint64
}

var (
	half   = floatFormat{2, func(v float64) uint64 { return roundFloat(v, 5, 10) }}
	brain  = floatFormat{2, func(v float64) uint64 { return roundFloat(v, 8, 7) }}
	single = floatFormat{4, func(v float64) uint64 { return uint64(math.Float32bits(float32(v))) }}
	double = floatFormat{8, math.Float64bits}
)

// precision returns the width of the numbers that encode takes without another rounding.
func (f floatFormat) precision() int {
	if f.width == 4 {
		return 32
	}
	return 64
}

// roundFloat returns the bits of the nearest number, ties to even, of a format with so many bits of exponent and of fraction.
func roundFloat(v float64, exponent, fraction int) uint64 {
	bits := math.Float64bits(v)
	sign := bits >> 63 << (exponent + fraction)
	most := 1<<exponent - 1 // the exponent of infinities and NaNs
	top := uint64(most) << fraction
	switch {
	case math.IsNaN(v):
		return sign | top | 1<<(fraction-1)
	case math.IsInf(v, 0):
		return sign | top
	}
	mantissa, e := math.Frexp(math.Abs(v)) // mantissa is 0, or 0.5 to 1
	e += most/2 - 1
	scaled := math.Ldexp(mantissa, fraction+1+min(e-1, 0)) // a subnormal has fewer bits
	n := uint64(math.RoundToEven(scaled))
	if e > 0 {
		n += uint64(e-1) << fraction // the leading bit adds one to the exponent, and so does a carry
	}
	return sign | min(n, top)
}

// floats handles .float, .double and the like.
func (a *assembler) floats(rest string, at int, format floatFormat) {
	s := a.open()
	for _, o := range a.operands(rest, at) {
		text := strings.ToLower(o.text)
		if len(text) > 2 && text[0] == '0' && strings.IndexByte("fdres", text[1]) >= 0 { // 0f1.5, as GNU prints them
			text = text[2:]
		}
		v, err := strconv.ParseFloat(text, format.precision())
		if err != nil && !math.IsInf(v, 0) || strings.IndexByte(text, '_') >= 0 {
			a.failAt(o.at, "%.60q is not a number", text)
			return
		}
		s.addValue(int64(format.encode(v)), format.width)
	}
}

// leb handles .uleb128 and .sleb128.
func (a *assembler) leb(rest string, at int, signed bool) {
	operands := a.operands(rest, at)
	if len(operands) == 0 {
		a.failAt(at, "expected a number")
	}
	for _, o := range operands {
		e := a.expression(o.text, o.at)
		if e == nil {
			return
		}
		if v, known := a.numberNow(e); known {
			s := a.open()
			s.code = appendLEB(s.code, v, signed)
			continue
		}
		a.section().addPadding(padding{place: a.here(o.at), kind: padLEB, size: e, signed: signed})
	}
}

// alignment handles .align, .p2align and .balign: the multiple, the fill, and the most bytes that it may take.
func (a *assembler) alignment(rest string, at int, power bool) {
	s := a.section()
	p := padding{place: a.here(at), kind: padAlign, nops: s.isCode}
	operands := a.operands(rest, at)
	written := func(i int) bool { return i < len(operands) && operands[i].text != "" }
	v, ok := int64(0), true
	if written(0) {
		v, ok = a.optional(operands, 0, 0)
	} else if !power {
		v = 1
	}
	switch {
	case !ok:
		return
	case power && v >= 0 && v <= 20:
		v = 1 << v
	case power:
		v = -1
	case v == 0:
		v = 1
	}
	if v < 1 || v > maxAlign || v&(v-1) != 0 {
		a.failAt(at, "alignment must be a power of two up to %d bytes", maxAlign)
		return
	}
	p.known = v
	if written(1) {
		b, ok := a.optional(operands, 1, 0)
		if !ok {
			return
		}
		p.fill, p.nops = uint64(b), false
	}
	if written(2) {
		if p.most, ok = a.optional(operands, 2, 0); !ok {
			return
		}
	}
	s.align = max(s.align, v)
	if least := a.instructionAlign(); p.nops && a.object != nil && a.relax {
		if v <= least {
			return
		}
		p.reserve = v - least
	}
	s.addPadding(p)
}

// instructionAlign returns the alignment of instructions.
func (a *assembler) instructionAlign() int64 {
	if a.rvc {
		return 2
	}
	return 4
}

// operands cuts the operands of a directive.
func (a *assembler) operands(rest string, at int) []piece {
	out := a.now.pieces[:0]
	for more := trim(rest) != ""; more; {
		length := len(rest)
		here := at + skipBlanks(rest, 0)
		var text string
		text, rest, more = cutOperand(rest)
		at += length - len(rest)
		out = append(out, piece{trim(text), here})
	}
	return out
}

// optional returns the value of an operand, which must be a number where it stands, or absent for one that is not written.
// ok is false after a mistake, which it reports.
func (a *assembler) optional(operands []piece, i int, absent int64) (v int64, ok bool) {
	if i >= len(operands) {
		return absent, true
	}
	return a.known(operands[i].text, operands[i].at)
}

// space handles .zero, .space and .skip, whose operands are a size and the byte to fill it with.
func space(a *assembler, rest string, at int) {
	operands := a.operands(rest, at)
	if v, ok := a.optional(operands, 1, 0); ok {
		a.addSpace(operands, at, 1, v)
	}
}

// fill handles .fill, whose operands are a count, the width of the value in bytes, and the value.
func fill(a *assembler, rest string, at int) {
	operands := a.operands(rest, at)
	width, ok := a.optional(operands, 1, 1)
	if !ok {
		return
	}
	v, ok := a.optional(operands, 2, 0)
	switch {
	case !ok:
		return
	case width < 0:
		a.failAt(operands[1].at, "%d is less than 0", width)
		return
	case width > 4: // GNU takes at most 8 bytes, the upper ones zero
		width = min(width, 8)
		v &= 0xffffffff
	}
	a.addSpace(operands, at, width, v)
}

// addSpace adds as many values of width bytes as the first operand has: a number, or an expression that layout computes.
func (a *assembler) addSpace(operands []piece, at int, width, v int64) {
	if len(operands) == 0 {
		a.failAt(at, "expected a size")
		return
	}
	count := operands[0]
	e := a.expression(count.text, count.at)
	if e == nil {
		return
	}
	p := padding{place: a.here(count.at), kind: padSpace, width: uint8(width), fill: uint64(v)}
	n, known := a.numberNow(e)
	switch {
	case !known:
		p.size = a.newExpr(expr{op: opMul, x: e, y: a.newExpr(expr{value: value{num: width}})})
	case n < 0 || n > maxImage:
		a.failAt(count.at, "%d is outside 0..%d", n, maxImage)
		return
	default:
		p.known = n * width
	}
	a.section().addPadding(p)
}

// repeated handles .dcb and .ds: a count, and of .dcb the value of so many bytes.
func (a *assembler) repeated(rest string, at, width int) {
	operands := a.operands(rest, at)
	if v, ok := a.optional(operands, 1, 0); ok {
		a.addSpace(operands, at, int64(width), v)
	}
}

// base64Strings handles .base64, whose strings stand for bytes.
func base64Strings(a *assembler, rest string, at int) {
	s := a.open()
	for _, o := range a.operands(rest, at) {
		text, n := quote.AppendString(nil, o.text)
		code, err := base64.StdEncoding.AppendDecode(s.code, text)
		if n == 0 || n != len(o.text) || err != nil {
			a.failAt(o.at, "%.60q is not a string of base64", o.text)
			return
		}
		s.code = code
	}
}

// offsets handles .offset and .struct: what follows, up to the next section, only gives its labels their values.
func offsets(a *assembler, rest string, at int) {
	v, ok := a.known(rest, at)
	switch {
	case !ok:
		return
	case v < 0 || v > maxImage:
		a.failAt(at, "%d is outside 0..%d", v, maxImage)
		return
	}
	a.enter(fmt.Sprintf("*ABS*%d", len(a.sections)), "") // each has its own beginning
	s := a.section()
	s.loaded, s.absolute = false, true
	s.addPadding(padding{place: a.here(at), kind: padSpace, known: v})
}

// origin handles .org, and an assignment to the place: space up to an offset in the section, or to a label in it.
func (a *assembler) origin(rest string, at int) {
	operands := a.operands(rest, at)
	if len(operands) == 0 {
		a.failAt(at, "expected an offset")
		return
	}
	e := a.expression(operands[0].text, operands[0].at)
	if e == nil {
		return
	}
	v, err := a.reduce(e)
	if err == nil && v.label != nil && int(v.label.section) != a.current {
		a.failAt(operands[0].at, "the place is in another section")
		return
	}
	if err != nil {
		a.failAt(operands[0].at, "%v", err)
		return
	}
	p := padding{place: a.here(operands[0].at), kind: padOrg, label: v.label, known: v.num}
	b, ok := a.optional(operands, 1, 0)
	if !ok {
		return
	}
	p.fill = uint64(b)
	a.section().addPadding(p)
}

// common handles .comm and .lcomm: a name, a size and an alignment, for zeros in .bss.
func common(a *assembler, rest string, at int) {
	operands := a.operands(rest, at)
	if len(operands) < 2 {
		a.failAt(at, "expected a symbol and a size")
		return
	}
	size, ok := a.known(operands[1].text, operands[1].at)
	if !ok {
		return
	}
	align, ok := a.optional(operands, 2, 1)
	switch {
	case !ok:
		return
	case size < 0 || size > maxImage:
		a.failAt(operands[1].at, "%d is outside 0..%d", size, maxImage)
		return
	case align < 1 || align > maxAlign || align&(align-1) != 0:
		a.failAt(operands[2].at, "alignment must be a power of two up to %d bytes", maxAlign)
		return
	}
	name, _ := nameAt(operands[0].text+" ", 0)
	if a.object != nil && a.object.common(a.symbols.intern(name), size, align) {
		return
	}
	current, previous := a.current, a.previous
	a.enter(".bss", "")
	s := a.section()
	s.align = max(s.align, align)
	s.addPadding(padding{place: a.here(at), kind: padAlign, known: align})
	a.label(name, operands[0].at)
	s.addPadding(padding{place: a.here(at), kind: padSpace, known: size})
	a.current, a.previous = current, previous
}
