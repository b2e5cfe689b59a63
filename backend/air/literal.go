package air

// ParseLiteral reads a value of type t, as Value.Literal spells it, from the start of
// text, and gives the text that follows. t must be of module m. The error is a *SyntaxError without file.
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
