package calls

import (
	"fmt"
	"slices"
	"strings"
)

// Known is a type that a compiler passes otherwise than the psABI says, or otherwise than another compiler.
type Known struct {
	Compilers string // the beginnings of their names, separated by commas
	Text      string
	// Follows says whom this project follows.
	Follows string
	// Example is a signature that shows it.
	Example *Signature
	matches func(*Type) bool
}

// String describes the difference: who, what, whom this project follows.
func (k *Known) String() string {
	return fmt.Sprintf("%s: %s; we follow %s", k.Compilers, k.Text, k.Follows)
}

// KnownDifferences are those that Run avoids: signatures with such types are not tried with these compilers.
var KnownDifferences = []*Known{
	{
		Compilers: "gcc-",
		Text:      "a struct with an array of no elements or of empty ones, or an empty union, beside its floats is passed as one without floats",
		Follows:   "the psABI, which ignores such members, and clang",
		Example: takes(&Type{Kind: Struct, Fields: []Field{{Type: &Type{Kind: Array, Elem: &Type{Kind: Int, Bits: 32}}},
			{Type: &Type{Kind: Float, Bits: 32}}, {Type: &Type{Kind: Float, Bits: 32}}}}),
		matches: func(t *Type) bool { return t.Has(hasFloat) && t.Has(isEmptyMember) },
	},
	{
		Compilers: "gcc-",
		Text:      "an empty argument aligned to 16 bytes or more aligns the next stack slot, though it is not passed",
		Follows:   "the psABI, which ignores empty structs and unions, and clang",
		Example: takes(append(slices.Repeat([]*Type{{Kind: Int, Bits: 32}}, 9),
			&Type{Kind: Struct, Fields: []Field{{Align: 32, Type: &Type{Kind: Struct}}}}, &Type{Kind: Int, Bits: 32})...),
		matches: func(t *Type) bool { return t.Kind != Void && t.IsEmpty() && t.align() >= 16 },
	},
	{
		Compilers: "clang-",
		Text:      "a float behind a bit-field that is narrower than its type is read from the upper half of the integer register",
		Follows:   "the psABI and gcc",
		Example: takes(&Type{Kind: Struct, Fields: []Field{{Type: &Type{Kind: BitFields, Bits: 64, Signed: true, Widths: []int{32}}},
			{Type: &Type{Kind: Float, Bits: 32}}}}),
		matches: func(t *Type) bool {
			return t.Has(hasFloat) && t.Has(func(t *Type) bool { return t.Kind == BitFields && t.Widths[0] < t.Bits })
		},
	},
	{
		Compilers: "clang-19",
		Text:      "an unsigned _BitInt of 17 to 31 bits is passed and returned sign-extended from its own highest bit",
		Follows:   "gcc, whose callees rely on the extension, and clang 23",
		Example:   takes(&Type{Kind: Int, Bits: 31}),
		matches:   func(t *Type) bool { return isOdd(t) && !t.Signed && t.Bits > 16 && t.Bits < 32 },
	},
	{
		Compilers: "clang-",
		Text:      "a callee stores a float behind a _BitInt that does not fill its bytes at a wrong offset",
		Follows:   "the psABI, gcc and clang's own callers",
		Example:   takes(&Type{Kind: Struct, Fields: []Field{{Type: &Type{Kind: Int, Bits: 24}}, {Type: &Type{Kind: Float, Bits: 16}}}}),
		matches:   func(t *Type) bool { return t.Has(hasFloat) && t.Has(isOdd) },
	},
}

func hasFloat(t *Type) bool { return t.Kind == Float }

func isEmptyMember(t *Type) bool { return (t.Kind == Array || t.Kind == Union) && t.IsEmpty() }

func takes(types ...*Type) *Signature { return &Signature{Result: &Type{}, Params: types} }

// Agrees reports whether the compiler has the types of a signature, and no known difference in passing them.
func (c *Compiler) Agrees(s *Signature) bool { return c.Compiles(s) && c.known(s) == nil }

// known returns the known difference that a signature shows with a compiler, or nil.
func (c *Compiler) known(s *Signature) *Known {
	for _, k := range KnownDifferences {
		if k.concerns(c) && slices.ContainsFunc(append(s.arguments(), s.Result), k.matches) {
			return k
		}
	}
	return nil
}

func (k *Known) concerns(c *Compiler) bool {
	return slices.ContainsFunc(strings.Split(k.Compilers, ","), func(prefix string) bool { return strings.HasPrefix(c.Name, prefix) })
}
