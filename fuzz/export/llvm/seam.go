package llvm

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
	"github.com/rvfuzz/rvfuzz/oracle/convention"
)

// At a seam, where functions of the program are compiled elsewhere, all functions are external and pass values as the
// psABI has it: numbers as one operand, everything else as the words and floats that it consists of.

// crossing is an operand of a call at a seam: a part of a value from byte at on.
type crossing struct {
	typ string
	at  int
}

// crossings returns the operands as which a value that is no number crosses a seam.
func crossings(v *convention.Value) (all []crossing) {
	pieces := v.Pieces()
	if !v.Indirect && v.Type.Align() == 16 && len(pieces) == 2 && pieces[0].Space != convention.Float && pieces[1].Space != convention.Float {
		return []crossing{{"i128", 0}}
	}
	for _, p := range pieces {
		typ := "i64"
		switch {
		case v.Indirect:
			typ = "ptr"
		case p.Space == convention.Float:
			typ = floatTypes[uint32(8*p.Size)]
		}
		all = append(all, crossing{typ, p.At})
	}
	return all
}

// asNumber returns the type as which a value crosses a seam as one operand, with the attribute of its extension.
func asNumber(t *air.Type) (typ string, ok bool) {
	switch class := export.ClassOf(t); {
	case class == export.Address, class == export.Float:
		return valueType(t), true
	case class != export.Integer || widthOf(t) > 128:
		return "", false
	case widthOf(t) > 64:
		return "i128", true
	case widthOf(t) == 32: // the psABI sign-extends it even if it is unsigned
		return "i32 signext", true
	}
	return strings.TrimRight(valueType(t)+" "+extension(t), " "), true
}

// cross returns a number as it crosses a seam.
func (f *function) cross(t *air.Type, v string) string {
	if export.ClassOf(t) == export.Integer && widthOf(t) > 64 {
		return f.resize(v, widthOf(t), 128, extend(t))
	}
	return v
}

// crossed returns a number that has crossed a seam.
func (f *function) crossed(t *air.Type, v string) string {
	if export.ClassOf(t) == export.Integer && widthOf(t) > 64 {
		return f.resize(v, 128, widthOf(t), "")
	}
	return v
}

// wordsOf is room for the last word of a value, which may be larger than what is left of it.
const wordsOf = 8

// spill returns memory that holds a value, with room behind it.
func (f *function) spill(t *air.Type, v string) string {
	to := f.alloca(t.Size()+wordsOf, max(t.Align(), 8))
	f.store(t, v, to, t.Align(), false)
	return to
}

// operands returns the operands of an argument, with their types: name is that of the value, or of a parameter.
func (f *function) operands(v *convention.Value, value string) (list []string) {
	if typ, ok := asNumber(v.Type); ok {
		return []string{typ + " " + f.cross(v.Type, value)}
	}
	from := f.spill(v.Type, value)
	if v.Indirect {
		return []string{"ptr " + from}
	}
	for _, c := range crossings(v) {
		part := f.def("load %s, ptr %s, align 1", c.typ, f.offset(from, int64(c.at)))
		list = append(list, c.typ+" "+part)
	}
	return list
}

// seamParameters returns the parameters of the function, and reads them: f.arguments holds their values.
func (f *function) seamParameters() string {
	s := convention.Of(f.f.Type)
	f.checkSeam(s)
	var list []string
	if s.Result.Indirect {
		list = append(list, "ptr %sret")
	}
	f.arguments = make([]string, len(s.Params))
	for i := range s.Params {
		v, name := &s.Params[i], "%a"+strconv.Itoa(i)
		if export.ClassOf(v.Type) == export.Empty {
			continue
		}
		if typ, ok := asNumber(v.Type); ok {
			list = append(list, typ+" "+name)
			f.arguments[i] = f.crossed(v.Type, name)
			continue
		}
		parts := crossings(v)
		for k, c := range parts {
			list = append(list, fmt.Sprintf("%s %s.%d", c.typ, name, k))
		}
		from := name + ".0"
		if !v.Indirect {
			from = f.gather(v.Type, parts, func(k int) string { return fmt.Sprintf("%s.%d", name, k) })
		}
		f.arguments[i] = f.load(v.Type, from, v.Type.Align(), false)
	}
	if f.f.Type.VarArgs {
		list = append(list, "...")
	}
	return strings.Join(list, ", ")
}

// gather returns memory that the parts of a value are stored to, in ascending order: a word may be larger than its part.
func (f *function) gather(t *air.Type, parts []crossing, part func(int) string) string {
	to := f.alloca(t.Size()+wordsOf, max(t.Align(), 8))
	for k, c := range parts {
		f.line("store %s %s, ptr %s, align 1", c.typ, part(k), f.offset(to, int64(c.at)))
	}
	return to
}

