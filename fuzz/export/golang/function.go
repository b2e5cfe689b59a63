package golang

import (
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/fuzz/export/ir"
)

// function is the state of writing one function.
type function struct {
	*unit
	*ir.Func
	memory strings.Builder // declarations of memory of the frame
	body   strings.Builder
	block  string
	blocks map[string]*ir.Block
	made   map[string]*ir.Inst // comparisons by their results
}

// function writes a definition.
func (u *unit) function(source *ir.Func) {
	f := &function{unit: u, Func: source, blocks: map[string]*ir.Block{}, made: map[string]*ir.Inst{}}
	if f.Variadic {
		f.fail("a variadic function")
	}
	targets := map[string]bool{}
	for _, b := range f.Blocks {
		f.blocks[b.Label] = b
		for i := range b.Insts {
			in := &b.Insts[i]
			for _, l := range in.Labels {
				targets[l] = targets[l] || in.Op != "phi"
			}
			if in.Op == "icmp" {
				f.made[in.Result] = in
			}
		}
	}
	for _, b := range f.Blocks {
		f.block = b.Label
		if targets[b.Label] {
			fmt.Fprintf(&f.body, "%s:\n", label(b.Label))
		}
		for i := range b.Insts {
			f.inst(&b.Insts[i])
		}
	}
	f.write()
}

// write writes the definition around the body.
func (f *function) write() {
	params := make([]string, len(f.Params))
	for i, p := range f.Params {
		params[i] = variable(p.Name) + " " + f.typeName(p.Type)
	}
	result := ""
	if f.Result.Kind != ir.Void {
		result = " " + f.typeName(f.Result)
	}
	if f.NoInline {
		f.text.WriteString("//go:noinline\n")
	}
	fmt.Fprintf(&f.text, "func %s(%s)%s {\n", ir.Identifier(f.Name), strings.Join(params, ", "), result)
	for _, o := range f.Results() {
		v := variable(o.Name)
		fmt.Fprintf(&f.text, "\tvar %s %s\n\t_ = %s\n", v, f.typeName(o.Type), v)
	}
	fmt.Fprintf(&f.text, "%s%s\tpanic(\"end\")\n}\n", f.memory.String(), f.body.String())
}

func label(name string) string { return "l_" + ir.Identifier(name) }

func variable(name string) string { return "v_" + ir.Identifier(name) }

// typeName returns the type of values of a type, integers without a sign.
func (f *function) typeName(t ir.Type) string {
	switch {
	case t == ir.I1:
		return "bool"
	case t.Kind == ir.Integer:
		return fmt.Sprintf("uint%d", t.Bits)
	case t.Kind == ir.Pointer:
		return "unsafe.Pointer"
	case t.Kind == ir.Float && (t.Bits == 32 || t.Bits == 64):
		return fmt.Sprintf("float%d", t.Bits)
	}
	f.fail("the type " + t.String())
	return "?"
}

func (f *function) emit(format string, args ...any) {
	f.body.WriteByte('\t')
	fmt.Fprintf(&f.body, format, args...)
	f.body.WriteByte('\n')
}

// set writes an assignment to the variable of a result.
func (f *function) set(in *ir.Inst, format string, args ...any) {
	f.emit("%s = %s", variable(in.Result), fmt.Sprintf(format, args...))
}

// value returns an operand as an expression.
func (f *function) value(o ir.Operand) string {
	typ := f.typeName(o.Type)
	switch {
	case o.Name != "":
		return variable(o.Name)
	case o.Symbol != "":
		return f.symbol(o.Symbol, o.Value().Int64())
	case o.Type == ir.I1:
		return fmt.Sprint(o.Value().Sign() != 0)
	case o.Type.Kind == ir.Float:
		return fmt.Sprintf("math.Float%dfrombits(%#x)", o.Type.Bits, o.Value())
	case o.Type.Kind == ir.Pointer:
		return fmt.Sprintf("unsafe.Pointer(uintptr(%#x))", o.Value())
	}
	return fmt.Sprintf("%s(%#x)", typ, o.Value())
}

// signed returns an integer as a signed operand.
func (f *function) signed(o ir.Operand) string {
	if o.IsConstant() {
		x := int64(o.Value().Uint64()) << (64 - o.Type.Bits) >> (64 - o.Type.Bits)
		return fmt.Sprintf("int%d(%d)", o.Type.Bits, x)
	}
	return fmt.Sprintf("int%d(%s)", o.Type.Bits, f.value(o))
}

