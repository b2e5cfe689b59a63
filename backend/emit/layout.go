package emit

import (
	"fmt"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/lower"
	"github.com/rvfuzz/rvfuzz/isa"
)

// form is the length that a branch, jump or slot has grown to.
type form uint8

const (
	short  form = iota // 16 bits
	near               // the instruction itself
	middle             // of a branch only: inverted, over a jal
	far                // auipc and jalr through t6; of a branch, inverted over these
)

// reach is the size and range of one form of one kind of item.
type reach struct {
	size     uint32
	min, max int64 // distances from the start of the item
	next     form  // what it grows to
}

// maxFunction bounds the code of a function, so that every far form reaches.
const maxFunction = 1 << 30

// The last instruction of a middle branch starts 4 bytes after the item, so its distance is 4 less.
var (
	branchForms = [...]reach{
		short:  {size: 2, min: -256, max: 254, next: near},
		near:   {size: 4, min: -4096, max: 4094, next: middle},
		middle: {size: 8, min: -1<<20 + 4, max: 1<<20 - 2 + 4, next: far},
		far:    {size: 12, min: -maxFunction, max: maxFunction, next: far},
	}
	jumpForms = [...]reach{
		short: {size: 2, min: -2048, max: 2046, next: near},
		near:  {size: 4, min: -1 << 20, max: 1<<20 - 2, next: far},
		far:   {size: 8, min: -maxFunction, max: maxFunction, next: far},
	}
)

// layout is the offset of every item. Forms only ever grow, so relax terminates.
type layout struct {
	code    *lower.Code
	items   []lower.Item
	opts    Options
	short   []lower.Item // memory of items, if they are compressed
	forms   []form       // by item; of branches and jumps
	offsets []uint32     // by item
	labels  []uint32     // by label
	sizes   []uint8      // by item; grows for those with a form
	jumps   []uint32     // the items that go to a label
	binds   []uint32     // the items that bind a label
	size    uint32       // of the whole
	farSlot bool         // the slots of all jump tables are eight bytes long
}

const unbound = ^uint32(0)

// reset begins with other code, in the same memory.
func (l *layout) reset(c *lower.Code, o Options) {
	*l = layout{code: c, items: c.Items, opts: o, short: l.short, forms: sized(l.forms, len(c.Items)),
		offsets: sized(l.offsets, len(c.Items)), labels: sized(l.labels, c.Labels),
		sizes: sized(l.sizes, len(c.Items)), jumps: l.jumps[:0], binds: l.binds[:0]}
	if o.Compress {
		l.compress()
	}
	for i := range l.labels {
		l.labels[i] = unbound
	}
}

// sized returns n zeros, in the same memory if there is room.
func sized[T form | uint8 | uint32](s []T, n int) []T {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}

// firstForm returns the initial form of an item; turn is its number among the items that have one.
func (l *layout) firstForm(it *lower.Item, turn int) form {
	switch {
	case l.opts.FarBranches && it.Kind == lower.Slot:
		l.farSlot = true
		return far
	case l.opts.FarBranches && it.Kind == lower.Branch && turn%2 == 0:
		return middle
	case l.opts.FarBranches:
		return far
	case !l.opts.Compress || it.Kind == lower.Slot:
		return near
	case it.Kind == lower.Branch:
		if _, ok := shortBranch(it); !ok {
			return near
		}
	}
	return short
}

// shortBranch returns the equivalent c.beqz or c.bnez, without its distance.
func shortBranch(it *lower.Item) (isa.Inst, bool) {
	in := it.Inst
	in.Imm = 0
	out, ok := isa.Compress(in, isa.RVC)
	return out, ok
}

// compress replaces the items by others, with the equivalent 16-bit instruction wherever there is one.
func (l *layout) compress() {
	forms := isa.RVC
	if l.opts.Zcb {
		forms |= isa.Zcb
	}
	items := append(l.short[:0], l.items...)
	for i := range items {
		if items[i].Kind != lower.Plain {
			continue
		}
		if in, ok := isa.Compress(items[i].Inst, forms); ok {
			items[i].Inst = in
		}
	}
	l.items, l.short = items, items
}

// slotForm returns the form of every slot.
func (l *layout) slotForm() form {
	if l.farSlot {
		return far
	}
	return near
}

// slotShift returns the shift that turns an index into a distance in a table of slots.
func (l *layout) slotShift() int64 {
	if l.farSlot {
		return 3
	}
	return 2
}

// relax places all items, grows those that cannot reach their labels, and repeats that until all can.
func (l *layout) relax() error {
	if err := l.classify(); err != nil {
		return err
	}
	for {
		if err := l.place(); err != nil {
			return err
		}
		grown := false
		for _, i := range l.jumps {
			if l.labels[l.items[i].N] == unbound {
				return fmt.Errorf("item %d goes to label .L%d, which is not bound", i, l.items[i].N)
			}
			grown = l.grow(int(i)) || grown
		}
		if !grown {
			return nil
		}
	}
}

// grows is the size of an item that has a form.
const grows = 0xff

// classify finds the sizes of all items that have no form, and the first forms of the others.
func (l *layout) classify() error {
	for i := range l.items {
		it := &l.items[i]
		switch it.Kind {
		case lower.Plain, lower.Whole:
			if l.sizes[i] = uint8(it.Op.Size()); l.sizes[i] == 0 {
				return fmt.Errorf("item %d: op %d is not an instruction", i, it.Op)
			}
		case lower.TableShift:
			l.sizes[i] = 4
		case lower.CallPair, lower.AddressPair, lower.LoadPair:
			l.sizes[i] = 8
		case lower.ThreadTriple, lower.LoadTriple:
			l.sizes[i] = 12
		case lower.Bind:
			l.binds = append(l.binds, uint32(i))
		case lower.Branch, lower.Jump, lower.Slot:
			l.sizes[i] = grows
			l.jumps = append(l.jumps, uint32(i))
			l.forms[i] = l.firstForm(it, len(l.jumps))
		}
	}
	return nil
}

// place computes offsets and labels from the sizes and forms.
func (l *layout) place() error {
	at := uint64(0)
	for i, size := range l.sizes {
		l.offsets[i] = uint32(at)
		if size == grows {
			at += uint64(l.reach(i).size)
		} else {
			at += uint64(size)
		}
	}
	if at > maxFunction {
		return fmt.Errorf("the code is longer than the limit of %d bytes", maxFunction)
	}
	for _, i := range l.binds {
		l.labels[l.items[i].N] = l.offsets[i]
	}
	l.size = uint32(at)
	return nil
}

func (l *layout) reach(i int) *reach {
	switch l.items[i].Kind {
	case lower.Branch:
		return &branchForms[l.forms[i]]
	case lower.Slot:
		return &jumpForms[l.slotForm()]
	}
	return &jumpForms[l.forms[i]]
}

// distance returns the distance in bytes from an item to its label.
func (l *layout) distance(i int) int64 { return int64(l.labels[l.items[i].N]) - int64(l.offsets[i]) }

// grow switches an item to its next form if it cannot reach its label, and reports whether it did. All slots of the
// function grow together.
func (l *layout) grow(i int) bool {
	r := l.reach(i)
	if d := l.distance(i); d >= r.min && d <= r.max {
		return false
	}
	if l.items[i].Kind == lower.Slot {
		l.farSlot = true
	} else {
		l.forms[i] = r.next
	}
	return true
}
