package llvm

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/convention"
)

// function is the state of exporting one function.
type function struct {
	*unit
	f        *air.Func
	needed   []bool
	values   []string // by instruction: the operand that names its result
	at       air.Index
	entry    strings.Builder // allocations
	body     strings.Builder
	label    string // of the block being written; "" after its terminator
	temps    int
	result   string // ret_ptr
	targets  map[air.Index]*target
	variadic bool
	// arguments are the values of the parameters at a seam.
	arguments []string
}

// target is where a br, repeat or switch_dispatch goes.
type target struct {
	label string
	typ   *air.Type   // of the value that is brought along
	place string      // for class Bytes: where the value is copied to
	from  [][2]string // values and the blocks that they come from
}

func newFunction(u *unit, f *air.Func) *function {
	return &function{unit: u, f: f, values: make([]string, len(f.Insts)), targets: map[air.Index]*target{}, variadic: f.Type.VarArgs}
}

// export writes the definition. The entry of a run is external and not inlined.
func (f *function) export() {
	f.needed = export.Needed(f.f)
	f.label = "entry"
	params, result := "", f.resultType(f.f.Type.Elem)
	linkage, attributes := "internal ", "nounwind"
	if f.Elsewhere != nil {
		params, result, linkage = f.seamParameters(), seamResult(&convention.Of(f.f.Type).Result), ""
	} else {
		params = f.parameters(f.f.Type, func(i int) string { return " %a" + strconv.Itoa(i) }, " %sret")
	}
	f.instructions(f.f.Body)
	for i := range f.Runs {
		if f.Runs[i].Func == f.f.Name {
			linkage, attributes = "", "noinline nounwind"
		}
	}
	fmt.Fprintf(&f.text, "define %s%s %s(%s) %s {\nentry:\n%s%s}\n", linkage, result, f.symbol(f.f.Name), params,
		attributes, f.entry.String(), f.body.String())
}

// resultType returns what a function returns in LLVM: nothing for what goes through memory.
func (f *function) resultType(t *air.Type) string {
	if export.ClassOf(t) == export.Bytes {
		return "void"
	}
	return extension(t) + valueType(t)
}

// extension returns the attribute by which the C calling convention extends an integer, with a space behind it.
func extension(t *air.Type) string {
	if export.ClassOf(t) != export.Integer {
		return ""
	}
	switch bits, signed := export.IntegerOf(t); {
	case bits >= 64:
		return ""
	case signed:
		return "signext "
	}
	return "zeroext "
}

// parameters returns the parameter list of a type, each parameter with a name or argument behind it.
func (f *function) parameters(t *air.Type, name func(int) string, result string) string {
	var list []string
	if export.ClassOf(t.Elem) == export.Bytes {
		list = append(list, "ptr"+result)
	}
	for i, p := range t.Params {
		if export.ClassOf(p) != export.Empty {
			list = append(list, strings.TrimRight(valueType(p)+" "+extension(p)+strings.TrimLeft(name(i), " "), " "))
		}
	}
	if t.VarArgs {
		list = append(list, "...")
	}
	return strings.Join(list, ", ")
}

// instructions writes the instructions of a body.
func (f *function) instructions(body air.Body) {
	for _, i := range body {
		in := &f.f.Insts[i]
		if !f.needed[i] || f.err != nil || f.label == "" {
			continue
		}
		f.at = i
		how := f.rows[in.Tag]
		if how == nil {
			f.unsupported("the tag in LLVM IR")
			return
		}
		f.checkTypes(in)
		if export.ClassOf(in.Type) != export.Empty || export.HasEffect(f.f, in) {
			f.values[i] = how(f, in)
		}
	}
}

// checkTypes fails for a type that LLVM has not for riscv64.
func (f *function) checkTypes(in *air.Inst) {
	check := func(t *air.Type) {
		if t.Kind == air.Vector {
			t = t.Elem
		}
		if t.Kind == air.Float && t.Bits == 80 {
			f.unsupported("f80")
		}
	}
	check(in.Type)
	for _, op := range in.Ops {
		check(f.f.TypeOf(op))
	}
}

// unsupported fails at the current instruction.
func (f *function) unsupported(what string) {
	if f.err == nil {
		f.err = air.NewUnsupported(f.f, f.at, what)
	}
}

// op returns an operand of an instruction as LLVM names it.
func (f *function) op(in *air.Inst, n int) string { return f.ref(in.Ops[n]) }