// opaque returns an operand of which Go does not know that it is constant: it refuses constant expressions that
// overflow, and divisors of 0.
func (f *function) opaque(o ir.Operand, operand func(ir.Operand) string) string {
	if o.IsConstant() {
		return "rv_opaque(" + operand(o) + ")"
	}
	return operand(o)
}

// moves writes what a jump does to the phis of a block, and the jump.
func (f *function) jump(to string) string {
	text := ""
	for _, m := range f.Moves(f.block, to) {
		text += fmt.Sprintf("%s = %s; ", variable(m.To), f.value(m.Value))
	}
	return text + "goto " + label(to)
}

// inst writes an instruction.
func (f *function) inst(in *ir.Inst) {
	if op, ok := operators[in.Op]; ok {
		f.operator(in, op)
		return
	}
	how := statements[in.Op]
	if how == nil {
		f.fail("the instruction " + in.Op)
		return
	}
	how(f, in)
}

// operators are those of arithmetic.
var operators = map[string]string{"add": "+", "sub": "-", "mul": "*", "and": "&", "or": "|", "xor": "^", "udiv": "/", "urem": "%", "sdiv": "/",
	"srem": "%", "shl": "<<", "lshr": ">>", "ashr": ">>", "fadd": "+", "fsub": "-", "fmul": "*", "fdiv": "/"}

// operator writes arithmetic. Converting the result keeps Go from fusing operations on floats.
func (f *function) operator(in *ir.Inst, op string) {
	x, y := in.Args[0], in.Args[1]
	switch {
	case in.Type == ir.I1:
		f.set(in, "%s %s %s", f.value(x), map[string]string{"&": "&&", "|": "||", "^": "!="}[op], f.value(y))
	case in.Op == "ashr":
		f.set(in, "%s(%s >> %s)", f.typeName(in.Type), f.opaque(x, f.signed), f.value(y))
	case in.Op == "sdiv", in.Op == "srem":
		f.set(in, "%s(%s %s %s)", f.typeName(in.Type), f.signed(x), op, f.opaque(y, f.signed))
	case in.Flags&ir.NoSignedWrap != 0 && in.Op != "shl":
		f.set(in, "%s(%s %s %s)", f.typeName(in.Type), f.opaque(x, f.signed), op, f.signed(y))
	case in.Op == "udiv", in.Op == "urem":
		f.set(in, "%s %s %s", f.value(x), op, f.opaque(y, f.value))
	default:
		f.set(in, "%s(%s %s %s)", f.typeName(in.Type), f.opaque(x, f.value), op, f.value(y))
	}
}

// statements write the other instructions.
var statements = map[string]func(*function, *ir.Inst){
	"icmp": compare, "fcmp": compareFloats, "select": choose, "zext": extend, "sext": extend, "trunc": truncate, "bitcast": reinterpret,
	"fptosi": toInteger, "fptoui": toInteger, "sitofp": toFloat, "uitofp": toFloat, "fptrunc": convert, "fpext": convert,
	"fneg":     func(f *function, in *ir.Inst) { f.set(in, "-%s", f.value(in.Args[0])) },
	"ptrtoint": func(f *function, in *ir.Inst) { f.set(in, "uint64(uintptr(%s))", f.value(in.Args[0])) },
	"inttoptr": func(f *function, in *ir.Inst) { f.set(in, "unsafe.Pointer(uintptr(%s))", f.value(in.Args[0])) },
	"frem":     library("Mod"), "llvm.sqrt": library("Sqrt"), "llvm.floor": library("Floor"), "llvm.ceil": library("Ceil"),
	"llvm.round": library("Round"), "llvm.trunc": library("Trunc"), "llvm.fabs": absolute, "llvm.fma": library("FMA"),
	"alloca": alloca, "load": load, "store": store, "getelementptr": element, "llvm.memcpy": memoryCall, "llvm.memmove": memoryCall,
	"llvm.memset": memoryCall, "call": call, "phi": nothing, "fence": nothing, "llvm.returnaddress": null, "llvm.frameaddress": null, "barrier": nothing, "br": branch, "switch": switches,
	"ret": ret, "unreachable": func(f *function, _ *ir.Inst) { f.emit(`panic("unreachable")`) },
	"cmpxchg": cmpxchg, "atomicrmw": atomicrmw,
	"llvm.sadd.with.overflow": overflow, "llvm.uadd.with.overflow": overflow, "llvm.ssub.with.overflow": overflow,
	"llvm.usub.with.overflow": overflow, "llvm.smul.with.overflow": overflow, "llvm.umul.with.overflow": overflow,
	"llvm.ctlz": counted("LeadingZeros"), "llvm.cttz": counted("TrailingZeros"), "llvm.ctpop": counted("OnesCount"),
	"llvm.bswap": counted("ReverseBytes"), "llvm.bitreverse": counted("Reverse"),
}

