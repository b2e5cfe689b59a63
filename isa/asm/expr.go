package asm

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

// expr is an expression over numbers, symbols and the place of the statement itself.
type expr struct {
	op    operator
	num   int64
	sym   *symbol
	x, y  *expr
	place bool // contains a symbol or ., so it is an address where a distance is wanted
}

// operator is a binary operator as written, or one of those below.
type operator string

const (
	opNumber operator = "number"
	opSymbol operator = "symbol"
	opPlace  operator = "."
	opNeg    operator = "negate"
	opNot    operator = "complement"
)

// newExpr makes room for an expression, many of them at a time.
func (a *assembler) newExpr(e expr) *expr {
	if len(a.exprs) == cap(a.exprs) {
		a.exprs = make([]expr, 0, 256)
	}
	a.exprs = append(a.exprs, e)
	return &a.exprs[len(a.exprs)-1]
}

// undefinedError names a symbol that has no definition, so far.
type undefinedError struct{ name string }

func (e undefinedError) Error() string { return "symbol " + e.name + " is not defined" }

// errNoPlace says that an expression needs the address of its own statement where there is none.
var errNoPlace = errors.New("the place . has no value here")

// expression parses a whole text; on a mistake it reports an error and returns nil. at is its place in the line.
func (a *assembler) expression(text string, at int) *expr {
	e, err := a.parseExpr(text)
	if err != nil {
		a.failAt(at, "%v", err)
		return nil
	}
	return e
}

func (a *assembler) parseExpr(text string) (*expr, error) {
	p := exprParser{a: a, text: text}
	if end := symbolEnd(text, 0); end == len(text) && end > 0 { // by far the most common
		return p.atom()
	}
	e, err := p.binary(0)
	if err != nil {
		return nil, err
	}
	if p.skip(); p.at != len(p.text) {
		return nil, fmt.Errorf("unexpected %q in an expression", p.text[p.at:])
	}
	return e, nil
}

type exprParser struct {
	a     *assembler
	text  string
	at    int
	depth int
}

// maxDepth bounds the nesting of expressions, so that no input can exhaust the stack.
const maxDepth = 200

func (p *exprParser) skip() {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == '\t') {
		p.at++
	}
}

// binary reads operands between operators of a level or tighter ones.
func (p *exprParser) binary(loosest int) (*expr, error) {
	x, err := p.unary()
	for err == nil {
		op, level := p.operator()
		if op == "" || level < loosest {
			return x, nil
		}
		p.at += len(op)
		var y *expr
		if y, err = p.binary(level + 1); err == nil {
			x = p.a.newExpr(expr{op: op, x: x, y: y, place: x.place || y.place})
		}
	}
	return nil, err
}

// operator returns the binary operator that is next, without reading it, and its level: tighter ones have higher levels.
func (p *exprParser) operator() (op operator, level int) {
	if p.skip(); p.at == len(p.text) {
		return "", 0
	}
	switch rest := p.text[p.at:]; rest[0] {
	case '|':
		return "|", 0
	case '^':
		return "^", 1
	case '&':
		return "&", 2
	case '<', '>':
		if len(rest) > 1 && rest[1] == rest[0] {
			return operator(rest[:2]), 3
		}
	case '+', '-':
		return operator(rest[:1]), 4
	case '*', '/', '%':
		return operator(rest[:1]), 5
	}
	return "", 0
}

// unary reads one operand.
func (p *exprParser) unary() (*expr, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, errors.New("the expression is nested too deeply")
	}
	e, err := p.operand()
	p.depth--
	return e, err
}

func (p *exprParser) operand() (*expr, error) {
	p.skip()
	if p.at == len(p.text) {
		return nil, errors.New("expected an expression")
	}
	switch c := p.text[p.at]; c {
	case '-', '~', '+':
		p.at++
		x, err := p.unary()
		if err != nil || c == '+' {
			return x, err
		}
		op := opNeg
		if c == '~' {
			op = opNot
		}
		return p.a.newExpr(expr{op: op, x: x, place: x.place}), nil
	case '(':
		p.at++
		x, err := p.binary(0)
		if err != nil {
			return nil, err
		}
		if p.skip(); p.at == len(p.text) || p.text[p.at] != ')' {
			return nil, errors.New(`expected ")"`)
		}
		p.at++
		return x, nil
	case '\'':
		return p.character()
	}
	return p.atom()
}

// character reads a character constant, 'a' or '\n'.
func (p *exprParser) character() (*expr, error) {
	r, _, rest, err := strconv.UnquoteChar(p.text[p.at+1:], '\'')
	if err != nil {
		return nil, fmt.Errorf("%q is not a character", p.text[p.at:])
	}
	p.at = len(p.text) - len(rest)
	if strings.HasPrefix(rest, "'") {
		p.at++
	}
	return p.a.newExpr(expr{op: opNumber, num: int64(r)}), nil
}

