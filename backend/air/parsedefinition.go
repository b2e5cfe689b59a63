package air

import "math/bits"

// definition reads a type definition, or the error table, which is the definition of anyerror.
func (p *parser) definition(name string) {
	offset := p.tok.offset
	p.next()
	if name == AnyError.Name {
		p.expect("=")
		p.errorTable()
		return
	}
	if isKeyword(firstWord(name)) {
		p.fail(offset, "%s is not free to be the name of a type", name)
		return
	}
	p.define(name, offset)
}

func (p *parser) errorTable() {
	for _, e := range p.errorMembers() {
		for len(p.m.ErrorNames) <= int(e.Value) {
			p.m.ErrorNames = append(p.m.ErrorNames, "")
		}
		p.m.ErrorNames[e.Value] = e.Name
	}
}

func (p *parser) define(name string, offset int) {
	p.expect("=")
	t := p.m.Types.forward(name)
	if t.defined() {
		p.fail(offset, "type %s is defined twice", t)
	}
	word := p.tok
	switch {
	case p.is("error"):
		p.m.Types.define(t, ErrorSet)
		t.Bits = AnyError.Bits
		t.Errors = p.errorMembers()
	case p.accept("opaque"):
		p.m.Types.define(t, Opaque)
		p.expect("{")
		p.expect("}")
	case p.accept("enum"):
		p.m.Types.define(t, Enum)
		p.enum(t)
	default:
		p.container(t, word)
	}
}

func (p *parser) enum(t *Type) {
	p.expect("(")
	t.Elem = p.typ()
	p.expect(")")
	p.expect("{")
	t.Exhaustive = true
	var next wideInt
	p.list("}", func() {
		if p.accept("_") {
			t.Exhaustive = false
			return
		}
		m := EnumMember{Name: p.name("a member")}
		if p.accept("=") {
			next = p.wide()
		}
		m.Value = next.big()
		next = next.plusOne()
		t.Members = append(t.Members, m)
	})
}

// container reads a struct or union, starting at extern, packed or untagged if present.
func (p *parser) container(t *Type, first token) {
	layout, untagged := Auto, false
	switch {
	case p.accept("extern"):
		layout = Extern
	case p.accept("packed"):
		layout = Packed
	case p.accept("untagged"):
		untagged = true
	}
	switch {
	case p.accept("struct"):
		p.m.Types.define(t, Struct)
	case p.accept("union"):
		p.m.Types.define(t, Union)
	default:
		p.fail(first.offset, "expected a struct, union, enum, opaque or error set, found %s", first)
		return
	}
	t.Container = layout
	inferTag := p.containerArgument(t, untagged)
	p.expect("{")
	p.list("}", func() { p.field(t) })
	if inferTag {
		p.inferTag(t)
	}
}

// containerArgument reads the backing integer of a packed container or the tag of a union; the second result reports
// whether the tag is the word enum, to be made from the fields.
func (p *parser) containerArgument(t *Type, untagged bool) (inferTag bool) {
	if t.Container == Packed {
		p.expect("(")
		t.Elem = p.typ()
		p.expect(")")
		return false
	}
	if t.Kind == Struct || !p.accept("(") {
		return false
	}
	t.HasTag = !untagged
	if p.accept("enum") {
		inferTag = true
	} else {
		t.Tag = p.typ()
	}
	p.expect(")")
	return inferTag
}

// inferTag makes the enum of a union(enum): the fields in order, numbered from 0.
func (p *parser) inferTag(t *Type) {
	t.Tag = p.m.Types.forward(t.Name + ".Tag")
	if t.Tag.defined() {
		p.fail(p.tok.offset, "type %s is defined twice", t.Tag)
		return
	}
	p.m.Types.define(t.Tag, Enum)
	t.Tag.Exhaustive = true
	t.Tag.Elem = IntType(false, uint32(bits.Len(uint(max(len(t.Fields)-1, 0)))))
	for i := range t.Fields {
		t.Tag.Members = append(t.Tag.Members, EnumMember{t.Fields[i].Name, wideInt{small: int64(i)}.big()})
	}
}

func (p *parser) field(t *Type) {
	comptime := p.accept("comptime")
	f := Field{Name: p.name("a field")}
	p.expect(":")
	f.Type = p.typ()
	f.Align = p.align()
	t.Fields = append(t.Fields, f)
	if !comptime {
		return
	}
	p.expect("=")
	place := len(t.Fields) - 1
	p.later(func() { t.Fields[place].Comptime = p.literal(t.Fields[place].Type) })
	p.skip(func() bool { return p.is(",") || p.is("}") })
}
