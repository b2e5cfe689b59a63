package eval

import (
	"fmt"
	"sort"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// placeGlobals gives the globals addresses, then their initial contents
// (which may hold any of those addresses).
func (p *Program) placeGlobals() error {
	mem := &p.machine.memory
	mem.next = globalBase
	for _, g := range p.module.Globals {
		if _, taken := p.symbols[g.Name]; taken {
			return fmt.Errorf("global @%s: name defined twice", g.Name)
		}
		if size := g.Type.Size() + uint64(len(mem.bytes.data)); size > p.config.MaxMemory {
			return fmt.Errorf("global @%s: globals take more than %d bytes", g.Name, p.config.MaxMemory)
		}
		align := max(uint64(g.Align), g.Type.Align())
		own := alignUp(mem.next, max(align, 16))
		o := mem.addFixed(p.address(g.Name, own), g.Type.Size(), g.Const)
		mem.next = own + g.Type.Size() + objectGap
		p.globals = append(p.globals, placed{g, o.addr, o.at})
	}
	for _, g := range p.globals {
		contents := mem.at(g.at, g.global.Type.Size())
		if g.global.Init == nil {
			contents.forget()
			continue
		}
		if err := p.constant(contents, g.global.Type, g.global.Init); err != nil {
			return fmt.Errorf("global @%s: %w", g.global.Name, err)
		}
	}
	return p.checkOverlap()
}

// addFixed appends an object that lives for ever; seal puts them in order.
func (mem *memory) addFixed(addr, size uint64, readOnly bool) *object {
	at := len(mem.bytes.data)
	mem.bytes.data = append(mem.bytes.data, make([]byte, size)...)
	mem.bytes.undef = append(mem.bytes.undef, make([]byte, size)...)
	mem.fixed = append(mem.fixed, object{addr: addr, size: size, at: at, readOnly: readOnly})
	return &mem.fixed[len(mem.fixed)-1]
}

func (mem *memory) contents(o *object) view { return mem.at(o.at, o.size) }

// checkOverlap reports two globals that were given the same bytes.
func (p *Program) checkOverlap() error {
	order := append([]placed{}, p.globals...)
	sort.SliceStable(order, func(i, j int) bool { return order[i].addr < order[j].addr })
	for i := 1; i < len(order); i++ {
		if a, b := order[i-1], order[i]; a.addr+a.global.Type.Size() > b.addr {
			return fmt.Errorf("global @%s: overlaps @%s", b.global.Name, a.global.Name)
		}
	}
	return nil
}

// readOnlyString makes a constant object of a string and its terminating 0,
// once per text, and gives its address.
func (p *Program) readOnlyString(text string) uint64 {
	if addr, ok := p.strings[text]; ok {
		return addr
	}
	mem := &p.machine.memory
	o := mem.addFixed(alignUp(mem.next, 16), uint64(len(text))+1, true)
	mem.next = o.addr + o.size + objectGap
	copy(mem.contents(o).data, text)
	p.strings[text] = o.addr
	return o.addr
}

// seal sorts the fixed objects by address and keeps their contents as the
// state that reset restores.
func (mem *memory) seal() {
	sort.SliceStable(mem.fixed, func(i, j int) bool {
		a, b := &mem.fixed[i], &mem.fixed[j]
		return a.addr < b.addr || a.addr == b.addr && a.size < b.size
	})
	mem.image.data = append([]byte{}, mem.bytes.data...)
	mem.image.undef = append([]byte{}, mem.bytes.undef...)
	mem.reset()
}

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
	if uint64(len(bytes)) != t.Size() {
		return fmt.Errorf("%d bytes for a constant of type %s", len(bytes), t)
	}
	copy(to.data, bytes)
	clear(to.undef)
	return nil
}

func (p *Program) constantAggregate(to view, t *air.Type, v *air.Value) error {
	l := partsOf(t)
	if len(v.Elems) != l.count {
		return fmt.Errorf("%d parts for a constant of type %s", len(v.Elems), t)
	}
	for i, e := range v.Elems {
		part := l.part(i)
		if part.comptime || part.shape.class == empty {
			continue
		}
		piece := newView(part.shape.size)
		if err := p.constant(piece, part.typ, e); err != nil {
			return err
		}
		l.put(to, part, piece)
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

// newView makes a view of undefined bytes.
func newView(size uint64) view {
	v := view{make([]byte, size), make([]byte, size)}
	v.forget()
	return v
}
