package air

import (
	"slices"
	"strconv"
	"strings"
)

// Parse reads the text of a module; name is the file name in errors. It checks the syntax and that names are defined;
// Verify checks the rest. The error is a *SyntaxError.
func Parse(name string, src []byte) (*Module, error) {
	m, _, err := ParseMarks(name, src)
	return m, err
}

// DeathMark is a ! of the text: after an operand of an instruction, or, with Op -1, after the number of an instruction
// whose result is unused.
type DeathMark struct {
	Func *Func
	Inst Index
	Op   int
}

// ParseMarks is Parse, and also returns the death marks of the text, in its order.
func ParseMarks(name string, src []byte) (*Module, []DeathMark, error) {
	m := NewModule()
	p := parser{
		lexer:   lexer{file: name, src: string(src)},
		m:       m,
		symbols: map[string]bool{},
		funcs:   map[string]*Func{},
		b:       NewBuilder(m),
	}
	p.next()
	if p.accept("layout") {
		p.fieldRules()
	}
	for p.tok.kind != endToken {
		p.declaration()
	}
	for i := range p.undefined {
		u := &p.undefined[i]
		if p.err == nil && !u.typ.defined() {
			p.fail(u.offset, "type %s is not defined", u.typ)
		}
	}
	p.declared = true
	for _, d := range p.deferred {
		p.seek(d.offset)
		if p.err == nil {
			d.parse()
		}
	}
	if p.err != nil {
		return nil, nil, p.err
	}
	return m, p.marks, nil
}

// parser reads in two passes: first all declarations, skipping what needs these to be complete (literals and function
// bodies), then what was skipped.
type parser struct {
	lexer
	m         *Module
	b         *Builder
	symbols   map[string]bool // names of globals and functions
	funcs     map[string]*Func
	undefined []mention
	declared  bool // all types are: the second pass has begun
	deferred  []deferred
	marks     []DeathMark
	depth     int // of types and literals
	bodies    int // of bodies

	numbers numbering // of the function being read
	ops     []Ref     // operands of the open instructions, the innermost last
}

// mention is a type name at its first use.
type mention struct {
	typ    *Type
	offset int
}

// deferred is a piece of text to be read in the second pass.
type deferred struct {
	offset int
	parse  func()
}

// later defers the text at the current token to the second pass.
func (p *parser) later(parse func()) { p.deferred = append(p.deferred, deferred{p.tok.offset, parse}) }

// maxDepth bounds how deeply types and literals may nest, and maxBodies how deeply bodies may.
const (
	maxDepth  = 1000
	maxBodies = 10_000
)

// enter counts a level of nesting and fails beyond a limit; the caller leaves it by counting down.
func (p *parser) enter(depth *int, limit int) {
	*depth++
	if *depth > limit {
		p.fail(p.tok.offset, "nested more than %d deep", limit)
	}
}

// phrase is a text of ours in a message, which is not cut.
type phrase string

func (p *parser) unexpected(wanted string) {
	p.fail(p.tok.offset, "expected %s, found %s", phrase(wanted), p.tok)
}

// is reports whether the current token is the punctuation or word s.
func (p *parser) is(s string) bool {
	return p.tok.text == s && (p.tok.kind == punctToken || p.tok.kind == wordToken)
}

func (p *parser) accept(s string) bool {
	if !p.is(s) {
		return false
	}
	p.next()
	return true
}

func (p *parser) expect(s string) {
	if !p.accept(s) {
		p.unexpected(strconv.Quote(s))
	}
}

// take consumes a token of the kind and returns its text.
func (p *parser) take(kind tokenKind, what string) string {
	if p.tok.kind != kind {
		p.unexpected(what)
		return ""
	}
	text := p.tok.text
	p.next()
	return text
}

// name consumes the name of a type, field or error.
func (p *parser) name(what string) string {
	if p.tok.kind == atToken && p.tok.quoted {
		return p.take(atToken, what)
	}
	return p.take(wordToken, what)
}

func (p *parser) symbol() string { return p.take(atToken, "a name like @f") }

// unsigned consumes a number that fits in a width.
func (p *parser) unsigned(width int) uint64 {
	offset := p.tok.offset
	text := p.take(numberToken, "a number")
	digits, base := numberBase(text)
	n, err := strconv.ParseUint(digits, base, width)
	if err != nil && p.err == nil {
		p.fail(offset, "%s is not a number of %d bits", text, width)
	}
	return n
}

