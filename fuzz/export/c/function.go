package c

import (
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export/ir"
)

// function is the state of writing one function.
type function struct {
	*unit
	*ir.Func
	variables strings.Builder
	body      strings.Builder
	block     string
}

// function writes a definition.
func (u *unit) function(source *ir.Func) {
	f := &function{unit: u, Func: source}
	for _, o := range f.Results() {
		u.check(o.Type)
		fmt.Fprintf(&f.variables, "  %s %s;\n", typeName(o.Type), variable(o.Name))
	}
	for i, b := range f.Blocks {
		f.block = b.Label
		if i > 0 {
			fmt.Fprintf(&f.body, "%s: ;\n", label(b.Label))
		}
		for k := range b.Insts {
			f.inst(&b.Insts[k])
		}
	}
	linkage := ""
	if f.Internal {
		linkage = "static "
	}
	if f.NoInline {
		linkage = "__attribute__((noinline)) " + linkage
	}
	signature := fmt.Sprintf("%s%s %s(%s)", linkage, u.resultType(source), ir.Identifier(f.Name), f.parameters())
	fmt.Fprintf(&u.prototypes, "%s;\n", signature)
	fmt.Fprintf(&u.functions, "%s {\n%s%s}\n", signature, f.variables.String(), f.body.String())
}

// parameters returns the parameters of the definition.
func (f *function) parameters() string {
	var list []string
	for _, p := range f.Params {
		f.check(p.Type)
		name := variable(p.Name)
		if typ := f.passed(p.Type, p.Extension); typ != typeName(p.Type) { // computed with without its sign
			fmt.Fprintf(&f.variables, "  %s %s = p%s;\n", typeName(p.Type), name, name)
			name = "p" + name
		}
		list = append(list, f.passed(p.Type, p.Extension)+" "+name)
	}
	switch {
	case f.Variadic:
		list = append(list, "...")
	case len(list) == 0:
		return "void"
	}
	return strings.Join(list, ", ")
}

func (f *function) emit(format string, args ...any) {
	f.body.WriteString("  ")
	fmt.Fprintf(&f.body, format, args...)
	f.body.WriteByte('\n')
}

func (f *function) fail(what string) {
	if f.err == nil {
		f.err = &air.Unsupported{What: what + " in C"}
	}
}

func label(name string) string { return "l_" + ir.Identifier(name) }

// jump returns the statement that goes to a block.
func (f *function) jump(to string) string {
	moves := f.Moves(f.block, to)
	if len(moves) == 0 {
		return "goto " + label(to) + ";"
	}
	text := "{ "
	for _, m := range moves {
		text += fmt.Sprintf("%s = %s; ", variable(m.To), value(m.Value))
	}
	return text + "goto " + label(to) + "; }"
}

// set writes an assignment of an expression to the variable of a result.
func (f *function) set(in *ir.Inst, format string, args ...any) {
	f.emit("%s = (%s)(%s);", variable(in.Result), typeName(in.Type), fmt.Sprintf(format, args...))
}

// inst writes an instruction.
func (f *function) inst(in *ir.Inst) {
	for _, o := range in.Args {
		f.check(o.Type)
	}
	if form, ok := forms[in.Op]; ok {
		args := make([]any, len(in.Args))
		for i, o := range in.Args {
			args[i] = form.operand(o)
		}
		if in.Flags&ir.NoSignedWrap != 0 {
			args = []any{signedValue(in.Args[0]), signedValue(in.Args[1])}
		}
		f.set(in, form.text, args...)
		return
	}
	how := statements[in.Op]
	if how == nil {
		f.fail("the instruction " + in.Op)
		return
	}
	how(f, in)
}

// form is an expression, and how its operands are written.
type form struct {
	text    string
	operand func(ir.Operand) string
}

// forms are the instructions that are expressions.
var forms = map[string]form{
	"add": {"%s + %s", wrappingValue}, "sub": {"%s - %s", wrappingValue}, "mul": {"%s * %s", wrappingValue},
	"and": {"%s & %s", value}, "or": {"%s | %s", value}, "xor": {"%s ^ %s", value},
	"udiv": {"%s / %s", wrappingValue}, "urem": {"%s %% %s", wrappingValue},
	"sdiv": {"%s / %s", signedValue}, "srem": {"%s %% %s", signedValue},
	"fadd": {"%s + %s", value}, "fsub": {"%s - %s", value}, "fmul": {"%s * %s", value}, "fdiv": {"%s / %s", value},
	"select": {"%s ? %s : %s", value}, "zext": {"%s", value}, "sext": {"%s", signedValue},
	"fptrunc": {"%s", value}, "fpext": {"%s", value}, "sitofp": {"%s", signedValue}, "uitofp": {"%s", value},
	"ptrtoint": {"(unsigned long)%s", value}, "inttoptr": {"(unsigned long)%s", value},
	"llvm.returnaddress": {"__builtin_return_address(%s)", plainNumber}, "llvm.frameaddress": {"__builtin_frame_address(%s)", plainNumber},
}

// plainNumber returns a constant without a cast.
func plainNumber(o ir.Operand) string { return o.Value().String() }

