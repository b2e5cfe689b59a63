package llvm

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
)

// Batch is a module of LLVM IR under construction. Its zero value is empty.
type Batch struct {
	text  strings.Builder
	runs  []string // rows of the table of runs
	cases int
	// declared are the intrinsics and runtime functions that are declared already.
	declared map[string]bool
}

// Len returns the number of cases.
func (b *Batch) Len() int { return b.cases }

// Add adds a case. An error, of type *air.Unsupported, leaves the batch as it was.
func (b *Batch) Add(c export.Case) error {
	u := &unit{Case: c, rows: rows, prefix: "c" + strconv.Itoa(b.cases) + ".", callers: map[string]string{}}
	u.module()
	if u.err != nil {
		return u.err
	}
	b.text.WriteString(u.text.String())
	b.runs = append(b.runs, u.runs...)
	for _, d := range u.declarations {
		b.declare(d)
	}
	b.cases++
	return nil
}

func (b *Batch) declare(declaration string) {
	if b.declared == nil {
		b.declared = map[string]bool{}
	}
	if !b.declared[declaration] {
		b.declared[declaration] = true
		b.text.WriteString(declaration)
		b.text.WriteByte('\n')
	}
}

// Text returns the module: the cases and the table of runs.
func (b *Batch) Text() string {
	table := strings.Join(append(b.runs[:len(b.runs):len(b.runs)], "{ ptr, ptr, i64, ptr } zeroinitializer"), ",\n  ")
	return fmt.Sprintf("target triple = \"riscv64-unknown-linux-gnu\"\n\n"+
		"@rv_result = external global [%d x i8], align 16\ndeclare void @rv_end(i32) noreturn nounwind\n\n%s\n"+
		"@rv_cases = constant [%d x { ptr, ptr, i64, ptr }] [\n  %s\n]\n", export.MaxResult, b.text.String(), len(b.runs)+1, table)
}

// unit is one case being exported.
type unit struct {
	export.Case
	rows         map[air.Tag]handler
	prefix       string
	text         strings.Builder
	runs         []string
	declarations []string
	constants    map[string]string // names of private constants by their text
	callers      map[string]string // names of the functions of runs by what they call
	err          error
}

// fail ends the export because of something that has no form in LLVM IR.
func (u *unit) fail(what string) {
	if u.err == nil {
		u.err = &air.Unsupported{What: what}
	}
}

// module exports globals, functions and runs.
func (u *unit) module() {
	for _, g := range u.Module.Globals {
		u.global(g)
	}
	for _, f := range u.Module.Funcs {
		switch {
		case f.Extern || u.err != nil:
		case u.Elsewhere != nil && u.Elsewhere(f.Name):
			u.text.WriteString(u.declaration(f))
		default:
			newFunction(u, f).export()
		}
	}
	u.globalList()
	for i := range u.Runs {
		u.run(i)
	}
}

// symbol returns the name of a global or function as LLVM spells it.
func (u *unit) symbol(name string) string { return quoted(u.prefix + name) }

func quoted(name string) string {
	var s strings.Builder
	s.WriteString(`@"`)
	for i := range len(name) {
		if c := name[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			fmt.Fprintf(&s, "\\%02X", c)
		} else {
			s.WriteByte(c)
		}
	}
	s.WriteByte('"')
	return s.String()
}

func (u *unit) global(g *air.Global) {
	if g.Extern || g.ThreadLocal {
		u.fail("a global that is extern or of a thread")
		return
	}
	image, err := export.ImageOf(g.Init)
	if err != nil {
		u.fail(err.Error())
		return
	}
	kind := "global"
	if g.Const {
		kind = "constant"
	}
	fmt.Fprintf(&u.text, "%s = %s %s, align %d\n", u.symbol(g.Name), kind, u.initializer(image), max(uint64(g.Align), g.Type.Align()))
}

// globalList writes the table of the writable globals, whose contents a run reports.
func (u *unit) globalList() {
	var rows []string
	for _, g := range u.Module.Globals {
		if !g.Const && !g.Extern && g.Type.HasBits() {
			rows = append(rows, fmt.Sprintf("{ ptr, i64 } { ptr %s, i64 %d }", u.symbol(g.Name), g.Type.Size()))
		}
	}
	rows = append(rows, "{ ptr, i64 } zeroinitializer")
	fmt.Fprintf(&u.text, "%s = constant [%d x { ptr, i64 }] [%s]\n", u.symbol(".globals"), len(rows), strings.Join(rows, ", "))
}

// run writes the arguments of a run, and its row of the table. Runs of one function share the function that calls it.
func (u *unit) run(i int) {
	run := &u.Runs[i]
	callee := u.Module.Func(run.Func)
	if callee.Type.Elem.Size() > export.MaxResult {
		u.fail(fmt.Sprintf("a result of %d bytes", callee.Type.Elem.Size()))
		return
	}
	image, offsets, align, err := export.ImageOfAll(run.Args)
	if err != nil {
		u.fail(err.Error())
		return
	}
	args := u.symbol(".args" + strconv.Itoa(i))
	fmt.Fprintf(&u.text, "%s = global %s, align %d\n", args, u.initializer(image), align)
	name, ok := u.callers[run.Func]
	if !ok {
		name = ".run" + strconv.Itoa(len(u.callers))
		u.callers[run.Func] = name
		u.caller(name, callee, offsets)
	}
	u.runs = append(u.runs, fmt.Sprintf("{ ptr, ptr, i64, ptr } { ptr %s, ptr %s, i64 %d, ptr %s }", u.symbol(name), u.symbol(".globals"),
		callee.Type.Elem.Size(), args))
}

// caller writes the function that calls an entry with arguments at offsets in memory and stores the result.
func (u *unit) caller(name string, callee *air.Func, offsets []uint64) {
	f := newFunction(u, &air.Func{Name: name, Type: callee.Type})
	f.variadic = false
	f.label = "entry"
	args := make([]string, len(offsets))
	for k, t := range callee.Type.Params {
		if export.ClassOf(t) != export.Empty {
			args[k] = f.load(t, f.offset("%args", int64(offsets[k])), t.Align(), false)
		}
	}
	result := f.callWith(callee.Type, u.symbol(callee.Name), args, "")
	if export.ClassOf(callee.Type.Elem) != export.Empty {
		f.store(callee.Type.Elem, result, "@rv_result", 16, false)
	}
	f.line("ret void")
	fmt.Fprintf(&u.text, "define void %s(ptr %%args) noinline nounwind {\nentry:\n%s%s}\n", u.symbol(name), f.entry.String(), f.body.String())
}
