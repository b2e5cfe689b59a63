package air

import (
	"fmt"
	"strconv"
	"strings"
)

// SyntaxError is the error of Parse: the first place at which the text is malformed, and why.
type SyntaxError struct {
	File         string
	Line, Column int // both from 1; the column counts bytes
	Message      string
}

// Error returns "file:line:column: message".
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

type tokenKind uint8

const (
	endToken    tokenKind = iota
	wordToken             // add_wrap, u32, behavior.Point
	atToken               // @name and @"name"; text is the name
	numberToken           // 12, -3, 0x1f, 1.5e-7, -inf
	stringToken           // "..."; text is the content
	refToken              // %12; text is the digits
	punctToken            // one of ( ) [ ] { } < > , . : = ! ? * + and .. ... =>
)

// token is one word of the text. Quoted distinguishes @"name" from @name.
type token struct {
	kind   tokenKind
	quoted bool
	text   string
	offset int
	number uint64 // of a refToken; more than 32 bits if the text is too large a number
}

// String returns the token as messages show it.
func (t token) String() string {
	switch t.kind {
	case endToken:
		return "the end of the text"
	case stringToken:
		return "a string"
	case atToken:
		return symbolText(cut(t.text))
	case refToken:
		return "%" + t.text
	}
	return strconv.Quote(cut(t.text))
}

// maxQuoted is the number of bytes of the text that a message quotes at most.
const maxQuoted = 60

// cut shortens a text for a message.
func cut(text string) string {
	if len(text) <= maxQuoted {
		return text
	}
	return strings.ToValidUTF8(text[:maxQuoted], "") + "..."
}

// lexer splits the text into tokens. It keeps the first mistake in err; from then on every token is the end of the
// text, so that every loop over tokens ends.
type lexer struct {
	file string
	src  string
	pos  int
	tok  token // the current token
	err  *SyntaxError
}

// fail records a mistake at a byte offset, if it is the first. Texts among the arguments are cut.
func (l *lexer) fail(offset int, format string, args ...any) {
	if l.err == nil {
		for i, a := range args {
			switch a := a.(type) {
			case string:
				args[i] = cut(a)
			case *Type:
				args[i] = cut(a.String())
			}
		}
		before := l.src[:offset]
		l.err = &SyntaxError{
			File:    l.file,
			Line:    1 + strings.Count(before, "\n"),
			Column:  offset - strings.LastIndexByte(before, '\n'),
			Message: fmt.Sprintf(format, args...),
		}
	}
	l.pos = len(l.src)
	l.tok = token{offset: len(l.src)}
}

// seek makes the token at offset the current one.
func (l *lexer) seek(offset int) {
	if l.err == nil {
		l.pos = offset
		l.next()
	}
}

// next advances to the following token.
func (l *lexer) next() {
	l.skipBlank()
	start := l.pos
	if start >= len(l.src) {
		l.tok = token{offset: len(l.src)}
		return
	}
	switch c := l.src[start]; classes[c] {
	case letter:
		l.pos = l.wordEnd(start)
		l.set(wordToken, start, start)
	case digit:
		l.number(start)
	case punctuation:
		l.pos = l.punctEnd(start)
		l.tok = token{kind: punctToken, text: l.src[start:l.pos], offset: start}
	default:
		l.special(start, c)
	}
}

// special takes a token that begins with one of the characters that no other token begins with.
func (l *lexer) special(start int, c byte) {
	switch c {
	case '-':
		l.negative(start)
	case '"':
		l.quoted(start, start, stringToken)
	case '@':
		l.at(start)
	case '%':
		l.ref(start)
	default:
		l.fail(start, "unexpected character %q", c)
	}
}

// class is what a token that begins with a character is.
type class uint8

const (
	other class = iota
	letter
	digit
	punctuation
)

var classes = classTable()

func classTable() (t [256]class) {
	for c := range t {
		switch {
		case isLetter(byte(c)):
			t[c] = letter
		case isDigit(byte(c)):
			t[c] = digit
		case strings.IndexByte("()[]{}<>,.:=!?*+;", byte(c)) >= 0:
			t[c] = punctuation
		}
	}
	return t
}

// set makes text[from:pos] the current token.
func (l *lexer) set(kind tokenKind, start, from int) {
	if l.pos == from {
		l.fail(start, "unexpected character %q", l.src[start])
		return
	}
	l.tok = token{kind: kind, text: l.src[from:l.pos], offset: start}
}

func (l *lexer) skipBlank() {
	for l.pos < len(l.src) {
		switch c := l.src[l.pos]; {
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			l.pos++
		case c == '/' && l.pos+1 < len(l.src) && l.src[l.pos+1] == '/':
			l.pos = l.lineEnd(l.pos)
		default:
			return
		}
	}
}

// ref takes %12.
func (l *lexer) ref(start int) {
	number, i := uint64(0), start+1
	for i < len(l.src) && isDigit(l.src[i]) {
		number = min(number*10+uint64(l.src[i]-'0'), 1<<32)
		i++
	}
	l.pos = i
	l.set(refToken, start, start+1)
	l.tok.number = number
}

