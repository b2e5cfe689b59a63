package air

import (
	"strconv"
	"strings"
)

// String returns the type in Zig's syntax, nominal types by name.
func (t *Type) String() string { return string(t.appendText(nil)) }

func (t *Type) appendText(b []byte) []byte {
	if t.Name != "" {
		if t.IsNamed() {
			return append(b, quoteName(t.Name)...)
		}
		return append(b, t.Name...)
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
		return t.appendSignature(append(b, "fn "...))
	}
	return t.appendTuple(b)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func utoa(n uint64) string { return strconv.FormatUint(n, 10) }

func appendSentinel(b []byte, v *Value) []byte {
	if v == nil {
		return b
	}
	return v.appendSentinel(append(b, ':'))
}

// appendSentinel spells a value that is part of a type: an enum by its number, because the enum's definition may follow
// later in the text.
func (v *Value) appendSentinel(b []byte) []byte {
	if v.Kind == IntValue && v.Type.Kind == Enum {
		return v.BigInt().Append(b, 10)
	}
	return v.appendLiteral(b)
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
		b = t.appendAlign(b)
	}
	if t.Const {
		b = append(b, "const "...)
	}
	if t.Volatile {
		b = append(b, "volatile "...)
	}
	return t.Elem.appendText(b)
}

// appendAlign spells align(alignment:bit offset:host size:vector index), as far as they are set.
func (t *Type) appendAlign(b []byte) []byte {
	b = append(b, "align("...)
	b = strconv.AppendUint(b, uint64(t.PointerAlign), 10)
	if t.HostSize != 0 {
		b = strconv.AppendUint(append(b, ':'), uint64(t.BitOffset), 10)
		b = strconv.AppendUint(append(b, ':'), uint64(t.HostSize), 10)
	}
	switch {
	case t.VectorIndex >= 0:
		b = strconv.AppendInt(append(b, ':'), int64(t.VectorIndex), 10)
	case t.VectorIndex == RuntimeIndex:
		b = append(b, ":?"...)
	}
	return append(b, ") "...)
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

// appendSignature spells the parameters and result of a function type.
func (t *Type) appendSignature(b []byte) []byte {
	b = append(b, '(')
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

func (t *Type) appendTuple(b []byte) []byte {
	if len(t.Fields) == 0 {
		return append(b, "struct {}"...)
	}
	b = append(b, "struct { "...)
	for i := range t.Fields {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = t.Fields[i].appendText(b, false)
	}
	return append(b, " }"...)
}

// appendText spells a field as a definition has it, or without its name as a tuple has it.
func (f *Field) appendText(b []byte, named bool) []byte {
	if f.Comptime != nil {
		b = append(b, "comptime "...)
	}
	if named {
		b = append(append(b, quoteName(f.Name)...), ": "...)
	}
	b = f.Type.appendText(b)
	if f.Align != 0 {
		b = append(strconv.AppendUint(append(b, " align("...), uint64(f.Align), 10), ')')
	}
	switch {
	case f.Comptime == nil:
		return b
	case named:
		return f.Comptime.appendLiteral(append(b, " = "...))
	}
	return f.Comptime.appendSentinel(append(b, " = "...))
}

// keywords have a meaning of their own where a type or field name may stand; as names they are quoted.
var keywords = map[string]bool{
	"align": true, "allowzero": true, "anyerror": true, "anyopaque": true, "bool": true, "callconv": true, "comptime": true,
	"const": true, "enum": true, "error": true, "extern": true, "fn": true, "in": true, "inf": true, "isize": true, "noreturn": true,
	"null": true, "opaque": true, "packed": true, "some": true, "struct": true, "threadlocal": true, "undefined": true,
	"union": true, "untagged": true, "usize": true, "var": true, "void": true, "volatile": true, "_": true,
	"f16": true, "f32": true, "f64": true, "f80": true, "f128": true,
}

// isKeyword reports whether a word cannot be the bare name of a type or field.
func isKeyword(word string) bool {
	if keywords[word] {
		return true
	}
	_, _, isInt := intName(word)
	return isInt
}

// intName reads the name of an integer type, like u8.
func intName(word string) (signed bool, bits uint32, ok bool) {
	if len(word) < 2 || word[0] != 'i' && word[0] != 'u' || len(word) > 2 && word[1] == '0' {
		return false, 0, false
	}
	n, err := strconv.ParseUint(word[1:], 10, 16)
	return word[0] == 'i', uint32(n), err == nil
}

// quoteName spells a name of a type, field or error: bare, or as @"..." if it would not read as a name.
func quoteName(name string) string {
	if isIdentifier(name) && !isKeyword(firstWord(name)) {
		return name
	}
	return string(appendQuoted([]byte{'@'}, name))
}

// symbolText spells the name of a function or global.
func symbolText(name string) string {
	if isIdentifier(name) {
		return "@" + name
	}
	return string(appendQuoted([]byte{'@'}, name))
}

// isIdentifier reports whether name consists of words joined by single dots, each of letters, digits and underscores
// and not starting with a digit.
func isIdentifier(name string) bool {
	start := true
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case isLetter(c), !start && isDigit(c):
			start = false
		case c == '.' && !start:
			start = true
		default:
			return false
		}
	}
	return !start
}

func firstWord(name string) string {
	word, _, _ := strings.Cut(name, ".")
	return word
}

func isLetter(c byte) bool { return c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
