package campaign

import "github.com/rvfuzz/rvfuzz/backend/air"

// The type classes that coverage distinguishes are the integers by signedness and width up to 64, and the other kinds.
const (
	classWidths = 65
	numClasses  = 2*classWidths + int(air.Opaque) + 1
)

// coverage counts the instructions of checked cases by tag and type class.
type coverage [air.NumTags][numClasses]uint32

func class(t *air.Type) int {
	if t.Kind != air.Int {
		return 2*classWidths + int(t.Kind)
	}
	width := int(min(t.Bits, classWidths-1))
	if t.Signed {
		width += classWidths
	}
	return width
}

// add counts the instructions of a module, a comparison by the type that it compares.
func (c *coverage) add(m *air.Module) (instructions int) {
	for _, f := range m.Funcs {
		instructions += len(f.Insts)
		for i := range f.Insts {
			in := &f.Insts[i]
			t := in.Type
			if t.Kind == air.Bool && len(in.Ops) > 0 && in.Ops[0] != air.NoRef {
				t = f.TypeOf(in.Ops[0])
			}
			c[in.Tag][class(t)]++
		}
	}
	return instructions
}

func (c *coverage) merge(o *coverage) {
	for tag := range c {
		for class := range c[tag] {
			c[tag][class] += o[tag][class]
		}
	}
}

// tags returns how many tags, and how many pairs of tag and type class, were reached.
func (c *coverage) tags() (tags, pairs int) {
	for tag := range c {
		reached := 0
		for _, n := range c[tag] {
			if n > 0 {
				reached++
			}
		}
		pairs += reached
		if reached > 0 {
			tags++
		}
	}
	return tags, pairs
}
