package qbe

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/fuzz/export/ir"
)

// function is the state of writing one function.
type function struct {
	*unit
	*ir.Func
	entry     strings.Builder // constants that are no operands of QBE, and memory of the frame
	body      strings.Builder
	block     string
	temps     int
	constants map[string]string // by what is written
}

// function writes a definition.
func (u *unit) function(source *ir.Func) {
	f := &function{unit: u, Func: source, constants: map[string]string{}}
	for _, b := range f.Blocks {
		f.block = b.Label
		if b.Label != f.Blocks[0].Label {
			f.body.WriteString(label(b.Label) + "\n")
		}
		for i := range b.Insts {
			f.inst(&b.Insts[i])
		}
	}
	params := make([]string, len(f.Params))
	for i, p := range f.Params {
		params[i] = f.class(p.Type) + " " + local(p.Name)
	}
	if f.Variadic {
		params = append(params, "...")
	}
	result := ""
	if f.Result.Kind != ir.Void {
		result = f.class(f.Result) + " "
	}
	fmt.Fprintf(&u.text, "function %s%s(%s) {\n%s\n%s%s}\n", result, symbol(f.Name), strings.Join(params, ", "), label(f.Blocks[0].Label),
		f.entry.String(), f.body.String())
}

func label(name string) string { return "@" + ir.Identifier(name) }

func local(name string) string { return "%" + ir.Identifier(name) }

// class returns the letter of a type: word, long, single or double.
func (f *function) class(t ir.Type) string {
	letter := map[ir.Type]string{{Kind: ir.Float, Bits: 32}: "s", {Kind: ir.Float, Bits: 64}: "d", ir.Address: "l", ir.Int(64): "l",
		ir.I1: "w", ir.Int(8): "w", ir.Int(16): "w", ir.Int(32): "w"}[t]
	if letter == "" {
		f.fail("the type " + t.String())
	}
	return letter
}

func (f *function) emit(format string, args ...any) {
	f.body.WriteByte('\t')
	fmt.Fprintf(&f.body, format, args...)
	f.body.WriteByte('\n')
}

// temp writes an instruction and returns its result.
func (f *function) temp(class, format string, args ...any) string {
	f.temps++
	name := fmt.Sprintf("%%q%d", f.temps)
	f.emit("%s =%s %s", name, class, fmt.Sprintf(format, args...))
	return name
}

// set writes an instruction with the result of another.
func (f *function) set(in *ir.Inst, format string, args ...any) {
	f.emit("%s =%s %s", local(in.Result), f.class(in.Type), fmt.Sprintf(format, args...))
}

// value returns an operand. Constants that are none in QBE are made at the start of the function.
func (f *function) value(o ir.Operand) string {
	switch {
	case o.Name != "":
		f.class(o.Type)
		return local(o.Name)
	case o.Symbol != "" && o.Value().Sign() == 0:
		return symbol(o.Symbol)
	case o.Symbol != "":
		return f.constant("l", fmt.Sprintf("add %s, %d", symbol(o.Symbol), o.Value().Int64()))
	case o.Type.Kind == ir.Float:
		return f.float(o)
	}
	return o.Value().String()
}

// float returns a constant in decimal, or where that has no form the bits of one.
func (f *function) float(o ir.Operand) string {
	class, pattern := f.class(o.Type), o.Value().Uint64()
	x, bits := math.Float64frombits(pattern), 64
	if class != "d" {
		x, bits = float64(math.Float32frombits(uint32(pattern))), 32
	}
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return f.constant(class, fmt.Sprintf("cast %d", o.Value()))
	}
	return class + "_" + strconv.FormatFloat(x, 'g', -1, bits)
}

func (f *function) constant(class, text string) string {
	name, ok := f.constants[class+text]
	if !ok {
		name = fmt.Sprintf("%%k%d", len(f.constants))
		f.constants[class+text] = name
		fmt.Fprintf(&f.entry, "\t%s =%s %s\n", name, class, text)
	}
	return name
}