// atom reads a number, a symbol, a numeric label's reference or the place.
func (p *exprParser) atom() (*expr, error) {
	word := symbolPrefix(p.text[p.at:])
	p.at += len(word)
	switch {
	case word == "":
		return nil, fmt.Errorf("unexpected %q in an expression", p.text[p.at:])
	case word == ".":
		return p.a.newExpr(expr{op: opPlace, place: true}), nil
	case word[0] < '0' || word[0] > '9':
		if _, ok := isa.ParseReg(word); ok {
			return nil, fmt.Errorf("%q is a register", word)
		}
		return p.symbol(word), nil
	}
	if name, ok := p.a.numericReference(word); ok {
		return p.symbol(name), nil
	}
	if v, err := strconv.ParseInt(word, 0, 64); err == nil {
		return p.a.newExpr(expr{op: opNumber, num: v}), nil
	}
	v, err := strconv.ParseUint(word, 0, 64)
	if err != nil {
		return nil, fmt.Errorf("%q is not a number", word)
	}
	return p.a.newExpr(expr{op: opNumber, num: int64(v)}), nil
}

func (p *exprParser) symbol(name string) *expr {
	return p.a.newExpr(expr{op: opSymbol, sym: p.a.symbols.intern(name), place: true})
}

// numericReference resolves 1b and 1f: the definition before this statement and the one after.
func (a *assembler) numericReference(word string) (string, bool) {
	digits, kind := word[:len(word)-1], word[len(word)-1]
	if digits == "" || kind != 'b' && kind != 'f' {
		return "", false
	}
	if _, err := strconv.ParseUint(digits, 10, 31); err != nil {
		return "", false
	}
	n := a.counts[digits]
	if kind == 'f' {
		n++
	}
	return numericName(digits, n), true
}

// maxSteps bounds the work for one expression, which constants that mention one another can multiply.
const maxSteps = 10_000

var errTooLong = errors.New("the expression is too long")

// eval computes an expression at a place; pc is nil where there is none. Callers pass a depth of 0; greater ones are for
// the constants that it mentions.
func (a *assembler) eval(e *expr, pc *int64, depth int) (int64, error) {
	if depth == 0 {
		a.steps = 0
	}
	return a.evaluate(e, pc, depth)
}

func (a *assembler) evaluate(e *expr, pc *int64, depth int) (int64, error) {
	if a.steps++; a.steps > maxSteps {
		return 0, errTooLong
	}
	switch e.op {
	case opNumber:
		return e.num, nil
	case opPlace:
		if pc == nil {
			return 0, errNoPlace
		}
		return *pc, nil
	case opSymbol:
		return a.lookup(e.sym, depth)
	}
	x, err := a.evaluate(e.x, pc, depth)
	if err != nil {
		return 0, err
	}
	switch e.op {
	case opNeg:
		return -x, nil
	case opNot:
		return ^x, nil
	}
	y, err := a.evaluate(e.y, pc, depth)
	if err != nil {
		return 0, err
	}
	return operate(e.op, x, y)
}

func operate(op operator, x, y int64) (int64, error) {
	switch op {
	case "+":
		return x + y, nil
	case "-":
		return x - y, nil
	case "*":
		return x * y, nil
	case "&":
		return x & y, nil
	case "|":
		return x | y, nil
	case "^":
		return x ^ y, nil
	case "<<", ">>":
		if y < 0 || y > 63 {
			return 0, fmt.Errorf("shift by %d", y)
		}
		if op == "<<" {
			return x << y, nil
		}
		return int64(uint64(x) >> y), nil
	}
	if y == 0 {
		return 0, errors.New("division by zero")
	}
	if y == -1 { // the one division that overflows wraps
		if op == "%" {
			return 0, nil
		}
		return -x, nil
	}
	if op == "/" {
		return x / y, nil
	}
	return x % y, nil
}

// lookup returns the value of a symbol. Constants may refer to others, but not in a circle.
func (a *assembler) lookup(s *symbol, depth int) (int64, error) {
	if !s.defined {
		return a.outside(s.name)
	}
	if s.value != nil {
		if depth > 64 {
			return 0, fmt.Errorf("symbol %s is defined by itself", s.name)
		}
		return a.eval(s.value, nil, depth+1)
	}
	sec := &a.sections[s.section]
	if s.item < len(sec.items) {
		return sec.items[s.item].address + s.offset, nil
	}
	return sec.address + sec.size, nil
}

// outside returns the value of a symbol that the source does not define.
func (a *assembler) outside(name string) (int64, error) {
	if v, ok := a.opt.Symbols[name]; ok {
		return v, nil
	}
	if digits, _, ok := strings.Cut(name, "#"); ok {
		return 0, fmt.Errorf("there is no label %s in that direction", digits)
	}
	return 0, undefinedError{name}
}
