package air

// primitives are the types that are one word, other than the integers of a given width.
var primitives = map[string]*Type{
	"void": VoidType, "noreturn": NoReturnType, "bool": BoolType, "usize": USize, "isize": ISize,
	"f16": F16, "f32": F32, "f64": F64, "f80": F80, "f128": F128, "anyerror": AnyError, "anyopaque": AnyOpaque,
}

// typ reads a type. It never returns nil.
func (p *parser) typ() *Type {
	p.enter(&p.depth, maxDepth)
	defer func() { p.depth-- }()
	switch {
	case p.accept("?"):
		return p.m.Types.Optional(p.typ())
	case p.accept("*"):
		return p.pointer(Type{PointerSize: One}, noSentinel)
	case p.accept("["):
		return p.bracketed()
	}
	offset := p.tok.offset
	t := p.primary()
	if p.accept("!") {
		if t.Kind != ErrorSet && t.defined() {
			p.fail(offset, "%s before ! is not an error set", t)
		}
		return p.m.Types.ErrorUnion(t, p.typ())
	}
	return t
}

func (p *parser) primary() *Type {
	tok := p.tok
	switch {
	case p.accept("fn"):
		return p.signature()
	case p.is("error"):
		return p.m.Types.ErrorSet(p.errorMembers())
	case p.accept("struct"):
		return p.tuple()
	case tok.kind == atToken && tok.quoted:
		p.next()
		return p.named(tok)
	case tok.kind == atToken && tok.text == "Vector":
		p.next()
		return p.vector()
	case tok.kind == wordToken && primitives[tok.text] != nil:
		p.next()
		return primitives[tok.text]
	}
	if signed, bits, ok := intName(tok.text); ok && tok.kind == wordToken {
		p.next()
		return p.m.Types.Int(signed, bits)
	}
	if tok.kind != wordToken || isKeyword(firstWord(tok.text)) {
		p.unexpected("a type")
		return VoidType
	}
	p.next()
	return p.named(tok)
}

// named returns the nominal type of a name, which in the first pass may be defined later.
func (p *parser) named(tok token) *Type {
	t := p.m.Types.forward(tok.text)
	switch {
	case t.defined():
	case p.declared:
		p.fail(tok.offset, "type %s is not defined", t)
	default:
		p.undefined = append(p.undefined, mention{t, tok.offset})
	}
	return t
}

// bracketed reads the rest of an array, slice or many-pointer after its [.
func (p *parser) bracketed() *Type {
	var t Type
	counted := p.tok.kind == numberToken
	switch {
	case counted:
		t.Len = p.unsigned(64)
	case p.accept("*"):
		t.PointerSize = Many
		if p.accept("c") {
			t.PointerSize = C
		}
	default:
		t.PointerSize = Slice
	}
	sentinel := noSentinel
	if p.accept(":") {
		sentinel = p.tok.offset
		p.skip(func() bool { return p.is("]") })
	}
	p.expect("]")
	if counted {
		t.Elem = p.typ()
		return p.m.Types.ArraySentinel(t.Len, t.Elem, p.sentinel(sentinel, t.Elem))
	}
	return p.pointer(t, sentinel)
}

// noSentinel is the offset of an absent sentinel.
const noSentinel = -1

// sentinel reads the literal at an offset (noSentinel for none), which stood before its type.
func (p *parser) sentinel(offset int, t *Type) *Value {
	if offset == noSentinel || p.err != nil {
		return nil
	}
	after := p.tok.offset
	p.seek(offset)
	v := p.literal(t)
	if !p.is("]") {
		p.unexpected(`"]"`)
	}
	p.seek(after)
	return v
}

// pointer reads the attributes and the pointee of a pointer.
func (p *parser) pointer(t Type, sentinel int) *Type {
	t.VectorIndex = NoVectorIndex
	t.AllowZero = p.accept("allowzero")
	if p.accept("align") {
		p.pointerAlign(&t)
	}
	t.Const = p.accept("const")
	t.Volatile = p.accept("volatile")
	t.Elem = p.typ()
	t.Sentinel = p.sentinel(sentinel, t.Elem)
	return p.m.Types.PointerTo(t)
}

// pointerAlign reads (alignment:bit offset:host size:vector index) as far as it is written.
func (p *parser) pointerAlign(t *Type) {
	p.expect("(")
	t.PointerAlign = uint32(p.unsigned(32))
	if p.accept(":") {
		t.BitOffset = uint32(p.unsigned(32))
		p.expect(":")
		t.HostSize = uint32(p.unsigned(32))
		if p.accept(":") {
			t.VectorIndex = RuntimeIndex
			if !p.accept("?") {
				t.VectorIndex = int32(p.unsigned(31))
			}
		}
	}
	p.expect(")")
}

func (p *parser) vector() *Type {
	p.expect("(")
	n := p.unsigned(64)
	p.expect(",")
	elem := p.typ()
	p.expect(")")
	return p.m.Types.Vector(n, elem)
}

func (p *parser) tuple() *Type {
	p.expect("{")
	var fields []Field
	p.list("}", func() {
		comptime := p.accept("comptime")
		f := Field{Name: utoa(uint64(len(fields))), Type: p.typ()}
		f.Align = p.align()
		if comptime {
			p.expect("=")
			f.Comptime = p.literal(f.Type)
		}
		fields = append(fields, f)
	})
	return p.m.Types.TupleOf(fields)
}

// signature reads the parameters and the result of a function type.
func (p *parser) signature() *Type {
	var t Type
	p.expect("(")
	p.list(")", func() {
		if p.accept("...") {
			t.VarArgs = true
			return
		}
		t.Params = append(t.Params, p.typ())
	})
	if p.accept("callconv") {
		p.expect("(")
		p.expect(".")
		p.expect("C")
		p.expect(")")
		t.CallC = true
	}
	t.Elem = p.typ()
	return p.m.Types.FnOf(t)
}

// errorMembers reads error{A = 1, B}. A member without a number has its number in the error table, or else the one
// after the previous member's.
func (p *parser) errorMembers() []ErrorMember {
	p.expect("error")
	p.expect("{")
	members := []ErrorMember{}
	next := uint64(1)
	p.list("}", func() {
		offset := p.tok.offset
		m := ErrorMember{Name: p.name("an error")}
		if p.accept("=") {
			next = p.unsigned(16)
		} else if known := p.m.errorValue(m.Name); known != 0 {
			next = uint64(known)
		}
		if len(members) > 0 && next <= uint64(members[len(members)-1].Value) || next == 0 || next > 0xffff {
			p.fail(offset, "errors must have ascending numbers from 1 to 65535")
		}
		m.Value = uint16(next)
		next++
		members = append(members, m)
	})
	return members
}

// errorValue returns the number of an error in the error table, 0 if it is absent.
func (m *Module) errorValue(name string) uint16 {
	for value, known := range m.ErrorNames {
		if value > 0 && known == name {
			return uint16(value)
		}
	}
	return 0
}
