package layout

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Check compares the layout of a type with the one that the backend uses, and returns an error that names the first figure
// that differs.
func (b *Book) Check(t *air.Type) error {
	l := b.Of(t)
	for _, c := range [...]struct {
		what        string
		oracle, air uint64
	}{{"size", l.Size, t.Size()}, {"alignment", l.Align, t.Align()}, {"size in bits", l.Bits, t.BitSize()}} {
		if c.oracle != c.air {
			return fmt.Errorf("the %s of %s is %d, not %d", c.what, t, c.oracle, c.air)
		}
	}
	for i, want := range l.Fields {
		got := t.FieldBitOffset(i)
		if t.Fields[i].Comptime == nil && got != want {
			return fmt.Errorf("field %s of %s is at %d, not at %d", t.Fields[i].Name, t, want, got)
		}
	}
	if l.Size == 0 {
		return nil
	}
	switch {
	case t.Kind == air.Optional && t.OptionalRepr() != air.NullIsZero,
		t.Kind == air.Union && t.Container != air.Packed && t.StoresTag(), t.Kind == air.ErrorUnion:
		if got := t.TagOffset(); got != l.Mark {
			return fmt.Errorf("the flag, error or tag of %s is at %d, not at %d", t, l.Mark, got)
		}
		if got := t.PayloadOffset(); got != l.Payload {
			return fmt.Errorf("the payload of %s is at %d, not at %d", t, l.Payload, got)
		}
	}
	return nil
}
