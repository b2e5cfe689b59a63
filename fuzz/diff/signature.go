package diff

import (
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Signature describes a finding: what was seen at the first place where the two executions differ, never a stack or an
// address. Findings of one defect have one Bucket.
type Signature struct {
	// Oracle is the one that found it: encode, value, state or self.
	Oracle string
	// Kind is what it found: result, global, ending, calls or steps; a broken rule of the machine; panic, compile,
	// parse, print, layout, unequal-bytes, image or hang; word or target.
	Kind string
	// Tag is the AIR tag at the first divergence, with the class and width of its type: "shr.i7". Empty where unknown.
	Tag string
	// Site is the part of the code generator that emitted it: "arith.shr".
	Site string
	// Slot is where the value was, "register" or "memory", or "control" where the two went different ways; of a word,
	// the format of its encoding, and of one that the target lacks, the extension that has it. Empty where unknown.
	Slot string
}

// String returns the signature as corpus entries write it: its parts with slashes between, "-" for an empty one.
func (s Signature) String() string { return joined(s.Oracle, s.Kind, s.Tag, s.Site, s.Slot) }

// Bucket returns the name under which findings of one defect are counted: "wrong-value/shr/shift.shr". It is the kind
// of defect, the AIR tag and the site, without what one defect shows in many variants: the class of the type, whether
// the tag is the checked or the optimized one of its operation, where the value was, and, where a wrong value was
// traced to the instruction that made it, whether it came to light in a result, a global, a branch or a broken rule. Of
// a wrong word it is what is wrong with it, whatever emits it. Campaigns keep one finding of each bucket.
func (s Signature) Bucket() string {
	tag, _, _ := strings.Cut(s.Tag, ".")
	kind := s.Oracle + "-" + s.Kind
	switch {
	case s.Oracle == "encode" && s.Slot != "":
		return joined(kind, s.Slot, "") // whichever lowering emits such words
	case tag != "" && (s.Slot != "" || s.Oracle == "value" || s.Kind == notCanonical):
		kind = "wrong-value"
	case strings.HasSuffix(s.Kind, "-access") || strings.HasSuffix(s.Kind, "-misaligned") || s.Kind == "undefined-address":
		kind = s.Oracle + "-address" // which rule a wrong address breaks depends on what is there
	}
	return joined(kind, Operation(tag), Operation(s.Site))
}

// Operation returns a tag or site without the endings of its checked and optimized variants, which have one lowering.
func Operation(name string) string {
	return strings.TrimSuffix(strings.TrimSuffix(name, "_safe"), "_optimized")
}

// joined returns parts with slashes between, "-" for an empty one.
func joined(parts ...string) string {
	for i, p := range parts {
		if p == "" {
			parts[i] = "-"
		}
	}
	return strings.Join(parts, "/")
}

// ParseSignature parses what String writes.
func ParseSignature(text string) (Signature, error) {
	parts := strings.Split(text, "/")
	if len(parts) != 5 {
		return Signature{}, fmt.Errorf("diff: signature %.60q has %d parts, not 5", text, len(parts))
	}
	for i, p := range parts {
		if p == "-" {
			parts[i] = ""
		}
	}
	return Signature{parts[0], parts[1], parts[2], parts[3], parts[4]}, nil
}

// tagText returns an instruction as signatures name it: its tag and the class of the type that it works on, which for a
// comparison is that of its operand.
func tagText(f *air.Func, i air.Index) string {
	in := &f.Insts[i]
	t := in.Type
	if (t.Kind == air.Bool || t.Kind == air.Void || t.Kind == air.NoReturn) && len(in.Ops) > 0 && in.Ops[0] != air.NoRef {
		t = f.TypeOf(in.Ops[len(in.Ops)-1])
	}
	return in.Tag.String() + "." + Class(t)
}

// Class returns the family of a type and its width: "i7", "bool", "ptr", "optional.u32", "struct".
func Class(t *air.Type) string {
	switch t.Kind {
	case air.Int:
		if t.Signed {
			return fmt.Sprintf("i%d", t.Bits)
		}
		return fmt.Sprintf("u%d", t.Bits)
	case air.Float:
		return fmt.Sprintf("f%d", t.Bits)
	case air.Enum:
		return "enum." + Class(t.Elem)
	case air.Pointer:
		if t.IsSlice() {
			return "slice"
		}
		return "ptr"
	case air.Optional:
		return "optional." + Class(t.Elem)
	case air.ErrorUnion:
		return "error_union." + Class(t.Elem)
	case air.Struct:
		if t.IsPacked() {
			return fmt.Sprintf("packed.u%d", t.Elem.Bits)
		}
	}
	return className[t.Kind]
}

var className = [...]string{
	air.Void: "void", air.NoReturn: "noreturn", air.Bool: "bool", air.Array: "array", air.Vector: "vector",
	air.ErrorSet: "error_set", air.Struct: "struct", air.Union: "union", air.Fn: "fn", air.Opaque: "opaque",
}
