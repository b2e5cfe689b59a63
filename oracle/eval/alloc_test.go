package eval

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// measured is what a loop must run without allocation: lines of text in which values have names of their own. "x: T =
// v" makes a value of memory, "use T x" a need for x.
type measured struct{ name, lines string }

// mayAllocate is the tags that no loop measures, with the reason.
var mayAllocate = map[air.Tag]string{
	air.Trap:       "ends the run",
	air.Breakpoint: "ends the run",
	air.Unreach:    "ends the run",
	air.Assembly:   "ends the run unless it is empty",
	air.Sin:        onBig,
	air.Cos:        onBig,
	air.Tan:        onBig,
	air.Exp:        onBig,
	air.Exp2:       onBig,
	air.Log:        onBig,
	air.Log2:       onBig,
	air.Log10:      onBig,
}

const onBig = "computes with math/big"

// Values of at most 64 bits, and aggregates of them, take no allocation in any tag: a loop of many rounds allocates no
// more than one of few.
func TestNoAllocationPerInstruction(t *testing.T) {
	seen := map[air.Tag]bool{}
	rows := append(arithmeticLoops(), otherLoops...)
	for _, row := range rows {
		m, err := air.Parse(row.name, []byte(loopText(row.lines)))
		if err == nil {
			err = air.Verify(m)
		}
		if err != nil {
			t.Fatalf("%s: %v\n%s", row.name, err, loopText(row.lines))
		}
		noteTags(m, seen)
		checkAllocations(t, row.name, mustNew(t, m, Config{}))
	}
	for tag := range air.Tag(air.NumTags) {
		if reason, ok := mayAllocate[tag]; ok {
			t.Logf("%s is not measured: it %s", tag, reason)
		} else if !seen[tag] {
			t.Errorf("no loop has %s", tag)
		}
	}
	t.Logf("%d loops", len(rows))
}

func noteTags(m *air.Module, seen map[air.Tag]bool) {
	for _, f := range m.Funcs {
		for i := range f.Insts {
			seen[f.Insts[i].Tag] = true
		}
	}
}

func checkAllocations(t *testing.T, name string, p *Program) {
	t.Helper()
	allocations := func(rounds int64) float64 {
		args := arguments(p, "measured", []int64{rounds})
		return testing.AllocsPerRun(1, func() {
			if o := p.Call("measured", args); o.Ending != oracle.Returned {
				t.Fatalf("%s: %s", name, show(p, "measured", o))
			}
		})
	}
	if short, long := allocations(2), allocations(66); long > short {
		t.Errorf("%s: %v allocations per round", name, (long-short)/64)
	}
}

// loopText makes a module of which @measured runs the lines a number of times.
func loopText(lines string) string {
	w := &loopWriter{names: map[string]string{}, number: 20}
	for _, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		w.line(strings.TrimSpace(line))
	}
	return loopDefinitions + `
fn @measured(u32) void {
  %0 = arg(u32, 0)
  %1 = alloc(*u32)
  %2 = store(%1, %0)
  %3 = loop({
    %4 = load(u32, %1)
    %5 = cmp_eq(%4, <u32, 0>)
    %6 = cond_br(%5, {
      %7 = ret({})
    }, {
      %8 = sub(%4, <u32, 1>)
      %9 = store(%1, %8)
` + w.text.String() + `      %19 = repeat(%3)
    })
  })
}
`
}

// loopWriter numbers values.
type loopWriter struct {
	text   strings.Builder
	names  map[string]string // the numbers of named values
	number int
}

var valueName = regexp.MustCompile(`%[a-z]\w*`)

func (w *loopWriter) emit(format string, args ...any) string {
	ref := fmt.Sprintf("%%%d", w.number)
	w.number++
	fmt.Fprintf(&w.text, "      %s = %s\n", ref, fmt.Sprintf(format, args...))
	return ref
}

func (w *loopWriter) line(line string) {
	if name, definition, ok := strings.Cut(line, ": "); ok && !strings.ContainsAny(name, " (%") {
		typ, value, _ := strings.Cut(definition, " = ")
		at := w.emit("alloc(*%s)", typ)
		w.emit("store(%s, <%s, %s>)", at, typ, value)
		w.names["%at_"+name] = at
		w.names["%"+name] = w.emit("load(%s, %s)", typ, at)
		return
	}
	line = valueName.ReplaceAllStringFunc(line, func(name string) string { return w.names[name] })
	if rest, ok := strings.CutPrefix(line, "use "); ok {
		cut := strings.LastIndex(rest, " ")
		at := w.emit("alloc(*%s)", rest[:cut])
		w.emit("store(%s, %s)", at, rest[cut+1:])
		return
	}
	if name, operation, ok := strings.Cut(line, " := "); ok {
		w.names["%"+name] = w.emit("%s", operation)
		return
	}
	switch {
	case strings.HasPrefix(line, "}"):
		fmt.Fprintf(&w.text, "      %s\n", line)
	default:
		w.emit("%s", line)
	}
}

