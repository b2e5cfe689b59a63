package golang

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
	"github.com/rvfuzz/rvfuzz/fuzz/export/ir"
)

// prelude is the start of a program, and the functions that cases call.
//
//go:embed prelude.txt
var prelude string

// Batch is a Go program under construction.
type Batch struct {
	body  strings.Builder
	runs  []string
	cases int
}

// New returns an empty program.
func New() *Batch { return &Batch{} }

// Add adds a case. An error, of type *air.Unsupported, leaves the program as it was.
func (b *Batch) Add(c export.Case) error {
	m, err := ir.Of(c, "c"+strconv.Itoa(b.cases)+"_")
	if err != nil {
		return err
	}
	legalize := func(m *ir.Module) error { return ir.Legalize(m, ir.Containers(64)) }
	for _, pass := range []func(*ir.Module) error{ir.Scalarize, ir.Simplify, legalize} {
		if err := pass(m); err != nil {
			return err
		}
	}
	u := &unit{globals: map[string]*ir.Global{}, taken: map[string]bool{}}
	for i := range m.Globals {
		u.globals[m.Globals[i].Name] = &m.Globals[i]
	}
	for i := range m.Globals {
		u.global(&m.Globals[i])
	}
	for _, f := range m.Funcs {
		u.function(f)
	}
	u.addresses(m)
	if u.err != nil {
		return u.err
	}
	for i := range m.Runs {
		b.runs = append(b.runs, u.row(&m.Runs[i]))
	}
	b.body.WriteString(u.text.String())
	b.cases++
	return nil
}

// Text returns the program.
func (b *Batch) Text() string {
	return fmt.Sprintf("%s\nvar rv_result [%d]uint64\n\nvar rv_cases = []rv_row{\n\t%s,\n}\n\n%s", prelude, export.MaxResult/8,
		strings.Join(append(b.runs[:len(b.runs):len(b.runs)], "{}"), ",\n\t"), b.body.String())
}

// unit is one case being written.
type unit struct {
	text    strings.Builder
	globals map[string]*ir.Global
	taken   map[string]bool // functions whose address is taken
	err     error
}

func (u *unit) fail(what string) {
	if u.err == nil {
		u.err = &air.Unsupported{What: what + " in Go"}
	}
}

// row returns the row of a run.
func (u *unit) row(r *ir.Run) string {
	list := make([]string, len(r.Globals))
	for i, g := range r.Globals {
		list[i] = fmt.Sprintf("{%s, %d}", u.symbol(g.Global, 0), g.Size)
	}
	return fmt.Sprintf("{%s, []rv_extent{%s}, %d, %s}", ir.Identifier(r.Func), strings.Join(list, ", "), r.Size, u.symbol(r.Args, 0))
}

// wordAlign is the alignment of variables that consist of words.
const wordAlign = 8

// global writes a global as words; one that is aligned to more is a pointer into a variable that is larger.
func (u *unit) global(g *ir.Global) {
	data := make([]byte, (g.Size()+7)&^7)
	at := 0
	for i := range g.Parts {
		copy(data[at:], g.Parts[i].Bytes)
		at += g.Parts[i].Size
	}
	words := make([]string, len(data)/8)
	for i := range words {
		words[i] = fmt.Sprintf("%#x", binary.LittleEndian.Uint64(data[i*8:]))
	}
	name := ir.Identifier(g.Name)
	literal := fmt.Sprintf("[%d]uint64{%s}", len(words), strings.Join(words, ", "))
	if g.Align <= wordAlign {
		fmt.Fprintf(&u.text, "var %s = %s\n", name, literal)
		return
	}
	fmt.Fprintf(&u.text, "var %s_words = %s\nvar %s_room [%d]uint64\nvar %s = rv_place(unsafe.Pointer(&%s_room), %d, %s_words[:])\n", name, literal, name,
		len(words)+g.Align/8, name, name, g.Align, name)
}

// symbol returns the address of a global or function, and so many bytes.
func (u *unit) symbol(name string, offset int64) string {
	id := ir.Identifier(name)
	text := "unsafe.Pointer(&" + id + ")"
	switch g := u.globals[name]; {
	case name == "rv_result":
	case g == nil:
		u.taken[id] = true
		text = "*(*unsafe.Pointer)(unsafe.Pointer(&" + id + "_value))"
	case g.Align > wordAlign:
		text = id
	}
	if offset != 0 {
		return fmt.Sprintf("unsafe.Add(%s, %d)", text, offset)
	}
	return text
}

// addresses writes the variables that hold functions, and puts addresses into globals.
func (u *unit) addresses(m *ir.Module) {
	var body strings.Builder
	for i := range m.Globals {
		g, at := &m.Globals[i], int64(0)
		for _, p := range g.Parts {
			if p.Symbol != "" {
				fmt.Fprintf(&body, "\t*(*unsafe.Pointer)(%s) = %s\n", u.symbol(g.Name, at), u.symbol(p.Symbol, p.Offset))
			}
			at += int64(p.Size)
		}
	}
	for _, f := range m.Funcs {
		if id := ir.Identifier(f.Name); u.taken[id] {
			fmt.Fprintf(&u.text, "var %s_value = %s\n", id, id)
		}
	}
	if body.Len() > 0 {
		fmt.Fprintf(&u.text, "func init() {\n%s}\n", body.String())
	}
}
