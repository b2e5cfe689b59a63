package c

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
	"github.com/rvfuzz/rvfuzz/fuzz/export/llvm"
)

// Batch is a C program under construction.
type Batch struct {
	dialect Dialect
	body    strings.Builder
	runs    []string
	types   map[string]bool // definitions of types of memory
	order   []string        // of types
	cases   int
}

// New returns an empty program in a dialect.
func New(d Dialect) *Batch { return &Batch{dialect: d, types: map[string]bool{}} }

// Add adds a case. An error, of type *air.Unsupported, leaves the program as it was.
func (b *Batch) Add(c export.Case) error {
	var one llvm.Batch
	if err := one.Add(c); err != nil {
		return err
	}
	u := &unit{dialect: b.dialect, prefix: "c" + strconv.Itoa(b.cases) + "_", noinline: map[string]bool{}}
	text := one.Text()
	if b.dialect == Masked && beyondMasked.MatchString(text) {
		return &air.Unsupported{What: "f16, or an integer of more than 128 bits, in the masked dialect"}
	}
	if err := u.module(text); err != nil {
		return &air.Unsupported{What: err.Error()}
	}
	for _, t := range u.types {
		if !b.types[t] {
			b.types[t], b.order = true, append(b.order, t)
		}
	}
	b.body.WriteString(u.prototypes.String())
	b.body.WriteString(u.data.String())
	b.body.WriteString(u.functions.String())
	b.runs = append(b.runs, u.runs...)
	b.cases++
	return nil
}

// beyondMasked finds f16 and the types of integers of more than 128 bits in LLVM IR.
var beyondMasked = regexp.MustCompile(`\bhalf\b|\bi(129|1[3-9][0-9]|[2-9][0-9]{2}|[0-9]{4,})\b`)

// Text returns the program.
func (b *Batch) Text() string {
	rows := strings.Join(append(b.runs[:len(b.runs):len(b.runs)], "{ 0, 0, 0 }"), ",\n  ")
	return fmt.Sprintf(prelude, export.MaxResult, strings.Join(b.order, ""), b.body.String(), len(b.runs)+1, rows)
}

const prelude = `extern char rv_result[%d] __attribute__((aligned(16)));
void rv_end(int) __attribute__((noreturn));
%s
%s
const struct { void (*run)(void); const void *globals; unsigned long size; } rv_cases[%d] = {
  %s
};
`

// unit is one case being written.
type unit struct {
	dialect                     Dialect
	prefix                      string
	types, runs                 []string
	prototypes, data, functions strings.Builder
	noinline                    map[string]bool // functions that a call does not inline
}

// memory returns the type through which memory is accessed, and has it defined.
func (u *unit) memory(t typ, align int) string {
	u.types = append(u.types, u.dialect.memoryType(t, align))
	return u.dialect.memory(t, align)
}

// module writes a module of LLVM IR. Names of the case, which begin with c0., get the prefix of the unit.
func (u *unit) module(text string) error {
	text = strings.ReplaceAll(text, `@"c0.`, `@"`+u.prefix)
	lines := strings.Split(text, "\n")
	for _, line := range lines {
		if before, ok := strings.CutSuffix(line, " noinline"); ok {
			if at := strings.Index(before, `@"`); at >= 0 {
				r := reader{text: before[at+1:]}
				u.noinline[r.name()] = true
			}
		}
	}
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		var err error
		switch {
		case strings.HasPrefix(line, "define "):
			end := i + 1
			for lines[end] != "}" {
				end++
			}
			err = u.function(line, lines[i+1:end])
			i = end
		case strings.HasPrefix(line, `@"`):
			err = u.global(line)
		case strings.HasPrefix(line, "  { ptr, ptr, i64 } {"):
			err = u.row(line)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// row writes a row of the table of runs.
func (u *unit) row(line string) error {
	r := reader{text: line}
	r.expect("{ ptr, ptr, i64 } { ptr @")
	run := r.name()
	r.expect(", ptr @")
	globals := r.name()
	r.expect(", i64")
	u.runs = append(u.runs, fmt.Sprintf("{ %s, %s, %d }", run, globals, r.number()))
	return r.err
}

// global writes a global: bytes and addresses one after the other, or the table of globals.
func (u *unit) global(line string) error {
	r := reader{text: line}
	r.expect("@")
	name := r.name()
	r.expect("=")
	linkage := ""
	if r.takeWord("private") {
		linkage = "static "
	}
	if r.takeWord("constant") {
		linkage += "const "
	} else {
		r.expect("global")
	}
	if strings.HasSuffix(name, "__globals") || strings.HasSuffix(name, "_globals") && strings.Contains(r.text, "x { ptr, i64 }]") {
		return u.table(name, &r)
	}
	var fields, values []string
	if r.take("<{") {
		depth := strings.Index(r.text, "}> <{")
		if depth < 0 {
			r.fail("no value of a global")
			return r.err
		}
		r.text = r.text[depth+len("}> <{"):]
		for !r.take("}>") && r.err == nil {
			u.piece(&r, &fields, &values)
			r.take(",")
		}
	} else {
		u.piece(&r, &fields, &values)
	}
	r.expect(", align")
	align := r.number()
	fmt.Fprintf(&u.prototypes, "%sstruct s_%s { %s } __attribute__((packed)) %s __attribute__((aligned(%d)));\n", extern(linkage), name, strings.Join(fields, " "), name, align)
	fmt.Fprintf(&u.data, "%sstruct s_%s %s __attribute__((aligned(%d))) = { %s };\n", linkage, name, name, align, strings.Join(values, ", "))
	return r.err
}

// extern returns the linkage of a declaration.
func extern(linkage string) string {
	if strings.HasPrefix(linkage, "static") {
		return linkage
	}
	return "extern " + linkage
}

// piece reads bytes or an address of a global.
func (u *unit) piece(r *reader, fields, values *[]string) {
	n := len(*fields)
	if r.takeWord("ptr") {
		*fields = append(*fields, fmt.Sprintf("char *f%d;", n))
		*values = append(*values, r.value(u.dialect, typ{'p', 64}))
		return
	}
	size := 1
	if r.take("[") {
		size = r.number()
		r.expect("x i8]")
	} else {
		r.expect("i8")
	}
	*fields = append(*fields, fmt.Sprintf("unsigned char f%d[%d];", n, size))
	if r.takeWord("undef") {
		*values = append(*values, "{ 0 }")
		return
	}
	r.expect(`c"`)
	bytes := make([]string, size)
	for i := range bytes {
		r.expect(`\`)
		if len(r.text) < 2 {
			r.fail("no byte")
			return
		}
		bytes[i], r.text = "0x"+r.text[:2], r.text[2:]
	}
	r.expect(`"`)
	*values = append(*values, "{ "+strings.Join(bytes, ", ")+" }")
}

// table writes the table of the writable globals.
func (u *unit) table(name string, r *reader) error {
	var rows []string
	for strings.Contains(r.text, "{ ptr @") {
		_, r.text, _ = strings.Cut(r.text, "{ ptr @")
		global := r.name()
		r.expect(", i64")
		rows = append(rows, fmt.Sprintf("{ &%s, %d }", global, r.number()))
	}
	rows = append(rows, "{ 0, 0 }")
	fmt.Fprintf(&u.data, "static const struct { void *at; unsigned long size; } %s[] = { %s };\n", name, strings.Join(rows, ", "))
	return r.err
}
