package asm

import (
	"errors"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

// read turns the source into items, statement by statement.
func (a *assembler) read(src string) {
	inComment := false
	for len(src) > 0 {
		var line string
		line, src, _ = strings.Cut(src, "\n")
		a.line++
		line, inComment = stripComments(line, inComment)
		a.readLine(line)
	}
	if inComment {
		a.fail(a.line, 1, "comment is not closed")
	}
}

// stripComments blanks out what is comment: from # or // to the end, and /* to */, which may go on for lines.
func stripComments(line string, in bool) (string, bool) {
	if !in && !strings.ContainsAny(line, "#/") {
		return line, false
	}
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

// readLine reads the statements of a line, separated by semicolons.
func (a *assembler) readLine(line string) {
	at := 0
	for at <= len(line) {
		end := at + statementEnd(line[at:])
		a.statement(line[at:end], at)
		at = end + 1
	}
}

func statementEnd(s string) int {
	if strings.IndexByte(s, ';') < 0 {
		return len(s)
	}
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

// statement reads labels and what follows them; at is its place in the line.
func (a *assembler) statement(s string, at int) {
	for {
		trimmed := strings.TrimLeft(s, " \t\r")
		at += len(s) - len(trimmed)
		s = strings.TrimRight(trimmed, " \t\r")
		name := symbolPrefix(s)
		rest := strings.TrimLeft(s[len(name):], " \t")
		switch {
		case s == "":
			return
		case name != "" && strings.HasPrefix(rest, ":"):
			a.label(name, at)
			at += len(s) - len(rest) + 1
			s = rest[1:]
			continue
		case name != "" && strings.HasPrefix(rest, "=") && !strings.HasPrefix(rest, "=="):
			a.constant(name, rest[1:], at, at+len(s)-len(rest)+1)
			return
		case s[0] == '.':
			a.directive(name, s[len(name):], at)
			return
		}
		a.instruction(s, at)
		return
	}
}

// symbolPrefix returns the symbol that s starts with.
func symbolPrefix(s string) string {
	n := 0
	for n < len(s) && isSymbolByte(s[n]) {
		n++
	}
	return s[:n]
}

func isSymbolByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '$'
}

func isNumericLabel(name string) bool { return name[0] >= '0' && name[0] <= '9' }

// label defines name at the place where the next item goes. A numeric label may be defined many times: the definitions
// are numbered, and 1b and 1f are turned into their names when they are read.
func (a *assembler) label(name string, at int) {
	if isNumericLabel(name) {
		if _, err := strconv.ParseUint(name, 10, 31); err != nil {
			a.fail(a.line, at+1, "%q is not a label", name)
			return
		}
		a.counts[name]++
		name = numericName(name, a.counts[name])
	}
	a.define(name, symbol{section: a.current, item: len(a.sections[a.current].items)}, at)
}

func numericName(digits string, n int) string { return digits + "#" + strconv.Itoa(n) }

func (a *assembler) define(name string, s symbol, at int) {
	if _, ok := a.symbols[name]; ok {
		a.fail(a.line, at+1, "symbol %s is already defined", name)
		return
	}
	if name == "." {
		a.fail(a.line, at+1, "the place . cannot be set")
		return
	}
	a.symbols[name] = s
}

// constant defines name as the value of an expression.
func (a *assembler) constant(name, text string, nameAt, at int) {
	if e := a.expression(text, at); e != nil {
		a.define(name, symbol{value: e}, nameAt)
	}
}

// instruction reads one machine or pseudo-instruction.
func (a *assembler) instruction(s string, at int) {
	a.now = item{line: a.line, column: at + 1, rvc: a.rvc}
	name, operands := s, ""
	if blank := strings.IndexAny(s, " \t"); blank >= 0 {
		name, operands = s[:blank], s[blank+1:]
	}
	if expand, ok := macros[name]; ok && expand(a, &a.now, operands) {
		a.add(a.now)
		return
	}
	in, err := isa.ParseWith(s, a.resolver)
	if err != nil {
		a.parseFailure(err, at)
		return
	}
	a.now.insts = a.one(in)
	if len(a.now.fixes) > 0 && !a.rvc {
		a.now.form = plain
	}
	a.add(a.now)
}

// operand gives isa.ParseWith the value of an operand that is not a number, or a stand-in and a fix for later.
func (a *assembler) operand(text string, o isa.Operand) (int64, error) {
	f, v, err := a.fixFor(text, o)
	if err == nil && f.value != nil {
		a.now.fixes = append(a.now.fixes, f)
	}
	return v, err
}

// one returns a slice of its own for one instruction, cut from a larger piece since there are so many of them.
func (a *assembler) one(in isa.Inst) []isa.Inst {
	if len(a.pool) == cap(a.pool) {
		a.pool = make([]isa.Inst, 0, 512)
	}
	n := len(a.pool)
	a.pool = append(a.pool, in)
	return a.pool[n : n+1 : n+1]
}

func (a *assembler) parseFailure(err error, at int) {
	var e *isa.ParseError
	if errors.As(err, &e) {
		a.fail(a.line, at+e.Column, "%s", e.Msg)
		return
	}
	a.fail(a.line, at+1, "%v", err)
}