// inst writes an instruction.
func (f *function) inst(in *ir.Inst) {
	if op, ok := plain[in.Op]; ok {
		list := make([]string, len(in.Args))
		for i, o := range in.Args {
			list[i] = f.value(o)
		}
		f.set(in, "%s %s", op, strings.Join(list, ", "))
		return
	}
	how := statements[in.Op]
	if how == nil {
		f.fail("the instruction " + in.Op)
		return
	}
	how(f, in)
}

// plain are the instructions that QBE has.
var plain = map[string]string{
	"add": "add", "sub": "sub", "mul": "mul", "and": "and", "or": "or", "xor": "xor", "udiv": "udiv", "sdiv": "div", "urem": "urem", "srem": "rem",
	"shl": "shl", "lshr": "shr", "ashr": "sar", "fadd": "add", "fsub": "sub", "fmul": "mul", "fdiv": "div", "fneg": "neg", "fptrunc": "truncd",
	"fpext": "exts", "ptrtoint": "copy", "inttoptr": "copy",
}

// statements write the other instructions.
var statements = map[string]func(*function, *ir.Inst){
	"icmp": compare, "fcmp": compareFloats, "select": choose, "zext": extend, "sext": extend, "trunc": truncate, "bitcast": cast,
	"fptosi": toInteger, "fptoui": toInteger, "sitofp": toFloat, "uitofp": toFloat, "frem": library, "llvm.sqrt": library, "llvm.floor": library,
	"llvm.ceil": library, "llvm.round": library, "llvm.trunc": library, "llvm.fma": library, "alloca": alloca, "load": load, "store": store,
	"getelementptr": element, "llvm.memcpy": memoryCall, "llvm.memmove": memoryCall, "llvm.memset": memoryCall, "call": call, "phi": phi,
	"br": branch, "switch": switches, "ret": ret, "unreachable": func(f *function, _ *ir.Inst) { f.emit("hlt") },
	// The addresses of frames are undefined.
	"llvm.returnaddress": null, "llvm.frameaddress": null, "fence": nothing, "barrier": nothing, "cmpxchg": cmpxchg, "atomicrmw": atomicrmw,
	"llvm.va_start": func(f *function, in *ir.Inst) { f.emit("vastart %s", f.value(in.Args[0])) },
}

func nothing(*function, *ir.Inst) {}

func null(f *function, in *ir.Inst) { f.set(in, "copy 0") }

// comparison returns the instruction of a predicate for operands of a type.
func (f *function) comparison(predicate string, t ir.Type) string {
	return "c" + predicate + f.class(t)
}

func compare(f *function, in *ir.Inst) {
	f.set(in, "%s %s, %s", f.comparison(in.Predicate, in.Args[0].Type), f.value(in.Args[0]), f.value(in.Args[1]))
}

func compareFloats(f *function, in *ir.Inst) {
	x, y := f.value(in.Args[0]), f.value(in.Args[1])
	name := map[string]string{"oeq": "eq", "une": "ne", "olt": "lt", "ole": "le", "ogt": "gt", "oge": "ge", "uno": "uo", "one": "lt"}[in.Predicate]
	if name == "" {
		f.fail("the predicate " + in.Predicate)
		return
	}
	op := f.comparison(name, in.Args[0].Type)
	if in.Predicate == "one" {
		f.set(in, "or %s, %s", f.temp("w", "%s %s, %s", op, x, y), f.temp("w", "%s %s, %s", f.comparison("gt", in.Args[0].Type), x, y))
		return
	}
	f.set(in, "%s %s, %s", op, x, y)
}

// choose writes a select, of floats by their bits.
func choose(f *function, in *ir.Inst) {
	class, x, y := f.class(in.Type), f.value(in.Args[1]), f.value(in.Args[2])
	integer := map[string]string{"s": "w", "d": "l"}[class]
	if integer != "" {
		x, y, class = f.temp(integer, "cast %s", x), f.temp(integer, "cast %s", y), integer
	}
	v := f.chosen(class, f.value(in.Args[0]), x, y)
	if integer != "" {
		f.set(in, "cast %s", v)
		return
	}
	f.set(in, "copy %s", v)
}

