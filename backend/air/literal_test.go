package air

import "testing"

func TestParseLiteral(t *testing.T) {
	m := NewModule()
	for _, c := range []struct {
		typ        *Type
		text       string
		want, rest string // want "" for an error
	}{
		{U8, "12, 13", "12", ", 13"},
		{I8, "-128", "-128", ""},
		{BoolType, "true) == 1", "true", ") == 1"},
		{VoidType, "{}", "{}", ""},
		{m.Types.Optional(U8), "null)", "null", ")"},
		{m.Types.Pointer(U8), "@g+8)", "@g+8", ")"},
		{m.Types.ErrorUnion(m.Types.ErrorSet([]ErrorMember{{"A", 1}}), U8), "error.A", "error.A", ""},
		{U8, "", "", ""},
		{U8, "true", "", ""},
		{BoolType, "2", "", ""},
	} {
		v, rest, err := m.ParseLiteral(c.typ, c.text)
		switch {
		case c.want == "":
			if err == nil {
				t.Errorf("%s of %s: no error", c.text, c.typ)
			}
		case err != nil:
			t.Errorf("%s of %s: %v", c.text, c.typ, err)
		case v.Literal() != c.want || rest != c.rest:
			t.Errorf("%s of %s: %s and %q, want %s and %q", c.text, c.typ, v.Literal(), rest, c.want, c.rest)
		}
	}
}
