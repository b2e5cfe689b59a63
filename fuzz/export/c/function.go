package c

import (
	"fmt"
	"strings"
)

// function is the state of writing one function.
type function struct {
	*unit
	variables strings.Builder
	body      strings.Builder
	result    typ
	last      string         // the last named parameter
	phis      map[string]phi // by label
	block     string
}

// phi is the variable that jumps to a label set, and what each block sets it to.
type phi struct {
	variable string
	typ      typ
	from     map[string]string
}

// function writes a definition: its header and the lines of its body.
func (u *unit) function(header string, lines []string) error {
	f := &function{unit: u, phis: map[string]phi{}}
	r := &reader{text: strings.TrimPrefix(header, "define ")}
	linkage := ""
	if r.takeWord("internal") {
		linkage = "static "
	}
	_ = r.takeWord("signext") || r.takeWord("zeroext")
	f.result = r.typ()
	r.expect("@")
	name := r.name()
	params := f.parameters(r)
	if strings.Contains(r.text, "noinline") || u.noinline[name] {
		linkage = "__attribute__((noinline)) " + linkage
	}
	if r.err != nil {
		return r.err
	}
	for i, line := range lines {
		if err := f.findPhi(lines, i, line); err != nil {
			return err
		}
	}
	for _, line := range lines {
		if err := f.line(line); err != nil {
			return err
		}
	}
	signature := fmt.Sprintf("%s%s %s(%s)", linkage, u.dialect.typeName(f.result), name, params)
	fmt.Fprintf(&u.prototypes, "%s;\n", signature)
	fmt.Fprintf(&u.functions, "%s {\n%s%s}\n", signature, f.variables.String(), f.body.String())
	return nil
}

// parameters reads the parameters of a definition.
func (f *function) parameters(r *reader) string {
	var list []string
	r.expect("(")
	for !r.take(")") && r.err == nil {
		if r.take("...") {
			list = append(list, "...")
			continue
		}
		t := r.typ()
		_ = r.takeWord("signext") || r.takeWord("zeroext")
		r.expect("%")
		f.last = "v_" + r.name()
		list = append(list, f.dialect.typeName(t)+" "+f.last)
		r.take(",")
	}
	if len(list) == 0 {
		return "void"
	}
	return strings.Join(list, ", ")
}

// findPhi reads the phi at the start of a block.
func (f *function) findPhi(lines []string, i int, line string) error {
	at := strings.Index(line, " = phi ")
	if at < 0 {
		return nil
	}
	r := &reader{text: line}
	r.expect("%")
	p := phi{variable: "v_" + r.name(), from: map[string]string{}}
	r.expect("= phi")
	p.typ = r.typ()
	for r.take("[") {
		v := r.value(f.dialect, p.typ)
		r.expect(", %")
		p.from[r.word()] = v
		r.expect("]")
		r.take(",")
	}
	label, ok := strings.CutSuffix(lines[i-1], ":")
	if !ok {
		r.fail("a phi that does not begin a block")
	}
	f.phis[label] = p
	f.declare(p.variable, p.typ)
	return r.err
}

func (f *function) declare(variable string, t typ) {
	fmt.Fprintf(&f.variables, "  %s %s;\n", f.dialect.typeName(t), variable)
}

func (f *function) emit(format string, args ...any) {
	f.body.WriteString("  ")
	fmt.Fprintf(&f.body, format, args...)
	f.body.WriteByte('\n')
}

func label(name string) string { return "l_" + identifier(name) }

// jump returns the statement that goes to a block.
func (f *function) jump(to string) string {
	if p, ok := f.phis[to]; ok {
		return fmt.Sprintf("{ %s = %s; goto %s; }", p.variable, p.from[f.block], label(to))
	}
	return "goto " + label(to) + ";"
}