// integerTypes are the types of the integer loops, with two values and an amount that all operations accept.
var integerTypes = []struct{ typ, flag, x, y, amountType, amount string }{
	{"u8", "u1", "6", "3", "u3", "1"},
	{"i7", "u1", "6", "3", "u3", "1"},
	{"u33", "u1", "6", "3", "u6", "1"},
	{"i64", "u1", "-6", "3", "u6", "1"},
	{"u64", "u1", "6", "3", "u6", "1"},
	{"@Vector(4, u8)", "@Vector(4, u1)", ".{ 6, 6, 6, 6 }", ".{ 3, 3, 3, 3 }", "@Vector(4, u3)", ".{ 1, 1, 1, 1 }"},
	{"@Vector(3, i5)", "@Vector(3, u1)", ".{ 6, 4, -6 }", ".{ 2, -1, 2 }", "@Vector(3, u3)", ".{ 1, 0, 1 }"},
}

// floatTypes are the types of the float loops, with two values, the type of a comparison, and an integer that fits the
// type together with its own type.
var floatTypes = []struct{ typ, x, y, boolean, integer, whole string }{
	{"f16", "0x4680", "0x3e00", "bool", "i32", "-7"},
	{"f32", "6.5", "-1.5", "bool", "u64", "18446744073709551615"},
	{"f64", "-9e18", "3.25e-300", "bool", "i64", "-7"},
	{"@Vector(2, f16)", ".{ 0x4680, 0x4000 }", ".{ 0x3e00, 0x2 }", "@Vector(2, bool)", "@Vector(2, i16)", ".{ -7, 3 }"},
	{"@Vector(2, f32)", ".{ 6.5, 2.0 }", ".{ 1.5, 1e-7 }", "@Vector(2, bool)", "@Vector(2, u64)", ".{ 7, 3 }"},
}

// arithmeticLoops makes a loop for each tag on each type.
func arithmeticLoops() []measured {
	var rows []measured
	add := func(typ, value, format string, args ...any) {
		rows = append(rows, measured{fmt.Sprintf("%s on %s", args[0], typ), value + "\nr := " + fmt.Sprintf(format, args...)})
	}
	for _, s := range integerTypes {
		for _, tag := range integerTags(2) {
			operands := fmt.Sprintf("x: %s = %s\ny: %s = %s", s.typ, s.x, s.typ, s.y)
			if rule := tag.Row().Rule; rule == air.ShiftRule || rule == air.ShlSatRule || rule == air.ShlOverflowRule {
				operands = fmt.Sprintf("x: %s = %s\ny: %s = %s", s.typ, s.x, s.amountType, s.amount)
			}
			if tag.Row().Form == air.Typed {
				pair := fmt.Sprintf("struct { %s, %s }", s.typ, s.flag)
				add(s.typ, operands, "%s(%s, %%x, %%y)\nuse %s %%r", tag, pair, pair)
				continue
			}
			add(s.typ, operands, "%s(%%x, %%y)\nuse %s %%r", tag, s.typ)
		}
		for _, tag := range integerTags(1) {
			add(s.typ, fmt.Sprintf("x: %s = %s", s.typ, s.x), "%s(%%x)\nuse %s %%r", tag, s.typ)
		}
	}
	return append(rows, floatLoops()...)
}

// integerTags returns the tags on so many integers of any width.
func integerTags(operands int8) []air.Tag {
	rules := []air.Rule{air.NumericRule, air.IntegerRule, air.BitwiseRule, air.ShiftRule, air.ShlSatRule, air.OverflowRule, air.ShlOverflowRule}
	var tags []air.Tag
	for tag := range air.Tag(air.NumTags) {
		if row := tag.Row(); row.Ops == operands && slices.Contains(rules, row.Rule) {
			tags = append(tags, tag)
		}
	}
	return tags
}

func floatLoops() []measured {
	var rows []measured
	for _, f := range floatTypes {
		value := fmt.Sprintf("x: %s = %s\ny: %s = %s\nr := ", f.typ, f.x, f.typ, f.y)
		add := func(result, format string, args ...any) {
			operation := fmt.Sprintf(format, args...)
			rows = append(rows, measured{operation + " on " + f.typ, value + operation + "\nuse " + result + " %r"})
		}
		for tag := range air.Tag(air.NumTags) {
			_, compares := meanings[tag].scalar.(predicate)
			switch {
			case floatOpOf(tag) != nil:
				add(f.typ, "%s(%%x, %%y)", tag)
			case floatUnaryOpOf(tag) != nil && mayAllocate[tag] == "" || tag == air.Neg || tag == air.NegOptimized:
				add(f.typ, "%s(%%x)", tag)
			case compares && f.boolean == "bool":
				add("bool", "%s(%%x, %%y)", tag)
			}
		}
		add(f.typ, "abs(%s, %%x)", f.typ)
		add(f.typ, "mul_add(%%x, %%y, %%x)")
		if f.boolean != "bool" {
			add(f.boolean, "cmp_vector(%s, %%x, %%y, lt)", f.boolean)
			add(f.boolean, "cmp_vector_optimized(%s, %%x, %%y, gte)", f.boolean)
		}
		value = fmt.Sprintf("x: %s = %s\nr := ", f.integer, f.whole)
		add(f.typ, "float_from_int(%s, %%x)", f.typ)
		value = fmt.Sprintf("x: %s = %s\nr := ", f.typ, f.x)
		for _, tag := range []air.Tag{air.IntFromFloat, air.IntFromFloatOptimized, air.IntFromFloatSafe, air.IntFromFloatOptimizedSafe} {
			add(f.integer, "%s(%s, %%x)", tag, f.integer)
		}
	}
	return rows
}
