package asm

import (
	"strings"

	"github.com/rvfuzz/rvfuzz/isa/internal/quote"
)

// directive handles one that starts with a dot; at is its place in the line and rest its operands.
func (a *assembler) directive(name, rest string, at int) {
	if a.blocks.macros != nil && a.callMacro(name, rest, at) {
		return
	}
	restAt := at + len(name)
	blanks := skipBlanks(rest, 0)
	restAt += blanks
	rest = rest[blanks:]
	if a.perform(name, rest, at, restAt) {
		return
	}
	if lower := strings.ToLower(name); lower != name && a.perform(lower, rest, at, restAt) {
		return
	}
	a.failAt(at, "unknown directive %.60s", name)
}

// perform handles a directive, and reports whether it has a handler.
func (a *assembler) perform(name, rest string, at, restAt int) bool {
	if width, ok := widths[name]; ok {
		a.values(rest, restAt, width)
		return true
	}
	if a.object != nil && a.objectDirective(name, rest, restAt) {
		return true
	}
	if handle := directiveOf(name); handle != nil {
		handle(a, rest, restAt)
		return true
	}
	switch {
	case isConditional(name):
		a.condition(name, rest, at, restAt)
	case ignored[name] || strings.HasPrefix(name, ".cfi_"):
	default:
		return false
	}
	return true
}

var widths = map[string]int{
	".byte": 1, ".dc.b": 1, ".half": 2, ".hword": 2, ".short": 2, ".2byte": 2, ".dc": 2, ".dc.w": 2, ".dc.l": 4, ".dc.a": 8, ".word": 4, ".long": 4, ".int": 4, ".4byte": 4, ".dword": 8, ".quad": 8, ".8byte": 8,
}

// ignored are directives that have no effect on the bytes of the image.
var ignored = map[string]bool{
	".extern": true, ".globl": true, ".global": true, ".local": true, ".hidden": true, ".internal": true, ".protected": true, ".type": true,
	".size": true, ".file": true, ".ident": true, ".attribute": true, ".loc": true, ".addrsig": true, ".addrsig_sym": true,
	".variant_cc": true, ".symver": true, ".title": true, ".sbttl": true, ".nolist": true, ".list": true,
}

type handler func(a *assembler, rest string, at int)

// directiveOf returns the handler of a directive, or nil.
func directiveOf(name string) handler {
	switch name {
	case ".text", ".data", ".rodata", ".bss":
		return func(a *assembler, rest string, at int) { a.plainSection(name, rest, at) }
	case ".section":
		return func(a *assembler, rest string, at int) { a.enterSection(rest, at) }
	case ".pushsection":
		return pushSection
	case ".popsection":
		return popSection
	case ".previous":
		return func(a *assembler, _ string, _ int) { a.current, a.previous = a.previous, a.current }
	case ".align", ".p2align":
		return func(a *assembler, rest string, at int) { a.alignment(rest, at, true) }
	case ".balign":
		return func(a *assembler, rest string, at int) { a.alignment(rest, at, false) }
	case ".ascii", ".asciz", ".string":
		return func(a *assembler, rest string, at int) { a.text(rest, at, name != ".ascii") }
	case ".zero", ".space", ".skip":
		return space
	case ".fill":
		return fill
	case ".org":
		return func(a *assembler, rest string, at int) { a.origin(rest, at) }
	case ".float", ".single", ".dc.s":
		return func(a *assembler, rest string, at int) { a.floats(rest, at, single) }
	case ".double", ".dc.d":
		return func(a *assembler, rest string, at int) { a.floats(rest, at, double) }
	case ".float16":
		return func(a *assembler, rest string, at int) { a.floats(rest, at, half) }
	case ".bfloat16":
		return func(a *assembler, rest string, at int) { a.floats(rest, at, brain) }
	case ".base64":
		return base64Strings
	case ".dcb", ".dcb.b", ".dcb.w", ".dcb.l":
		return func(a *assembler, rest string, at int) { a.repeated(rest, at, widths[".dc"+name[4:]]) }
	case ".ds", ".ds.b", ".ds.w", ".ds.l":
		return func(a *assembler, rest string, at int) { a.repeated(rest, at, widths[".dc"+name[3:]]) }
	case ".offset", ".struct":
		return offsets
	case ".uleb128", ".sleb128":
		return func(a *assembler, rest string, at int) { a.leb(rest, at, name == ".sleb128") }
	case ".comm", ".lcomm":
		return common
	case ".weak":
		return weak
	case ".weakref":
		return weakReference
	case ".equ", ".set":
		return func(a *assembler, rest string, at int) { a.set(rest, at, settable) }
	case ".equiv":
		return func(a *assembler, rest string, at int) { a.set(rest, at, final) }
	case ".option":
		return optionDirective
	case ".insn":
		return insn
	}
	return blockDirectiveOf(name)
}

