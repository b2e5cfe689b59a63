package air

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
)

// typeChecker checks types, each once. A type that holds itself by value has no layout and is rejected first, so that
// later checks may use layouts.
type typeChecker struct {
	state map[*Type]typeState
	queue []*Type // behind pointers: to be checked after the types that point there
	value func(*Value) error
}

type typeState uint8

const (
	unknownType typeState = iota
	insideType
	goodType
)

// check checks a type and everything that it refers to.
func (c *typeChecker) check(t *Type) error {
	if t == nil {
		return errors.New("a type is missing")
	}
	if t.Kind <= Float || c.state[t] == goodType {
		return nil
	}
	c.queue = append(c.queue[:0], t)
	for len(c.queue) > 0 {
		next := c.queue[len(c.queue)-1]
		c.queue = c.queue[:len(c.queue)-1]
		if err := c.visit(next); err != nil {
			return fmt.Errorf("type %s: %w", next, err)
		}
	}
	return nil
}

func (c *typeChecker) visit(t *Type) error {
	switch {
	case t == nil:
		return errors.New("a part of it is missing")
	case t.Kind <= Float, c.state[t] == goodType:
		return nil
	case c.state[t] == insideType:
		return errors.New("it contains itself")
	case t.isEmptyArray() && c.state[t.Elem] == insideType:
		return nil // holds no element, so it may hold its own type
	}
	c.state[t] = insideType
	if err := c.parts(t); err != nil {
		return err
	}
	if err := checkType(t); err != nil {
		return err
	}
	if err := c.values(t); err != nil {
		return err
	}
	if t.Size() > MaxSize {
		return fmt.Errorf("it is larger than %d bytes", uint64(MaxSize))
	}
	c.state[t] = goodType
	return nil
}

// parts visits what t holds by value and queues what it refers to.
func (c *typeChecker) parts(t *Type) error {
	switch t.Kind {
	case Pointer:
		return c.refer(t.Elem)
	case Fn:
		if err := c.refer(t.Params...); err != nil {
			return err
		}
		return c.refer(t.Elem)
	case Array, Vector, Optional, Enum:
		return c.visit(t.Elem)
	case ErrorUnion:
		if err := c.visit(t.ErrorSet); err != nil {
			return err
		}
		return c.visit(t.Elem)
	case Struct, Union:
		return c.fields(t)
	}
	return nil
}

func (c *typeChecker) refer(types ...*Type) error {
	for _, t := range types {
		if t == nil {
			return errors.New("a part of it is missing")
		}
		if t.Kind > Float && c.state[t] == unknownType {
			c.queue = append(c.queue, t)
		}
	}
	return nil
}

func (c *typeChecker) fields(t *Type) error {
	if t.IsPacked() {
		if err := c.visit(t.Elem); err != nil {
			return err
		}
	}
	if t.Tag != nil {
		if err := c.visit(t.Tag); err != nil {
			return err
		}
	}
	for i := range t.Fields {
		if err := c.visit(t.Fields[i].Type); err != nil {
			return fmt.Errorf("field %s: %w", quoteName(t.Fields[i].Name), err)
		}
	}
	return nil
}

// values checks the constants inside a type: sentinels and comptime fields. Only the sentinel of a pointer to something
// that is not a scalar is not checked: the pointee may not have been checked yet.
func (c *typeChecker) values(t *Type) error {
	if t.Sentinel != nil && (t.Kind == Array || t.Elem.Kind <= Float) {
		return c.value(t.Sentinel)
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		if f.Comptime == nil {
			continue
		}
		if f.Comptime.Type != f.Type {
			return fmt.Errorf("the value of field %s has type %s, not %s", quoteName(f.Name), f.Comptime.Type, f.Type)
		}
		if err := c.value(f.Comptime); err != nil {
			return fmt.Errorf("field %s: %w", quoteName(f.Name), err)
		}
	}
	return nil
}

// checkType checks one type by the rules of its kind; its parts have been checked.
func checkType(t *Type) error {
	switch t.Kind {
	case Pointer:
		return checkPointer(t)
	case Array:
		return checkArray(t)
	case Vector:
		if !isLane(t.Elem) {
			return fmt.Errorf("a vector cannot hold %s", t.Elem)
		}
	case Optional:
		if !t.Elem.hasValues() && t.Elem.Kind != NoReturn {
			return fmt.Errorf("there are no values of %s", t.Elem)
		}
	case ErrorUnion:
		if t.ErrorSet.Kind != ErrorSet {
			return fmt.Errorf("%s is not an error set", t.ErrorSet)
		}
	case ErrorSet:
		return checkErrors(t.Errors)
	case Enum:
		return checkEnum(t)
	case Struct, Union:
		return checkFields(t)
	}
	return nil
}

