package eval

import (
	"fmt"
	"math/big"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// tagOf returns the tag of a field, which is the member of the same name; zero for a union that stores none.
func tagOf(t *air.Type, field int) (word, error) {
	if t.IsPacked() || !t.StoresTag() {
		return word{}, nil
	}
	tag := t.TagOf(field)
	if tag == nil {
		return word{}, fmt.Errorf("union %s: no tag for field %s", t, t.Fields[field].Name)
	}
	mask := new(big.Int).SetUint64(lowMask(uint(t.Tag.BitSize())))
	return word{bits: mask.And(mask, tag).Uint64()}, nil
}

// fillUnion writes a union whose active field has the memory layout piece; the rest stays undefined. tag is that of the
// field.
func fillUnion(to view, t *air.Type, field int, tag word, piece view) {
	if t.IsPacked() {
		copyBits(to, 0, piece, 0, t.Fields[field].Type.BitSize())
		s := shapeOf(t)
		s.canonicalize(to)
		return
	}
	to.slice(t.PayloadOffset(), uint64(len(piece.data))).copyFrom(piece)
	if t.StoresTag() {
		s := shapeOf(t.Tag)
		s.fromWord(to.slice(t.TagOffset(), s.size), tag)
	}
}

// unionInit builds a union from its active field.
func unionInit(_ *preparer, in *air.Inst, s *step) handler {
	t, field := in.Type, int(in.N)
	if t.Kind != air.Union || field >= len(t.Fields) {
		return unsupported("union of type " + t.String())
	}
	s.shape = shapeOf(t.Fields[field].Type)
	piece := newView(s.shape.size)
	tag, err := tagOf(t, field)
	return func(m *machine, s *step) {
		if err != nil {
			m.illegal(err.Error(), s)
			return
		}
		m.store(piece, s.shape, s.a)
		to := m.destination(s)
		fillUnion(to, t, field, tag, piece)
		m.settle(s, to)
	}
}

// getUnionTag builds a reading of the tag of a union.
func getUnionTag(p *preparer, in *air.Inst, s *step) handler {
	t := p.typeOf(in, 0)
	if !t.StoresTag() {
		return unsupported("tag of " + t.String() + ", which stores none")
	}
	s.shape = shapeOf(t)
	return func(m *machine, s *step) {
		m.load(s.dst, s.result, m.source(s.shape, s.a).slice(t.TagOffset(), s.result.size))
	}
}

// setUnionTag builds a store of the tag of the union that s.a points to.
func setUnionTag(p *preparer, in *air.Inst, s *step) handler {
	t := p.typeOf(in, 0).Elem
	if !t.StoresTag() {
		return nil
	}
	s.shape = shapeOf(t.Tag)
	align := min(s.shape.size, p.typeOf(in, 0).PointeeAlign())
	return func(m *machine, s *step) {
		if v, ok := m.pointee(writing, s, s.a, t.TagOffset(), s.shape.size, align); ok {
			m.store(v, s.shape, s.b)
		}
	}
}

// tagName builds the name of an enum value; one without a name is illegal.
func tagName(p *preparer, in *air.Inst, _ *step) handler {
	t := p.typeOf(in, 0)
	if t.Kind == air.Union && t.StoresTag() {
		return unsupported("tag_name of a union")
	}
	names, find := make([][2]word, len(t.Members)), memberOf(t)
	for i, member := range t.Members {
		names[i] = p.stringWords(member.Name)
	}
	return func(m *machine, s *step) {
		switch i, defined := find(m, s.a); {
		case !defined:
			m.illegal(undefinedUse, s)
		case i < 0:
			m.illegal("enum value without a name", s)
		default:
			m.writeSlice(s, names[i][0], names[i][1])
		}
	}
}

// stringWords returns the pointer and length of a read-only string.
func (p *preparer) stringWords(text string) [2]word {
	return [2]word{{bits: p.program.readOnlyString(text)}, {bits: uint64(len(text))}}
}

// errorName builds the name of an error code.
func errorName(p *preparer, _ *air.Inst, _ *step) handler {
	names := make([][2]word, len(p.program.module.ErrorNames))
	for i, name := range p.program.module.ErrorNames {
		names[i] = p.stringWords(name)
	}
	return func(m *machine, s *step) {
		code, ok := m.defined(s.a, s)
		switch {
		case !ok:
		case code == 0 || code >= uint64(len(names)):
			m.illegal("error code without a name", s)
		default:
			m.writeSlice(s, names[code][0], names[code][1])
		}
	}
}
