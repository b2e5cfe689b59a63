package qbe

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
	"github.com/rvfuzz/rvfuzz/fuzz/export/ir"
)

// Batch is a program of QBE under construction.
type Batch struct {
	body  strings.Builder
	runs  []string
	cases int
}

// New returns an empty program.
func New() *Batch { return &Batch{} }

// container returns the width of a word or a long.
func container(bits int) int {
	switch {
	case bits <= 32:
		return 32
	case bits <= 64:
		return 64
	}
	return 0
}

// Add adds a case. An error, of type *air.Unsupported, leaves the program as it was.
func (b *Batch) Add(c export.Case) error {
	m, err := ir.Of(c, "c"+strconv.Itoa(b.cases)+"_")
	if err != nil {
		return err
	}
	legalize := func(m *ir.Module) error { return ir.Legalize(m, container) }
	for _, pass := range []func(*ir.Module) error{ir.Scalarize, ir.Simplify, legalize, ir.Expand} {
		if err := pass(m); err != nil {
			return err
		}
	}
	u := &unit{}
	for i := range m.Globals {
		u.global(&m.Globals[i])
	}
	for _, f := range m.Funcs {
		u.function(f)
	}
	if u.err != nil {
		return u.err
	}
	for i := range m.Runs {
		b.run(&m.Runs[i], &u.text, i)
	}
	b.body.WriteString(u.text.String())
	b.cases++
	return nil
}

// run writes a row of the table of runs and the table of its globals, which all runs share.
func (b *Batch) run(r *ir.Run, text *strings.Builder, number int) {
	name := symbol(r.Table)
	if number == 0 {
		fmt.Fprintf(text, "data %s = align 8 { ", name)
		for _, g := range r.Globals {
			fmt.Fprintf(text, "l %s, l %d, ", symbol(g.Global), g.Size)
		}
		text.WriteString("l 0, l 0 }\n")
	}
	b.runs = append(b.runs, fmt.Sprintf("l %s, l %s, l %d, l %s", symbol(r.Func), name, r.Size, symbol(r.Args)))
}

// Text returns the program.
func (b *Batch) Text() string {
	rows := strings.Join(append(b.runs[:len(b.runs):len(b.runs)], "l 0, l 0, l 0, l 0"), ", ")
	return fmt.Sprintf("%sexport data $rv_cases = align 8 { %s }\n", b.body.String(), rows)
}

func symbol(name string) string { return "$" + ir.Identifier(name) }

// unit is one case being written.
type unit struct {
	text strings.Builder
	err  error
}

func (u *unit) fail(what string) {
	if u.err == nil {
		u.err = &air.Unsupported{What: what + " in QBE"}
	}
}

// maxAlign is the largest alignment of data: QBE 1.2 writes -128 for 128.
const maxAlign = 64

// global writes a global as its parts.
func (u *unit) global(g *ir.Global) {
	parts := make([]string, len(g.Parts))
	for i := range g.Parts {
		switch p := &g.Parts[i]; {
		case p.Symbol != "":
			parts[i] = fmt.Sprintf("l %s + %d", symbol(p.Symbol), p.Offset)
			if p.Offset < 0 {
				u.fail("an address before that of a symbol")
			}
		case p.Bytes == nil:
			parts[i] = fmt.Sprintf("z %d", p.Size)
		default:
			parts[i] = "b"
			for _, b := range p.Bytes {
				parts[i] += fmt.Sprintf(" %d", b)
			}
		}
	}
	if g.Align > maxAlign {
		u.fail(fmt.Sprintf("a global aligned to %d", g.Align))
	}
	fmt.Fprintf(&u.text, "data %s = align %d { %s }\n", symbol(g.Name), g.Align, strings.Join(parts, ", "))
}
