package ir

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
	"github.com/rvfuzz/rvfuzz/fuzz/export/llvm"
)

// Of returns the program of a case. Its globals and functions have names that begin with a prefix. An error is of type
// *air.Unsupported.
func Of(c export.Case, prefix string) (*Module, error) {
	var b llvm.Batch
	if err := b.Add(c); err != nil {
		return nil, err
	}
	m, err := parse(strings.ReplaceAll(b.Text(), `@"c0.`, `@"`+prefix))
	if err != nil {
		return nil, unsupported("%v", err)
	}
	if m.Seam = c.Elsewhere != nil; m.Seam {
		return m, cross(m)
	}
	return m, nil
}

func unsupported(format string, args ...any) error {
	return &air.Unsupported{What: fmt.Sprintf(format, args...)}
}

// parser is the state of reading a module.
type parser struct {
	module *Module
	tables map[string][]Extent
}

// parse reads a module as package llvm writes it.
func parse(text string) (*Module, error) {
	p := parser{module: &Module{}, tables: map[string][]Extent{}}
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		var err error
		switch {
		case strings.HasPrefix(line, "define "):
			end := i + 1
			for lines[end] != "}" {
				end++
			}
			err = p.function(line, lines[i+1:end])
			i = end
		case strings.HasPrefix(line, "declare ") && strings.Contains(line, ` @"`):
			r := reader{text: strings.TrimPrefix(line, "declare ")}
			p.module.Declared = append(p.module.Declared, r.signature())
			err = r.err
		case strings.HasPrefix(line, `@"`):
			err = p.global(line)
		case strings.HasPrefix(line, "  { ptr, ptr, i64, ptr } {"):
			err = p.run(line)
		}
		if err != nil {
			return nil, err
		}
	}
	p.keepFromInlining()
	return p.module, nil
}

// keepFromInlining marks the functions that some call does not inline.
func (p *parser) keepFromInlining() {
	functions := map[string]*Func{}
	for _, f := range p.module.Funcs {
		functions[f.Name] = f
	}
	for _, f := range p.module.Funcs {
		for _, b := range f.Blocks {
			for i := range b.Insts {
				if in := &b.Insts[i]; in.Flags&NoInline != 0 && functions[in.Callee] != nil {
					functions[in.Callee].NoInline = true
				}
			}
		}
	}
}

// run reads a row of the table of runs.
func (p *parser) run(line string) error {
	r := reader{text: line}
	r.expect("{ ptr, ptr, i64, ptr } { ptr @")
	run := Run{Func: r.name()}
	r.expect(", ptr @")
	run.Table = r.name()
	run.Globals = p.tables[run.Table]
	r.expect(", i64")
	run.Size = r.number()
	r.expect(", ptr @")
	run.Args = r.name()
	p.module.Runs = append(p.module.Runs, run)
	return r.err
}

// global reads a global, bytes and addresses one after the other, or the table of globals.
func (p *parser) global(line string) error {
	r := reader{text: line}
	r.expect("@")
	g := Global{Name: r.name()}
	r.expect("=")
	g.Private = r.takeWord("private")
	if g.Const = r.takeWord("constant"); !g.Const {
		r.expect("global")
	}
	if strings.Contains(r.text, "x { ptr, i64 }]") {
		return p.table(g.Name, &r)
	}
	if r.take("<{") {
		_, values, ok := strings.Cut(r.text, "}> <{")
		if !ok {
			r.fail("no value of a global")
			return r.err
		}
		for r.text = values; !r.take("}>") && r.err == nil; r.take(",") {
			g.Parts = append(g.Parts, r.part())
		}
	} else {
		g.Parts = append(g.Parts, r.part())
	}
	r.expect(", align")
	g.Align = r.number()
	p.module.Globals = append(p.module.Globals, g)
	return r.err
}

// table reads the table of the writable globals.
func (p *parser) table(name string, r *reader) error {
	list := []Extent{}
	for strings.Contains(r.text, "{ ptr @") {
		_, r.text, _ = strings.Cut(r.text, "{ ptr @")
		e := Extent{Global: r.name()}
		r.expect(", i64")
		e.Size = r.number()
		list = append(list, e)
	}
	p.tables[name] = list
	return r.err
}

// part reads bytes, or the address of a global or function.
func (r *reader) part() Part {
	if r.takeWord("ptr") {
		o := r.operand(Address)
		return Part{Size: 8, Symbol: o.Symbol, Offset: o.Value().Int64()}
	}
	p := Part{Size: 1}
	if r.take("[") {
		p.Size = r.number()
		r.expect("x i8]")
	} else {
		r.expect("i8")
	}
	if r.takeWord("undef") {
		return p
	}
	r.expect(`c"`)
	text, rest, _ := strings.Cut(r.text, `"`)
	data, err := hex.DecodeString(strings.ReplaceAll(text, `\`, ""))
	if err != nil || len(data) != p.Size {
		r.fail("no bytes")
	}
	p.Bytes, r.text = data, rest
	return p
}

// function reads a definition: its header and the lines of its body.
func (p *parser) function(header string, lines []string) error {
	r := &reader{text: strings.TrimPrefix(header, "define ")}
	f := r.signature()
	f.NoInline = strings.Contains(r.text, "noinline")
	if r.err != nil {
		return r.err
	}
	pairs := newPairs()
	for _, line := range lines {
		if label, ok := strings.CutSuffix(line, ":"); ok {
			f.Blocks = append(f.Blocks, &Block{Label: label})
			continue
		}
		in, err := instruction(line, pairs)
		if err != nil {
			return err
		}
		if in.Op != "" {
			last := f.Blocks[len(f.Blocks)-1]
			last.Insts = append(last.Insts, in)
		}
	}
	f.rename(pairs.parts)
	p.module.Funcs = append(p.module.Funcs, f)
	return nil
}

// signature reads a function up to the end of its parameters, which have no names if it is only declared.
func (r *reader) signature() *Func {
	f := &Func{Internal: r.takeWord("internal"), Extension: r.extension()}
	f.Result, f.Second = r.pair()
	r.expect("@")
	f.Name = r.name()
	r.expect("(")
	for !r.take(")") && r.err == nil {
		if r.take("...") {
			f.Variadic = true
			continue
		}
		o := Operand{Type: r.typ()}
		o.Extension = r.extension()
		if r.take("%") {
			o.Name = r.name()
		}
		f.Params = append(f.Params, o)
		r.take(",")
	}
	return f
}

// rename replaces the names of operands.
func (f *Func) rename(names map[string]string) {
	for _, b := range f.Blocks {
		for i := range b.Insts {
			for k := range b.Insts[i].Args {
				if to, ok := names[b.Insts[i].Args[k].Name]; ok {
					b.Insts[i].Args[k].Name = to
				}
			}
		}
	}
}