// blockDirectiveOf returns the handler of a directive that controls how the source is read, or nil.
func blockDirectiveOf(name string) handler {
	switch name {
	case ".end":
		return func(a *assembler, _ string, _ int) { a.blocks.stopped = true }
	case ".rept":
		return repeat
	case ".irp", ".irpc":
		return func(a *assembler, rest string, at int) { a.iterate(name, rest, at) }
	case ".macro":
		return defineMacro
	case ".purgem":
		return purgeMacro
	case ".exitm":
		return func(a *assembler, _ string, _ int) { a.blocks.exiting = a.blocks.call.line != 0 }
	case ".endm", ".endr", ".endmacro":
		return func(a *assembler, _ string, at int) { a.stray(name, at-len(name)) }
	case ".error":
		return func(a *assembler, rest string, at int) { a.failAt(at, "%s", unquoted(trim(rest))) }
	}
	return nil
}

// plainSection enters a section by its own directive, without the subsections of GNU.
func (a *assembler) plainSection(name, rest string, at int) {
	if trim(rest) != "" && trim(rest) != "0" {
		a.failAt(at, "subsections are not supported")
	}
	a.enter(name, "")
}

// enterSection handles .section name, "flags", @type.
func (a *assembler) enterSection(rest string, at int) bool {
	first, more, hasFlags := cutOperand(rest)
	name := trim(first)
	if name != "" && name[0] == '"' {
		text, n := quote.AppendString(nil, name)
		if n != len(name) {
			text = nil
		}
		name = string(text)
	}
	if name == "" {
		a.failAt(at, "expected the name of a section")
		return false
	}
	flags, kind, _ := cutOperand(more)
	flags = trim(flags)
	quoted := strings.HasPrefix(flags, `"`)
	known := len(a.sections)
	a.enter(name, unquoted(flags))
	if a.object != nil && len(a.sections) > known && quoted {
		a.sectionHeader(unquoted(flags), kind, at)
	}
	if len(a.sections) > known && hasFlags && quoted {
		a.section().loaded = strings.Contains(flags, "a")
	}
	return true
}

func pushSection(a *assembler, rest string, at int) {
	saved := [2]int{a.current, a.previous}
	if a.enterSection(rest, at) {
		a.pushed = append(a.pushed, saved)
	}
}

func popSection(a *assembler, _ string, at int) {
	n := len(a.pushed) - 1
	if n < 0 {
		a.failAt(at, ".popsection without .pushsection")
		return
	}
	a.current, a.previous = a.pushed[n][0], a.pushed[n][1]
	a.pushed = a.pushed[:n]
}

func (a *assembler) set(rest string, at int, can settability) {
	first, value, ok := cutOperand(rest)
	name := trim(first)
	if name != "" {
		symbol, end := nameAt(name, 0)
		ok = ok && end == len(name)
		name = symbol
	}
	switch valueAt := at + len(rest) - len(value); {
	case !ok || name == "" || isNumericLabel(name):
		a.failAt(at, "expected a symbol and its value")
	case name == ".":
		a.origin(value, valueAt)
	default:
		a.constant(name, value, at, valueAt, can)
	}
}

// weak handles .weak: its symbols are 0 if undefined.
func weak(a *assembler, rest string, at int) {
	for more := true; more; {
		var first string
		first, rest, more = cutOperand(rest)
		name := unquoted(trim(first))
		if name == "" {
			a.failAt(at, "expected a symbol")
			return
		}
		a.symbols.intern(name).weak = true
	}
}

// weakReference handles .weakref: a second name of a symbol, which is 0 if undefined.
func weakReference(a *assembler, rest string, at int) {
	_, target, _ := cutOperand(rest)
	if trim(target) == "" {
		a.failAt(at, "expected a symbol and the one that it stands for")
		return
	}
	a.symbols.intern(unquoted(trim(target))).weak = true
	a.set(rest, at, final)
}
