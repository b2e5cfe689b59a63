package eval

import (
	"cmp"
	"fmt"
	"slices"
)

// placeGlobals assigns the globals their addresses, then their initial contents (which may hold any of those addresses).
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

// addFixed appends an object that is never released; seal puts them in order.
func (mem *memory) addFixed(addr, size uint64, readOnly bool) *object {
	at := len(mem.bytes.data)
	mem.bytes.data = grow(mem.bytes.data, int(size))
	mem.bytes.undef = grow(mem.bytes.undef, int(size))
	mem.at(at, size).fill(0, 0)
	mem.fixed = append(mem.fixed, object{addr: addr, size: size, at: at, readOnly: readOnly, fixed: true})
	return &mem.fixed[len(mem.fixed)-1]
}

func (mem *memory) contents(o *object) view { return mem.at(o.at, o.size) }

// checkOverlap returns an error that names two globals with bytes in common.
func (p *Program) checkOverlap() error {
	order := append(p.order[:0], p.globals...)
	p.order = order
	slices.SortStableFunc(order, func(a, b placed) int { return cmp.Compare(a.addr, b.addr) })
	for i := 1; i < len(order); i++ {
		if a, b := &order[i-1], &order[i]; a.addr+a.global.Type.Size() > b.addr {
			return fmt.Errorf("global @%s: overlaps @%s", b.global.Name, a.global.Name)
		}
	}
	return nil
}

// readOnlyString makes a constant object of a string and its terminating 0, once per text, and returns its address.
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

// seal sorts the fixed objects by address. Their contents are the state that reset restores.
func (mem *memory) seal() {
	slices.SortStableFunc(mem.fixed, func(a, b object) int {
		return cmp.Or(cmp.Compare(a.addr, b.addr), cmp.Compare(a.size, b.size))
	})
	mem.size, mem.images = len(mem.bytes.data), mem.images[:0]
	for range mem.fixed {
		mem.images = append(mem.images, -1)
	}
	mem.reset()
}
