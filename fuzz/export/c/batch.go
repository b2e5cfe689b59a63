package c

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/fuzz/export"
	"github.com/rvfuzz/rvfuzz/fuzz/export/ir"
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
	m, err := b.dialect.module(c, "c"+strconv.Itoa(b.cases)+"_")
	if err != nil {
		return err
	}
	u := &unit{dialect: b.dialect, seam: m.Seam}
	for _, f := range m.Declared {
		u.declaration(f)
	}
	for i := range m.Globals {
		u.global(&m.Globals[i])
	}
	for _, f := range m.Funcs {
		u.function(f)
	}
	for i := range m.Runs {
		u.run(&m.Runs[i], i)
	}
	if u.err != nil {
		return u.err
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

// Text returns the program.
func (b *Batch) Text() string {
	rows := strings.Join(append(b.runs[:len(b.runs):len(b.runs)], "{ 0, 0, 0, 0 }"), ",\n  ")
	library := ""
	if b.dialect == Plain {
		library = plainLibrary
	}
	return fmt.Sprintf(prelude, export.MaxResult, library, strings.Join(b.order, ""), b.body.String(), len(b.runs)+1, rows)
}

const prelude = `extern char rv_result[%d] __attribute__((aligned(16)));
void rv_end(int) __attribute__((noreturn));
%s%s
%s
const struct { void (*run)(char *); const void *globals; unsigned long size; char *args; } rv_cases[%d] = {
  %s
};
`

// plainLibrary says what other compilers have built in.
const plainLibrary = `void *memcpy(void *, const void *, unsigned long), *memmove(void *, const void *, unsigned long), *memset(void *, int, unsigned long);
#define __builtin_memcpy memcpy
#define __builtin_memmove memmove
#define __builtin_memset memset
#define __builtin_unreachable() rv_end(-1)
#define __builtin_isunordered(x, y) (x != x || y != y)
#define __builtin_islessgreater(x, y) (x < y || x > y)
#define __builtin_assume_aligned(p, n) p
#define rv_float(bits) ({ unsigned from_ = bits; float to_; memcpy(&to_, &from_, 4); to_; })
#define rv_double(bits) ({ unsigned long from_ = bits; double to_; memcpy(&to_, &from_, 8); to_; })
#define __builtin_inff() rv_float(0x7f800000u)
#define __builtin_nanf(text) rv_float(0x7fc00000u)
#define __builtin_inf() rv_double(0x7ff0000000000000ul)
#define __builtin_nan(text) rv_double(0x7ff8000000000000ul)
float sqrtf(float), floorf(float), ceilf(float), roundf(float), truncf(float), fmodf(float, float), fmaf(float, float, float);
double sqrt(double), floor(double), ceil(double), round(double), trunc(double), fmod(double, double), fma(double, double, double);
#define __builtin_sqrtf sqrtf
#define __builtin_floorf floorf
#define __builtin_ceilf ceilf
#define __builtin_roundf roundf
#define __builtin_truncf truncf
#define __builtin_fmodf fmodf
#define __builtin_fmaf fmaf
#define __builtin_sqrt sqrt
#define __builtin_floor floor
#define __builtin_ceil ceil
#define __builtin_round round
#define __builtin_trunc trunc
#define __builtin_fmod fmod
#define __builtin_fma fma
`

// unit is one case being written.
type unit struct {
	dialect                     Dialect
	seam                        bool
	types, runs                 []string
	prototypes, data, functions strings.Builder
	err                         error
}

// check fails for a type that the dialect lacks.
func (u *unit) check(t ir.Type) {
	if err := u.dialect.checkType(t); err != nil && u.err == nil {
		u.err = err
	}
}

// memory returns the type through which memory is accessed, and has it defined.
func (u *unit) memory(t ir.Type, align int) string {
	u.types = append(u.types, memoryType(t, align))
	return memory(t, align)
}

// run writes a row of the table of runs and the table of its globals, which all runs share.
func (u *unit) run(r *ir.Run, number int) {
	name := ir.Identifier(r.Table)
	if number == 0 {
		rows := make([]string, 0, len(r.Globals)+1)
		for _, g := range r.Globals {
			rows = append(rows, fmt.Sprintf("{ &%s, %d }", ir.Identifier(g.Global), g.Size))
		}
		rows = append(rows, "{ 0, 0 }")
		fmt.Fprintf(&u.data, "static const struct { void *at; unsigned long size; } %s[] = { %s };\n", name, strings.Join(rows, ", "))
	}
	u.runs = append(u.runs, fmt.Sprintf("{ %s, %s, %d, (char *)&%s }", ir.Identifier(r.Func), name, r.Size, ir.Identifier(r.Args)))
}

// global writes a global as a struct of its parts.
func (u *unit) global(g *ir.Global) {
	linkage, declaration := "", "extern "
	if g.Private {
		linkage, declaration = "static ", "static "
	}
	if g.Const {
		linkage, declaration = linkage+"const ", declaration+"const "
	}
	fields, values := make([]string, len(g.Parts)), make([]string, len(g.Parts))
	for i := range g.Parts {
		fields[i], values[i] = part(&g.Parts[i], i)
	}
	name := ir.Identifier(g.Name)
	fmt.Fprintf(&u.prototypes, "%sstruct s_%s { %s } __attribute__((packed)) %s __attribute__((aligned(%d)));\n", declaration, name, strings.Join(fields, " "), name, g.Align)
	fmt.Fprintf(&u.data, "%sstruct s_%s %s __attribute__((aligned(%d))) = { %s };\n", linkage, name, name, g.Align, strings.Join(values, ", "))
}

// part returns the field and value of a piece of a global.
func part(p *ir.Part, number int) (field, value string) {
	if p.Symbol != "" {
		return fmt.Sprintf("char *f%d;", number), fmt.Sprintf("((char *)&%s + %d)", ir.Identifier(p.Symbol), p.Offset)
	}
	field = fmt.Sprintf("unsigned char f%d[%d];", number, p.Size)
	if p.Bytes == nil {
		return field, "{ 0 }"
	}
	bytes := make([]string, len(p.Bytes))
	for i, b := range p.Bytes {
		bytes[i] = fmt.Sprintf("0x%02x", b)
	}
	return field, "{ " + strings.Join(bytes, ", ") + " }"
}