// line writes what a line of a body says.
func (f *function) line(line string) error {
	if name, ok := strings.CutSuffix(line, ":"); ok {
		f.block = name
		if name != "entry" {
			fmt.Fprintf(&f.body, "%s: ;\n", label(name))
		}
		return nil
	}
	r := &reader{text: line}
	variable := ""
	if r.take("%") {
		variable = "v_" + r.name()
		r.expect("=")
	}
	word := r.word()
	if how, ok := statements[word]; ok {
		how(f, r, variable, word)
	} else if word != "phi" {
		r.fail("the instruction " + word)
	}
	return r.err
}

// set writes an assignment to the variable of a result.
func (f *function) set(variable string, t typ, format string, args ...any) {
	f.declare(variable, t)
	f.emit("%s = %s;", variable, fmt.Sprintf(format, args...))
}

// two reads a type and two operands of it.
func (f *function) two(r *reader) (t typ, x, y string) {
	t = r.typ()
	x = r.value(f.dialect, t)
	r.expect(",")
	return t, x, r.value(f.dialect, t)
}

// typed reads a type and an operand of it.
func (f *function) typed(r *reader) (typ, string) {
	t := r.typ()
	_ = r.takeWord("signext") || r.takeWord("zeroext") || r.takeWord("align") && r.word() != ""
	return t, r.value(f.dialect, t)
}

// statement writes one instruction whose word is read already.
type statement func(f *function, r *reader, variable, word string)

var statements = map[string]statement{
	"add": arithmetic("+"), "sub": arithmetic("-"), "mul": arithmetic("*"), "and": bitwise("&"), "or": bitwise("|"), "xor": bitwise("^"),
	"sdiv": division("/", true), "udiv": division("/", false), "srem": division("%", true), "urem": division("%", false),
	"shl": shift, "lshr": shift, "ashr": shift, "fadd": floatOp("+"), "fsub": floatOp("-"), "fmul": floatOp("*"), "fdiv": floatOp("/"),
	"frem": frem, "fneg": fneg, "icmp": icmp, "fcmp": fcmp, "select": selects, "zext": convert, "sext": convert, "trunc": convert,
	"bitcast": convert, "fptrunc": convert, "fpext": convert, "fptosi": convert, "fptoui": convert, "sitofp": convert, "uitofp": convert,
	"ptrtoint": convert, "inttoptr": convert, "alloca": alloca, "load": load, "store": store, "getelementptr": element,
	"extractvalue": extract, "call": call, "br": branch, "switch": switches, "ret": ret, "unreachable": unreachable, "fence": fence,
	"cmpxchg": cmpxchg, "atomicrmw": atomicrmw,
}

func arithmetic(op string) statement {
	return func(f *function, r *reader, variable, _ string) {
		isSigned := r.takeWord("nsw")
		r.takeWord("nuw")
		t, x, y := f.two(r)
		d := f.dialect
		if isSigned {
			f.set(variable, t, "%s", d.wrap(t.bits, d.s(t.bits, x)+" "+op+" "+d.s(t.bits, y)))
			return
		}
		f.set(variable, t, "%s", d.wrap(t.bits, d.u(t.bits, x)+" "+op+" "+d.u(t.bits, y)))
	}
}

func bitwise(op string) statement {
	return func(f *function, r *reader, variable, _ string) {
		t, x, y := f.two(r)
		f.set(variable, t, "%s", f.dialect.wrap(t.bits, x+" "+op+" "+y))
	}
}

func division(op string, signed bool) statement {
	return func(f *function, r *reader, variable, _ string) {
		r.takeWord("exact")
		t, x, y := f.two(r)
		d := f.dialect
		operand := d.u
		if signed {
			operand = d.s
		}
		f.set(variable, t, "%s", d.wrap(t.bits, operand(t.bits, x)+" "+op+" "+operand(t.bits, y)))
	}
}

func shift(f *function, r *reader, variable, word string) {
	for r.takeWord("nsw") || r.takeWord("nuw") || r.takeWord("exact") {
	}
	t, x, y := f.two(r)
	d := f.dialect
	op, operand := ">>", d.u(t.bits, x)
	switch word {
	case "shl":
		op = "<<"
	case "ashr":
		operand = d.s(t.bits, x)
	}
	f.set(variable, t, "%s", d.wrap(t.bits, fmt.Sprintf("(%s) %s (unsigned)%s", operand, op, y)))
}

