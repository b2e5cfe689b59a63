package asm

import (
	"strconv"
	"strings"
)

// directive handles one that starts with a dot; at is its place in the line and rest its operands.
func (a *assembler) directive(name, rest string, at int) {
	restAt := at + len(name)
	trimmed := strings.TrimLeft(rest, " \t")
	restAt += len(rest) - len(trimmed)
	rest = trimmed
	if handle, ok := directives[name]; ok {
		handle(a, rest, restAt)
		return
	}
	if width, ok := widths[name]; ok {
		a.values(rest, restAt, width)
		return
	}
	if !ignored[name] {
		a.failAt(at, "unknown directive %s", name)
	}
}

var widths = map[string]int{
	".byte": 1, ".half": 2, ".short": 2, ".2byte": 2, ".word": 4, ".long": 4, ".4byte": 4, ".dword": 8, ".quad": 8, ".8byte": 8,
}

// ignored are directives that say nothing about the bytes of the image.
var ignored = map[string]bool{
	".globl": true, ".global": true, ".local": true, ".weak": true, ".hidden": true, ".type": true, ".size": true,
	".file": true, ".ident": true, ".attribute": true, ".loc": true, ".cfi_startproc": true, ".cfi_endproc": true,
	".cfi_def_cfa_offset": true, ".cfi_offset": true, ".cfi_restore": true, ".cfi_def_cfa": true, ".addrsig": true,
}

var directives = map[string]func(a *assembler, rest string, at int){
	".text":    func(a *assembler, _ string, _ int) { a.enter(".text") },
	".data":    func(a *assembler, _ string, _ int) { a.enter(".data") },
	".rodata":  func(a *assembler, _ string, _ int) { a.enter(".rodata") },
	".bss":     func(a *assembler, _ string, _ int) { a.enter(".bss") },
	".section": sectionDirective,
	".align":   func(a *assembler, rest string, at int) { a.alignment(rest, at, true) },
	".p2align": func(a *assembler, rest string, at int) { a.alignment(rest, at, true) },
	".balign":  func(a *assembler, rest string, at int) { a.alignment(rest, at, false) },
	".ascii":   func(a *assembler, rest string, at int) { a.text(rest, at, false) },
	".asciz":   func(a *assembler, rest string, at int) { a.text(rest, at, true) },
	".string":  func(a *assembler, rest string, at int) { a.text(rest, at, true) },
	".zero":    func(a *assembler, rest string, at int) { a.space(rest, at) },
	".space":   func(a *assembler, rest string, at int) { a.space(rest, at) },
	".skip":    func(a *assembler, rest string, at int) { a.space(rest, at) },
	".equ":     setDirective,
	".set":     setDirective,
	".option":  optionDirective,
}

func sectionDirective(a *assembler, rest string, at int) {
	name, _, _ := strings.Cut(rest, ",")
	name = strings.Trim(strings.TrimSpace(name), `"`)
	if name == "" {
		a.failAt(at, "expected the name of a section")
		return
	}
	a.enter(name)
}

func setDirective(a *assembler, rest string, at int) {
	name, value, ok := strings.Cut(rest, ",")
	name = strings.TrimSpace(name)
	if !ok || name == "" || symbolPrefix(name) != name || isNumericLabel(name) {
		a.failAt(at, "expected a symbol and its value")
		return
	}
	a.constant(name, value, at, at+len(rest)-len(value))
}

func optionDirective(a *assembler, rest string, at int) {
	switch strings.TrimSpace(rest) {
	case "rvc":
		a.rvc = true
	case "norvc":
		a.rvc = false
	case "push":
		a.options = append(a.options, a.rvc)
	case "pop":
		if len(a.options) == 0 {
			a.failAt(at, ".option pop without push")
			return
		}
		a.rvc, a.options = a.options[len(a.options)-1], a.options[:len(a.options)-1]
	case "relax", "norelax", "pic", "nopic": // say nothing here: there is no linker
	default:
		a.failAt(at, "unknown option %q", rest)
	}
}

// known evaluates an operand that must be known where it stands.
func (a *assembler) known(text string, at int) (int64, bool) {
	e := a.expression(text, at)
	if e == nil {
		return 0, false
	}
	if a.mentionsLabel(e) {
		a.failAt(at, "the value must be known here")
		return 0, false
	}
	v, err := a.eval(e, nil, 0)
	if err != nil {
		a.failAt(at, "%v", err)
		return 0, false
	}
	return v, true
}

// maxAlign and maxSpace keep a mistyped number from filling the memory.
const (
	maxAlign = 1 << 20
	maxSpace = 1 << 28
)

func (a *assembler) alignment(rest string, at int, power bool) {
	first, fill, hasFill := strings.Cut(rest, ",")
	v, ok := a.known(first, at)
	if !ok {
		return
	}
	if power && v >= 0 && v <= 20 {
		v = 1 << v
	} else if power {
		v = 0
	}
	if v < 1 || v > maxAlign || v&(v-1) != 0 {
		a.failAt(at, "alignment must be a power of two up to %d bytes", maxAlign)
		return
	}
	it := item{kind: itemAlign, from: v}
	if fill = strings.TrimSpace(fill); hasFill && fill != "" {
		b, ok := a.known(fill, at+len(first)+1)
		if !ok {
			return
		}
		it.fill = byte(b)
	}
	a.add(it)
}

func (a *assembler) space(rest string, at int) {
	first, fill, hasFill := strings.Cut(rest, ",")
	n, ok := a.known(first, at)
	if !ok {
		return
	}
	if n < 0 || n > maxSpace {
		a.failAt(at, "%d is outside 0..%d", n, maxSpace)
		return
	}
	it := item{kind: itemSpace, size: n}
	if hasFill {
		b, ok := a.known(fill, at+len(first)+1)
		if !ok {
			return
		}
		it.fill = byte(b)
	}
	a.add(it)
}

// values handles .byte, .word and the like.
func (a *assembler) values(rest string, at, width int) {
	if strings.TrimSpace(rest) == "" {
		return
	}
	s, where := a.open(), place{a.line, at + 1}
	for _, text := range strings.Split(rest, ",") {
		e := a.expression(text, at)
		at += len(text) + 1
		if e == nil {
			return
		}
		item, offset := s.end()
		s.cells = append(s.cells, cell{where, item, offset, width, e})
		s.code = append(s.code, make([]byte, width)...)
	}
}

// text handles .ascii, .asciz and .string: strings between commas.
func (a *assembler) text(rest string, at int, zero bool) {
	s := a.open()
	for {
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil || quoted[0] != '"' {
			a.failAt(at, "expected a string")
			return
		}
		bytes, err := strconv.Unquote(quoted)
		if err != nil {
			a.failAt(at, "%s is not a string", quoted)
			return
		}
		s.code = append(s.code, bytes...)
		if zero {
			s.code = append(s.code, 0)
		}
		after := strings.TrimLeft(rest[len(quoted):], " \t")
		if after == "" {
			break
		}
		if after[0] != ',' {
			a.failAt(at, "unexpected %q after a string", after)
			return
		}
		next := strings.TrimLeft(after[1:], " \t")
		at += len(rest) - len(next)
		rest = next
	}
}