func nothing(*function, *ir.Inst) {}

// null is an address of a frame, which is undefined.
func null(f *function, in *ir.Inst) { f.set(in, "nil") }

var orders = map[string]string{"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}

func compare(f *function, in *ir.Inst) { f.set(in, "%s", f.comparison(in)) }

func (f *function) comparison(in *ir.Inst) string {
	operand, op := f.value, orders[in.Predicate]
	if op == "" {
		op = orders[in.Predicate[1:]]
	}
	switch {
	case in.Args[0].Type.Kind == ir.Pointer:
		operand = func(o ir.Operand) string { return "uintptr(" + f.value(o) + ")" }
	case in.Predicate[0] == 's':
		operand = f.signed
	}
	return fmt.Sprintf("%s %s %s", f.opaque(in.Args[0], operand), op, operand(in.Args[1]))
}

func compareFloats(f *function, in *ir.Inst) {
	form := map[string]string{"oeq": "%[1]s == %[2]s", "une": "%[1]s != %[2]s", "olt": "%[1]s < %[2]s", "ole": "%[1]s <= %[2]s", "ogt": "%[1]s > %[2]s",
		"oge": "%[1]s >= %[2]s", "one": "%[1]s < %[2]s || %[1]s > %[2]s", "uno": "%[1]s != %[1]s || %[2]s != %[2]s"}[in.Predicate]
	if form == "" {
		f.fail("the predicate " + in.Predicate)
		return
	}
	f.set(in, form, f.value(in.Args[0]), f.value(in.Args[1]))
}

func choose(f *function, in *ir.Inst) {
	v := variable(in.Result)
	f.emit("if %s { %s = %s } else { %s = %s }", f.value(in.Args[0]), v, f.value(in.Args[1]), v, f.value(in.Args[2]))
}

func extend(f *function, in *ir.Inst) {
	v := variable(in.Result)
	switch {
	case in.Args[0].Type == ir.I1:
		f.emit("if %s { %s = 1 } else { %s = 0 }", f.value(in.Args[0]), v, v)
	case in.Op == "sext":
		f.set(in, "%s(int%d(%s))", f.typeName(in.Type), in.Type.Bits, f.opaque(in.Args[0], f.signed))
	default:
		f.set(in, "%s(%s)", f.typeName(in.Type), f.value(in.Args[0]))
	}
}

func truncate(f *function, in *ir.Inst) {
	if in.Type == ir.I1 {
		f.set(in, "%s&1 != 0", f.value(in.Args[0]))
		return
	}
	f.set(in, "%s(%s)", f.typeName(in.Type), f.opaque(in.Args[0], f.value))
}

func reinterpret(f *function, in *ir.Inst) {
	x := f.value(in.Args[0])
	if in.Type.Kind == ir.Float {
		f.set(in, "math.Float%dfrombits(%s)", in.Type.Bits, x)
		return
	}
	f.set(in, "math.Float%dbits(%s)", in.Type.Bits, x)
}

func toInteger(f *function, in *ir.Inst) {
	typ := f.typeName(in.Type)
	if in.Op == "fptosi" {
		f.set(in, "%s(%s(%s))", typ, typ[1:], f.value(in.Args[0]))
		return
	}
	f.set(in, "%s(%s)", typ, f.value(in.Args[0]))
}

func toFloat(f *function, in *ir.Inst) {
	operand := f.value
	if in.Op == "sitofp" {
		operand = f.signed
	}
	f.set(in, "%s(%s)", f.typeName(in.Type), f.opaque(in.Args[0], operand))
}

func convert(f *function, in *ir.Inst) { f.set(in, "%s(%s)", f.typeName(in.Type), f.value(in.Args[0])) }

// library calls a function of package math. In float32 the result of float64 rounded once more is the right one, but for
// FMA.
func library(name string) func(*function, *ir.Inst) {
	return func(f *function, in *ir.Inst) {
		args := make([]string, len(in.Args))
		for i, o := range in.Args {
			args[i] = f.value(o)
			if in.Type.Bits == 32 {
				args[i] = "float64(" + args[i] + ")"
			}
		}
		if name == "FMA" && in.Type.Bits == 32 {
			f.fail("mul_add of f32")
		}
		f.set(in, "%s(math.%s(%s))", f.typeName(in.Type), name, strings.Join(args, ", "))
	}
}

// absolute clears the sign: math.Abs of a float32 would change a signalling NaN.
func absolute(f *function, in *ir.Inst) {
	n := in.Type.Bits
	f.set(in, "math.Float%dfrombits(math.Float%dbits(%s) &^ (1 << %d))", n, n, f.value(in.Args[0]), n-1)
}

// counted calls a function of package math/bits.
func counted(name string) func(*function, *ir.Inst) {
	return func(f *function, in *ir.Inst) {
		f.set(in, "%s(bits.%s%d(%s))", f.typeName(in.Type), name, in.Type.Bits, f.value(in.Args[0]))
	}
}

func overflow(f *function, in *ir.Inst) {
	name := in.Op[len("llvm.") : len("llvm.")+4]
	if name[0] == 'u' {
		f.emit("%s, %s = rv_%s(%s, %s)", variable(in.Result), variable(in.Overflow), name, f.value(in.Args[0]), f.value(in.Args[1]))
		return
	}
	f.emit("{ r_, o_ := rv_%s(%s, %s); %s, %s = %s(r_), o_ }", name, f.signed(in.Args[0]), f.signed(in.Args[1]), variable(in.Result),
		variable(in.Overflow), f.typeName(in.Type))
}

func call(f *function, in *ir.Inst) {
	args, callee := in.Args, ir.Identifier(in.Callee)
	if in.Variadic {
		f.fail("a variadic call")
	}
	if in.Callee == "" {
		types := make([]string, len(args)-1)
		for i, o := range args[1:] {
			types[i] = f.typeName(o.Type)
		}
		result := ""
		if in.Type.Kind != ir.Void {
			result = " " + f.typeName(in.Type)
		}
		callee = fmt.Sprintf("{ p_ := %s; RESULT(*(*func(%s)%s)(unsafe.Pointer(&p_)))(ARGS) }", f.value(args[0]), strings.Join(types, ", "), result)
		args = args[1:]
	} else {
		callee = "RESULT" + callee + "(ARGS)"
	}
	list := make([]string, len(args))
	for i, o := range args {
		list[i] = f.value(o)
	}
	result := ""
	if in.Type.Kind != ir.Void {
		result = variable(in.Result) + " = "
	}
	f.emit("%s", strings.NewReplacer("RESULT", result, "ARGS", strings.Join(list, ", ")).Replace(callee))
}

// branch writes a jump. Where the condition compares with a length, and else the run ends, the comparison is a bounds
// check of Go.
func branch(f *function, in *ir.Inst) {
	if len(in.Labels) == 1 {
		f.emit("%s", f.jump(in.Labels[0]))
		return
	}
	if index, length, code, ok := f.bound(in); ok {
		f.emit("if %s <= 1<<62 { rv_check = %s; _ = rv_bounds[:%s][%s]; rv_check = 0; %s }", length, code, length, index, f.jump(in.Labels[0]))
	}
	f.emit("if %s { %s } else { %s }", f.value(in.Args[0]), f.jump(in.Labels[0]), f.jump(in.Labels[1]))
}

// bound returns the operands of the comparison that a branch depends on and the code by which the run ends otherwise.
func (f *function) bound(in *ir.Inst) (index, length, code string, ok bool) {
	compared, end := f.made[in.Args[0].Name], f.blocks[in.Labels[1]].Insts[0]
	if compared == nil || compared.Predicate != "ult" || compared.Args[0].Type != ir.I64 || end.Callee != "rv_end" {
		return "", "", "", false
	}
	return f.opaque(compared.Args[0], f.value), f.opaque(compared.Args[1], f.value), f.value(end.Args[0]), true
}

func switches(f *function, in *ir.Inst) {
	f.emit("switch %s {", f.value(in.Args[0]))
	for i, c := range in.Cases {
		f.emit("case %#x: %s", c, f.jump(in.Labels[i]))
	}
	f.emit("default: %s\n\t}", f.jump(in.Labels[len(in.Cases)]))
}

func ret(f *function, in *ir.Inst) {
	if len(in.Args) == 0 {
		f.emit("return")
		return
	}
	f.emit("return %s", f.value(in.Args[0]))
}
