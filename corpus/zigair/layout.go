package zigair

import "github.com/rvfuzz/rvfuzz/backend/air"

// Layout is Zig's layout of a type. Facts that the dump does not state are absent.
type Layout struct {
	Type *air.Type
	Line int // of the dump
	// Facts are the numbers with their names for reports: size, align, bits, field offsets (in bits for packed
	// structs), and the offsets of flag, error code, tag and payload.
	Facts []Fact
}

// Fact is one number of a layout: Zig's value, and the function that returns ours.
type Fact struct {
	Name string
	Want uint64
	Got  func(*air.Type) uint64
}

// layouts returns the layouts of all type records.
func (im *importer) layouts() []Layout {
	var all []Layout
	for _, r := range im.typeOrder {
		if r.NoSize != 0 || r.Kind == "comptime" {
			continue
		}
		l := Layout{Type: im.types[r.ID], Line: r.line}
		l.add("size", r.Size, (*air.Type).Size)
		if r.Align != nil && *r.Align != 0 { // 0: a type without bits, of no alignment
			l.add("align", r.Align, (*air.Type).Align)
		}
		l.add("bits", r.Bits, (*air.Type).BitSize)
		l.addParts(r)
		l.addFields(r)
		all = append(all, l)
	}
	return all
}

func (l *Layout) add(name string, want *uint64, got func(*air.Type) uint64) {
	if want != nil {
		l.Facts = append(l.Facts, Fact{name, *want, got})
	}
}

func (l *Layout) addParts(r *typeRecord) {
	switch r.Kind {
	case "optional":
		l.add("flag offset", r.FlagOff, (*air.Type).FlagOffset)
	case "error_union":
		l.add("payload offset", r.PayloadOff, (*air.Type).PayloadOffset)
		l.add("error offset", r.ErrOff, (*air.Type).ErrorOffset)
	case "union":
		l.add("payload offset", r.PayloadOff, (*air.Type).PayloadOffset)
		l.add("tag offset", r.TagOff, (*air.Type).TagOffset)
	}
}

func (l *Layout) addFields(r *typeRecord) {
	if r.Kind != "struct" {
		return
	}
	for i, f := range r.Fields {
		switch {
		case f.Comptime:
		case f.BitOff != nil:
			l.add("bit offset of field "+f.Name, f.BitOff, func(t *air.Type) uint64 { return t.FieldBitOffset(i) })
		case l.Type.Fields[i].Type.HasBits():
			l.add("offset of field "+f.Name, f.Off, func(t *air.Type) uint64 { return t.FieldOffset(i) })
		}
	}
}
