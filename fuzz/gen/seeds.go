package gen

import (
	"fmt"
	"math"
	"math/big"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

// Seed is a case that campaigns start from.
type Seed struct {
	// Name is a family of productions and an integer type, or a tag.
	Name string
	*Case
}

// Seeds returns cases that make every tag at every width: for each family of productions and each integer type a module
// with a function for each tag, on operands at the bounds of the type; then, for the tags without a production of their
// own, generated cases until each was made. They are the same every time, and valid for good.
func Seeds() (seeds []Seed) {
	for part := range SeedParts() {
		seeds = append(seeds, SeedsOf(part)...)
	}
	return seeds
}

// SeedParts returns how many parts Seeds has, which can be made one by one.
func SeedParts() int { return len(familySeeds()) + 1 }

// SeedsOf returns the seeds of a part: one of a family, or, of the last part, those of the tags without a production of
// their own.
func SeedsOf(part int) []Seed {
	families := familySeeds()
	if part < len(families) {
		return []Seed{families[part].make()}
	}
	var s seeder
	for i := range families {
		s.note(families[i].make().Module)
	}
	scratch := New(Config{})
	for number := uint64(0); slices.Contains(s.made[:], false); number++ {
		seed := source.Case(0, 0, number)
		if tag := s.news(scratch.Case(source.New(seed)).Module); tag >= 0 {
			s.add(air.Tag(tag).String(), New(Config{}).Case(source.New(seed)))
		}
	}
	return s.seeds
}

// familySeed names the seed of a family and an integer type.
type familySeed struct {
	family *family
	typ    *air.Type
}

// familySeeds returns all of them.
func familySeeds() (list []familySeed) {
	for i := range families {
		for _, t := range bothSigns(families[i].widths) {
			list = append(list, familySeed{&families[i], t})
		}
	}
	return list
}

// make makes the seed, with a generator of its own.
func (f familySeed) make() Seed {
	s := seeder{Generator: New(Config{})}
	return Seed{f.family.name + "." + f.typ.String(), s.family(f.family, f.typ)}
}

// family is a part of the table whose tags share a seed for each type.
type family struct {
	name string
	rows func() []production
	// widths are the widths of the integer types of its seeds.
	widths []uint32
	// pairs is the number of boundPairs that a function is run on.
	pairs int
}

var families = [...]family{
	{"integer", integerRows, seedWidths, len(boundPairs)}, {"conversion", conversionRows, seedWidths, 2},
	{"float", floatRows, []uint32{64}, len(boundPairs)}, {"wide", wideRows, wideWidths[:], len(boundPairs)},
	{"vector", vectorRows, someWidths, 2}, {"scalar", scalarRows, seedWidths, 2}, {"memory", memoryRows, someWidths, 2},
	{"aggregate", aggregateRows, someWidths, 2}, {"control", controlRows, someWidths, 2},
}

// seedWidths are both sides of every register size, and odd widths between.
var seedWidths = []uint32{1, 3, 7, 8, 13, 16, 31, 32, 33, 48, 63, 64}

// someWidths are the smallest, one of a size in memory, odd ones, and the largest.
var someWidths = []uint32{1, 8, 13, 33, 64}

// bothSigns returns the integer types of some widths.
func bothSigns(widths []uint32) (types []*air.Type) {
	for _, w := range widths {
		types = append(types, air.IntType(false, w), air.IntType(true, w))
	}
	return types
}

// seeder makes seeds.
type seeder struct {
	*Generator
	made  [air.NumTags]bool
	seeds []Seed
}

// news returns a tag of a module that is in no earlier seed, or -1.
func (s *seeder) news(m *air.Module) int {
	for _, f := range m.Funcs {
		for i := range f.Insts {
			if tag := f.Insts[i].Tag; !s.made[tag] {
				return int(tag)
			}
		}
	}
	return -1
}

// add adds a seed and records its tags.
func (s *seeder) add(name string, c *Case) {
	s.note(c.Module)
	s.seeds = append(s.seeds, Seed{name, c})
}

// note records the tags of a module.
func (s *seeder) note(m *air.Module) {
	for _, f := range m.Funcs {
		for i := range f.Insts {
			s.made[f.Insts[i].Tag] = true
		}
	}
}

// seedFeatures are those that do not end a function before its result.
const seedFeatures = AllFeatures &^ (EarlyExit | Recursion | Variadic | Pressure)

// family returns the seed of a family and a type.
func (s *seeder) family(f *family, t *air.Type) *Case {
	s.s = source.New(uint64(t.Bits))
	s.reset()
	s.setFeatures(seedFeatures)
	s.seedPalette(t)
	if f.name == "control" {
		s.makeExterns()
		s.makeFunction(functionNames[1], 8, false)
		s.makeFunction(functionNames[2], 8, false)
	}
	var runs []Run
	rows := f.rows()
	for n := range rows {
		for _, tag := range rows[n].tags {
			for _, to := range targets(tag, t) {
				s.types.ints[0] = to
				if made := s.seedFunction(&rows[n], tag, t); made != nil {
					runs = append(runs, s.seedRuns(made, t, f.pairs)...)
				}
			}
		}
	}
	return &Case{Module: s.module, Runs: runs}
}

// targets returns the integer types to which the functions of a tag convert t.
func targets(tag air.Tag, t *air.Type) []*air.Type {
	switch rule := tag.Row().Rule; {
	case isWide(t):
		return []*air.Type{air.U64}
	case rule == air.TruncRule || rule == air.IntCastRule:
		return bothSigns(seedWidths)
	}
	return []*air.Type{t}
}

// seedFunction adds a function with a production, or returns nil if the production finds no operands. The choices are
// the first alternatives, with which most productions are one instruction on the parameters, or random ones if those
// make nothing.
func (s *seeder) seedFunction(p *production, tag air.Tag, t *air.Type) *air.Func {
	number := len(s.module.Funcs)
	name := fmt.Sprintf("%s_%d", tag, number)
	s.s = source.FromBytes(nil)
	for try := range uint64(maxTries) {
		if f := s.writeSeed(name, p, tag, t); f != nil {
			return f
		}
		s.s = source.New(source.Case(uint64(t.Bits), uint64(number), try))
	}
	return nil
}

// writeSeed adds a function that returns the values of a production, or returns nil if the production finds no
// operands.
func (s *seeder) writeSeed(name string, p *production, tag air.Tag, t *air.Type) *air.Func {
	w := s.writer(len(s.module.Funcs))
	w.f.Name, w.f.Type = name, s.module.Types.Fn(air.VoidType, seedParams(t)...)
	w.work, w.fuel, w.unnamed = 0, false, nil
	made := false
	w.f.Body = append(air.Body(nil), w.nested(func() {
		w.writeArguments()
		if isWide(t) {
			w.wideOfWords(t, w.scope[1], w.scope[0])
			w.wideOfWords(t, w.scope[0], w.scope[1])
		}
		first := len(w.scope)
		made = p.make(w, tag)
		result := w.together(first)
		w.f.Type = s.module.Types.Fn(result.typ, w.f.Type.Params...)
		w.end(air.Ret, 0, result.ref)
	})...)
	if !made {
		return nil
	}
	s.module.Funcs = append(s.module.Funcs, w.f)
	return w.f
}

// seedParams returns the parameters of a function about t: two of t, or words if it is wide, and one of each other
// class.
func seedParams(t *air.Type) []*air.Type {
	if isWide(t) {
		t = air.U64
	}
	return []*air.Type{t, t, air.BoolType, air.F64, air.F32, air.USize}
}

// together writes one value that holds the values in scope from a position on, and what the pointers among them point
// to.
func (w *writer) together(first int) value {
	var parts []value
	for _, v := range w.scope[first:] {
		if isPointerTo(&v, false) && v.typ.Elem.HasBits() && !hasAddress(v.typ.Elem) {
			v = value{ref: air.InstRef(w.emit(air.Inst{Tag: air.Load, Type: v.typ.Elem, Ops: w.operands(v.ref)})), typ: v.typ.Elem}
		}
		if v.typ.HasBits() && !hasAddress(v.typ) {
			parts = append(parts, v)
		}
	}
	switch len(parts) {
	case 0:
		return w.fixed(air.VoidConst)
	case 1:
		return parts[0]
	}
	types, refs := make([]*air.Type, len(parts)), make([]air.Ref, len(parts))
	for i, v := range parts {
		types[i], refs[i] = v.typ, v.ref
	}
	return w.value(air.AggregateInit, w.module.Types.Tuple(types...), refs...)
}

// boundPairs are pairs of operands, by their positions in bounds.
var boundPairs = [...][2]int{{0, 0}, {1, 1}, {0, 1}, {1, 0}, {1, 2}, {4, 3}, {2, 4}, {5, 4}, {3, 5}}

// bounds returns the least and largest number of a type, their neighbours, 1 and 0.
func bounds(t *air.Type) [6]uint64 {
	least := uint64(0)
	if t.Signed {
		least = 1 << (t.Bits - 1)
	}
	return [...]uint64{least, least - 1, least + 1, least - 2, 1, 0}
}

// seedRuns returns runs of a function with the parameters of seedParams.
func (s *seeder) seedRuns(f *air.Func, t *air.Type, pairs int) []Run {
	if isWide(t) {
		t = air.U64
	}
	of := bounds(t)
	runs := make([]Run, pairs)
	for i := range runs {
		at := boundPairs[len(boundPairs)-pairs:][i]
		a, b := s.intValue(t, Extend(t, of[at[0]])), s.intValue(t, Extend(t, of[at[1]]))
		edge := floatEdges[(i*5+int(t.Bits))%len(floatEdges)]
		runs[i] = Run{Func: f.Name, Args: []*air.Value{a, b, s.intValue(air.BoolType, int64(i&1)), s.floatValue(air.F64, edge),
			s.floatValue(air.F32, math.Copysign(edge, -1)), s.intValue(air.USize, a.Int)}}
	}
	return runs
}

// seedPalette makes a palette of t and of types that contain it.
func (g *Generator) seedPalette(t *air.Type) {
	p, tt := &g.types, g.module.Types
	*p = palette{ints: []*air.Type{t, air.USize}}
	if isWide(t) {
		p.ints, p.wides = []*air.Type{air.U64, air.USize}, []*air.Type{t}
	}
	g.makeErrorSet()
	open, closed := g.seedEnum(p.ints[0], false), g.seedEnum(p.ints[0], true)
	p.enums = []*air.Type{open, closed}
	p.scalars = append(append(p.scalars, p.ints...), air.BoolType, air.F64, air.F32, open, closed)
	plain := tt.Define(typeName("S", len(tt.Named())), air.Struct)
	plain.Fields = []air.Field{{Name: "a", Type: air.U8}, {Name: "b", Type: t}, {Name: "c", Type: air.BoolType}, {Name: "d", Type: t}}
	p.plain = append(append([]*air.Type{t}, p.scalars...), tt.Array(3, t), plain, tt.Tuple(t, air.U16), tt.Optional(t), p.errorSet,
		tt.ErrorUnion(p.errorSet, t), g.unionOf(t, air.U16), tt.Vector(2, air.F64), tt.Vector(3, air.F32))
	if !isWide(t) {
		p.plain = append(p.plain, tt.Vector(4, t))
	}
	if t.Bits < wordBits {
		p.plain = append(p.plain, g.packedOf(air.IntType(false, min(wordBits-t.Bits, 5)), t))
	}
	p.addresses = []*air.Type{tt.Pointer(t), tt.Slice(t)}
}

// seedEnum defines an enum with the bounds of its tag type as members.
func (g *Generator) seedEnum(tag *air.Type, exhaustive bool) *air.Type {
	t := g.module.Types.Define(typeName("E", len(g.module.Types.Named())), air.Enum)
	t.Elem, t.Exhaustive = tag, exhaustive
	for _, v := range bounds(tag) {
		if n := g.intValue(tag, Extend(tag, v)).BigInt(); !hasMember(t, n) && len(t.Members) < len(memberNames) {
			t.Members = append(t.Members, air.EnumMember{Name: memberNames[len(t.Members)], Value: new(big.Int).Set(n)})
		}
	}
	return t
}
