package llvm

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// block says block: br goes to its end with a value.
func block(f *function, in *air.Inst) string {
	at := f.at
	t := &target{label: f.newLabel(), typ: in.Type}
	if export.ClassOf(in.Type) == export.Bytes {
		t.place = f.alloca(in.Type.Size(), in.Type.Align())
	}
	f.targets[at] = t
	f.instructions(in.Bodies[0])
	f.at = at
	f.block(t.label)
	if in.Type == air.NoReturnType {
		f.terminate("unreachable") // every way through it leaves
		return ""
	}
	if len(t.from) == 0 && t.place == "" || export.ClassOf(in.Type) == export.Empty {
		return f.unreached(in.Type)
	}
	if t.place != "" {
		return t.place
	}
	return f.phi(valueType(in.Type), t.from)
}

// unreached returns an operand for the value of a block that no br leaves, or that has no bits.
func (f *function) unreached(t *air.Type) string {
	if c := export.ClassOf(t); c == export.Empty || c == export.Bytes {
		return ""
	}
	return "undef"
}

func (f *function) phi(typ string, from [][2]string) string {
	edges := make([]string, len(from))
	for i, e := range from {
		edges[i] = fmt.Sprintf("[ %s, %%%s ]", e[0], e[1])
	}
	return f.def("phi %s %s", typ, strings.Join(edges, ", "))
}

func br(f *function, in *air.Inst) string {
	t := f.targets[in.Target()]
	v := f.op(in, 0)
	switch export.ClassOf(t.typ) {
	case export.Empty:
	case export.Bytes:
		f.store(t.typ, v, t.place, t.typ.Align(), false)
	default:
		t.from = append(t.from, [2]string{v, f.label})
	}
	f.terminate("br label %%%s", t.label)
	return ""
}

func loop(f *function, in *air.Inst) string {
	t := &target{label: f.newLabel()}
	f.targets[f.at] = t
	f.block(t.label)
	f.instructions(in.Bodies[0])
	return ""
}

func repeat(f *function, in *air.Inst) string {
	f.terminate("br label %%%s", f.targets[in.Target()].label)
	return ""
}

func condBr(f *function, in *air.Inst) string {
	otherwise := f.branch(f.op(in, 0))
	f.instructions(in.Bodies[0])
	f.block(otherwise)
	f.instructions(in.Bodies[1])
	return ""
}

// switchBr says switch_br and loop_switch_br. The value of the latter is a phi of what every switch_dispatch brings; it
// goes through memory, which optimisers turn into one.
func switchBr(f *function, in *air.Inst) string {
	t := f.typeOf(in, 0)
	typ, v := f.choice(t, f.op(in, 0))
	if in.Tag == air.LoopSwitchBr {
		head := &target{label: f.newLabel(), typ: t, place: f.alloca(max(t.Size(), 1), max(t.Align(), 1))}
		f.targets[f.at] = head
		f.line("store %s %s, ptr %s", typ, v, head.place)
		f.block(head.label)
		v = f.def("load %s, ptr %s", typ, head.place)
	}
	f.cases(in, typ, v)
	return ""
}

// choice returns what a switch chooses by as an integer and its type.
func (f *function) choice(t *air.Type, v string) (typ, integer string) {
	switch export.ClassOf(t) {
	case export.Address:
		return "i64", f.def("ptrtoint ptr %s to i64", v)
	case export.Empty:
		return "i1", "0"
	}
	return valueType(t), v
}

// fewValues is how many values of a range are written as cases of their own.
const fewValues = 16

// cases writes the switch: tests for wide ranges, then a switch on the other values, then the bodies.
func (f *function) cases(in *air.Inst, typ, v string) {
	t := f.typeOf(in, 0)
	labels := make([]string, len(in.Bodies))
	for i := range labels {
		labels[i] = f.newLabel()
	}
	var arms strings.Builder
	for i, c := range in.Extra.(*air.SwitchExtra).Cases {
		for _, item := range c.Items {
			fmt.Fprintf(&arms, " %s %s, label %%%s", typ, caseValue(item), labels[i])
		}
		for _, r := range c.Ranges {
			low, high := r[0].BigInt(), r[1].BigInt()
			if count := new(big.Int).Sub(high, low); count.Cmp(big.NewInt(fewValues)) >= 0 {
				f.testRange(t, typ, v, low, high, labels[i])
				continue
			}
			for x := low; x.Cmp(high) <= 0; x = new(big.Int).Add(x, big.NewInt(1)) {
				fmt.Fprintf(&arms, " %s %s, label %%%s", typ, x, labels[i])
			}
		}
	}
	f.terminate("switch %s %s, label %%%s [%s ]", typ, v, labels[len(labels)-1], arms.String())
	for i, body := range in.Bodies {
		f.block(labels[i])
		f.instructions(body)
	}
}

