package c

import (
	"fmt"
	"math/big"
	"strings"
)

// call writes a call of a function, through an address, or of an intrinsic.
func call(f *function, r *reader, variable, _ string) {
	if r.takeWord("void") && r.takeWord("asm") {
		f.emit(`__asm__ volatile("" ::: "memory");`)
		return
	}
	r.text = strings.TrimSuffix(r.text, " noinline")
	result := typ{kind: 'v'}
	isPair := r.take("{")
	if !strings.HasPrefix(strings.TrimLeft(r.text, " "), "@") {
		_ = r.takeWord("signext") || r.takeWord("zeroext")
		if !strings.HasPrefix(strings.TrimLeft(r.text, " "), "%") && !strings.HasPrefix(strings.TrimLeft(r.text, " "), "(") {
			result = r.typ()
		}
	}
	if isPair {
		r.expect(", i1 }")
	}
	isVariadic := f.skipTypes(r)
	if r.take("%") {
		f.callThrough(r, variable, result, isVariadic)
		return
	}
	r.expect("@")
	name := r.name()
	types, args := f.arguments(r)
	switch {
	case strings.HasPrefix(name, "llvm__"):
		f.intrinsic(r, variable, result, strings.Split(strings.TrimPrefix(name, "llvm__"), "__"), types, args)
	case variable == "":
		f.emit("%s(%s);", name, strings.Join(args, ", "))
	default:
		f.set(variable, result, "%s(%s)", name, strings.Join(args, ", "))
	}
}

// skipTypes reads the parameter types of a variadic callee, if there are any.
func (f *function) skipTypes(r *reader) (isVariadic bool) {
	if !r.take("(") {
		return false
	}
	end := strings.Index(r.text, "...)")
	if end < 0 {
		r.fail("no parameter types")
		return false
	}
	r.text = r.text[end+len("...)"):]
	return true
}

// arguments reads the arguments of a call with their types.
func (f *function) arguments(r *reader) (types []typ, args []string) {
	r.expect("(")
	for !r.take(")") && r.err == nil {
		t := r.typ()
		for r.takeWord("signext") || r.takeWord("zeroext") {
		}
		align := ""
		if r.takeWord("align") {
			align = r.word()
		}
		v := r.value(f.dialect, t)
		if align != "" && align != "1" {
			v = fmt.Sprintf("__builtin_assume_aligned(%s, %s)", v, align)
		}
		types, args = append(types, t), append(args, v)
		r.take(",")
	}
	return types, args
}

func (f *function) callThrough(r *reader, variable string, result typ, isVariadic bool) {
	address := "v_" + r.name()
	types, args := f.arguments(r)
	if isVariadic {
		r.fail("a variadic call through an address")
		return
	}
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = f.dialect.typeName(t)
	}
	if len(names) == 0 {
		names = []string{"void"}
	}
	callee := fmt.Sprintf("((%s (*)(%s))%s)(%s)", f.dialect.typeName(result), strings.Join(names, ", "), address, strings.Join(args, ", "))
	if variable == "" {
		f.emit("%s;", callee)
		return
	}
	f.set(variable, result, "%s", callee)
}

// intrinsic writes a call of an intrinsic, whose name is split at its points.
func (f *function) intrinsic(r *reader, variable string, result typ, name []string, types []typ, args []string) {
	switch name[0] {
	case "memcpy", "memmove", "memset":
		f.emit("__builtin_%s(%s);", name[0], strings.Join(args[:3], ", "))
	case "sadd", "uadd", "ssub", "usub", "smul", "umul":
		f.overflow(r, variable, name, types[0], args)
	case "sshl", "ushl":
		f.shiftSaturated(variable, name[0] == "sshl", types[0], args)
	case "umin", "umax", "smin", "smax":
		f.extreme(variable, name[0], result, args)
	case "abs":
		d := f.dialect
		f.set(variable, result, "%s < 0 ? %s : %s", d.s(result.bits, args[0]), d.wrap(result.bits, "0 - "+d.u(result.bits, args[0])), args[0])
	case "ctlz", "cttz", "ctpop", "bswap", "bitreverse":
		f.bits(variable, name[0], result, args[0])
	case "fabs", "sqrt", "floor", "ceil", "round", "trunc", "fma":
		f.set(variable, result, "%s(%s)", f.builtin(r, name[0], result), strings.Join(args, ", "))
	case "va_start":
		if f.last == "" {
			r.fail("a variadic function without named parameters")
		}
		f.emit("{ __builtin_va_list list_; __builtin_va_start(list_, %s); __builtin_memcpy(%s, &list_, 8); }", f.last, args[0])
	case "returnaddress":
		f.set(variable, result, "(char *)__builtin_return_address(0)")
	case "frameaddress":
		f.set(variable, result, "(char *)__builtin_frame_address(0)")
	default:
		r.fail("the intrinsic " + strings.Join(name, "."))
	}
}

