package air

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// maxDigits bounds the spelling of an integer: 65535 bits have under 20000 digits.
const maxDigits = 20000

// wide consumes an integer, decimal or hexadecimal.
func (p *parser) wide() wideInt {
	offset := p.tok.offset
	text := p.take(numberToken, "an integer")
	if p.err != nil {
		return wideInt{}
	}
	digits, base := numberBase(text)
	if n, err := strconv.ParseInt(digits, base, 64); err == nil {
		return wideInt{small: n}
	}
	n, ok := new(big.Int).SetString(digits, base)
	if !ok || len(digits) > maxDigits {
		p.fail(offset, "%s is not an integer", text)
		return wideInt{}
	}
	return wideInt{large: n}
}

func (p *parser) integer(t *Type) *Value {
	offset := p.tok.offset
	w := p.wide()
	v := NewInt(t, w.small)
	switch {
	case w.large != nil:
		v = NewBig(t, w.large)
	case w.small < 0 && !v.isSigned() && t.defined():
		p.fail(offset, "%s has no negative values", t)
	}
	return v
}

// literal reads a value of a type. It never returns nil.
func (p *parser) literal(t *Type) *Value {
	p.enter(&p.depth, maxDepth)
	defer func() { p.depth-- }()
	if t.IsSlice() {
		return p.slice(t)
	}
	switch {
	case p.accept("undefined"):
		return NewUndef(t)
	case t.Kind == Optional, t.Kind == ErrorUnion:
		return p.wrapped(t)
	case p.accept("null"):
		return &Value{Type: t, Kind: NullValue}
	case p.accept("{"):
		p.expect("}")
		return &Value{Type: t, Kind: VoidValue}
	case p.tok.kind == numberToken && t.isNumber():
		return p.integer(t)
	}
	switch t.Kind {
	case Bool:
		return p.boolean()
	case Float:
		return p.float(t)
	case ErrorSet:
		return NewInt(t, p.errorCode(t))
	case Enum:
		return p.member(t)
	case Pointer, Fn:
		return p.address(t)
	case Array, Vector, Struct:
		return p.aggregate(t)
	case Union:
		return p.union(t)
	}
	p.unexpected("a value of " + cut(t.String()))
	return NewUndef(t)
}

// isNumber reports whether values of t may be written as integers.
func (t *Type) isNumber() bool {
	switch t.Kind {
	case Int, Enum, Pointer:
		return true
	}
	return t.IsPacked() || !t.defined()
}

func (p *parser) boolean() *Value {
	v := p.is("true")
	if !v && !p.is("false") {
		p.unexpected("true or false")
	}
	p.next()
	return NewBool(v)
}

// canonicalNaN are the bits of the NaN that the word nan means, by width: a quiet one without a payload.
var canonicalNaN = map[uint16]int64{16: 0x7e00, 32: 0x7fc0_0000, 64: 0x7ff8_0000_0000_0000}

// float consumes a decimal number, nan, or 0x and the bits.
func (p *parser) float(t *Type) *Value {
	offset, text := p.tok.offset, p.tok.text
	if p.is("inf") {
		p.tok.kind = numberToken
	}
	if strings.HasPrefix(text, "0x") {
		return p.integer(t)
	}
	if bits, ok := canonicalNaN[uint16(t.Bits)]; ok && p.is("nan") {
		p.next()
		return NewInt(t, bits)
	}
	text = p.take(numberToken, "a number")
	x, err := strconv.ParseFloat(text, int(t.Bits))
	switch {
	case p.err != nil:
	case t.Bits == 32 && err == nil:
		return NewInt(t, int64(math.Float32bits(float32(x))))
	case t.Bits == 64 && err == nil:
		return NewInt(t, int64(math.Float64bits(x)))
	case t.Bits == 32 || t.Bits == 64:
		p.fail(offset, "%s is not a number that %s holds", text, t)
	default:
		p.fail(offset, "values of %s are written by their bits, as 0x...", t)
	}
	return NewUndef(t)
}

// errorCode consumes error.Name or error(number).
func (p *parser) errorCode(set *Type) int64 {
	offset := p.tok.offset
	word := p.take(wordToken, "an error")
	name, isName := strings.CutPrefix(word, "error.")
	switch {
	case isName:
	case word != "error":
		p.fail(offset, "expected an error, found %q", word)
		return 0
	case p.accept("("):
		code := p.unsigned(16)
		p.expect(")")
		return int64(code)
	default:
		p.expect(".")
		name = p.name("an error")
	}
	for _, e := range set.Errors {
		if e.Name == name {
			return int64(e.Value)
		}
	}
	if value := p.m.errorValue(name); value != 0 && set == AnyError {
		return int64(value)
	}
	p.fail(offset, "%s has no error %s", set, quoteName(name))
	return 0
}

