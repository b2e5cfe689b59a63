package calls

import (
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

// Signature is the type of a function, with the types of the unnamed arguments of a call if it is variadic.
type Signature struct {
	Result          *Type
	Params, Unnamed []*Type
	IsVariadic      bool
}

// arguments returns the types of all arguments of a call.
func (s *Signature) arguments() []*Type { return slices.Concat(s.Params, s.Unnamed) }

// Has reports whether a type of the signature, or a part of one, satisfies a condition.
func (s *Signature) Has(is func(*Type) bool) bool {
	return s.Result.Has(is) || slices.ContainsFunc(s.arguments(), func(t *Type) bool { return t.Has(is) })
}

// String returns the signature in C, with the unnamed arguments in place of the ellipsis.
func (s *Signature) String() string {
	var list []string
	for _, t := range s.Params {
		list = append(list, t.String())
	}
	if s.IsVariadic {
		list = append(list, "...")
	}
	for _, t := range s.Unnamed {
		list = append(list, t.String())
	}
	return s.Result.String() + " (" + strings.Join(list, ", ") + ")"
}

// air returns the type of the function in AIR, and those of the unnamed arguments.
func (s *Signature) air(a *airTypes) (fn *air.Type, unnamed []*air.Type) {
	t := air.Type{Elem: a.of(s.Result), CallC: true, VarArgs: s.IsVariadic}
	for _, p := range s.Params {
		t.Params = append(t.Params, a.of(p))
	}
	for _, p := range s.Unnamed {
		unnamed = append(unnamed, a.of(p))
	}
	return a.table.FnOf(t), unnamed
}

// Draw returns a signature: mostly of a few parameters, sometimes of twenty.
func Draw(s *source.Source) *Signature {
	g := drawer{Source: s, hasHalf: s.Chance(1, 3), hasOdd: s.Chance(1, 4)}
	n := s.Between(0, 5)
	if s.Chance(1, 3) {
		n = s.Between(6, 20)
	}
	made := &Signature{Result: &Type{}}
	if s.Chance(7, 8) {
		made.Result = g.value()
	}
	for range n {
		made.Params = append(made.Params, g.value())
	}
	if n > 0 && s.Chance(1, 4) {
		made.IsVariadic = true
		made.Params[n-1] = promoted(made.Params[n-1]) // C leaves va_start after others undefined
		for range s.Between(0, 8) {
			if t := promoted(g.value()); !t.IsEmpty() {
				made.Unnamed = append(made.Unnamed, t)
			}
		}
	}
	return made
}

// promoted returns a type that the default argument promotions of C leave as it is.
func promoted(t *Type) *Type {
	switch {
	case t.Kind == Bool, t.Kind == Int && t.Bits < 32:
		return &Type{Kind: Int, Bits: 32, Signed: true}
	case t.Kind == Float && t.Bits == 32:
		return &Type{Kind: Float, Bits: 64}
	}
	return t
}

// drawer draws types. Those that not all compilers have are in some signatures only.
type drawer struct {
	*source.Source
	hasHalf, hasOdd bool
}

// value draws the type of a parameter or result.
func (g drawer) value() *Type {
	if g.Chance(1, 2) {
		return g.aggregate(0)
	}
	return g.scalar()
}

// commonScalars are drawn most: the widths of registers and their parts.
var commonScalars = []Type{
	{Kind: Int, Bits: 32, Signed: true}, {Kind: Float, Bits: 32}, {Kind: Float, Bits: 64}, {Kind: Int, Bits: 64}, {Kind: Float, Bits: 16},
	{Kind: Int, Bits: 8}, {Kind: Int, Bits: 8, Signed: true}, {Kind: Int, Bits: 16}, {Kind: Int, Bits: 16, Signed: true},
	{Kind: Int, Bits: 32}, {Kind: Int, Bits: 64, Signed: true}, {Kind: Bool}, {Kind: Pointer},
}

// rareScalars are wider than a register, or of odd widths.
var rareScalars = []Type{
	{Kind: Int, Bits: 128, Signed: true}, {Kind: Int, Bits: 128}, {Kind: Float, Bits: 128}, {Kind: Int, Bits: 24}, {Kind: Int, Bits: 7, Signed: true},
	{Kind: Int, Bits: 33}, {Kind: Int, Bits: 47, Signed: true}, {Kind: Int, Bits: 31},
}

func (g drawer) scalar() *Type {
	list := commonScalars
	if g.Chance(1, 8) {
		list = rareScalars
	}
	t := list[g.Intn(len(list))]
	switch {
	case isHalf(&t) && !g.hasHalf:
		t.Bits = 32
	case isOdd(&t) && !g.hasOdd:
		t.Bits = 64
	}
	return &t
}

// maxDepth is how deep structs are nested.
const maxDepth = 3

// aggregate draws a struct, now and then a union. Small ones, which travel in registers, are drawn most.
func (g drawer) aggregate(depth int) *Type {
	t := &Type{Kind: Struct}
	if g.Chance(1, 10) {
		t.Kind = Union
	}
	n := g.Between(1, 3)
	switch {
	case g.Chance(1, 24):
		n = 0
	case g.Chance(1, 8):
		n = g.Between(4, 8)
	}
	if g.Chance(1, 2) {
		n = min(n, 2)
	}
	for i := range n {
		f := Field{Type: g.member(depth + 1)}
		switch {
		case i == 0 && t.Kind == Struct && g.Chance(1, 12):
			f.Type = g.bitFields() // behind others, C puts them into the padding
		case g.Chance(1, 24):
			f.Align = max(8<<g.Intn(3), f.Type.align())
		}
		t.Fields = append(t.Fields, f)
	}
	if t.Has(isPieced) && t.Has(func(t *Type) bool { return t.Kind == Float }) {
		t.Fields[0] = Field{Type: g.scalar()}
		return t.without(isPieced, g.scalar)
	}
	return t
}

// isPieced reports whether a type is of several bit-fields. Beside a float each of them counts for the convention, where
// AIR has one integer.
func isPieced(t *Type) bool { return t.Kind == BitFields && len(t.Widths) > 1 }

// without returns a type whose parts of a kind are replaced.
func (t *Type) without(is func(*Type) bool, other func() *Type) *Type {
	if is(t) {
		return other()
	}
	c := *t
	if t.Elem != nil {
		c.Elem = t.Elem.without(is, other)
	}
	c.Fields = slices.Clone(t.Fields)
	for i := range c.Fields {
		c.Fields[i].Type = t.Fields[i].Type.without(is, other)
	}
	return &c
}

// member draws the type of a member.
func (g drawer) member(depth int) *Type {
	switch {
	case depth >= maxDepth || g.Chance(5, 8):
		return g.scalar()
	case g.Chance(1, 8):
		return &Type{Kind: Struct}
	case g.Chance(1, 2):
		return &Type{Kind: Array, Len: g.Intn(4), Elem: g.member(depth + 1)}
	}
	return g.aggregate(depth)
}

// bitFields draws bit-fields that fill an integer, or one that fills half of it.
func (g drawer) bitFields() *Type {
	t := &Type{Kind: BitFields, Bits: 8 << g.Intn(4), Signed: g.Bool()}
	switch {
	case g.Chance(1, 4):
		t.Widths = []int{t.Bits}
	case g.Chance(1, 4) && t.Bits > 8:
		t.Widths = []int{t.Bits / 2}
	default:
		for left := t.Bits; left > 0; left -= t.Widths[len(t.Widths)-1] {
			t.Widths = append(t.Widths, g.Between(1, left))
		}
	}
	return t
}
