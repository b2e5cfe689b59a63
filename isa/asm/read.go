package asm

import (
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/isa/internal/quote"
)

// read turns the source into items, statement by statement.
func (a *assembler) read(src string) {
	hash, slash, semicolon := finder{c: '#', at: -1}, finder{c: '/', at: -1}, finder{c: ';', at: -1}
	opened := 0 // line where the unclosed comment began
	for begin := 0; begin < len(src) && !a.blocks.stopped; {
		end := begin + lineEnd(src[begin:])
		line := src[begin:end]
		a.line++
		if opened != 0 || hash.within(src, begin, end) || slash.within(src, begin, end) {
			still := false
			if line, still = stripComments(line, opened != 0); !still {
				opened = 0
			} else if opened == 0 {
				opened = a.line
			}
		}
		if semicolon.within(src, begin, end) {
			a.statements(line)
		} else {
			a.statement(trimRight(line), 0)
		}
		begin = end + 1
	}
	if opened != 0 {
		a.line = opened
		a.failAt(0, "comment is not closed")
	}
}

func lineEnd(s string) int {
	if n := strings.IndexByte(s, '\n'); n >= 0 {
		return n
	}
	return len(s)
}

// finder finds the lines that have a character, by one search through the whole source.
type finder struct {
	c  byte
	at int // of the first c that is not before the lines checked so far
}

// within reports whether c is in src[begin:end]. Later calls must be about later lines.
func (f *finder) within(src string, begin, end int) bool {
	if f.at < begin {
		f.at = len(src)
		if n := strings.IndexByte(src[begin:], f.c); n >= 0 {
			f.at = begin + n
		}
	}
	return f.at < end
}

// stripComments blanks comments: from # or // to the end, and /* to */, which may span lines.
func stripComments(line string, in bool) (string, bool) {
	out := []byte(line)
	for i := 0; i < len(out); i++ {
		rest := line[i:]
		switch {
		case in:
			out[i] = ' '
			if strings.HasPrefix(rest, "*/") {
				out[i+1] = ' '
				in = false
				i++
			}
		case line[i] == '"' || line[i] == '\'':
			i += quote.End(rest) - 1
		case line[i] == '#', strings.HasPrefix(rest, "//"):
			return string(out[:i]), false
		case strings.HasPrefix(rest, "/*"):
			out[i], out[i+1] = ' ', ' '
			in = true
			i++
		}
	}
	return string(out), in
}

// statements reads the statements of a line, separated by semicolons.
func (a *assembler) statements(line string) {
	at := 0
	for at <= len(line) && !a.blocks.stopped {
		end := at + statementEnd(line[at:])
		a.statement(trimRight(line[:end]), at)
		at = end + 1
	}
}

func statementEnd(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"', '\'':
			i += quote.End(s[i:]) - 1
		case ';':
			return i
		}
	}
	return len(s)
}

// statement reads the end of a line from at: labels and what follows them.
func (a *assembler) statement(line string, at int) {
	if a.blocks.holding && a.hold(line, at) {
		return
	}
	for {
		at = skipBlanks(line, at)
		if at >= len(line) {
			return
		}
		name, end := nameAt(line, at)
		next := skipBlanks(line, end)
		switch {
		case name != "" && next < len(line) && line[next] == ':':
			a.label(name, at)
			at = next + 1
			continue
		case name != "" && next < len(line) && line[next] == '=':
			a.assignment(name, line, at, next+1)
		case line[at] == '.':
			a.directive(name, line[end:], at)
		default:
			a.instruction(line, at, end)
		}
		return
	}
}

// assignment handles name = value. It does not handle ==, the .eqv of GNU, which is evaluated where it is used.
func (a *assembler) assignment(name, line string, at, valueAt int) {
	switch {
	case strings.HasPrefix(line[valueAt:], "="):
		a.failAt(at, "expected name = value")
	case name == ".":
		a.origin(line[valueAt:], valueAt)
	default:
		a.constant(name, line[valueAt:], at, valueAt, settable)
	}
}

