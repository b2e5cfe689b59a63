package asm

import (
	"errors"
	"fmt"
	"strings"
)

// undefinedError names a symbol that has no definition yet.
type undefinedError struct{ name string }

func (e undefinedError) Error() string {
	if isRegister(e.name) {
		return fmt.Sprintf("%.60s is a register, and there is no symbol %.60s", e.name, e.name)
	}
	return fmt.Sprintf("symbol %.60s is not defined", e.name)
}

// errUnsettled is the error for an expression that depends on places which layout has not found yet.
var errUnsettled = errors.New("the value must be known here, but depends on the layout of the code")

// known returns the value of an operand that must be a number where it stands. After a mistake, which it reports, ok is
// false.
func (a *assembler) known(text string, at int) (int64, bool) {
	e := a.expression(text, at)
	if e == nil {
		return 0, false
	}
	v, err := a.valueNow(e)
	if err != nil {
		a.failAt(at+skipBlanks(text, 0), "%v", err)
	}
	return v, err == nil
}

// valueNow returns the value of an expression that must be a number where it stands.
func (a *assembler) valueNow(e *expr) (int64, error) {
	a.generation++
	a.deep = true
	v, err := a.reduce(e)
	a.deep = false
	if err == nil && v.label != nil {
		err = errUnsettled
	}
	return v.num, err
}

// numberNow returns the value of an expression if it is a number already.
func (a *assembler) numberNow(e *expr) (int64, bool) {
	v, err := a.reduce(e)
	return v.num, err == nil && v.label == nil
}

// eval returns the value of an expression after layout has placed the labels.
func (a *assembler) eval(e *expr) (int64, error) {
	if a.object != nil {
		return a.numberInObject(e)
	}
	v, err := a.reduce(e)
	return v.num, err
}

// reduce evaluates an expression as far as places are known: while the source is read, the value may be relative to a label.
func (a *assembler) reduce(e *expr) (value, error) {
	if e.op == opValue {
		if e.label == nil {
			return e.value, nil
		}
		return a.lookup(e.label)
	}
	x, err := a.reduce(e.x)
	if err != nil {
		return value{}, err
	}
	if e.y == nil {
		if x.label != nil {
			return value{}, errUnsettled
		}
		return value{num: unary(e.op, x.num)}, nil
	}
	y, err := a.reduce(e.y)
	if err != nil {
		return value{}, err
	}
	return a.combine(e.op, x, y)
}

// combine applies an operator to values: labels may be moved, and two of them subtracted or compared.
func (a *assembler) combine(op operator, x, y value) (value, error) {
	switch {
	case x.label == nil && y.label == nil:
	case op == opAdd && x.label == nil:
		return value{y.label, x.num + y.num}, nil
	case op == opAdd && y.label == nil:
		return value{x.label, x.num + y.num}, nil
	case op == opSub && y.label == nil:
		return value{x.label, x.num - y.num}, nil
	case x.label == nil || y.label == nil || op != opSub && (op < opEqual || op > opGreaterEqual):
		return value{}, errUnsettled
	default:
		d, settled := a.distance(x.label, y.label)
		if !settled {
			return value{}, errUnsettled
		}
		x.num += d
	}
	v, err := operate(op, x.num, y.num)
	return value{num: v}, err
}

func unary(op operator, x int64) int64 {
	switch op {
	case opNegate:
		return -x
	case opComplement:
		return ^x
	}
	return truth(x == 0, 1)
}

// truth returns the value of a true comparison, and 0 for a false one.
func truth(holds bool, is int64) int64 {
	if holds {
		return is
	}
	return 0
}

// operate applies a binary operator. A true comparison is -1, as in GNU.
func operate(op operator, x, y int64) (int64, error) {
	switch op {
	case opAdd:
		return x + y, nil
	case opSub:
		return x - y, nil
	case opMul:
		return x * y, nil
	case opAnd:
		return x & y, nil
	case opOr:
		return x | y, nil
	case opOrNot:
		return x | ^y, nil
	case opXor:
		return x ^ y, nil
	case opEqual:
		return truth(x == y, -1), nil
	case opUnequal:
		return truth(x != y, -1), nil
	case opLess:
		return truth(x < y, -1), nil
	case opLessEqual:
		return truth(x <= y, -1), nil
	case opGreater:
		return truth(x > y, -1), nil
	case opGreaterEqual:
		return truth(x >= y, -1), nil
	case opBoth:
		return truth(x != 0 && y != 0, 1), nil
	case opEither:
		return truth(x != 0 || y != 0, 1), nil
	case opShl, opShr:
		return shift(op, x, y)
	}
	return divide(op, x, y)
}

