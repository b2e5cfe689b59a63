package c

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// reader takes the text of one instruction of LLVM IR apart. It reads what package llvm writes, no more.
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

// typ is a scalar type: an integer with its width, a float with its width, an address, or nothing.
type typ struct {
	kind byte // 'i', 'f', 'p' or 'v'
	bits int
}

var typeWords = map[string]typ{"half": {'f', 16}, "float": {'f', 32}, "double": {'f', 64}, "fp128": {'f', 128}, "ptr": {'p', 64}, "void": {'v', 0}}

// typ reads a type. Vectors fail.
func (r *reader) typ() typ {
	r.space()
	if strings.HasPrefix(r.text, "<") {
		r.fail("a vector")
		return typ{}
	}
	w := r.word()
	if t, ok := typeWords[w]; ok {
		return t
	}
	n, err := strconv.Atoi(strings.TrimPrefix(w, "i"))
	if err != nil || w == "" || w[0] != 'i' {
		r.fail("no type")
	}
	return typ{'i', n}
}

// name reads a name behind its sigil, % or @, and returns it as C spells it.
func (r *reader) name() string {
	if r.take(`"`) {
		end := strings.IndexByte(r.text, '"')
		if end < 0 {
			r.fail("no end of a name")
			return ""
		}
		n := r.text[:end]
		r.text = r.text[end+1:]
		return identifier(n)
	}
	return identifier(r.word())
}

// identifier returns a name with everything that C does not allow spelled out.
func identifier(name string) string {
	var s strings.Builder
	for i := range len(name) {
		if b := name[i]; isWord(b) && b != '-' && b != '.' {
			s.WriteByte(b)
		} else if b == '.' {
			s.WriteString("__")
		} else {
			fmt.Fprintf(&s, "_x%02x", b)
		}
	}
	return s.String()
}

// value reads an operand of a type and returns it as an expression.
func (r *reader) value(d Dialect, t typ) string {
	switch {
	case r.take("%"):
		return "v_" + r.name()
	case r.take("@"):
		return "((char *)&" + r.name() + ")"
	case r.takeWord("undef"), r.takeWord("null"), r.takeWord("zeroinitializer"), r.takeWord("false"):
		return zero(t)
	case r.takeWord("true"):
		return "1"
	case r.takeWord("inttoptr"):
		r.expect("(i64")
		x := r.word()
		r.expect("to ptr)")
		return "((char *)" + number(d, typ{'i', 64}, x) + ")"
	case r.takeWord("getelementptr"):
		r.expect("(i8, ptr @")
		name := r.name()
		r.expect(", i64")
		offset := r.word()
		r.expect(")")
		return fmt.Sprintf("((char *)&%s + %s)", name, offset)
	case r.takeWord("bitcast"):
		r.expect("(")
		from := r.typ()
		x := r.value(d, from)
		r.expect("to")
		to := r.typ()
		r.expect(")")
		return d.reinterpret(from, to, x)
	case r.take("<"):
		r.fail("a vector")
		return ""
	}
	return number(d, t, r.word())
}

func zero(t typ) string {
	if t.kind == 'p' {
		return "((char *)0)"
	}
	return "0"
}

// number returns an integer constant as an expression of its type: the bits of the width, unsigned.
func number(d Dialect, t typ, text string) string {
	x, ok := new(big.Int).SetString(text, 10)
	if !ok {
		return "?" + text
	}
	x.And(x, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(t.bits)), big.NewInt(1)))
	return d.constant(t.bits, x)
}
