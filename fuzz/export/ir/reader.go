package ir

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// reader takes a line of LLVM IR apart. It reads what package llvm writes, no more.
type reader struct {
	text string
	err  error
}

func (r *reader) fail(what string) {
	if r.err == nil {
		r.err = fmt.Errorf("%s in %.120q", what, r.text)
	}
}

func (r *reader) space() { r.text = strings.TrimLeft(r.text, " ") }

// take reads a literal text, if it is next.
func (r *reader) take(literal string) bool {
	r.space()
	rest, ok := strings.CutPrefix(r.text, literal)
	if ok {
		r.text = rest
	}
	return ok
}

// takeWord reads a word, if it is next.
func (r *reader) takeWord(word string) bool {
	r.space()
	rest, ok := strings.CutPrefix(r.text, word)
	if !ok || rest != "" && isWord(rest[0]) {
		return false
	}
	r.text = rest
	return true
}

// takeAny reads words as long as they are among some.
func (r *reader) takeAny(words ...string) (found map[string]bool) {
	found = map[string]bool{}
	for again := true; again; {
		again = false
		for _, w := range words {
			if r.takeWord(w) {
				found[w], again = true, true
			}
		}
	}
	return found
}

func (r *reader) expect(literal string) {
	if !r.take(literal) {
		r.fail("no " + literal)
	}
}

func isWord(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_' || b == '.' || b == '-'
}

// word reads letters, digits and points.
func (r *reader) word() string {
	r.space()
	n := 0
	for n < len(r.text) && isWord(r.text[n]) {
		n++
	}
	w := r.text[:n]
	r.text = r.text[n:]
	return w
}

func (r *reader) number() int {
	n, err := strconv.Atoi(r.word())
	if err != nil {
		r.fail("no number")
	}
	return n
}

// name reads a name behind its sigil, % or @.
func (r *reader) name() string {
	if !r.take(`"`) {
		return r.word()
	}
	end := strings.IndexByte(r.text, '"')
	if end < 0 {
		r.fail("no end of a name")
		return ""
	}
	n := r.text[:end]
	r.text = r.text[end+1:]
	return n
}

var typeWords = map[string]Type{"half": {Float, 16, 0}, "float": {Float, 32, 0}, "double": {Float, 64, 0}, "fp128": {Float, 128, 0},
	"ptr": Address, "void": {Void, 0, 0}}

// typ reads a type.
func (r *reader) typ() Type {
	if r.take("<") {
		n := r.number()
		r.expect("x")
		lane := r.typ()
		r.expect(">")
		return Type{lane.Kind, lane.Bits, n}
	}
	w := r.word()
	if t, ok := typeWords[w]; ok {
		return t
	}
	n, err := strconv.Atoi(strings.TrimPrefix(w, "i"))
	if err != nil || w[0] != 'i' {
		r.fail("no type")
	}
	return Int(n)
}

// pair reads a type, or the types of the two parts of a pair.
func (r *reader) pair() (first, second Type) {
	if !r.take("{") {
		return r.typ(), Type{}
	}
	first = r.typ()
	r.expect(",")
	second = r.typ()
	r.expect("}")
	return first, second
}

// extension reads an attribute of an argument, parameter or result.
func (r *reader) extension() Extension {
	switch {
	case r.takeWord("signext"):
		return Sign
	case r.takeWord("zeroext"):
		return Zero
	}
	return 0
}

// operand reads an operand of a type.
func (r *reader) operand(t Type) Operand {
	switch {
	case r.take("%"):
		return Operand{Type: t, Name: r.name()}
	case r.take("@"):
		return Operand{Type: t, Symbol: r.name()}
	case r.takeWord("undef"), r.takeWord("null"), r.takeWord("zeroinitializer"), r.takeWord("false"):
		return Operand{Type: t}
	case r.takeWord("true"):
		return Number(t, 1)
	case r.takeWord("getelementptr"):
		r.expect("(i8, ptr @")
		o := Operand{Type: t, Symbol: r.name()}
		r.expect(", i64")
		o.Number = big.NewInt(int64(r.number()))
		r.expect(")")
		return o
	case r.takeWord("inttoptr"), r.takeWord("bitcast"):
		r.expect("(")
		from := r.typ()
		pattern := r.operand(from)
		r.expect("to")
		r.typ()
		r.expect(")")
		return Constant(t, pattern.Value())
	case r.take("<"):
		return r.lanes(t)
	}
	x, ok := new(big.Int).SetString(r.word(), 10)
	if !ok {
		r.fail("no operand")
		return Operand{Type: t}
	}
	return Constant(t, x)
}

// lanes reads the rest of a vector constant.
func (r *reader) lanes(t Type) Operand {
	o := Operand{Type: t}
	for !r.take(">") && r.err == nil {
		_, v := r.typed()
		o.Lanes = append(o.Lanes, v)
		r.take(",")
	}
	if len(o.Lanes) != t.Lanes {
		r.fail(fmt.Sprintf("%d lanes of %s", len(o.Lanes), t))
	}
	return o
}

// typed reads a type and an operand of it, and the attributes between them.
func (r *reader) typed() (Type, Operand) {
	t := r.typ()
	extension, align := r.extension(), 0
	r.takeWord("immarg")
	if r.takeWord("align") {
		align = r.number()
	}
	o := r.operand(t)
	o.Align, o.Extension = align, extension
	return t, o
}

// two reads a type and two operands of it.
func (r *reader) two() (t Type, args []Operand) {
	t = r.typ()
	x := r.operand(t)
	r.expect(",")
	return t, []Operand{x, r.operand(t)}
}