// extend widens a word, in which narrower integers are zero-extended.
func extend(f *function, in *ir.Inst) {
	op := "copy"
	if in.Type.Bits == 64 {
		op = map[string]string{"zext": "extuw", "sext": "extsw"}[in.Op]
	}
	f.set(in, "%s %s", op, f.value(in.Args[0]))
}

func truncate(f *function, in *ir.Inst) {
	if in.Type.Bits == 1 {
		f.set(in, "and %s, 1", f.value(in.Args[0]))
		return
	}
	f.set(in, "copy %s", f.value(in.Args[0]))
}

func cast(f *function, in *ir.Inst) { f.set(in, "cast %s", f.value(in.Args[0])) }

// toInteger has as its name the letters of a float, "to", the signedness, and "i".
func toInteger(f *function, in *ir.Inst) {
	f.set(in, "%sto%ci %s", f.class(in.Args[0].Type), in.Op[len("fpto")], f.value(in.Args[0]))
}

func toFloat(f *function, in *ir.Inst) {
	f.set(in, "%c%stof %s", in.Op[0], f.class(in.Args[0].Type), f.value(in.Args[0]))
}

// library calls a function on floats.
func library(f *function, in *ir.Inst) {
	name, class := strings.TrimPrefix(in.Op, "llvm."), f.class(in.Type)
	if in.Op == "frem" {
		name = "fmod"
	}
	if class == "s" {
		name += "f"
	}
	f.set(in, "call $%s(%s)", name, f.arguments(in.Args))
}

func (f *function) arguments(args []ir.Operand) string {
	list := make([]string, len(args))
	for i, o := range args {
		list[i] = f.class(o.Type) + " " + f.value(o)
	}
	return strings.Join(list, ", ")
}

func memoryCall(f *function, in *ir.Inst) {
	f.emit("call $%s(%s)", strings.TrimPrefix(in.Op, "llvm."), f.arguments(in.Args[:3]))
}

// call writes a call of a function or through an address.
func call(f *function, in *ir.Inst) {
	args, callee := in.Args, symbol(in.Callee)
	if in.Callee == "" {
		callee, args = f.value(args[0]), args[1:]
	}
	list := f.arguments(args)
	if in.Variadic {
		if in.Named > len(args) {
			f.fail("a call with too few arguments")
			return
		}
		list = strings.TrimPrefix(f.arguments(args[:in.Named])+", ...", ", ")
		list = strings.TrimSuffix(list+", "+f.arguments(args[in.Named:]), ", ")
	}
	if in.Type.Kind == ir.Void {
		f.emit("call %s(%s)", callee, list)
		return
	}
	f.set(in, "call %s(%s)", callee, list)
}

func phi(f *function, in *ir.Inst) {
	edges := make([]string, len(in.Args))
	for i, o := range in.Args {
		edges[i] = label(in.Labels[i]) + " " + f.value(o)
	}
	f.set(in, "phi %s", strings.Join(edges, ", "))
}

func branch(f *function, in *ir.Inst) {
	if len(in.Labels) == 1 {
		f.emit("jmp %s", label(in.Labels[0]))
		return
	}
	f.emit("jnz %s, %s, %s", f.value(in.Args[0]), label(in.Labels[0]), label(in.Labels[1]))
}

// switches writes a chain of comparisons. No phi has an edge from it.
func switches(f *function, in *ir.Inst) {
	v := f.value(in.Args[0])
	for i, to := range in.Labels {
		if len(f.Moves(f.block, to)) > 0 {
			f.fail("a phi behind a switch")
		}
		if i == len(in.Cases) {
			f.emit("jmp %s", label(to))
			return
		}
		f.temps++
		next := fmt.Sprintf("@q%d", f.temps)
		f.emit("jnz %s, %s, %s", f.temp("w", "%s %s, %d", f.comparison("eq", in.Type), v, in.Cases[i]), label(to), next)
		f.body.WriteString(next + "\n")
	}
}

func ret(f *function, in *ir.Inst) {
	if len(in.Args) == 0 {
		f.emit("ret")
		return
	}
	f.emit("ret %s", f.value(in.Args[0]))
}