// statements write the other instructions.
var statements = map[string]func(*function, *ir.Inst){
	"shl": shift, "lshr": shift, "ashr": shift, "frem": floatCall, "fneg": negate, "icmp": compare, "fcmp": compareFloats,
	"trunc": truncate, "bitcast": reinterpreted, "fptosi": toInteger, "fptoui": toInteger, "alloca": alloca, "load": load, "store": store,
	"getelementptr": element, "call": call, "br": branch, "switch": switches, "ret": ret, "phi": func(*function, *ir.Inst) {},
	"unreachable": func(f *function, _ *ir.Inst) { f.emit("__builtin_unreachable();") },
	"fence":       fence, "barrier": barrier, "cmpxchg": cmpxchg, "atomicrmw": atomicrmw,
	"llvm.memcpy": memoryCall, "llvm.memmove": memoryCall, "llvm.memset": memoryCall, "llvm.va_start": vaStart,
	"llvm.sadd.with.overflow": overflow, "llvm.uadd.with.overflow": overflow, "llvm.ssub.with.overflow": overflow,
	"llvm.usub.with.overflow": overflow, "llvm.smul.with.overflow": overflow, "llvm.umul.with.overflow": overflow,
	"llvm.ctlz": bits, "llvm.cttz": bits, "llvm.ctpop": bits, "llvm.bswap": bits, "llvm.bitreverse": bits,
	"llvm.fabs": floatCall, "llvm.sqrt": floatCall, "llvm.floor": floatCall, "llvm.ceil": floatCall, "llvm.round": floatCall,
	"llvm.trunc": floatCall, "llvm.fma": floatCall,
}

func shift(f *function, in *ir.Inst) {
	op, x := ">>", wrappingValue(in.Args[0])
	switch in.Op {
	case "shl":
		op = "<<"
	case "ashr":
		x = signedValue(in.Args[0])
	}
	f.set(in, "(%s) %s (unsigned)%s", x, op, value(in.Args[1]))
}

// floatCall calls a function on floats, of which there is none for f16.
func floatCall(f *function, in *ir.Inst) {
	letter, ok := map[int]string{32: "f", 64: "", 128: "l"}[in.Type.Bits]
	name := strings.TrimPrefix(in.Op, "llvm.")
	if in.Op == "frem" {
		name = "fmod"
	}
	if !ok {
		f.fail(name + " of f16")
	}
	args := make([]string, len(in.Args))
	for i, o := range in.Args {
		args[i] = value(o)
	}
	f.set(in, "__builtin_%s%s(%s)", name, letter, strings.Join(args, ", "))
}

// negate turns the sign of an f16 by its bits: C may calculate in float, which changes a signalling NaN.
func negate(f *function, in *ir.Inst) {
	if bits := ir.Int(16); in.Type.Bits == 16 {
		f.set(in, "%s", reinterpret(bits, in.Type, reinterpret(in.Type, bits, value(in.Args[0]))+" ^ 0x8000"))
		return
	}
	f.set(in, "-%s", value(in.Args[0]))
}

var orders = map[string]string{"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}

func compare(f *function, in *ir.Inst) {
	operand, op := value, orders[in.Predicate]
	if op == "" {
		op = orders[in.Predicate[1:]]
	}
	if in.Args[0].Type.Kind == ir.Integer && in.Predicate[0] == 's' {
		operand = signedValue
	}
	f.set(in, "(%s) %s (%s)", operand(in.Args[0]), op, operand(in.Args[1]))
}

func compareFloats(f *function, in *ir.Inst) {
	text := map[string]string{"oeq": "%s == %s", "une": "%s != %s", "olt": "%s < %s", "ole": "%s <= %s", "ogt": "%s > %s", "oge": "%s >= %s",
		"one": "__builtin_islessgreater(%s, %s)", "uno": "__builtin_isunordered(%s, %s)"}[in.Predicate]
	if text == "" {
		f.fail("the predicate " + in.Predicate)
		return
	}
	f.set(in, text, value(in.Args[0]), value(in.Args[1]))
}

func truncate(f *function, in *ir.Inst) {
	if in.Type.Bits == 1 {
		f.set(in, "%s & 1", value(in.Args[0]))
		return
	}
	f.set(in, "%s", value(in.Args[0]))
}

func reinterpreted(f *function, in *ir.Inst) {
	f.set(in, "%s", reinterpret(in.Args[0].Type, in.Type, value(in.Args[0])))
}

func toInteger(f *function, in *ir.Inst) {
	to := unsigned(in.Type.Bits)
	if in.Op == "fptosi" {
		to = signed(in.Type.Bits)
	}
	f.set(in, "(%s)%s", to, value(in.Args[0]))
}

func branch(f *function, in *ir.Inst) {
	if len(in.Labels) == 1 {
		f.emit("%s", f.jump(in.Labels[0]))
		return
	}
	f.emit("if (%s) %s else %s", value(in.Args[0]), f.jump(in.Labels[0]), f.jump(in.Labels[1]))
}

// switches writes a switch, or a chain of comparisons for integers of more than 64 bits.
func switches(f *function, in *ir.Inst) {
	v, last := value(in.Args[0]), f.jump(in.Labels[len(in.Cases)])
	if in.Type.Bits > 64 {
		for i, c := range in.Cases {
			f.emit("if (%s == %s) %s", v, constant(in.Type.Bits, c), f.jump(in.Labels[i]))
		}
		f.emit("%s", last)
		return
	}
	f.emit("switch ((unsigned long)%s) {", v)
	for i, c := range in.Cases {
		f.emit("case 0x%xul: %s", c, f.jump(in.Labels[i]))
	}
	f.emit("default: %s\n  }", last)
}

func ret(f *function, in *ir.Inst) {
	switch len(in.Args) {
	case 0:
		f.emit("return;")
	case 1:
		f.emit("return %s;", value(in.Args[0]))
	default:
		f.emit("return (%s){ %s, %s };", f.pair(in.Type, in.Second), value(in.Args[0]), value(in.Args[1]))
	}
}
