package eval

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// constant writes the memory layout of a constant of type t.
func (p *Program) constant(to view, t *air.Type, v *air.Value) error {
	to.forget()
	switch v.Kind {
	case air.Undef, air.VoidValue:
		return nil
	case air.IntValue:
		return p.constantInt(to, t, v)
	case air.NullValue:
		return constantNull(to, t)
	case air.PayloadValue:
		return p.constantPayload(to, t, v)
	case air.ErrorValue:
		if t.Kind != air.ErrorUnion {
			return fmt.Errorf("error constant of type %s", t)
		}
		writeWord(to.slice(t.ErrorOffset(), 2), word{bits: uint64(v.Int)})
		return nil
	case air.BytesValue:
		return constantBytes(to, t, v.Bytes)
	case air.AggregateValue:
		return p.constantAggregate(to, t, v)
	case air.UnionValue:
		return p.constantUnion(to, t, v)
	case air.SymbolValue:
		return p.constantSymbol(to, t, v)
	case air.SliceValue:
		return p.constantSlice(to, v)
	}
	return fmt.Errorf("constant of unknown kind %d", v.Kind)
}

func (p *Program) constantInt(to view, t *air.Type, v *air.Value) error {
	s := shapeOf(t)
	switch s.class {
	case empty:
		return nil
	case inWord:
		s.fromWord(to, word{bits: v.Uint64() & lowMask(uint(s.bits))})
	case wideInt:
		putBig(to, v.BigInt())
		s.normalize(to)
	case wideFloat:
		putBig(to.slice(0, uint64(s.bits)/8), v.BigInt())
	default:
		return fmt.Errorf("integer constant of type %s", t)
	}
	return nil
}

func constantNull(to view, t *air.Type) error {
	switch {
	case t.Kind == air.Pointer && t.PointerSize == air.C, isNullIsZero(t):
		to.slice(0, min(8, uint64(len(to.data)))).fill(0, 0) // the length of a slice stays undefined
	case t.Kind != air.Optional:
		return fmt.Errorf("null constant of type %s", t)
	case t.OptionalRepr() != air.AlwaysNull:
		to.slice(t.FlagOffset(), 1).fill(0, 0)
	}
	return nil
}

func (p *Program) constantPayload(to view, t *air.Type, v *air.Value) error {
	switch t.Kind {
	case air.Optional:
		switch t.OptionalRepr() {
		case air.NullIsZero:
			return p.constant(to, t.Elem, v.Elems[0])
		case air.AlwaysNull:
			return fmt.Errorf("payload constant of type %s", t)
		}
		writeWord(to.slice(t.FlagOffset(), 1), word{bits: 1})
		return p.constant(to.slice(0, t.Elem.Size()), t.Elem, v.Elems[0])
	case air.ErrorUnion:
		to.slice(t.ErrorOffset(), 2).fill(0, 0)
		return p.constant(to.slice(t.PayloadOffset(), t.Elem.Size()), t.Elem, v.Elems[0])
	}
	return fmt.Errorf("payload constant of type %s", t)
}

func constantBytes(to view, t *air.Type, bytes []byte) error {
	n := uint64(len(bytes))
	if n > t.Size() || t.Kind == air.Array && n != t.Size() {
		return fmt.Errorf("%d bytes for a constant of type %s", len(bytes), t)
	}
	copy(to.data, bytes)
	clear(to.undef[:n])
	return nil
}

func (p *Program) constantAggregate(to view, t *air.Type, v *air.Value) error {
	l := partsOf(t)
	if len(v.Elems) != l.count {
		return fmt.Errorf("%d parts for a constant of type %s", len(v.Elems), t)
	}
	before := p.storage.bytes
	for i, e := range v.Elems {
		part := l.part(i)
		if part.comptime || part.shape.class == empty {
			continue
		}
		piece := p.storage.view(part.shape.size)
		if err := p.constant(piece, part.typ, e); err != nil {
			return err
		}
		l.put(to, part, piece)
		p.storage.bytes.takeBack(before)
	}
	l.finish(to)
	return nil
}

func (p *Program) constantUnion(to view, t *air.Type, v *air.Value) error {
	if t.Kind != air.Union || v.Field >= len(t.Fields) {
		return fmt.Errorf("union constant of type %s", t)
	}
	field := t.Fields[v.Field].Type
	piece := newView(field.Size())
	if err := p.constant(piece, field, v.Elems[0]); err != nil {
		return err
	}
	tag, err := tagOf(t, v.Field)
	if err != nil {
		return err
	}
	fillUnion(to, t, v.Field, tag, piece)
	return nil
}

func (p *Program) constantSymbol(to view, t *air.Type, v *air.Value) error {
	addr, ok := p.symbols[v.Symbol]
	if !ok {
		return fmt.Errorf("no symbol @%s", v.Symbol)
	}
	if len(to.data) < 8 {
		if t.Kind == air.Fn {
			return nil
		}
		return fmt.Errorf("address constant of type %s", t)
	}
	writeWord(to.slice(0, 8), word{bits: addr + uint64(v.Offset)})
	return nil
}

func (p *Program) constantSlice(to view, v *air.Value) error {
	if err := p.constant(to.slice(0, 8), air.USize, v.Elems[0]); err != nil {
		return err
	}
	return p.constant(to.slice(8, 8), air.USize, v.Elems[1])
}
