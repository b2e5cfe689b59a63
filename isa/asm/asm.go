// Package asm assembles riscv64 source files into an image: instructions in GNU syntax with labels, expressions,
// directives, and the pseudo-instructions that stand for several instructions.
//
//	p, err := asm.Assemble("add.s", []byte("f:\tadd a0,a0,a1\n\tret\n"), asm.Options{})
//	// p.Image is 33 05 b5 00 67 80 00 00, p.Symbol("f") is 0
//
// There is no linker behind it: sections follow one another in the order in which the source first names them, and every
// symbol must be defined in the source or in Options.Symbols. A plain number as the target of a jump or branch is a
// distance, as in the text of isa.Inst; an expression with a symbol or with . is an address. Branches to places out of
// their reach become an inverted branch around a jal.
package asm

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/rvfuzz/rvfuzz/isa"
)

// Options are the choices of the caller; the zero value is good.
type Options struct {
	Origin   int64            // address of the first byte of the image
	Compress bool             // use 16-bit instructions where they do; .option rvc and norvc override it
	Shorts   isa.Shorts       // the extensions that these are of; zero stands for isa.RVC
	Symbols  map[string]int64 // addresses and constants from outside
}

// Program is an assembled image.
type Program struct {
	Origin   int64
	Image    []byte
	Sections []Section // in the order of the image
	Lines    []Line    // where each instruction came from, in the order of the image
	source   *assembler
}

// Symbol returns the value of a label or constant of the source; numeric labels have none.
func (p *Program) Symbol(name string) (int64, bool) {
	s := p.source.symbols.find(name)
	if s == nil || !s.defined {
		return 0, false
	}
	v, err := p.source.lookup(s, 0)
	return v, err == nil
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
	a := &assembler{file: name, opt: opt, counts: make(map[string]int)}
	a.rvc, a.shorts = opt.Compress, opt.Shorts
	if a.shorts == 0 {
		a.shorts = isa.RVC
	}
	a.resolver = a.operand
	a.enter(".text")
	a.sections[0].reserve(bytes.Count(src, []byte("\n")))
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
	symbols  symbolTable
	counts   map[string]int // definitions of each numeric label so far
	rvc      bool
	shorts   isa.Shorts
	options  []bool          // saved by .option push
	pcrel    map[int64]int64 // distance of each %pcrel_hi by the address of its instruction, of the last pass
	steps    int             // of the evaluation in progress
	now      statement       // the instruction being read
	resolver isa.Resolver    // the method operand
	exprs    []expr          // room for more, see newExpr
	image    []byte
	lines    []Line
}

// section is a part of the image while it is made. What is settled when it is read, nearly everything, is bytes of code
// at once; items say in which order the settled bytes and the rest follow one another.
type section struct {
	name    string
	code    []byte
	marks   []Line // of all instructions; emit fills in the addresses
	items   []item
	cells   []cell
	patches []patch
	address int64
	size    int64
}

// item is a stretch of a section: a run of its code, or something whose bytes or place depend on addresses.
type item struct {
	kind    itemKind
	form    form
	fill    byte
	marks   uint32 // instructions in a run
	address int64
	size    int64
	// from is where a run starts in the code, the alignment of a padding, the number of a patch.
	from int64
}

type itemKind uint8

const (
	itemRun   itemKind = iota // settled bytes
	itemSpace                 // size bytes of fill
	itemAlign                 // fill up to a multiple of from
	itemPatch                 // instructions with symbols in them
)

// form says how the first instruction of a patch is written; it only ever grows, so that layout ends.
type form uint8

const (
	short  form = iota // 16 bits if they do
	plain              // as it is
	around             // inverted branch around a jal
)

// patch is an instruction with a symbol in it, or a pair of them.
type patch struct {
	place
	rvc   bool
	count int // of instructions
	insts [2]isa.Inst
	fixes [2]fix // of each instruction
}

// place is where in the source something comes from.
type place struct{ line, column int }

// statement is what the instruction being read turns into.
type statement struct {
	place
	form  form
	insts []isa.Inst
	fixes [2]fix
	fixed bool
	room  [8]isa.Inst // for insts
}