func (p *parser) member(t *Type) *Value {
	offset := p.tok.offset
	p.expect(".")
	name := p.name("a member")
	if i := t.member(name); i >= 0 {
		return NewBig(t, t.Members[i].Value)
	}
	p.fail(offset, "%s has no member %s", t, quoteName(name))
	return NewUndef(t)
}

// wrapped reads a value of an optional or error union: null, an error, some(payload) or the bare payload.
func (p *parser) wrapped(t *Type) *Value {
	switch {
	case t.Kind == Optional && p.accept("null"):
		return &Value{Type: t, Kind: NullValue}
	case t.Kind == ErrorUnion && p.tok.kind == wordToken && firstWord(p.tok.text) == "error":
		return &Value{Type: t, Kind: ErrorValue, Int: p.errorCode(t.ErrorSet)}
	}
	explicit := p.accept("some")
	if explicit {
		p.expect("(")
	}
	payload := p.literal(t.Elem)
	if explicit {
		p.expect(")")
	}
	return &Value{Type: t, Kind: PayloadValue, Elems: []*Value{payload}}
}

// address reads @symbol, @symbol+8 or @symbol-8.
func (p *parser) address(t *Type) *Value {
	v := &Value{Type: t, Kind: SymbolValue, Symbol: p.symbol()}
	if p.accept("+") || p.tok.kind == numberToken {
		v.Offset = p.wide().small
	}
	return v
}

// slice reads pointer[0..length], or undefined.
func (p *parser) slice(t *Type) *Value {
	many := *t
	many.PointerSize = Many
	pointer := p.literal(p.m.Types.PointerTo(many))
	if pointer.Kind == Undef && !p.is("[") {
		return NewUndef(t)
	}
	p.expect("[")
	if p.unsigned(1) != 0 {
		p.unexpected(`"0"`)
	}
	p.expect("..")
	length := p.literal(USize)
	p.expect("]")
	return &Value{Type: t, Kind: SliceValue, Elems: []*Value{pointer, length}}
}

// maxElems bounds the elements of a literal, runs included.
const maxElems = 1 << 20

// aggregate reads "bytes" or .{ ... }: named fields for structs, positions for all others.
func (p *parser) aggregate(t *Type) *Value {
	if p.tok.kind == stringToken {
		return &Value{Type: t, Kind: BytesValue, Bytes: []byte(p.take(stringToken, ""))}
	}
	p.expect(".")
	p.expect("{")
	v := &Value{Type: t, Kind: AggregateValue}
	p.list("}", func() {
		if t.Kind == Struct {
			p.fieldValue(v)
			return
		}
		offset := p.tok.offset
		elem := p.literal(t.Elem)
		n := uint64(1)
		if p.accept("*") {
			p.expect("*")
			n = p.unsigned(32)
		}
		if uint64(len(v.Elems))+n > maxElems {
			p.fail(offset, "more than %d elements", maxElems)
			return
		}
		for range n {
			v.Elems = append(v.Elems, elem)
		}
	})
	return v
}

// fieldValue reads the next field of a struct: its value, after its name unless the struct is a tuple.
func (p *parser) fieldValue(v *Value) {
	t, i := v.Type, len(v.Elems)
	if i >= len(t.Fields) {
		p.fail(p.tok.offset, "%s has %d fields", t, len(t.Fields))
		return
	}
	if !t.Tuple {
		offset := p.tok.offset
		p.expect(".")
		if name := p.name("a field"); name != t.Fields[i].Name && p.err == nil {
			p.fail(offset, "expected field .%s of %s, found .%s", quoteName(t.Fields[i].Name), t, quoteName(name))
		}
		p.expect("=")
	}
	v.Elems = append(v.Elems, p.literal(t.Fields[i].Type))
}

func (p *parser) union(t *Type) *Value {
	p.expect(".")
	p.expect("{")
	p.expect(".")
	offset := p.tok.offset
	field := t.Field(p.name("a field"))
	if field < 0 {
		p.fail(offset, "%s has no such field", t)
		return NewUndef(t)
	}
	p.expect("=")
	payload := p.literal(t.Fields[field].Type)
	p.expect("}")
	return &Value{Type: t, Kind: UnionValue, Field: field, Elems: []*Value{payload}}
}

// ParseLiteral reads a value of type t, as Value.Literal spells it, from the start of text, and returns it with the
// text that follows. t must be a type of m. The error is a *SyntaxError without file.
//
//	v, rest, err := m.ParseLiteral(air.U8, "12, 13")   // 12 and ", 13"
func (m *Module) ParseLiteral(t *Type, text string) (v *Value, rest string, err error) {
	p := parser{lexer: lexer{src: text}, m: m}
	p.next()
	v = p.literal(t)
	if p.err != nil {
		return nil, "", p.err
	}
	return v, text[p.tok.offset:], nil
}