// seamResult returns the type of what a function returns at a seam.
func seamResult(v *convention.Value) string {
	if export.ClassOf(v.Type) == export.Empty || v.Type.Kind == air.NoReturn || v.Indirect {
		return "void"
	}
	if typ, ok := asNumber(v.Type); ok {
		of, attribute, _ := strings.Cut(typ, " ")
		return strings.TrimLeft(attribute+" "+of, " ")
	}
	parts := crossings(v)
	if len(parts) == 1 {
		return parts[0].typ
	}
	return fmt.Sprintf("{ %s, %s }", parts[0].typ, parts[1].typ)
}

// seamReturn ends the function with its result, which is in memory of an alignment if it is of class Bytes.
func (f *function) seamReturn(value string, align uint64) {
	v := &convention.Of(f.f.Type).Result
	if export.ClassOf(v.Type) == export.Bytes && align < v.Type.Align() {
		value = f.load(v.Type, value, align, false)
	}
	typ := seamResult(v)
	number, ok := asNumber(v.Type)
	switch {
	case v.Indirect:
		f.store(v.Type, value, "%sret", v.Type.Align(), false)
		f.terminate("ret void")
	case typ == "void":
		f.terminate("ret void")
	case ok:
		of, _, _ := strings.Cut(number, " ")
		f.terminate("ret %s %s", of, f.cross(v.Type, value))
	default:
		f.terminate("ret %s", f.joined(typ, f.operands(v, value)))
	}
}

// joined returns the parts of a result as one operand, with its type.
func (f *function) joined(typ string, parts []string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	pair := f.def("insertvalue %s undef, %s, 0", typ, parts[0])
	return typ + " " + f.def("insertvalue %s %s, %s, 1", typ, pair, parts[1])
}

// seamCall writes a call at a seam and returns its result. Unnamed arguments have their types with them.
func (f *function) seamCall(t *air.Type, callee string, args []string, attribute string) string {
	s := convention.Of(t)
	v := &s.Result
	var list, types []string
	to := ""
	if v.Indirect {
		to = f.alloca(v.Type.Size(), v.Type.Align())
		list = append(list, "ptr "+to)
	}
	for i := range s.Params {
		if export.ClassOf(t.Params[i]) != export.Empty {
			list = append(list, f.operands(&s.Params[i], args[i])...)
		}
	}
	for _, operand := range list {
		types = append(types, operand[:strings.IndexByte(operand, ' ')])
	}
	typ := seamResult(v)
	called := typ
	if t.VarArgs {
		called = fmt.Sprintf("%s (%s)", typ, strings.Join(append(types, "..."), ", "))
		for _, a := range args[len(t.Params):] {
			if a != "" {
				list = append(list, a)
			}
		}
	}
	call := fmt.Sprintf("call %s %s(%s)%s", called, callee, strings.Join(list, ", "), attribute)
	switch {
	case v.Indirect:
		f.line("%s", call)
		return f.load(v.Type, to, v.Type.Align(), false)
	case typ == "void":
		f.line("%s", call)
		return ""
	}
	return f.seamValue(v, typ, f.def("%s", call))
}

// seamValue returns the result of a call.
func (f *function) seamValue(v *convention.Value, typ, returned string) string {
	if _, ok := asNumber(v.Type); ok {
		return f.crossed(v.Type, returned)
	}
	parts := crossings(v)
	from := f.gather(v.Type, parts, func(k int) string {
		if len(parts) == 1 {
			return returned
		}
		return f.def("extractvalue %s %s, %d", typ, returned, k)
	})
	return f.load(v.Type, from, v.Type.Align(), false)
}

// checkSeam fails for a number that LLVM has not for riscv64.
func (u *unit) checkSeam(s *convention.Signature) {
	for _, v := range append(s.Params[:len(s.Params):len(s.Params)], s.Result) {
		if typ, ok := asNumber(v.Type); ok && typ == "" {
			u.fail(v.Type.String())
		}
	}
}

// declaration returns the declaration of a function that is elsewhere. Its parameters are those of its calls.
func (u *unit) declaration(f *air.Func) string {
	s := convention.Of(f.Type)
	u.checkSeam(s)
	var list []string
	if s.Result.Indirect {
		list = append(list, "ptr")
	}
	for i := range s.Params {
		v := &s.Params[i]
		if typ, ok := asNumber(v.Type); ok {
			list = append(list, typ)
		} else if export.ClassOf(v.Type) != export.Empty {
			for _, c := range crossings(v) {
				list = append(list, c.typ)
			}
		}
	}
	if f.Type.VarArgs {
		list = append(list, "...")
	}
	return fmt.Sprintf("declare %s %s(%s)\n", seamResult(&s.Result), u.symbol(f.Name), strings.Join(list, ", "))
}