func (f *function) ref(r air.Ref) string {
	if i, ok := r.Inst(); ok {
		return f.values[i]
	}
	return f.constant(f.f.Value(r))
}

func (f *function) typeOf(in *air.Inst, n int) *air.Type { return f.f.TypeOf(in.Ops[n]) }

// known reports whether every operand of an instruction is wholly defined whenever it runs.
func (f *function) known(in *air.Inst) bool {
	for _, op := range in.Ops {
		if !f.knownRef(op) {
			return false
		}
	}
	return true
}

func (f *function) knownRef(r air.Ref) bool {
	if i, ok := r.Inst(); ok {
		return f.Defined != nil && f.Defined(f.f.Name, i)
	}
	return export.IsDefined(f.f.Value(r))
}

// flag returns flags of an instruction with a space behind them where its operands are known, otherwise nothing.
func (f *function) flag(in *air.Inst, flags string) string {
	if f.known(in) {
		return flags + " "
	}
	return ""
}

// line writes an instruction without a result.
func (f *function) line(format string, args ...any) {
	f.body.WriteString("  ")
	fmt.Fprintf(&f.body, format, args...)
	f.body.WriteByte('\n')
}

// def writes an instruction and returns the name of its result.
func (f *function) def(format string, args ...any) string {
	name := f.temp()
	f.body.WriteString("  " + name + " = ")
	fmt.Fprintf(&f.body, format, args...)
	f.body.WriteByte('\n')
	return name
}

func (f *function) temp() string {
	f.temps++
	return "%t" + strconv.Itoa(f.temps)
}

// alloca returns memory of the frame.
func (f *function) alloca(size, align uint64) string {
	name := f.temp()
	fmt.Fprintf(&f.entry, "  %s = alloca [%d x i8], align %d\n", name, max(size, 1), max(align, 1))
	return name
}

// newLabel returns a label that no block has yet.
func (f *function) newLabel() string {
	f.temps++
	return "b" + strconv.Itoa(f.temps)
}

// block starts a block; one that is being written falls through into it.
func (f *function) block(label string) {
	if f.label != "" {
		f.line("br label %%%s", label)
	}
	f.body.WriteString(label + ":\n")
	f.label = label
}

// terminate writes the last instruction of a block.
func (f *function) terminate(format string, args ...any) {
	f.line(format, args...)
	f.label = ""
}

// branch ends a block with a jump that depends on a condition, and starts the block for when it holds.
func (f *function) branch(condition string) (otherwise string) {
	then, otherwise := f.newLabel(), f.newLabel()
	f.terminate("br i1 %s, label %%%s, label %%%s", condition, then, otherwise)
	f.block(then)
	return otherwise
}

// call writes a call of an intrinsic or runtime function, which it declares, and returns the result.
func (f *function) call(result, name string, types []string, args ...string) string {
	f.declarations = append(f.declarations, fmt.Sprintf("declare %s @%s(%s)", result, name, strings.Join(types, ", ")))
	list := make([]string, len(args))
	for i := range args {
		list[i] = types[i] + " " + args[i]
	}
	call := fmt.Sprintf("call %s @%s(%s)", result, name, strings.Join(list, ", "))
	if result == "void" {
		f.line("%s", call)
		return ""
	}
	return f.def("%s", call)
}

// suffix returns a type as the names of overloaded intrinsics spell it.
func suffix(t *air.Type) string {
	switch export.ClassOf(t) {
	case export.Float:
		return "f" + strconv.Itoa(int(t.Bits))
	case export.Vector:
		return "v" + strconv.FormatUint(t.Len, 10) + suffix(t.Elem)
	case export.Address:
		return "p0"
	}
	return valueType(t)
}

// intrinsic calls the intrinsic of a name overloaded by a type, whose operands and result have that type.
func (f *function) intrinsic(name string, t *air.Type, args ...string) string {
	types := make([]string, len(args))
	for i := range types {
		types[i] = valueType(t)
	}
	return f.call(valueType(t), "llvm."+name+"."+suffix(t), types, args...)
}

// end writes the end of a run.
func (f *function) end(ending oracle.Ending, reason string) {
	f.line("call void @rv_end(i32 %d)", int32(export.EndCode(ending, reason)))
	f.terminate("unreachable")
}

// panicIf writes the end of a run where a condition holds.
func (f *function) panicIf(condition, reason string) {
	otherwise := f.branch(condition)
	f.end(oracle.Panicked, reason)
	f.block(otherwise)
}