func (l *lexer) at(start int) {
	if start+1 < len(l.src) && l.src[start+1] == '"' {
		l.quoted(start, start+1, atToken)
		l.tok.quoted = true
		return
	}
	l.pos = l.wordEnd(start + 1)
	l.set(atToken, start, start+1)
}

// wordEnd returns the end of words joined by dots; a dot without a letter after it is not part of them.
func (l *lexer) wordEnd(i int) int {
	for i < len(l.src) {
		c := l.src[i]
		if k := classes[c]; k != letter && k != digit && !(c == '.' && i+1 < len(l.src) && isLetter(l.src[i+1])) {
			break
		}
		i++
	}
	return i
}

func (l *lexer) digitsEnd(i int) int {
	for i < len(l.src) && isDigit(l.src[i]) {
		i++
	}
	return i
}

func (l *lexer) negative(start int) {
	rest := l.src[start+1:]
	switch {
	case strings.HasPrefix(rest, "inf"):
		l.pos = l.wordEnd(start + 1)
		l.set(numberToken, start, start)
	case len(rest) > 0 && isDigit(rest[0]):
		l.number(start)
	default:
		l.fail(start, "unexpected character '-'")
	}
}

// number takes digits with an optional fraction and exponent, or a hexadecimal number; a dot without a digit after it
// is not part of it.
func (l *lexer) number(start int) {
	i := start
	if l.src[i] == '-' {
		i++
	}
	if strings.HasPrefix(l.src[i:], "0x") {
		l.pos = l.wordEnd(i)
		l.set(numberToken, start, start)
		return
	}
	i = l.digitsEnd(i)
	if i+1 < len(l.src) && l.src[i] == '.' && isDigit(l.src[i+1]) {
		i = l.digitsEnd(i + 1)
	}
	if i < len(l.src) && l.src[i] == 'e' {
		i++
		if i < len(l.src) && (l.src[i] == '-' || l.src[i] == '+') {
			i++
		}
		i = l.digitsEnd(i)
	}
	l.pos = i
	l.set(numberToken, start, start)
}

// punctEnd returns the end of punctuation: ... and .. and => are one token, everything else is one character.
func (l *lexer) punctEnd(start int) int {
	rest := l.src[start:]
	switch {
	case strings.HasPrefix(rest, "..."):
		return start + 3
	case strings.HasPrefix(rest, ".."), strings.HasPrefix(rest, "=>"):
		return start + 2
	}
	return start + 1
}

// skipBody passes over a body, of which the current token is the first, and reports whether it has an end. Mistakes in it
// are left to who reads it.
func (l *lexer) skipBody() bool {
	depth := 1
	for ; depth > 0 && l.pos < len(l.src); l.pos++ {
		switch l.src[l.pos] {
		case '{':
			depth++
		case '}':
			depth--
		case '"':
			l.pos = l.stringEnd(l.pos)
		case '/':
			if strings.HasPrefix(l.src[l.pos:], "//") {
				l.pos = l.lineEnd(l.pos)
			}
		}
	}
	l.next()
	return depth == 0
}

// stringEnd returns where the string literal that opens at i ends, or its line.
func (l *lexer) stringEnd(i int) int {
	for i++; i < len(l.src) && l.src[i] != '"' && l.src[i] != '\n'; i++ {
		if l.src[i] == '\\' {
			i++
		}
	}
	return i
}

// lineEnd returns the end of the line.
func (l *lexer) lineEnd(i int) int {
	if n := strings.IndexByte(l.src[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(l.src)
}

// quoted takes the string literal that opens at quote.
func (l *lexer) quoted(start, quote int, kind tokenKind) {
	i := quote + 1
	for i < len(l.src) && l.src[i] != '"' && l.src[i] != '\\' && l.src[i] != '\n' {
		i++
	}
	if i < len(l.src) && l.src[i] == '"' {
		l.pos = i + 1
		l.tok = token{kind: kind, text: l.src[quote+1 : i], offset: start}
		return
	}
	content := []byte(l.src[quote+1 : i])
	for i < len(l.src) && l.src[i] != '\n' {
		if l.src[i] == '"' {
			l.pos = i + 1
			l.tok = token{kind: kind, text: string(content), offset: start}
			return
		}
		c, n := unescape(l.src[i:])
		if n == 0 {
			l.fail(i, "unknown escape in a string")
			return
		}
		content = append(content, c)
		i += n
	}
	l.fail(start, "the string does not end on its line")
}

// unescape reads one byte of a string literal and returns the length of its spelling, 0 if it is malformed.
func unescape(s string) (byte, int) {
	if s[0] != '\\' {
		return s[0], 1
	}
	if len(s) < 2 {
		return 0, 0
	}
	switch s[1] {
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case '\\', '"', '\'':
		return s[1], 2
	case 'x':
		if len(s) >= 4 {
			if n, err := strconv.ParseUint(s[2:4], 16, 8); err == nil {
				return byte(n), 4
			}
		}
	}
	return 0, 0
}
