package asm

import (
	"strings"

	"github.com/rvfuzz/rvfuzz/isa/internal/quote"
)

// blocks is the state of what spans several statements: bodies of macros and repetitions, and conditions.
type blocks struct {
	holding  bool // statements are passed to hold: a body is being read, or a condition is false
	stopped  bool // nothing more is read
	exiting  bool // .exitm was read
	body     *body
	conds    []cond
	macros   map[string]*userMacro
	call     place  // of the outermost macro that is being expanded
	name     string // of the macro
	depth    int
	replayed int // statements
	calls    int // of macros, for \\@
}

// body is the statements between a directive that opens a block and the one that closes it.
type body struct {
	place
	opener  string
	depth   int // open blocks of the same sort in it
	lines   []bodyLine
	perform func(lines []bodyLine)
}

// bodyLine is one statement of a body: the line from at.
type bodyLine struct {
	text   string
	at     int
	number int
}

// maxReplay bounds the statements that macros and repetitions expand to (64 bytes of text count as one more), maxNesting
// their nesting and maxLine the length of a line that they make, so that a few lines of source cannot take all time and
// memory.
const (
	maxReplay  = 4_000_000
	maxNesting = 200
	maxLine    = 1 << 16
)

func (b *blocks) where() string {
	if b.call.line == 0 {
		return ""
	}
	return " (in macro " + b.name + ")"
}

func (b *blocks) update() {
	b.holding = b.body != nil || len(b.conds) > 0 && !b.conds[len(b.conds)-1].active
}

// closers are the directives that end a body by those that open one.
var closers = map[string]string{".macro": ".endm", ".rept": ".endr", ".irp": ".endr", ".irpc": ".endr"}

// closes reports whether a word ends a body; .endmacro is .endm.
func closes(word, opener string) bool {
	return word == closers[opener] || word == ".endmacro" && opener == ".macro"
}

// hold takes a statement that must not be read now, and reports whether it did: directives that end the hold are read.
func (a *assembler) hold(line string, at int) bool {
	b := &a.blocks
	at = skipBlanks(line, at)
	word := ""
	if at < len(line) && line[at] == '.' {
		word = strings.ToLower(symbolPrefix(line[at:]))
	}
	if b.body == nil {
		return !isConditional(word)
	}
	switch {
	case closers[word] == closers[b.body.opener]:
		b.body.depth++
	case closes(word, b.body.opener):
		if b.body.depth--; b.body.depth == 0 {
			done := b.body
			b.body = nil
			b.update()
			done.perform(done.lines)
			return true
		}
	}
	if at < len(line) {
		b.body.lines = append(b.body.lines, bodyLine{line, at, a.line})
	}
	return true
}

// openBody collects the statements up to the end of the block, and then calls perform with them.
func (a *assembler) openBody(opener string, at int, perform func([]bodyLine)) {
	a.blocks.body = &body{place: a.here(at), opener: opener, depth: 1, perform: perform}
	a.blocks.update()
}

// replay reads statements again; change, if not nil, substitutes parameters in their text.
func (a *assembler) replay(lines []bodyLine, at place, change func(string) string) {
	b := &a.blocks
	line, conds := a.line, len(b.conds)
	if b.depth++; b.depth > maxNesting {
		a.stop(at, "macros and repetitions are nested more than %d deep", maxNesting)
	}
	for i := range lines {
		if b.stopped || b.exiting {
			break
		}
		if b.replayed++; b.replayed > maxReplay || len(a.section().code) > maxImage {
			a.stop(at, "macros and repetitions make more than %d statements or %d bytes", maxReplay, maxImage)
			break
		}
		a.replayLine(&lines[i], at, change)
	}
	b.depth--
	a.line = line
	if b.exiting {
		b.body, b.conds = nil, b.conds[:conds]
	}
	a.closeBlocks(conds)
}

func (a *assembler) replayLine(l *bodyLine, at place, change func(string) string) {
	if a.blocks.call.line == 0 {
		a.line = l.number
	}
	if change == nil {
		a.statement(l.text, l.at)
		return
	}
	text := change(l.text[l.at:])
	a.blocks.replayed += len(text) / 64
	if len(text) > maxLine {
		a.stop(at, "macros and repetitions make a line of more than %d bytes", maxLine)
		return
	}
	a.statements(text)
}

