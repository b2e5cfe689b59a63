package asm

import (
	"debug/elf"
	"errors"
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

// term is the value of an expression in an object: a number, or that many bytes after a symbol, perhaps less another one.
type term struct {
	plus, minus *symbol
	num         int64
}

func (t term) isNumber() bool { return t.plus == nil && t.minus == nil }

// errFar is the error for a distance that only a linker knows.
var errFar = errors.New("the place is for a linker to know")

// termOf returns the value of an expression after layout. Distances within a section are numbers unless a linker may change them;
// if anyhow is set they are those of the layout.
func (a *assembler) termOf(e *expr, anyhow bool) (term, error) {
	if e.op == opValue {
		if e.label == nil {
			return term{num: e.num}, nil
		}
		return a.termOfSymbol(e.label, anyhow)
	}
	x, err := a.termOf(e.x, anyhow)
	if err != nil {
		return term{}, err
	}
	if e.y == nil {
		if !x.isNumber() {
			return term{}, errUnsettled
		}
		return term{num: unary(e.op, x.num)}, nil
	}
	y, err := a.termOf(e.y, anyhow)
	if err != nil {
		return term{}, err
	}
	return a.combineTerms(e.op, x, y, anyhow)
}

func (a *assembler) combineTerms(op operator, x, y term, anyhow bool) (term, error) {
	switch {
	case op == opAdd && (x.plus == nil || y.plus == nil) && (x.minus == nil || y.minus == nil):
		sum := term{x.plus, x.minus, x.num + y.num}
		if sum.plus == nil {
			sum.plus = y.plus
		}
		if sum.minus == nil {
			sum.minus = y.minus
		}
		return a.reduced(sum, anyhow), nil
	case op == opSub && (x.plus == nil || y.minus == nil) && (x.minus == nil || y.plus == nil):
		y.plus, y.minus, y.num = y.minus, y.plus, -y.num
		return a.combineTerms(opAdd, x, y, anyhow)
	case op >= opEqual && op <= opGreaterEqual && !x.isNumber():
		d, err := a.combineTerms(opSub, x, term{plus: y.plus, minus: y.minus}, anyhow)
		if err != nil {
			return term{}, err
		}
		x, y = d, term{num: y.num}
	}
	if !x.isNumber() || !y.isNumber() {
		return term{}, errUnsettled
	}
	v, err := operate(op, x.num, y.num)
	return term{num: v}, err
}

// reduced replaces the distance of two labels by a number if it is one.
func (a *assembler) reduced(t term, anyhow bool) term {
	x, y := t.plus, t.minus
	switch {
	case x == nil || y == nil:
	case x == y:
		return term{num: t.num}
	case x.kind == symbolLabel && y.kind == symbolLabel && x.section == y.section && (anyhow || a.isFixed(x, y)):
		return term{num: t.num + a.address(x) - a.address(y)}
	}
	return t
}

// isFixed reports whether no linker changes the distance of two labels of one section.
func (a *assembler) isFixed(x, y *symbol) bool {
	sec := &a.sections[x.section]
	if sec.relaxed == nil {
		sec.relaxed = make([]int32, len(sec.items)+1)
		for i := range sec.items {
			sec.relaxed[i+1] = sec.relaxed[i]
			if sec.items[i].relax {
				sec.relaxed[i+1]++
			}
		}
	}
	return sec.relaxed[x.item] == sec.relaxed[y.item]
}

// termOfSymbol returns the value of a symbol. Of a constant that other objects may see or replace it is the symbol itself.
func (a *assembler) termOfSymbol(s *symbol, anyhow bool) (term, error) {
	switch s.kind {
	case symbolUndefined:
		if v, ok := a.opt.Symbols[s.name]; ok {
			return term{num: v}, nil
		}
		if digits, _, ok := strings.Cut(s.name, "#"); ok {
			return term{}, fmt.Errorf("no label %.60s in that direction", digits)
		}
		return term{plus: s}, nil
	case symbolLabel:
		if a.sections[s.section].absolute {
			return term{num: a.address(s)}, nil
		}
		return term{plus: s}, nil
	}
	return a.termOfConstant(s, anyhow)
}

func (a *assembler) termOfConstant(s *symbol, anyhow bool) (term, error) {
	c, o := s.constant, a.object
	if c.visiting {
		return term{}, fmt.Errorf("symbol %.60s is defined by itself", s.name)
	}
	if o.generation != a.generation || o.terms == nil {
		o.generation, o.terms = a.generation, make(map[termKey]termResult)
	}
	key := termKey{s, anyhow}
	if known, ok := o.terms[key]; ok {
		return known.term, known.err
	}
	c.visiting = true
	t, err := a.termOf(c.expr, anyhow)
	c.visiting = false
	if err == nil && t.plus != nil && t.minus == nil && o.bindOf(s) != elf.STB_LOCAL {
		t = term{plus: s}
	}
	o.terms[key] = termResult{t, err}
	return t, err
}

// numberInObject returns the value of an expression that must be a number when the layout is known.
func (a *assembler) numberInObject(e *expr) (int64, error) {
	t, err := a.termOf(e, true)
	if err == nil && !t.isNumber() {
		err = errUnsettled
	}
	return t.num, err
}

// termOfFix returns the value that a fix starts from.
func (a *assembler) termOfFix(f fix) (term, error) {
	if f.symbol != nil {
		return a.termOfSymbol(f.symbol, false)
	}
	return a.termOf(f.expr, false)
}

// resolveInObject is resolve as far as the value does not depend on a linker: relocations add the rest to the zero that it returns
// then. Jumps to another section are errFar.
func (a *assembler) resolveInObject(f fix, pc int64) (int64, error) {
	t, err := a.termOfFix(f)
	switch {
	case err != nil:
		return 0, err
	case f.kind == fixDistance && t.minus == nil && t.plus != nil && t.plus.kind == symbolLabel && int(t.plus.section) == a.measured:
		return a.address(t.plus) + t.num - pc, nil
	case f.kind == fixDistance:
		return 0, errFar
	case f.kind == fixHi && t.isNumber():
		return upper(unsigned32(t.num))
	case f.kind == fixLo && t.isNumber():
		_, lo, _ := isa.HiLo(t.num)
		return lo, nil
	case f.kind == fixValue && !t.isNumber():
		return 0, errUnsettled
	case f.kind == fixValue:
		return t.num, nil
	case t.plus == nil:
		return 0, errors.New("expected a symbol")
	case t.minus != nil:
		return 0, errors.New("the distance of two symbols does not go here")
	}
	return 0, nil
}