func caseValue(v *air.Value) string {
	if v.Kind == air.NullValue || v.Type.Size() == 0 {
		return "0"
	}
	return v.BigInt().String()
}

// testRange writes a jump to a label for values of a range.
func (f *function) testRange(t *air.Type, typ, v string, low, high *big.Int, label string) {
	letter := "u"
	if isSigned(t) {
		letter = "s"
	}
	above := f.def("icmp %sge %s %s, %s", letter, typ, v, low)
	below := f.def("icmp %sle %s %s, %s", letter, typ, v, high)
	next := f.newLabel()
	f.terminate("br i1 %s, label %%%s, label %%%s", f.def("and i1 %s, %s", above, below), label, next)
	f.block(next)
}

func switchDispatch(f *function, in *air.Inst) string {
	head := f.targets[in.Target()]
	typ, v := f.choice(head.typ, f.op(in, 0))
	f.line("store %s %s, ptr %s", typ, v, head.place)
	f.terminate("br label %%%s", head.label)
	return ""
}

// ret says ret and ret_safe.
func ret(f *function, in *air.Inst) string {
	f.giveBack(f.op(in, 0), f.f.Type.Elem.Align())
	return ""
}

func (f *function) giveBack(v string, align uint64) {
	if f.Elsewhere != nil {
		f.seamReturn(v, align)
		return
	}
	switch t := f.f.Type.Elem; export.ClassOf(t) {
	case export.Empty:
		f.terminate("ret void")
	case export.Bytes:
		f.copy("memcpy", "%sret", t.Align(), v, align, fmt.Sprint(t.Size()), false)
		f.terminate("ret void")
	default:
		f.terminate("ret %s %s", valueType(t), v)
	}
}

func retLoad(f *function, in *air.Inst) string {
	t, p := f.f.Type.Elem, f.typeOf(in, 0)
	v := f.op(in, 0)
	if export.ClassOf(t) != export.Bytes {
		v = f.loadAs(t, pointeeType(t), v, p.PointeeAlign(), p.Volatile)
	}
	f.giveBack(v, p.PointeeAlign())
	return ""
}

func unreach(f *function, _ *air.Inst) string {
	f.terminate("unreachable")
	return ""
}

// trap says trap and breakpoint, which end a run.
func trap(reason string) handler {
	return func(f *function, _ *air.Inst) string {
		f.end(oracle.Trapped, reason)
		return ""
	}
}

// call says every call. One of a panic routine ends the run.
func call(f *function, in *air.Inst) string {
	t := f.typeOf(in, 0)
	if t.Kind == air.Pointer {
		t = t.Elem
	}
	callee := f.op(in, 0)
	if v := f.f.Value(in.Ops[0]); v != nil && v.Kind == air.SymbolValue {
		callee = f.symbol(v.Symbol)
		if extern := f.Module.Func(v.Symbol); extern != nil && extern.Extern {
			if reason, ok := export.PanicReason(v.Symbol); ok {
				f.end(oracle.Panicked, reason)
			} else {
				f.unsupported("a call of an extern function")
			}
			return ""
		}
	}
	args := make([]string, len(in.Ops)-1)
	for i := range args {
		args[i] = f.op(in, i+1)
	}
	for i := len(t.Params); i < len(args); i++ {
		args[i] = f.unnamed(f.typeOf(in, i+1), args[i])
	}
	attribute := ""
	if in.Tag == air.CallNeverInline {
		attribute = " noinline"
	}
	v := f.callWith(t, callee, args, attribute)
	if t.Elem.Kind == air.NoReturn {
		f.terminate("unreachable")
	}
	return v
}

// callWith writes a call of a function of a type and returns its result. Unnamed arguments have their types with them.
func (f *function) callWith(t *air.Type, callee string, args []string, attribute string) string {
	if f.Elsewhere != nil {
		return f.seamCall(t, callee, args, attribute)
	}
	class := export.ClassOf(t.Elem)
	to := ""
	if class == export.Bytes {
		to = f.alloca(t.Elem.Size(), t.Elem.Align())
	}
	named := *t
	named.VarArgs = false
	list := f.parameters(&named, func(i int) string { return args[i] }, " "+to)
	typ := f.resultType(t.Elem)
	if t.VarArgs {
		typ = fmt.Sprintf("%s(%s)", typ, f.parameterTypes(t))
		for _, a := range args[len(t.Params):] {
			if a != "" {
				list = strings.TrimPrefix(list+", "+a, ", ")
			}
		}
	}
	if class == export.Empty || class == export.Bytes {
		f.line("call %s %s(%s)%s", typ, callee, list, attribute)
		return to
	}
	return f.def("call %s %s(%s)%s", typ, callee, list, attribute)
}