// limits returns the smallest and largest integer of a width as constants.
func (d Dialect) limits(bits int, signed bool) (low, high string) {
	all := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(bits)), big.NewInt(1))
	if !signed {
		return d.constant(bits, new(big.Int)), d.constant(bits, all)
	}
	half := new(big.Int).Rsh(all, 1)
	return d.constant(bits, new(big.Int).Add(half, big.NewInt(1))), d.constant(bits, half)
}

// overflow writes arithmetic with an overflow flag, or the saturating one made of it.
func (f *function) overflow(r *reader, variable string, name []string, t typ, args []string) {
	d, signed := f.dialect, name[0][0] == 's'
	if len(name) < 2 || name[1] == "fix" {
		r.fail("the intrinsic " + strings.Join(name, "."))
		return
	}
	operand, kind := d.u, d.wide(t.bits, false)
	if signed {
		operand, kind = d.s, d.wide(t.bits, true)
	}
	f.declare(variable+"_0", t)
	f.declare(variable+"_1", typ{'i', 1})
	f.emit("{ %s r_; %s_1 = __builtin_%s_overflow((%s)%s, (%s)%s, &r_); %s_0 = %s;", kind, variable, name[0][1:], kind, operand(t.bits, args[0]), kind,
		operand(t.bits, args[1]), variable, d.wrap(t.bits, "r_"))
	if d.masks(t.bits) {
		f.emit("%s_1 |= (%s)%s != r_;", variable, kind, operand(t.bits, variable+"_0"))
	}
	f.emit("}")
	if name[1] != "sat" {
		return
	}
	low, high := d.limits(t.bits, signed)
	limit := high
	switch {
	case signed:
		limit = fmt.Sprintf("(%s < 0 ? %s : %s)", d.s(t.bits, args[0]), low, high)
	case name[0] == "usub":
		limit = low
	}
	f.set(variable, t, "%s_1 ? %s : %s_0", variable, limit, variable)
}

func (f *function) shiftSaturated(variable string, signed bool, t typ, args []string) {
	d := f.dialect
	low, limit := d.limits(t.bits, signed)
	operand := d.u
	if signed {
		operand = d.s
		limit = fmt.Sprintf("(%s < 0 ? %s : %s)", d.s(t.bits, args[0]), low, limit)
	}
	f.set(variable, t, "%s", d.wrap(t.bits, fmt.Sprintf("(%s) << (unsigned)%s", d.u(t.bits, args[0]), args[1])))
	back := d.wrap(t.bits, fmt.Sprintf("(%s) >> (unsigned)%s", operand(t.bits, variable), args[1]))
	f.emit("if (%s != %s) %s = %s;", back, args[0], variable, limit)
}

func (f *function) extreme(variable, name string, t typ, args []string) {
	op, operand := "<", f.dialect.u
	if name[1:] == "max" {
		op = ">"
	}
	if name[0] == 's' {
		operand = f.dialect.s
	}
	f.set(variable, t, "%s %s %s ? %s : %s", operand(t.bits, args[0]), op, operand(t.bits, args[1]), args[0], args[1])
}

// bits writes the counts and permutations of bits: builtins up to 64 bits, loops beyond and for permutations.
func (f *function) bits(variable, name string, t typ, x string) {
	n := t.bits
	wide := "(unsigned long)" + x
	switch {
	case name == "ctlz" && n <= 64:
		f.set(variable, t, "%s == 0 ? %d : __builtin_clzl(%s) - %d", x, n, wide, 64-n)
	case name == "cttz" && n <= 64:
		f.set(variable, t, "%s == 0 ? %d : __builtin_ctzl(%s)", x, n, wide)
	case name == "ctpop" && n <= 64:
		f.set(variable, t, "__builtin_popcountl(%s)", wide)
	case name == "bswap" && (n == 16 || n == 32 || n == 64):
		f.set(variable, t, "__builtin_bswap%d(%s)", n, x)
	default:
		f.bitLoop(variable, name, t, x)
	}
}

// bitLoop writes a loop over the bits or bytes of an integer.
func (f *function) bitLoop(variable, name string, t typ, x string) {
	d := f.dialect
	step := map[string]string{
		"ctlz":       "if (x_ >> (WIDTH - 1 - i_) & 1) break; n_++;",
		"cttz":       "if (x_ >> i_ & 1) break; n_++;",
		"ctpop":      "n_ += (unsigned)(x_ >> i_ & 1);",
		"bitreverse": "r_ = " + d.wrap(t.bits, "r_ << 1 | (x_ >> i_ & 1)") + ";",
		"bswap":      "if (i_ % 8 == 0) r_ = " + d.wrap(t.bits, "r_ << 8 | (x_ >> i_ & 255)") + ";",
	}[name]
	result := "n_"
	if name == "bitreverse" || name == "bswap" {
		result = "r_"
	}
	f.declare(variable, t)
	f.emit("{ %s x_ = %s, r_ = 0; unsigned n_ = 0; for (int i_ = 0; i_ < %d; i_++) { %s } %s = %s; (void)r_; }", d.unsigned(t.bits), x, t.bits,
		strings.ReplaceAll(step, "WIDTH", fmt.Sprint(t.bits)), variable, d.wrap(t.bits, result))
}