func shift(op operator, x, y int64) (int64, error) {
	switch {
	case y < 0 || y > 63:
		return 0, fmt.Errorf("shift by %d", y)
	case op == opShl:
		return x << y, nil
	}
	return int64(uint64(x) >> y), nil
}

func divide(op operator, x, y int64) (int64, error) {
	switch {
	case y == 0:
		return 0, errors.New("division by zero")
	case y == -1 && op == opMod:
		return 0, nil
	case y == -1: // the one division that overflows wraps
		return -x, nil
	case op == opDiv:
		return x / y, nil
	}
	return x % y, nil
}

// lookup returns the value of a symbol.
func (a *assembler) lookup(s *symbol) (value, error) {
	switch s.kind {
	case symbolUndefined:
		return a.outside(s)
	case symbolLabel:
		if !a.reading() {
			return value{num: a.address(s)}, nil
		}
		if sec := &a.sections[s.section]; sec.absolute {
			if epoch, at := sec.locate(int(s.item), s.offset); epoch == 0 {
				return value{num: at}, nil
			}
		}
		return value{label: s}, nil
	}
	c := s.constant
	if !c.settled && c.generation != a.generation {
		if a.reading() && !a.deep {
			return value{}, errUnsettled
		}
		a.settle(s)
	}
	if c.err != nil || c.memo.label == nil || a.reading() {
		return c.memo, c.err
	}
	return value{num: a.address(c.memo.label) + c.memo.num}, nil
}

// reading reports whether labels have no addresses yet.
func (a *assembler) reading() bool { return a.pass == 0 }

// address returns the address that layout gave a label.
func (a *assembler) address(s *symbol) int64 {
	sec := &a.sections[s.section]
	if int(s.item) < len(sec.items) {
		return sec.items[s.item].address + s.offset
	}
	return sec.address + sec.size
}

// settle computes a constant, after those that it refers to, in a loop instead of by recursion because a chain of them can be
// as long as the source.
func (a *assembler) settle(s *symbol) {
	stack := append(a.stack[:0], s)
	s.constant.visiting = true
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		c := top.constant
		if next := a.unsettled(c.expr); next != nil && c.err == nil {
			if next.constant.visiting {
				next.constant.err = fmt.Errorf("symbol %.60s is defined by itself", next.name)
				next.constant.generation = a.generation
			} else {
				next.constant.visiting, next.constant.err = true, nil
				stack = append(stack, next)
			}
			continue
		}
		if c.generation != a.generation {
			c.generation = a.generation
			c.memo, c.err = a.reduce(c.expr)
			c.settled = c.err == nil && a.reading()
		}
		c.visiting = false
		stack = stack[:len(stack)-1]
	}
	a.stack = stack
}

// unsettled returns a constant in an expression whose value has not been computed, or nil.
func (a *assembler) unsettled(e *expr) *symbol {
	if e.op != opValue {
		if s := a.unsettled(e.x); s != nil || e.y == nil {
			return s
		}
		return a.unsettled(e.y)
	}
	if s := e.label; s != nil && s.kind == symbolConstant && !s.constant.settled && s.constant.generation != a.generation {
		return s
	}
	return nil
}

// outside returns the value of a symbol that the source does not define, or not yet: in that case Options.Symbols counts
// only where the value must be known.
func (a *assembler) outside(s *symbol) (value, error) {
	if v, ok := a.opt.Symbols[s.name]; ok && (a.deep || !a.reading()) {
		return value{num: v}, nil
	}
	if s.weak && !a.reading() {
		return value{}, nil
	}
	if digits, _, ok := strings.Cut(s.name, "#"); ok {
		return value{}, fmt.Errorf("no label %.60s in that direction", digits)
	}
	return value{}, undefinedError{s.name}
}