// parameterTypes returns the types of the parameters of a variadic function.
func (f *function) parameterTypes(t *air.Type) string {
	list := ""
	if export.ClassOf(t.Elem) == export.Bytes {
		list = "ptr, "
	}
	for _, p := range t.Params {
		if export.ClassOf(p) != export.Empty {
			list += valueType(p) + ", "
		}
	}
	return list + "..."
}

// unnamed returns an argument of a variadic function, with its type, as the words of 8 bytes that a va_list finds. One of
// more than two words is passed by reference.
func (f *function) unnamed(t *air.Type, v string) string {
	size := t.Size() * 8
	switch class := export.ClassOf(t); {
	case class == export.Empty:
		return ""
	case class == export.Bytes || class == export.Vector || class == export.Float && size > 128:
		f.unsupported("an unnamed argument of type " + t.String())
		return ""
	case size > 128:
		return "ptr " + f.spill(t, v)
	case class == export.Integer && size <= 64:
		return "i64 " + f.resize(v, widthOf(t), 64, extend(t))
	case class == export.Integer:
		return "i128 " + f.resize(v, widthOf(t), 128, extend(t))
	case class == export.Float:
		return fmt.Sprintf("i%d %s", max(size, 64), f.resize(f.toBits(t, v), size, max(size, 64), "zext"))
	}
	return "ptr " + v
}

func vaStart(f *function, _ *air.Inst) string {
	list := f.alloca(8, 8)
	f.declarations = append(f.declarations, "declare void @llvm.va_start.p0(ptr)")
	f.line("call void @llvm.va_start.p0(ptr %s)", list)
	return f.load(air.USize, list, 8, false)
}

// vaList converts between the address of the next argument and the type that AIR has for it.
func vaStartAs(f *function, in *air.Inst) string {
	if !f.variadic {
		f.unsupported("c_va_start in a function that is not variadic")
		return ""
	}
	v := vaStart(f, in)
	return f.recast(air.USize, in.Type, v)
}

func vaCopy(f *function, in *air.Inst) string { return f.load(in.Type, f.op(in, 0), 8, false) }

// vaArg reads the next argument: a type aligned to 16 begins at such an address.
func vaArg(f *function, in *air.Inst) string {
	t := in.Type
	if class := export.ClassOf(t); class == export.Bytes || class == export.Vector {
		f.unsupported("an unnamed argument of type " + t.String())
		return ""
	}
	next := f.def("load i64, ptr %s, align 8", f.op(in, 0))
	if t.Size() > 16 { // by reference
		f.line("store i64 %s, ptr %s, align 8", f.def("add i64 %s, 8", next), f.op(in, 0))
		return f.load(t, f.def("load ptr, ptr %s, align 8", f.def("inttoptr i64 %s to ptr", next)), t.Align(), false)
	}
	if t.Align() == 16 {
		next = f.def("and i64 %s, -16", f.def("add i64 %s, 15", next))
	}
	v := f.load(t, f.def("inttoptr i64 %s to ptr", next), min(8, t.Align()), false)
	f.line("store i64 %s, ptr %s, align 8", f.def("add i64 %s, %d", next, (t.Size()+7)&^7), f.op(in, 0))
	return v
}

// nothing says tags without effect in a single thread: debug information, hints.
func nothing(*function, *air.Inst) string { return "" }

func arg(f *function, in *air.Inst) string {
	if export.ClassOf(in.Type) == export.Empty {
		return ""
	}
	if f.arguments != nil {
		return f.arguments[in.N]
	}
	return "%a" + strconv.Itoa(int(in.N))
}

// machineAddress says ret_addr and frame_addr, which are undefined.
func machineAddress(name string) handler {
	return func(f *function, in *air.Inst) string {
		result := "@llvm." + name
		if name == "frameaddress" {
			result += ".p0"
		}
		p := f.call("ptr", strings.TrimPrefix(result, "@"), []string{"i32 immarg"}, "0")
		return f.def("ptrtoint ptr %s to i64", p)
	}
}

// assembly says the empty text, which is a barrier.
func assembly(f *function, in *air.Inst) string {
	if in.Extra.(*air.AssemblyExtra).Text != "" || export.ClassOf(in.Type) != export.Empty {
		f.unsupported("inline assembly")
		return ""
	}
	f.line(`call void asm sideeffect "", "~{memory}"()`)
	return ""
}
