package asm

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/isa/internal/quote"
)

// expr is an expression over numbers and symbols; . is a label without a name.
type expr struct {
	op    operator
	place bool // contains a symbol or ., so it is an address where a distance is expected
	value      // of a number or a symbol
	x, y  *expr
}

// value is a number, or that many bytes after a label.
type value struct {
	label *symbol
	num   int64
}

type operator uint8

const (
	opValue operator = iota
	opNegate
	opComplement
	opNot
	opMul
	opDiv
	opMod
	opShl
	opShr
	opOr
	opOrNot
	opXor
	opAnd
	opAdd
	opSub
	opEqual
	opUnequal
	opLess
	opLessEqual
	opGreater
	opGreaterEqual
	opBoth
	opEither
)

// binaryOperators are the operators by their text, longer ones before their prefixes, with their precedence: that of GNU and
// LLVM, which is not that of C.
var binaryOperators = []struct {
	text  string
	op    operator
	level int
}{
	{"<<", opShl, 6}, {">>", opShr, 6}, {"*", opMul, 6}, {"/", opDiv, 6}, {"%", opMod, 6},
	{"&&", opBoth, 2}, {"||", opEither, 1},
	{"==", opEqual, 3}, {"=", opEqual, 3}, {"!=", opUnequal, 3}, {"<>", opUnequal, 3},
	{"<=", opLessEqual, 3}, {">=", opGreaterEqual, 3}, {"<", opLess, 3}, {">", opGreater, 3},
	{"|", opOr, 5}, {"&", opAnd, 5}, {"^", opXor, 5}, {"!", opOrNot, 5},
	{"+", opAdd, 4}, {"-", opSub, 4},
}

// newExpr returns a copy of e in memory that is allocated for many expressions at a time.
func (a *assembler) newExpr(e expr) *expr {
	if len(a.exprs) == cap(a.exprs) {
		a.exprs = make([]expr, 0, 256)
	}
	a.exprs = append(a.exprs, e)
	return &a.exprs[len(a.exprs)-1]
}

// expression parses a whole text, at its place in the line. On a mistake it reports an error and returns nil.
func (a *assembler) expression(text string, at int) *expr {
	e, err := a.parseExpr(text)
	if err != nil {
		a.failAt(at+skipBlanks(text, 0), "%v", err)
		return nil
	}
	return e
}

func (a *assembler) parseExpr(text string) (*expr, error) {
	p := exprParser{a: a, text: text}
	e, err := p.binary(1)
	if err != nil {
		return nil, err
	}
	if p.skip(); p.at != len(p.text) {
		return nil, fmt.Errorf("unexpected %.60q in an expression", p.text[p.at:])
	}
	return e, nil
}

type exprParser struct {
	a     *assembler
	text  string
	at    int
	depth int
	size  int
}

// maxDepth bounds the nesting of expressions, and maxSize the operators in one, so that no input can exhaust the stack.
const (
	maxDepth = 200
	maxSize  = 10_000
)

func (p *exprParser) skip() { p.at = skipBlanks(p.text, p.at) }

// binary parses operands between operators of a level or of a higher one.
func (p *exprParser) binary(loosest int) (*expr, error) {
	x, err := p.unary()
	for err == nil {
		op, length, level := p.operator()
		if length == 0 || level < loosest {
			return x, nil
		}
		if p.size++; p.size > maxSize {
			return nil, errors.New("the expression is too long")
		}
		p.at += length
		var y *expr
		if y, err = p.binary(level + 1); err == nil {
			x = p.a.newExpr(expr{op: op, x: x, y: y, place: x.place || y.place})
		}
	}
	return nil, err
}

// operator returns the next binary operator, without skipping it, its length and its level.
func (p *exprParser) operator() (op operator, length, level int) {
	if p.skip(); p.at == len(p.text) {
		return 0, 0, 0
	}
	for _, o := range binaryOperators {
		if strings.HasPrefix(p.text[p.at:], o.text) {
			return o.op, len(o.text), o.level
		}
	}
	return 0, 0, 0
}

// unary parses one operand.
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
	case '-', '~', '!', '+':
		p.at++
		x, err := p.unary()
		if err != nil || c == '+' {
			return x, err
		}
		op := map[byte]operator{'-': opNegate, '~': opComplement, '!': opNot}[c]
		return p.a.newExpr(expr{op: op, x: x, place: x.place}), nil
	case '(':
		p.at++
		x, err := p.binary(1)
		if err != nil {
			return nil, err
		}
		if p.skip(); p.at == len(p.text) || p.text[p.at] != ')' {
			return nil, errors.New(`expected ")"`)
		}
		p.at++
		return x, nil
	case '\'':
		v, n := quote.Char(p.text[p.at:])
		if n == 0 {
			return nil, fmt.Errorf("%.60q is not a character", p.text[p.at:])
		}
		p.at += n
		return p.number(int64(v)), nil
	case '"':
		name, n := quote.AppendString(nil, p.text[p.at:])
		if n == 0 {
			return nil, fmt.Errorf("%.60q is not closed", p.text[p.at:])
		}
		p.at += n
		return p.symbol(string(name)), nil
	}
	return p.atom()
}

// atom parses a number, a symbol, a reference to a numeric label, or the place.
func (p *exprParser) atom() (*expr, error) {
	word := symbolPrefix(p.text[p.at:])
	p.at += len(word)
	switch {
	case word == "":
		return nil, fmt.Errorf("unexpected %.60q in an expression", p.text[p.at:])
	case word == ".":
		return p.a.newExpr(expr{value: value{label: p.a.thisPlace()}, place: true}), nil
	case word[0] < '0' || word[0] > '9':
		return p.symbol(word), nil
	}
	if name, ok := p.a.numericReference(word); ok {
		return p.symbol(name), nil
	}
	v, ok := parseNumber(word)
	if !ok {
		return nil, fmt.Errorf("%.60q is not a number", word)
	}
	return p.number(v), nil
}

func (p *exprParser) number(v int64) *expr { return p.a.newExpr(expr{value: value{num: v}}) }

// symbol returns a reference to a symbol. A symbol that is a number already stays that number, even if it is set again.
func (p *exprParser) symbol(name string) *expr {
	for _, suffix := range [...]string{"@plt", "@PLT"} { // for a linker
		if strings.HasPrefix(p.text[p.at:], suffix) {
			p.at += len(suffix)
		}
	}
	return p.a.newExpr(expr{value: value{label: p.a.symbols.intern(name)}, place: true})
}

// thisPlace returns a label of the place where the next byte goes.
func (a *assembler) thisPlace() *symbol {
	s := &symbol{name: ".", kind: symbolLabel}
	a.bind(s)
	return s
}

// bind makes a symbol a label of the place where the next byte goes.
func (a *assembler) bind(s *symbol) {
	item, offset := a.section().end()
	s.kind, s.section, s.item, s.offset = symbolLabel, int32(a.current), int32(item), offset
}

// parseNumber parses a number of 64 bits in the notations of GNU: 12, 0x1f, 0b101, 017.
func parseNumber(word string) (int64, bool) {
	if len(word) > 1 && word[0] == '0' && (word[1]|0x20 == 'o') || strings.IndexByte(word, '_') >= 0 {
		return 0, false
	}
	v, err := strconv.ParseUint(word, 0, 64)
	return int64(v), err == nil
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

// isRegister reports whether a name is that of a register; a symbol of that name is possible only where registers are not.
func isRegister(name string) bool {
	_, ok := isa.ParseReg(name)
	return ok
}