func numberBase(text string) (digits string, base int) {
	if rest, ok := strings.CutPrefix(text, "0x"); ok {
		return rest, 16
	}
	return text, 10
}

// list reads items separated by commas (one after the last is allowed) up to close.
func (p *parser) list(close string, item func()) {
	for !p.accept(close) && p.err == nil {
		item()
		if !p.is(close) {
			p.expect(",")
		}
	}
}

// skip passes over tokens, brackets balanced, up to the first outside brackets for which stop holds.
func (p *parser) skip(stop func() bool) {
	depth := 0
	for p.tok.kind != endToken {
		if depth == 0 && stop() {
			return
		}
		switch {
		case p.is("("), p.is("["), p.is("{"):
			depth++
		case p.is(")"), p.is("]"), p.is("}"):
			depth--
		}
		p.next()
	}
}

func (p *parser) declaration() {
	extern := p.accept("extern")
	threadLocal := p.accept("threadlocal")
	switch {
	case p.is("fn") && !threadLocal:
		p.next()
		p.function(extern)
	case p.is("var"):
		p.next()
		offset := p.tok.offset
		p.global(offset, Global{Name: p.symbol(), Extern: extern, ThreadLocal: threadLocal})
	case p.is("const"):
		p.next()
		if p.tok.kind == wordToken {
			p.definition(p.tok.text)
			break
		}
		offset, quoted := p.tok.offset, p.tok.quoted
		name := p.symbol()
		if quoted && p.is("=") {
			p.define(name, offset)
			break
		}
		p.global(offset, Global{Name: name, Const: true, Extern: extern, ThreadLocal: threadLocal})
	default:
		p.unexpected("a declaration")
	}
	p.accept(";")
}

// fieldRules reads the rules that the types of the module follow, which stand before everything else.
func (p *parser) fieldRules() {
	offset := p.tok.offset
	name := p.take(wordToken, "a version of Zig")
	rules := slices.Index(fieldRules[:], name)
	if rules < 0 {
		p.fail(offset, "no layout is called %s: there are %s", name, phrase(strings.Join(fieldRules[:], ", ")))
	}
	p.m.Types.Rules = FieldRules(max(rules, 0))
	p.accept(";")
}

// declare records a symbol, which must be new.
func (p *parser) declare(name string, offset int) {
	if p.symbols[name] && p.err == nil {
		p.fail(offset, "%s is declared twice", symbolText(name))
	}
	p.symbols[name] = true
}

func (p *parser) global(offset int, g Global) {
	p.declare(g.Name, offset)
	p.expect(":")
	g.Type = p.typ()
	g.Align = p.align()
	made := &g
	p.m.Globals = append(p.m.Globals, made)
	if g.Extern {
		return
	}
	p.expect("=")
	p.later(func() {
		made.Init = p.literal(made.Type)
		if !p.atDeclaration() && p.tok.kind != endToken {
			p.unexpected("a declaration")
		}
	})
	p.skip(p.atDeclaration)
}

// atDeclaration reports whether the current token starts or ends a declaration: no literal contains such a token.
func (p *parser) atDeclaration() bool {
	return p.is("fn") || p.is("var") || p.is("const") || p.is("extern") || p.is("threadlocal") || p.is(";")
}

// align consumes align(N), if present; the result is 0 otherwise.
func (p *parser) align() uint32 {
	if !p.accept("align") {
		return 0
	}
	p.expect("(")
	n := p.unsigned(32)
	p.expect(")")
	return uint32(n)
}

func (p *parser) function(extern bool) {
	offset := p.tok.offset
	f := &Func{Name: p.symbol(), Extern: extern}
	p.declare(f.Name, offset)
	f.Type = p.signature()
	f.Align = p.align()
	if p.accept("in") {
		f.File = p.take(stringToken, "a file name")
		p.expect(":")
		f.Line = uint32(p.unsigned(32))
	}
	p.m.Funcs = append(p.m.Funcs, f)
	p.funcs[f.Name] = f
	if extern {
		return
	}
	if !p.is("{") {
		p.unexpected(`"{"`)
	}
	p.later(func() { p.funcBody(f) })
	if p.err == nil && !p.skipBody() {
		p.unexpected(`"}"`)
	}
}