// symbol is a label or a constant, or a name that was only mentioned so far.
type symbol struct {
	name    string
	defined bool
	section int
	item    int // a label is offset bytes after the start of the item
	offset  int64
	value   *expr // of a constant; nil for a label
}

// cell is a data value with a symbol in it, offset bytes after the start of an item.
type cell struct {
	place
	item   int
	offset int64
	width  int
	value  *expr
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

// reserve makes room for so many lines of what programs mostly consist of.
func (s *section) reserve(lines int) {
	s.code = make([]byte, 0, 4*lines)
	s.marks = make([]Line, 0, lines)
	s.items = make([]item, 0, lines/3)
	s.patches = make([]patch, 0, lines/6)
}

// open returns the section that statements go to, its last item being a run.
func (a *assembler) open() *section {
	s := &a.sections[a.current]
	if n := len(s.items); n == 0 || s.items[n-1].kind != itemRun {
		s.items = append(s.items, item{kind: itemRun, from: int64(len(s.code))})
	}
	return s
}

// end returns where the next byte goes: an item and an offset in it. The item need not exist yet.
func (s *section) end() (item int, offset int64) {
	n := len(s.items)
	if n > 0 && s.items[n-1].kind == itemRun {
		return n - 1, int64(len(s.code)) - s.items[n-1].from
	}
	return n, 0
}

func (a *assembler) add(it item) {
	s := &a.sections[a.current]
	s.items = append(s.items, it)
}

// addStatement puts the instructions just read into the section.
func (a *assembler) addStatement() {
	st := &a.now
	if st.fixed {
		s := &a.sections[a.current]
		it := item{kind: itemPatch, form: st.form, from: int64(len(s.patches))}
		it.size = 2 // the least it can be
		if st.form == plain {
			it.size = sizeOf(st.insts)
		}
		s.items = append(s.items, it)
		s.patches = append(s.patches, patch{place: st.place, rvc: a.rvc, count: len(st.insts), fixes: st.fixes})
		copy(s.patches[len(s.patches)-1].insts[:], st.insts)
		for range st.insts {
			s.marks = append(s.marks, Line{Line: st.line})
		}
		return
	}
	s := a.open()
	for _, in := range st.insts {
		if a.rvc {
			in = a.compressed(in)
		}
		s.mark(st.line)
		code, err := isa.Append(s.code, in)
		if err != nil {
			a.fail(st.place, "%s", trimmed(err))
			return
		}
		s.code = code
	}
}

func sizeOf(insts []isa.Inst) (bytes int64) {
	for _, in := range insts {
		bytes += int64(in.Op.Size())
	}
	return bytes
}

// addWord puts an instruction into the section whose word is known.
func (a *assembler) addWord(size int, word uint32) {
	s := a.open()
	s.mark(a.line)
	if size == 2 {
		s.code = binary.LittleEndian.AppendUint16(s.code, uint16(word))
		return
	}
	s.code = binary.LittleEndian.AppendUint32(s.code, word)
}

// mark notes that an instruction goes to the end of the run that is open.
func (s *section) mark(line int) {
	s.items[len(s.items)-1].marks++
	s.marks = append(s.marks, Line{int64(len(s.code)), line})
}

// compressed returns the 16-bit form of an instruction if there is one.
func (a *assembler) compressed(in isa.Inst) isa.Inst {
	if c, ok := isa.Compress(in, a.shorts); ok {
		return c
	}
	return in
}

func (a *assembler) fail(at place, format string, args ...any) {
	if len(a.errs) < maxErrors {
		a.errs = append(a.errs, &Error{a.file, at.line, at.column, fmt.Sprintf(format, args...)})
	}
}

// failAt is fail for a column of the line being read, from 0.
func (a *assembler) failAt(column int, format string, args ...any) {
	a.fail(place{a.line, column + 1}, format, args...)
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
	p := &Program{Origin: a.opt.Origin, Image: a.image, Lines: a.lines, source: a}
	for _, s := range a.sections {
		p.Sections = append(p.Sections, Section{s.name, s.address, s.size})
	}
	return p
}
