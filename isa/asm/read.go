package asm

import (
	"errors"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

// read turns the source into items, statement by statement.
func (a *assembler) read(src string) {
	hash, slash, semicolon := finder{c: '#', at: -1}, finder{c: '/', at: -1}, finder{c: ';', at: -1}
	inComment := false
	for begin := 0; begin < len(src); {
		end := begin + lineEnd(src[begin:])
		line := src[begin:end]
		a.line++
		if inComment || hash.within(src, begin, end) || slash.within(src, begin, end) {
			line, inComment = stripComments(line, inComment)
		}
		if semicolon.within(src, begin, end) {
			a.statements(line)
		} else {
			a.statement(trimRight(line), 0)
		}
		begin = end + 1
	}
	if inComment {
		a.failAt(0, "comment is not closed")
	}
}

func lineEnd(s string) int {
	if n := strings.IndexByte(s, '\n'); n >= 0 {
		return n
	}
	return len(s)
}

// finder tells which lines have a character, by one search through the whole source.
type finder struct {
	c  byte
	at int // of the first c that is not before the lines asked about
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

// stripComments blanks out what is comment: from # or // to the end, and /* to */, which may go on for lines.
func stripComments(line string, in bool) (string, bool) {
	out := []byte(line)
	quote := byte(0)
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
		case quote != 0:
			if line[i] == '\\' {
				i++
			} else if line[i] == quote {
				quote = 0
			}
		case line[i] == '"':
			quote = '"'
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
	for at <= len(line) {
		end := at + statementEnd(line[at:])
		a.statement(trimRight(line[:end]), at)
		at = end + 1
	}
}

func statementEnd(s string) int {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ';' && !quoted:
			return i
		}
	}
	return len(s)
}

// statement reads the end of a line from at: labels and what follows them.
func (a *assembler) statement(line string, at int) {
	for {
		at = skipBlanks(line, at)
		if at == len(line) {
			return
		}
		end := symbolEnd(line, at)
		name, next := line[at:end], skipBlanks(line, end)
		switch {
		case name != "" && next < len(line) && line[next] == ':':
			a.label(name, at)
			at = next + 1
			continue
		case name != "" && next < len(line) && line[next] == '=' && !strings.HasPrefix(line[next:], "=="):
			a.constant(name, line[next+1:], at, next+1)
		case line[at] == '.':
			a.directive(name, line[end:], at)
		default:
			a.instruction(line, at, end)
		}
		return
	}
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

// symbolPrefix returns the symbol that s starts with.
func symbolPrefix(s string) string { return s[:symbolEnd(s, 0)] }

func symbolEnd(s string, at int) int {
	for at < len(s) && isSymbolByte(s[at]) {
		at++
	}
	return at
}

func isSymbolByte(c byte) bool { return symbolBytes[c] }

var symbolBytes = func() (set [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.$") {
		set[c] = true
	}
	return set
}()

func isNumericLabel(name string) bool { return name[0] >= '0' && name[0] <= '9' }

// label defines name at the place where the next byte goes. A numeric label may be defined many times: the definitions
// are numbered, and 1b and 1f are turned into their names when they are read.
func (a *assembler) label(name string, at int) {
	if isNumericLabel(name) {
		if _, err := strconv.ParseUint(name, 10, 31); err != nil {
			a.failAt(at, "%q is not a label", name)
			return
		}
		a.counts[name]++
		name = numericName(name, a.counts[name])
	}
	if s := a.define(name, at); s != nil {
		s.section = a.current
		s.item, s.offset = a.sections[a.current].end()
	}
}

func numericName(digits string, n int) string { return digits + "#" + strconv.Itoa(n) }

// define returns the symbol of a name to be filled in, or nil if the name cannot be defined.
func (a *assembler) define(name string, at int) *symbol {
	if name == "." {
		a.failAt(at, "the place . cannot be set")
		return nil
	}
	s := a.symbols.intern(name)
	if s.defined {
		a.failAt(at, "symbol %s is already defined", name)
		return nil
	}
	s.defined = true
	return s
}

// constant defines name as the value of an expression.
func (a *assembler) constant(name, text string, nameAt, at int) {
	e := a.expression(text, at)
	if e == nil {
		return
	}
	if s := a.define(name, nameAt); s != nil {
		s.value = e
	}
}

// instruction reads one machine or pseudo-instruction, whose mnemonic starts at a place in the line and goes on to another
// at least.
func (a *assembler) instruction(line string, at, end int) {
	st := &a.now
	st.place, st.form, st.insts, st.fixed = place{a.line, at + 1}, short, nil, false
	for end < len(line) && !isBlank(line[end]) {
		end++
	}
	name, operands := line[at:end], line[min(end+1, len(line)):]
	if expand := macroOf(name); expand != nil && expand(a, name, operands) {
		a.addStatement()
		return
	}
	in, word, err := isa.ParseWord(line[at:], a.resolver)
	switch {
	case err != nil:
		a.parseFailure(err, at)
	case !st.fixed && !a.rvc:
		a.addWord(in.Op.Size(), word)
	default:
		if !a.rvc {
			st.form = plain
		}
		st.insts = append(st.room[:0], in)
		a.addStatement()
	}
}

// operand gives isa.ParseWith the value of an operand that is not a number, or a stand-in and a fix for later.
func (a *assembler) operand(text string, o isa.Operand) (int64, error) {
	f, v, err := a.fixFor(text, o)
	if err == nil && f.value != nil {
		a.now.fixes, a.now.fixed = [2]fix{f}, true
	}
	return v, err
}

func (a *assembler) parseFailure(err error, at int) {
	var e *isa.ParseError
	if errors.As(err, &e) {
		a.failAt(at+e.Column-1, "%s", e.Msg)
		return
	}
	a.failAt(at, "%v", err)
}
