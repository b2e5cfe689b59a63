package c

import (
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/fuzz/export/ir"
)

// passed returns the type as which a value is passed or returned: an integer that is sign-extended at a seam has a sign.
func (u *unit) passed(t ir.Type, e ir.Extension) string {
	if u.seam && t.Kind == ir.Integer && e == ir.Sign {
		return signed(t.Bits)
	}
	return typeName(t)
}

// resultType returns what a function returns.
func (u *unit) resultType(f *ir.Func) string {
	if u.check(f.Result); f.Second != (ir.Type{}) {
		return u.pair(f.Result, f.Second)
	}
	return u.passed(f.Result, f.Extension)
}

// pair returns the type of two values that are returned together, and has it defined.
func (u *unit) pair(first, second ir.Type) string {
	u.check(first)
	u.check(second)
	name := fmt.Sprintf("pair_%c%d_%c%d", first.Kind, first.Bits, second.Kind, second.Bits)
	u.types = append(u.types, fmt.Sprintf("typedef struct { %s first; %s second; } %s;\n", typeName(first), typeName(second), name))
	return name
}

// declaration writes the prototype of a function that is compiled elsewhere.
func (u *unit) declaration(f *ir.Func) {
	for _, p := range f.Params {
		u.check(p.Type)
	}
	list := u.typeList(f.Params)
	switch {
	case f.Variadic && len(f.Params) == 0:
		list = "..."
	case f.Variadic:
		list += ", ..."
	}
	fmt.Fprintf(&u.prototypes, "%s %s(%s);\n", u.resultType(f), ir.Identifier(f.Name), list)
}

// call writes a call of a function or through an address.
func call(f *function, in *ir.Inst) {
	args, callee := in.Args, ir.Identifier(in.Callee)
	if in.Callee == "" {
		args = args[1:]
		if in.Variadic {
			f.fail("a variadic call through an address")
		}
		result := f.passed(in.Type, in.Extension)
		if in.Second != (ir.Type{}) {
			result = f.pair(in.Type, in.Second)
		}
		callee = fmt.Sprintf("((%s (*)(%s))%s)", result, f.typeList(args), value(in.Args[0]))
	}
	list := make([]string, len(args))
	for i, o := range args {
		list[i] = value(o)
	}
	if in.Type.Kind == ir.Void {
		f.emit("%s(%s);", callee, strings.Join(list, ", "))
		return
	}
	if in.Second != (ir.Type{}) {
		f.emit("{ %s r_ = %s(%s); %s = r_.first; %s = r_.second; }", f.pair(in.Type, in.Second), callee, strings.Join(list, ", "),
			variable(in.Result), variable(in.Overflow))
		return
	}
	f.set(in, "%s(%s)", callee, strings.Join(list, ", "))
}

func (u *unit) typeList(args []ir.Operand) string {
	if len(args) == 0 {
		return "void"
	}
	names := make([]string, len(args))
	for i, o := range args {
		names[i] = u.passed(o.Type, o.Extension)
	}
	return strings.Join(names, ", ")
}

func memoryCall(f *function, in *ir.Inst) {
	list := make([]string, 3)
	for i := range list {
		list[i] = value(in.Args[i])
		if in.Args[i].Align > 1 {
			list[i] = fmt.Sprintf("__builtin_assume_aligned(%s, %d)", list[i], in.Args[i].Align)
		}
	}
	f.emit("__builtin_%s(%s);", strings.TrimPrefix(in.Op, "llvm."), strings.Join(list, ", "))
}

func vaStart(f *function, in *ir.Inst) {
	if len(f.Params) == 0 || f.dialect == Plain {
		f.fail("a variadic function without named parameters, or in the plain dialect,")
		return
	}
	f.emit("{ __builtin_va_list list_; __builtin_va_start(list_, %s); __builtin_memcpy(%s, &list_, 8); }",
		variable(f.Params[len(f.Params)-1].Name), value(in.Args[0]))
}

// overflow writes arithmetic with an overflow flag. Clang has no builtin for products of signed integers of more than 128
// bits: for it they are multiplied in twice the width.
func overflow(f *function, in *ir.Inst) {
	kind, operand := unsigned(in.Type.Bits), value
	if in.Op[len("llvm.")] == 's' {
		kind, operand = signed(in.Type.Bits), signedValue
	}
	name := in.Op[len("llvm.")+1 : len("llvm.")+4]
	result, flag, x, y := variable(in.Result), variable(in.Overflow), operand(in.Args[0]), operand(in.Args[1])
	builtin := fmt.Sprintf("{ %s r_; %s = __builtin_%s_overflow((%s)%s, (%s)%s, &r_); %s = r_; }", kind, flag, name, kind, x, kind, y, result)
	if in.Op != "llvm.smul.with.overflow" || in.Type.Bits <= 128 {
		f.emit("%s", builtin)
		return
	}
	f.emit("\n#ifdef __clang__\n  { %s r_ = (%s)%s * %s; %s = r_ != (%s)r_; %s = r_; }\n#else\n  %s\n#endif", signed(2*in.Type.Bits),
		signed(2*in.Type.Bits), x, y, flag, kind, result, builtin)
}

// bits writes the counts and permutations of bits: builtins up to 64 bits, loops beyond and for permutations.
func bits(f *function, in *ir.Inst) {
	n, x := in.Type.Bits, value(in.Args[0])
	wide := "(unsigned long)" + x
	switch name := strings.TrimPrefix(in.Op, "llvm."); {
	case name == "ctlz" && n <= 64:
		f.set(in, "%s == 0 ? %d : __builtin_clzl(%s) - %d", x, n, wide, 64-n)
	case name == "cttz" && n <= 64:
		f.set(in, "%s == 0 ? %d : __builtin_ctzl(%s)", x, n, wide)
	case name == "ctpop" && n <= 64:
		f.set(in, "__builtin_popcountl(%s)", wide)
	case name == "bswap" && (n == 16 || n == 32 || n == 64):
		f.set(in, "__builtin_bswap%d(%s)", n, x)
	default:
		bitLoop(f, in, name)
	}
}

// bitLoop writes a loop over the bits or bytes of an integer.
func bitLoop(f *function, in *ir.Inst, name string) {
	step := map[string]string{
		"ctlz":       "if (x_ >> (WIDTH - 1 - i_) & 1) break; n_++;",
		"cttz":       "if (x_ >> i_ & 1) break; n_++;",
		"ctpop":      "n_ += (unsigned)(x_ >> i_ & 1);",
		"bitreverse": "r_ = r_ << 1 | (x_ >> i_ & 1);",
		"bswap":      "if (i_ % 8 == 0) r_ = r_ << 8 | (x_ >> i_ & 255);",
	}[name]
	result := "n_"
	if name == "bitreverse" || name == "bswap" {
		result = "r_"
	}
	f.emit("{ %s x_ = %s, r_ = 0; unsigned n_ = 0; for (int i_ = 0; i_ < %d; i_++) { %s } %s = %s; (void)r_; }", unsigned(in.Type.Bits),
		value(in.Args[0]), in.Type.Bits, strings.ReplaceAll(step, "WIDTH", fmt.Sprint(in.Type.Bits)), variable(in.Result), result)
}
