package air

import "math/big"

// definition prints the definition of a nominal type, one member per line.
func (p *printer) definition(t *Type) {
	p.text("const ", quoteName(t.Name), " = ")
	switch t.Kind {
	case ErrorSet:
		p.out = appendErrors(p.out, t.Errors)
	case Opaque:
		p.text("opaque {}")
	case Enum:
		p.text("enum(", t.Elem.String(), ") ")
		p.enumMembers(t)
	default:
		p.container(t)
		p.fields(t)
	}
	p.text("\n")
}

// container prints the part of a struct or union before the braces.
func (p *printer) container(t *Type) {
	switch {
	case t.Container == Extern:
		p.text("extern ")
	case t.Container == Packed:
		p.text("packed ")
	case t.Kind == Union && t.Tag != nil && !t.HasTag:
		p.text("untagged ")
	}
	argument := t.Tag
	if t.Kind == Struct {
		p.text("struct")
	} else {
		p.text("union")
	}
	if t.Container == Packed {
		argument = t.Elem
	}
	if argument != nil {
		p.text("(", argument.String(), ")")
	}
	p.text(" ")
}

func (p *printer) fields(t *Type) {
	if len(t.Fields) == 0 {
		p.text("{}")
		return
	}
	p.text("{")
	for i := range t.Fields {
		p.text("\n  ")
		p.out = append(t.Fields[i].appendText(p.out, true), ',')
	}
	p.text("\n}")
}

// enumMembers prints the members; a value is omitted if it is one above the previous one.
func (p *printer) enumMembers(t *Type) {
	if len(t.Members) == 0 && t.Exhaustive {
		p.text("{}")
		return
	}
	p.text("{")
	next := new(big.Int)
	for _, m := range t.Members {
		p.text("\n  ", quoteName(m.Name))
		if m.Value.Cmp(next) != 0 {
			p.text(" = ")
			p.out = m.Value.Append(p.out, 10)
		}
		p.text(",")
		next.Add(m.Value, big.NewInt(1))
	}
	if !t.Exhaustive {
		p.text("\n  _,")
	}
	p.text("\n}")
}