// stop reports a mistake that ends the reading.
func (a *assembler) stop(at place, format string, args ...any) {
	if !a.blocks.stopped {
		a.fail(at, format, args...)
	}
	a.blocks.stopped = true
}

// closeBlocks reports blocks that are still open, except the given number of conditions.
func (a *assembler) closeBlocks(conds int) {
	b := &a.blocks
	if b.body != nil && !b.stopped {
		a.fail(b.body.place, "%s has no %s", b.body.opener, closers[b.body.opener])
	}
	b.body = nil
	for len(b.conds) > conds {
		if !b.stopped {
			a.fail(b.conds[len(b.conds)-1].place, ".if has no .endif")
		}
		b.conds = b.conds[:len(b.conds)-1]
	}
	b.update()
}

func (a *assembler) finishReading() { a.closeBlocks(0) }

// repeat handles .rept.
func repeat(a *assembler, rest string, at int) {
	start := a.here(at)
	n, ok := a.known(rest, at)
	if n < 0 {
		a.failAt(at, "%d is less than 0", n)
	}
	a.openBody(".rept", at, func(lines []bodyLine) {
		for i := int64(0); ok && i < n && len(lines) > 0 && !a.blocks.stopped && !a.blocks.exiting; i++ {
			a.replay(lines, start, nil)
		}
	})
}

// iterate handles .irp, which replays its body with each of several texts in place of a parameter, and .irpc, with each
// character of one.
func (a *assembler) iterate(opener, rest string, at int) {
	start := a.here(at)
	name := symbolPrefix(rest)
	if name == "" {
		a.failAt(at, "expected the name of a parameter")
	}
	rest = strings.TrimPrefix(trim(rest[len(name):]), ",")
	values := macroArguments(rest)
	if opener == ".irpc" {
		values = strings.Split(unquoted(trim(rest)), "")
	}
	if len(values) == 0 {
		values = []string{""}
	}
	a.openBody(opener, at, func(lines []bodyLine) {
		for _, v := range values {
			change := func(text string) string {
				return substitute(text, func(word string) (string, bool) { return v, word == name })
			}
			a.replay(lines, start, change)
		}
	})
}

// substitute replaces \name where value has the name, and removes \(), which ends a name.
func substitute(text string, value func(string) (string, bool)) string {
	if strings.IndexByte(text, '\\') < 0 {
		return text
	}
	var out strings.Builder
	for {
		before, after, found := strings.Cut(text, "\\")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		text = after
		if strings.HasPrefix(text, "()") {
			text = text[2:]
			continue
		}
		word := symbolPrefix(text)
		if strings.HasPrefix(text, "@") {
			word = "@"
		}
		v, ok := "", false
		if word != "" {
			v, ok = value(word)
		}
		if ok {
			out.WriteString(v)
			text = text[len(word):]
			continue
		}
		out.WriteByte('\\')
	}
}

// macroArguments cuts a text at commas, and at blanks between words.
func macroArguments(s string) []string {
	var out []string
	start, depth, comma := skipBlanks(s, 0), 0, false
	for i := start; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\'':
			i += quote.End(s[i:]) - 1
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth <= 0:
			out = append(out, unquoted(trim(s[start:i])))
			start = skipBlanks(s, i+1)
			i, comma = start-1, true
		case isBlank(c) && depth <= 0:
			next := skipBlanks(s, i)
			if next < len(s) && endsWord(s[i-1]) && beginsWord(s[next]) {
				out = append(out, unquoted(s[start:i]))
				start = next
			}
			i = next - 1
		default:
			comma = false
		}
	}
	if start < len(s) || comma {
		out = append(out, unquoted(trim(s[min(start, len(s)):])))
	}
	return out
}

func endsWord(c byte) bool   { return isSymbolByte(c) || c == '"' }
func beginsWord(c byte) bool { return isSymbolByte(c) || c == '"' || c == '\\' || c == '%' }

// unquoted removes the quotes of a text that is a single string.
func unquoted(s string) string {
	if s != "" && s[0] == '"' && quote.End(s) == len(s) && len(s) > 1 {
		return s[1 : len(s)-1]
	}
	return s
}

// stray reports a directive that ends a block that was never opened.
func (a *assembler) stray(name string, at int) { a.failAt(at, "%s ends nothing", name) }
