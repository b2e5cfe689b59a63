package asm

import (
	"math"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa/internal/quote"
)

// values handles .byte, .word and the like.
func (a *assembler) values(rest string, at, width int) {
	if trim(rest) == "" {
		return
	}
	s := a.open()
	for more := true; more; {
		var text string
		here := at + skipBlanks(rest, 0)
		length := len(rest)
		text, rest, more = cutOperand(rest)
		at += length - len(rest)
		e := a.expression(text, here)
		if e == nil {
			return
		}
		v, known := a.numberNow(e)
		if !known {
			item, offset := s.end()
			s.cells = append(s.cells, cell{a.here(here), int32(item), int32(width), offset, e})
		} else if err := checkWidth(v, width); err != nil {
			a.failAt(here, "%v", err)
		}
		n := len(s.code)
		s.code = append(s.code, make([]byte, width)...)
		putValue(s.code[n:], v, width)
	}
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

// floats handles .float and .double.
func (a *assembler) floats(rest string, at, width int) {
	s := a.open()
	for more := trim(rest) != ""; more; {
		length := len(rest)
		here := at + skipBlanks(rest, 0)
		var text string
		text, rest, more = cutOperand(rest)
		at += length - len(rest)
		text = strings.ToLower(trim(text))
		if len(text) > 2 && text[0] == '0' && strings.IndexByte("fdres", text[1]) >= 0 { // 0f1.5, as GNU prints them
			text = text[2:]
		}
		v, err := strconv.ParseFloat(text, 8*width)
		if err != nil && !math.IsInf(v, 0) || strings.IndexByte(text, '_') >= 0 {
			a.failAt(here, "%.60q is not a number", text)
			return
		}
		bits := int64(math.Float64bits(v))
		if width == 4 {
			bits = int64(math.Float32bits(float32(v)))
		}
		n := len(s.code)
		s.code = append(s.code, make([]byte, width)...)
		putValue(s.code[n:], bits, width)
	}
}

// leb handles .uleb128 and .sleb128.
func (a *assembler) leb(rest string, at int, signed bool) {
	for more := true; more; {
		length := len(rest)
		here := at + skipBlanks(rest, 0)
		var text string
		text, rest, more = cutOperand(rest)
		at += length - len(rest)
		e := a.expression(text, here)
		if e == nil {
			return
		}
		if v, known := a.numberNow(e); known {
			s := a.open()
			s.code = appendLEB(s.code, v, signed)
			continue
		}
		a.section().addPadding(padding{place: a.here(here), kind: padLEB, size: e, signed: signed})
	}
}

// alignment handles .align and its kin: to what, the fill, and how much of it at most.
func (a *assembler) alignment(rest string, at int, power bool) {
	s := a.section()
	p := padding{place: a.here(at), kind: padAlign, nops: s.isCode}
	operands := a.operands(rest, at)
	v, ok := int64(0), true
	if len(operands) > 0 && operands[0].text != "" {
		v, ok = a.known(operands[0].text, operands[0].at)
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
	if len(operands) > 1 && operands[1].text != "" {
		b, ok := a.known(operands[1].text, operands[1].at)
		if !ok {
			return
		}
		p.fill, p.nops = uint64(b), false
	}
	if len(operands) > 2 && operands[2].text != "" {
		if p.most, ok = a.known(operands[2].text, operands[2].at); !ok {
			return
		}
	}
	s.align = max(s.align, v)
	s.addPadding(p)
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

// space handles .zero, .space and .skip: how many bytes, and of what.
func space(a *assembler, rest string, at int) {
	operands := a.operands(rest, at)
	if len(operands) == 0 {
		a.failAt(at, "expected a size")
		return
	}
	p := padding{place: a.here(operands[0].at), kind: padSpace}
	if !a.spaceSize(&p, operands[0], 1) {
		return
	}
	if len(operands) > 1 {
		b, ok := a.known(operands[1].text, operands[1].at)
		if !ok {
			return
		}
		p.fill = uint64(b)
	}
	a.section().addPadding(p)
}

// spaceSize reads how often width bytes are repeated: a number, or an expression that layout computes.
func (a *assembler) spaceSize(p *padding, operand piece, width int64) bool {
	e := a.expression(operand.text, operand.at)
	if e == nil {
		return false
	}
	n, known := a.numberNow(e)
	if !known {
		p.size = a.newExpr(expr{op: opMul, x: e, y: a.newExpr(expr{value: value{num: width}})})
		return true
	}
	if n < 0 || n > maxImage {
		a.failAt(operand.at, "%d is outside 0..%d", n, maxImage)
		return false
	}
	p.known = n * width
	return true
}

// fill handles .fill: how often, how wide, what.
func fill(a *assembler, rest string, at int) {
	operands := a.operands(rest, at)
	if len(operands) == 0 {
		a.failAt(at, "expected a count")
		return
	}
	width, v, ok := int64(1), int64(0), true
	if len(operands) > 1 {
		width, ok = a.known(operands[1].text, operands[1].at)
	}
	if ok && len(operands) > 2 {
		v, ok = a.known(operands[2].text, operands[2].at)
	}
	p := padding{place: a.here(operands[0].at), kind: padSpace}
	switch {
	case !ok:
		return
	case width < 0:
		a.failAt(operands[1].at, "%d is less than 0", width)
		return
	case width > 4: // GNU takes no more than 8 bytes, of which the value is four
		width = min(width, 8)
		v &= 0xffffffff
	}
	p.width, p.fill = uint8(width), uint64(v)
	if a.spaceSize(&p, operands[0], width) {
		a.section().addPadding(p)
	}
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
	if len(operands) > 1 {
		b, ok := a.known(operands[1].text, operands[1].at)
		if !ok {
			return
		}
		p.fill = uint64(b)
	}
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
	align := int64(1)
	if ok && len(operands) > 2 {
		align, ok = a.known(operands[2].text, operands[2].at)
	}
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
	current, previous := a.current, a.previous
	a.enter(".bss", "")
	s := a.section()
	s.align = max(s.align, align)
	s.addPadding(padding{place: a.here(at), kind: padAlign, known: align})
	a.label(name, operands[0].at)
	s.addPadding(padding{place: a.here(at), kind: padSpace, known: size})
	a.current, a.previous = current, previous
}
