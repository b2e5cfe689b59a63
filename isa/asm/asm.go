// Package asm assembles riscv64 source files into an image: instructions in GNU syntax with labels, expressions, macros,
// directives, and the pseudo-instructions that expand to several instructions.
//
//	p, err := asm.Assemble("add.s", []byte("f:\tadd a0,a0,a1\n\tret\n"), asm.Options{})
//	// p.Image is 33 05 b5 00 67 80 00 00, p.Symbol("f") is 0
//
// No linker follows: sections stand in the order in which the source first names them, and every symbol must be defined in
// the source or in Options.Symbols, or be weak, which makes it 0 if undefined. A plain number as the target of a
// jump or branch is a distance, as in the text of isa.Inst; an expression with a symbol or with . is an address. Branches
// to places out of their reach become an inverted branch around a jal.
package asm

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

// Options are the choices of the caller; the zero value is valid.
type Options struct {
	Origin          int64               // address of the first byte of the image; it must be even
	Compress        bool                // use 16-bit instructions where possible; .option rvc and norvc override it
	CompressedForms isa.CompressedForms // their extensions; zero means those of March, or without it isa.RVC
	March           *isa.March          // other instructions are mistakes; nil allows all. .option arch overrides it
	Relax           bool                // of an object: linkers may shorten the code; .option relax and norelax override it
	Symbols         map[string]int64    // addresses and constants from outside; definitions in the source take precedence
}

// Program is an assembled image.
type Program struct {
	Origin   int64
	Image    []byte
	Sections []Section // in the order of the image
	Lines    []Line    // where each instruction came from, in the order of the image
	source   *assembler
}

// Symbol returns the value of a label or constant of the source, and whether it has one; numeric labels do not.
func (p *Program) Symbol(name string) (int64, bool) {
	s := p.source.symbols.find(name)
	if s == nil || s.kind == symbolUndefined {
		return 0, false
	}
	v, err := p.source.lookup(s)
	return v.num, err == nil
}

// Section is a part of the image.
type Section struct {
	Name    string
	Address int64
	Size    int64
}

// Line is the location record of an instruction: its address and where it came from in the source.
type Line struct {
	Address      int64
	Line, Column int32 // from 1
}

// Error is one mistake in the source.
type Error struct {
	File   string
	Line   int // from 1
	Column int // from 1
	Msg    string
}

func (e *Error) Error() string { return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Msg) }

// maxErrors is how many mistakes are reported; more are rarely useful.
const maxErrors = 20

// maxImage is the greatest size of an image in bytes, which keeps a mistyped number from filling the memory.
const maxImage = 1 << 28

// Assemble assembles a source text; name is used in errors. The error joins an *Error for each of the first 20 mistakes, and
// says how many more there are.
func Assemble(name string, src []byte, opt Options) (*Program, error) {
	return AssembleText(name, string(src), opt)
}

// AssembleText is Assemble for a string, which saves the copy of a large source.
func AssembleText(name, src string, opt Options) (*Program, error) {
	if opt.Origin&1 != 0 {
		return nil, fmt.Errorf("asm: origin %#x is odd", opt.Origin)
	}
	a := newAssembler(name, opt, nil)
	a.assemble(src)
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

func newAssembler(name string, opt Options, o *object) *assembler {
	a := &assembler{file: name, opt: opt, counts: make(map[string]int), sectionOf: make(map[string]int), object: o}
	a.target = newTarget(&opt)
	a.resolver = a.operand
	a.enter(".text", "")
	return a
}

// assemble reads the source.
func (a *assembler) assemble(src string) {
	a.sections[0].reserve(strings.Count(src, "\n"))
	a.read(src)
	a.finishReading()
}

// assembler is the state of one run.
type assembler struct {
	file      string
	opt       Options
	line      int
	errs      []*Error
	unsaid    int // mistakes beyond maxErrors
	sections  []section
	sectionOf map[string]int
	current   int      // section that statements are added to
	previous  int      // the one before, for .previous
	pushed    [][2]int // current and previous that .pushsection saved
	symbols   symbolTable
	counts    map[string]int // definitions of each numeric label so far
	target
	options []target             // saved by .option push
	marches map[string]isa.March // those that .option arch has named
	pcrel   map[int64]int64      // distance of each %pcrel_hi by the address of its instruction, of the last pass
	pass    int                  // of layout, from 1; 0 while the source is read
	// generation is how long computed constants hold: for a pass, or while the source is read for one expression.
	generation int
	deep       bool         // while the source is read: compute constants that were unknown when they were defined
	stack      []*symbol    // buffer of settle
	now        statement    // the instruction being read
	resolver   isa.Resolver // the method operand
	exprs      []expr       // allocated ahead, see newExpr
	blocks     blocks
	image      []byte
	lines      []Line
	object     *object // nil for an image
	measured   int     // section that layout or emission is in
}

// place is a location in the source.
type place struct{ line, column int32 }

// here returns the place of a column of the line being read, from 0: within a macro, the place of its call.
func (a *assembler) here(column int) place {
	if a.blocks.call.line != 0 {
		return a.blocks.call
	}
	return place{int32(a.line), int32(column + 1)}
}

func (a *assembler) fail(at place, format string, args ...any) {
	if len(a.errs) == maxErrors {
		a.unsaid++
		return
	}
	a.errs = append(a.errs, &Error{a.file, int(at.line), int(at.column), fmt.Sprintf(format, args...) + a.blocks.where()})
}

// failAt is fail for a column of the line being read, from 0.
func (a *assembler) failAt(column int, format string, args ...any) {
	a.fail(a.here(column), format, args...)
}

func (a *assembler) joined() error {
	slices.SortStableFunc(a.errs, func(x, y *Error) int { return cmp.Or(x.Line-y.Line, x.Column-y.Column) })
	all := make([]error, len(a.errs), len(a.errs)+1)
	for i, e := range a.errs {
		all[i] = e
	}
	if a.unsaid > 0 {
		all = append(all, fmt.Errorf("%s: %d more errors", a.file, a.unsaid))
	}
	return errors.Join(all...)
}

func (a *assembler) program() *Program {
	p := &Program{Origin: a.opt.Origin, Image: a.image, Lines: a.lines, source: a}
	for i := range a.sections {
		if s := &a.sections[i]; s.loaded {
			p.Sections = append(p.Sections, Section{s.name, s.address, s.size})
		}
	}
	return p
}