// nameAt returns the symbol at a place of a line, which may be in quotes, and where it ends.
func nameAt(line string, at int) (name string, end int) {
	if line[at] != '"' {
		end = symbolEnd(line, at)
		return line[at:end], end
	}
	quoted, n := quote.AppendString(nil, line[at:])
	return string(quoted), at + n
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' }

func skipBlanks(s string, at int) int {
	for at < len(s) && isBlank(s[at]) {
		at++
	}
	return at
}

func trimRight(s string) string {
	n := len(s)
	for n > 0 && isBlank(s[n-1]) {
		n--
	}
	return s[:n]
}

func trim(s string) string { return trimRight(s[skipBlanks(s, 0):]) }

// symbolPrefix returns the symbol at the start of s.
func symbolPrefix(s string) string { return s[:symbolEnd(s, 0)] }

func symbolEnd(s string, at int) int {
	for at < len(s) && isSymbolByte(s[at]) {
		at++
	}
	return at
}

// isSymbolByte reports whether GNU allows a byte in a symbol: letters, digits, _ . $ and all bytes above ASCII.
func isSymbolByte(c byte) bool { return symbolBytes[c] }

var symbolBytes = func() (set [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.$") {
		set[c] = true
	}
	for c := 0x80; c < len(set); c++ {
		set[c] = true
	}
	return set
}()

func isNumericLabel(name string) bool { return name != "" && name[0] >= '0' && name[0] <= '9' }

// label defines name as the place of the next byte. A numeric label may be defined many times: the definitions are
// numbered, and 1b and 1f are replaced by their names when they are read.
func (a *assembler) label(name string, at int) {
	if isNumericLabel(name) {
		if _, err := strconv.ParseUint(name, 10, 31); err != nil {
			a.failAt(at, "%.60q is not a label", name)
			return
		}
		a.counts[name]++
		name = numericName(name, a.counts[name])
	}
	if s := a.define(name, at); s != nil {
		a.bind(s)
	}
}

func numericName(digits string, n int) string { return digits + "#" + strconv.Itoa(n) }

// define returns the symbol of a name, for the caller to fill in, or nil if the name cannot be defined.
func (a *assembler) define(name string, at int) *symbol {
	if name == "." {
		a.failAt(at, "the place . is not a label")
		return nil
	}
	s := a.symbols.intern(name)
	if s.kind != symbolUndefined {
		a.failAt(at, "symbol %.60s is already defined", name)
		return nil
	}
	return s
}

// settability is whether a constant may be set more than once.
type settability bool

const (
	settable settability = true
	final    settability = false
)

// constant defines name as the value of an expression. A constant that is set again is a new one from there on: statements
// already read keep its former value or, if it had none yet, get the first one.
func (a *assembler) constant(name, text string, nameAt, at int, can settability) {
	e := a.expression(text, at)
	if e == nil {
		return
	}
	s := a.symbols.find(name)
	if s != nil && s.kind == symbolConstant && can == settable && !s.fixed {
		weak := s.weak
		s = a.symbols.renew(name)
		s.weak = weak
	} else if s = a.define(name, nameAt); s == nil {
		return
	}
	c := &constant{expr: e, generation: -1}
	v, err := a.reduce(e)
	c.memo, c.settled = v, err == nil
	s.kind, s.fixed, s.constant = symbolConstant, can == final, c
}

// instruction reads one machine instruction or pseudo-instruction. Its mnemonic starts at one place in the line and extends
// at least to the other.
func (a *assembler) instruction(line string, at, end int) {
	st := &a.now
	st.place, st.start, st.insts, st.patched = a.here(at), at, nil, false
	if a.blocks.macros != nil && a.callMacro(line[at:end], line[end:], at) {
		return
	}
	for end < len(line) && !isBlank(line[end]) {
		end++
	}
	name := line[at:end]
	if name[0] < 'a' { // capitals
		name = strings.ToLower(name)
	}
	if expand := pseudoOf(name); expand != nil && a.expand(expand, name, line, end) {
		a.addStatement()
		return
	}
	in, word, err := isa.ParseWord(line[at:], a.resolver)
	switch {
	case err != nil && a.marked(line, at):
		a.addStatement()
	case err != nil:
		a.parseFailure(err, at)
	case (a.limited || !in.Op.Ratified()) && !a.permits(in, name):
	case !st.patched && !a.rvc:
		a.addWord(in.Op.Size(), word)
	case st.patched:
		st.patch.inst = in
		a.addStatement()
	default:
		st.insts = append(st.room[:0], in)
		a.addStatement()
	}
}