func floatOp(op string) statement {
	return func(f *function, r *reader, variable, _ string) {
		t, x, y := f.two(r)
		f.set(variable, t, "%s %s %s", x, op, y)
	}
}

// builtin returns a function on floats of a type. It has none for f16.
func (f *function) builtin(r *reader, name string, t typ) string {
	letter, ok := map[int]string{32: "f", 64: "", 128: "l"}[t.bits]
	if !ok {
		r.fail(name + " of f16")
	}
	return "__builtin_" + name + letter
}

func frem(f *function, r *reader, variable, _ string) {
	t, x, y := f.two(r)
	f.set(variable, t, "%s(%s, %s)", f.builtin(r, "fmod", t), x, y)
}

func fneg(f *function, r *reader, variable, _ string) {
	t, x := f.typed(r)
	if t.bits == 16 { // C may calculate in float, which changes a signalling NaN
		bits := typ{'i', 16}
		f.set(variable, t, "%s", f.dialect.reinterpret(bits, t, f.dialect.reinterpret(t, bits, x)+" ^ 0x8000"))
		return
	}
	f.set(variable, t, "-%s", x)
}

var orders = map[string]string{"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}

func icmp(f *function, r *reader, variable, _ string) {
	predicate := r.word()
	op, isOrder := orders[predicate[1:]]
	if !isOrder {
		op = orders[predicate]
	}
	t, x, y := f.two(r)
	if t.kind == 'i' {
		operand := f.dialect.u
		if predicate[0] == 's' {
			operand = f.dialect.s
		}
		x, y = operand(t.bits, x), operand(t.bits, y)
	}
	f.set(variable, typ{'i', 1}, "(%s) %s (%s)", x, op, y)
}

func fcmp(f *function, r *reader, variable, _ string) {
	predicate := r.word()
	_, x, y := f.two(r)
	form := map[string]string{"oeq": "%s == %s", "une": "%s != %s", "olt": "%s < %s", "ole": "%s <= %s", "ogt": "%s > %s", "oge": "%s >= %s",
		"one": "__builtin_islessgreater(%s, %s)", "uno": "__builtin_isunordered(%s, %s)"}[predicate]
	if form == "" {
		r.fail("the predicate " + predicate)
		return
	}
	f.set(variable, typ{'i', 1}, form, x, y)
}

func selects(f *function, r *reader, variable, _ string) {
	_, condition := f.typed(r)
	r.expect(",")
	t, x := f.typed(r)
	r.expect(",")
	_, y := f.typed(r)
	f.set(variable, t, "%s ? %s : %s", condition, x, y)
}

func convert(f *function, r *reader, variable, word string) {
	for r.takeWord("nsw") || r.takeWord("nuw") || r.takeWord("nneg") {
	}
	from, x := f.typed(r)
	r.expect("to")
	to := r.typ()
	d := f.dialect
	switch word {
	case "zext", "trunc":
		f.set(variable, to, "%s", d.wrap(to.bits, x))
	case "sext":
		f.set(variable, to, "%s", d.wrap(to.bits, d.s(from.bits, x)))
	case "bitcast":
		f.set(variable, to, "%s", d.reinterpret(from, to, x))
	case "fptosi":
		f.set(variable, to, "%s", d.wrap(to.bits, "("+d.wide(to.bits, true)+")"+x))
	case "fptoui":
		f.set(variable, to, "%s", d.wrap(to.bits, "("+d.wide(to.bits, false)+")"+x))
	case "sitofp":
		f.set(variable, to, "(%s)%s", d.typeName(to), d.s(from.bits, x))
	case "ptrtoint":
		f.set(variable, to, "%s", d.wrap(to.bits, "(unsigned long)"+x))
	case "inttoptr":
		f.set(variable, to, "(char *)(unsigned long)%s", x)
	default:
		f.set(variable, to, "(%s)%s", d.typeName(to), x)
	}
}

// wide returns the type to which floats are converted for an integer of a width.
func (d Dialect) wide(bits int, signed bool) string {
	names := unsignedNames
	if signed {
		names = signedNames
	}
	if d.masks(bits) {
		return names[work(bits)]
	}
	if signed {
		return d.signed(bits)
	}
	return d.unsigned(bits)
}

func alloca(f *function, r *reader, variable, _ string) {
	r.expect("[")
	size := r.number()
	r.expect("x i8], align")
	fmt.Fprintf(&f.variables, "  char a%s[%d] __attribute__((aligned(%d)));\n  char *%s = a%s;\n", variable, size, r.number(), variable, variable)
}

// isAccess reports whether memory is accessed as a type directly.
func isAccess(t typ) bool { return t.kind != 'i' || isStandard(t.bits) }

func load(f *function, r *reader, variable, _ string) {
	isAtomic := r.takeWord("atomic")
	isVolatile := r.takeWord("volatile")
	t := r.typ()
	r.expect(", ptr")
	p := r.value(f.dialect, typ{'p', 64})
	order := ""
	if !r.take(", align") {
		if order = r.word(); !r.take(", align") {
			r.fail("no alignment")
		}
	}
	align := r.number()
	access := fmt.Sprintf("(%s *)%s", f.memory(t, align), p)
	switch {
	case isAtomic:
		f.set(variable, t, "__atomic_load_n(%s, %s)", access, memoryOrder(order))
	case isAccess(t) && isVolatile:
		f.set(variable, t, "*(volatile %s", access[1:])
	case isAccess(t):
		f.set(variable, t, "*%s", access)
	default:
		f.declare(variable, t)
		f.emit("%s = 0; __builtin_memcpy(&%s, __builtin_assume_aligned(%s, %d), %d);", variable, variable, p, align, (t.bits+7)/8)
	}
}

func store(f *function, r *reader, _, _ string) {
	isAtomic := r.takeWord("atomic")
	isVolatile := r.takeWord("volatile")
	t, v := f.typed(r)
	r.expect(", ptr")
	p := r.value(f.dialect, typ{'p', 64})
	order := ""
	if !r.take(", align") && r.text != "" {
		if order = r.word(); !r.take(", align") {
			r.fail("no alignment")
		}
	}
	align := 1
	if r.text != "" {
		align = r.number()
	}
	access := fmt.Sprintf("(%s *)%s", f.memory(t, align), p)
	switch {
	case isAtomic:
		f.emit("__atomic_store_n(%s, %s, %s);", access, v, memoryOrder(order))
	case isAccess(t) && isVolatile:
		f.emit("*(volatile %s = %s;", access[1:], v)
	case isAccess(t):
		f.emit("*%s = %s;", access, v)
	default:
		f.emit("{ %s t_ = %s; __builtin_memcpy(__builtin_assume_aligned(%s, %d), &t_, %d); }", f.dialect.typeName(t), v, p, align, (t.bits+7)/8)
	}
}

func element(f *function, r *reader, variable, _ string) {
	r.takeWord("inbounds")
	size := 1
	if r.take("[") {
		size = r.number()
		r.expect("x i8], ptr")
	} else {
		r.expect("i8, ptr")
	}
	p := r.value(f.dialect, typ{'p', 64})
	r.expect(", i64")
	f.set(variable, typ{'p', 64}, "%s + (long)%s * %d", p, r.value(f.dialect, typ{'i', 64}), size)
}

// extract takes a part of a pair, which is two variables.
func extract(f *function, r *reader, variable, _ string) {
	r.expect("{")
	t := r.typ()
	r.expect(", i1 } %")
	pair := "v_" + r.name()
	r.expect(",")
	if r.number() == 1 {
		f.set(variable, typ{'i', 1}, "%s_1", pair)
	} else {
		f.set(variable, t, "%s_0", pair)
	}
}

func branch(f *function, r *reader, _, _ string) {
	if r.takeWord("label") {
		r.expect("%")
		f.emit("%s", f.jump(r.word()))
		return
	}
	_, condition := f.typed(r)
	r.expect(", label %")
	then := r.word()
	r.expect(", label %")
	f.emit("if (%s) %s else %s", condition, f.jump(then), f.jump(r.word()))
}

// switches writes a switch, or a chain of comparisons for integers of more than 64 bits.
func switches(f *function, r *reader, _, _ string) {
	t, v := f.typed(r)
	r.expect(", label %")
	otherwise := r.word()
	r.expect("[")
	if t.bits <= 64 {
		f.emit("switch ((unsigned long)%s) {", v)
	}
	for !r.take("]") && r.err == nil {
		r.typ()
		item := r.word()
		r.expect(", label %")
		to := f.jump(r.word())
		if x := number(f.dialect, t, item); t.bits <= 64 {
			f.emit("case %s: %s", x, to)
		} else {
			f.emit("if (%s == %s) %s", v, x, to)
		}
	}
	if t.bits <= 64 {
		f.emit("default: %s\n  }", f.jump(otherwise))
	} else {
		f.emit("%s", f.jump(otherwise))
	}
}

func ret(f *function, r *reader, _, _ string) {
	if r.takeWord("void") {
		f.emit("return;")
		return
	}
	_, v := f.typed(r)
	f.emit("return %s;", v)
}

func unreachable(f *function, _ *reader, _, _ string) { f.emit("__builtin_unreachable();") }

// memoryOrder returns a memory order of LLVM as C spells it.
func memoryOrder(order string) string {
	return map[string]string{"acquire": "__ATOMIC_ACQUIRE", "release": "__ATOMIC_RELEASE", "acq_rel": "__ATOMIC_ACQ_REL",
		"seq_cst": "__ATOMIC_SEQ_CST"}[order] + map[string]string{"unordered": "__ATOMIC_RELAXED", "monotonic": "__ATOMIC_RELAXED"}[order]
}

func fence(f *function, r *reader, _, _ string) {
	f.emit("__atomic_thread_fence(%s);", memoryOrder(r.word()))
}

// cmpxchg leaves the value found in the first variable of the pair, and whether it was exchanged in the second.
func cmpxchg(f *function, r *reader, variable, _ string) {
	r.takeWord("volatile")
	r.expect("ptr")
	p := r.value(f.dialect, typ{'p', 64})
	r.expect(",")
	t, expected := f.typed(r)
	r.expect(",")
	_, changed := f.typed(r)
	success, failure := r.word(), r.word()
	r.expect(", align")
	f.declare(variable+"_0", t)
	f.declare(variable+"_1", typ{'i', 1})
	f.emit("%s_0 = %s; %s_1 = __atomic_compare_exchange_n((%s *)%s, &%s_0, %s, 0, %s, %s);", variable, expected, variable,
		f.memory(t, r.number()), p, variable, changed, memoryOrder(success), memoryOrder(failure))
}

func atomicrmw(f *function, r *reader, variable, _ string) {
	r.takeWord("volatile")
	name := r.word()
	r.expect("ptr")
	p := r.value(f.dialect, typ{'p', 64})
	r.expect(",")
	t, v := f.typed(r)
	order := memoryOrder(r.word())
	r.expect(", align")
	access := fmt.Sprintf("(%s *)%s", f.memory(t, r.number()), p)
	switch name {
	case "xchg":
		f.set(variable, t, "__atomic_exchange_n(%s, %s, %s)", access, v, order)
	case "add", "sub", "and", "nand", "or", "xor":
		f.set(variable, t, "__atomic_fetch_%s(%s, %s, %s)", name, access, v, order)
	default:
		keep := map[string]string{"min": "<", "max": ">", "umin": "<", "umax": ">"}[name]
		operand := f.dialect.s
		if name[0] == 'u' {
			operand = f.dialect.u
		}
		f.set(variable, t, "__atomic_load_n(%s, __ATOMIC_RELAXED)", access)
		f.emit("while (!__atomic_compare_exchange_n(%s, &%s, %s %s %s ? %s : %s, 0, %s, __ATOMIC_RELAXED)) ;", access, variable,
			operand(t.bits, variable), keep, operand(t.bits, v), variable, v, order)
	}
}
