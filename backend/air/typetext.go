package air

import "strconv"

// String gives the type in Zig's own syntax; named types by their name.
func (t *Type) String() string {
	if t.Name != "" {
		return quoteName(t.Name)
	}
	return string(t.appendText(nil))
}

func (t *Type) appendText(b []byte) []byte {
	if t.Name != "" {
		return append(b, quoteName(t.Name)...)
	}
	switch t.Kind {
	case Int:
		return strconv.AppendUint(append(b, "ui"[btoi(t.Signed)]), uint64(t.Bits), 10)
	case Pointer:
		return t.appendPointer(b)
	case Array:
		b = strconv.AppendUint(append(b, '['), t.Len, 10)
		return t.Elem.appendText(append(appendSentinel(b, t.Sentinel), ']'))
	case Vector:
		b = strconv.AppendUint(append(b, "@Vector("...), t.Len, 10)
		return append(t.Elem.appendText(append(b, ", "...)), ')')
	case Optional:
		return t.Elem.appendText(append(b, '?'))
	case ErrorUnion:
		return t.Elem.appendText(append(t.ErrorSet.appendText(b), '!'))
	case ErrorSet:
		return appendErrors(b, t.Errors)
	case Fn:
		return t.appendFn(b)
	}
	return t.appendContainer(b)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func appendSentinel(b []byte, v *Value) []byte {
	if v == nil {
		return b
	}
	return append(append(b, ':'), v.literal()...)
}

func (t *Type) appendPointer(b []byte) []byte {
	switch t.PointerSize {
	case One:
		b = append(b, '*')
	case Many:
		b = append(appendSentinel(append(b, "[*"...), t.Sentinel), ']')
	case Slice:
		b = append(appendSentinel(append(b, '['), t.Sentinel), ']')
	case C:
		b = append(b, "[*c]"...)
	}
	if t.AllowZero {
		b = append(b, "allowzero "...)
	}
	if t.PointerAlign != 0 || t.HostSize != 0 {
		b = append(b, "align("...)
		b = strconv.AppendUint(b, uint64(t.PointerAlign), 10)
		if t.HostSize != 0 {
			b = strconv.AppendUint(append(b, ':'), uint64(t.BitOffset), 10)
			b = strconv.AppendUint(append(b, ':'), uint64(t.HostSize), 10)
			if t.VectorIndex >= 0 {
				b = strconv.AppendInt(append(b, ':'), int64(t.VectorIndex), 10)
			}
		}
		b = append(b, ") "...)
	}
	if t.Const {
		b = append(b, "const "...)
	}
	if t.Volatile {
		b = append(b, "volatile "...)
	}
	return t.Elem.appendText(b)
}

func appendErrors(b []byte, errors []ErrorMember) []byte {
	b = append(b, "error{"...)
	for i, e := range errors {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(append(b, quoteName(e.Name)...), " = "...)
		b = strconv.AppendUint(b, uint64(e.Value), 10)
	}
	return append(b, '}')
}

func (t *Type) appendFn(b []byte) []byte {
	b = append(b, "fn ("...)
	for i, p := range t.Params {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = p.appendText(b)
	}
	if t.VarArgs {
		if len(t.Params) > 0 {
			b = append(b, ", "...)
		}
		b = append(b, "..."...)
	}
	b = append(b, ") "...)
	if t.CallC {
		b = append(b, "callconv(.C) "...)
	}
	return t.Elem.appendText(b)
}

func (t *Type) appendContainer(b []byte) []byte {
	switch t.Container {
	case Extern:
		b = append(b, "extern "...)
	case Packed:
		b = append(b, "packed "...)
	}
	if t.Tuple {
		b = append(b, "tuple { "...)
	} else {
		b = append(b, "struct { "...)
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		if i > 0 {
			b = append(b, ", "...)
		}
		if f.Comptime != nil {
			b = append(b, "comptime "...)
		}
		b = f.Type.appendText(b)
		if f.Comptime != nil {
			b = append(append(b, " = "...), f.Comptime.literal()...)
		}
	}
	return append(b, " }"...)
}

// quoteName spells a name as an identifier, or as @"..." where it is none.
func quoteName(name string) string {
	for i := 0; i < len(name); i++ {
		c := name[i]
		ok := c == '_' || c == '.' || 'a' <= c|0x20 && c|0x20 <= 'z' || i > 0 && '0' <= c && c <= '9'
		if !ok {
			return "@" + strconv.Quote(name)
		}
	}
	if name == "" {
		return `@""`
	}
	return name
}
