// Package asm assembles riscv64 source files into an image: instructions in GNU syntax with labels, expressions,
// directives, and the pseudo-instructions that stand for several instructions.
//
//	p, err := asm.Assemble("add.s", []byte("f:\tadd a0,a0,a1\n\tret\n"), asm.Options{})
//	// p.Image is 33 05 b5 00 67 80 00 00, p.Symbols["f"] is 0
//
// There is no linker behind it: sections follow one another in the order in which the source first names them, and every
// symbol must be defined in the source or in Options.Symbols. A plain number as the target of a jump or branch is a
// distance, as in the text of isa.Inst; an expression with a symbol or with . is an address. Branches to places out of
// their reach become an inverted branch around a jal.
package asm

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/rvfuzz/rvfuzz/isa"
)

// Options are the choices of the caller; the zero value is good.
type Options struct {
	Origin   int64            // address of the first byte of the image
	Compress bool             // use 16-bit instructions where they do; .option rvc and norvc override it
	Symbols  map[string]int64 // addresses and constants from outside
}

// Program is an assembled image.
type Program struct {
	Origin   int64
	Image    []byte
	Sections []Section        // in the order of the image
	Symbols  map[string]int64 // labels and constants of the source, without the numeric labels
	Lines    []Line           // where each instruction came from, in the order of the image
}

// Section is a part of the image.
type Section struct {
	Name    string
	Address int64
	Size    int64
}

// Line tells which source line the instruction at an address came from.
type Line struct {
	Address int64
	Line    int
}

// Error is one mistake in the source.
type Error struct {
	File   string
	Line   int // from 1
	Column int // from 1
	Msg    string
}

func (e *Error) Error() string { return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Msg) }

// maxErrors is how many mistakes are reported at most; more are seldom of use.
const maxErrors = 20

// Assemble assembles a source text; name is used in errors. The error joins one *Error for each mistake found.
func Assemble(name string, src []byte, opt Options) (*Program, error) {
	a := &assembler{file: name, opt: opt, symbols: make(map[string]symbol), counts: make(map[string]int)}
	a.rvc = opt.Compress
	a.resolver = a.operand
	a.enter(".text")
	a.read(string(src))
	if len(a.errs) == 0 {
		a.layOut()
	}
	if len(a.errs) == 0 {
		a.emit()
	}
	if len(a.errs) != 0 {
		return nil, a.joined()
	}
	return a.program(), nil
}

// assembler is the state of one run.
type assembler struct {
	file     string
	opt      Options
	line     int
	errs     []*Error
	sections []section
	current  int // section that statements go to
	symbols  map[string]symbol
	counts   map[string]int // definitions of each numeric label so far
	rvc      bool
	options  []bool          // saved by .option push
	pcrel    map[int64]int64 // distance of each %pcrel_hi by the address of its instruction, of the last pass
	steps    int             // of the evaluation in progress
	now      item            // the instruction being read
	resolver isa.Resolver    // the method operand
	pool     []isa.Inst      // see one
	image    []byte
	lines    []Line
}

type section struct {
	name    string
	items   []item
	address int64
	size    int64
}

// symbol is a label, in front of an item, or a constant.
type symbol struct {
	section int
	item    int
	value   *expr // of a constant; nil for a label
}

// item is one statement's contribution to a section.
type item struct {
	line    int
	column  int
	address int64
	size    int64
	insts   []isa.Inst
	fixes   []fix
	data    []byte
	cells   []cell
	align   int64 // the item is padding up to a multiple of it
	fill    byte
	rvc     bool
	size0   bool // size is settled
	form    form
}

// form says how the first instruction of an item with a fix is written; it only ever grows, so that layout ends.
type form uint8

const (
	short  form = iota // 16 bits if they do
	plain              // as it is
	around             // inverted branch around a jal
)

// cell is a data value with a symbol in it.
type cell struct {
	at    int
	width int
	value *expr
}

func (a *assembler) enter(name string) {
	for i := range a.sections {
		if a.sections[i].name == name {
			a.current = i
			return
		}
	}
	a.current = len(a.sections)
	a.sections = append(a.sections, section{name: name})
}

func (a *assembler) add(it item) {
	s := &a.sections[a.current]
	s.items = append(s.items, it)
}

func (a *assembler) fail(line, column int, format string, args ...any) {
	if len(a.errs) < maxErrors {
		a.errs = append(a.errs, &Error{a.file, line, column, fmt.Sprintf(format, args...)})
	}
}

func (a *assembler) joined() error {
	slices.SortStableFunc(a.errs, func(x, y *Error) int { return cmp.Or(x.Line-y.Line, x.Column-y.Column) })
	all := make([]error, len(a.errs))
	for i, e := range a.errs {
		all[i] = e
	}
	return errors.Join(all...)
}

func (a *assembler) program() *Program {
	p := &Program{Origin: a.opt.Origin, Image: a.image, Lines: a.lines, Symbols: make(map[string]int64)}
	for _, s := range a.sections {
		p.Sections = append(p.Sections, Section{s.name, s.address, s.size})
	}
	for name := range a.symbols {
		if v, err := a.lookup(name, 0); err == nil && !isNumericLabel(name) {
			p.Symbols[name] = v
		}
	}
	return p
}