// isLane reports whether a vector may hold t: integers, floats, bools and pointers.
func isLane(t *Type) bool {
	return t.Kind == Int || t.Kind == Float || t.Kind == Bool || t.IsPointerLike()
}

// hasValues reports whether values of t can be stored.
func (t *Type) hasValues() bool { return t.Kind != NoReturn && t.Kind != Fn && t.Kind != Opaque }

// MaxAlign is the largest alignment in bytes of a type, global or function: it is padding in files and in frames.
const MaxAlign = 1 << 20

// checkAlign checks an alignment; 0 stands for the natural one.
func checkAlign(n uint32) error {
	switch {
	case n&(n-1) != 0:
		return fmt.Errorf("alignment %d is not a power of two", n)
	case n > MaxAlign:
		return fmt.Errorf("alignment %d is larger than %d", n, MaxAlign)
	}
	return nil
}

func checkPointer(t *Type) error {
	switch {
	case t.Sentinel != nil && t.Sentinel.Type != t.Elem:
		return errors.New("the sentinel has another type than the elements")
	case t.Sentinel != nil && t.Sentinel.Kind == Undef:
		return errors.New("the sentinel is undefined")
	case t.VectorIndex < RuntimeIndex || t.VectorIndex >= 0 && uint32(t.VectorIndex) >= t.HostSize:
		return fmt.Errorf("vector index %d is not below %d", t.VectorIndex, t.HostSize)
	}
	return checkAlign(t.PointerAlign)
}

func checkArray(t *Type) error {
	switch {
	case !t.Elem.hasValues():
		return fmt.Errorf("an array cannot hold %s", t.Elem)
	case t.Sentinel != nil && t.Sentinel.Type != t.Elem:
		return errors.New("the sentinel has another type than the elements")
	case t.Sentinel != nil && t.Sentinel.Kind == Undef:
		return errors.New("the sentinel is undefined")
	}
	return nil
}

func checkErrors(errs []ErrorMember) error {
	last := uint16(0)
	for _, e := range errs {
		if e.Value <= last {
			return errors.New("errors must have ascending numbers from 1")
		}
		last = e.Value
	}
	return nil
}

func checkEnum(t *Type) error {
	if t.Elem.Kind != Int {
		return fmt.Errorf("the tag type %s is not an integer", t.Elem)
	}
	seen := make(map[string]bool, len(t.Members))
	for _, m := range t.Members {
		if !fits(m.Value, t.Elem) {
			return fmt.Errorf("member %s = %s does not fit in %s", quoteName(m.Name), m.Value, t.Elem)
		}
		if seen[m.Name] {
			return fmt.Errorf("there are two members %s", quoteName(m.Name))
		}
		seen[m.Name] = true
	}
	return nil
}

// fits reports whether an integer is a value of an integer type.
func fits(n *big.Int, t *Type) bool {
	switch {
	case !t.Signed:
		return n.Sign() >= 0 && n.BitLen() <= int(t.Bits)
	case n.Sign() < 0: // -2^(N-1) is the least
		return new(big.Int).Not(n).BitLen() < int(t.Bits)
	}
	return n.BitLen() < int(t.Bits) || n.Sign() == 0
}

func checkFields(t *Type) error {
	var bits uint64
	seen := make(map[string]bool, len(t.Fields))
	for i := range t.Fields {
		f := &t.Fields[i]
		unreachable := t.Kind == Union && f.Type.Kind == NoReturn
		function := f.Comptime != nil && f.Type.Kind == Fn
		if !f.Type.hasValues() && !unreachable && !function {
			return fmt.Errorf("field %s cannot hold %s", quoteName(f.Name), f.Type)
		}
		if seen[f.Name] {
			return fmt.Errorf("there are two fields %s", quoteName(f.Name))
		}
		seen[f.Name] = true
		if err := checkAlign(f.Align); err != nil {
			return err
		}
		if t.Tag != nil && t.Tag.member(f.Name) < 0 {
			return fmt.Errorf("%s has no member %s", t.Tag, quoteName(f.Name))
		}
		if t.Kind == Struct {
			bits += f.Type.BitSize()
		} else {
			bits = max(bits, f.Type.BitSize())
		}
	}
	switch {
	case t.Tag != nil && t.Tag.Kind != Enum:
		return fmt.Errorf("the tag %s is not an enum", t.Tag)
	case t.HasTag && t.Tag == nil:
		return errors.New("it stores a tag that is not given")
	case t.IsPacked() && (t.Elem.Kind != Int || uint64(t.Elem.Bits) != bits):
		return fmt.Errorf("the fields have %d bits, not those of %s", bits, t.Elem)
	}
	return nil
}

// member returns the position of a member of an enum, or -1.
func (t *Type) member(name string) int {
	return slices.IndexFunc(t.Members, func(m EnumMember) bool { return m.Name == name })
}
