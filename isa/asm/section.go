package asm

import (
	"debug/elf"
	"encoding/binary"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

// section is a part of the image under construction. Whatever is settled when it is read, nearly everything, becomes bytes
// of code at once; items hold the order of the settled bytes and the rest.
type section struct {
	name     string
	isCode   bool
	loaded   bool // is part of the image
	code     []byte
	lines    []Line // of all instructions; emit fills in the addresses
	items    []item
	cells    []cell
	patches  []patch
	paddings []padding
	front    front
	align    int64
	address  int64
	size     int64
	absolute bool    // the labels are plain numbers, and nothing is in the section
	header   *header // of an object
	relaxed  []int32 // of an object, by item: how many items before it a linker may change
}

// item is a stretch of a section: a run of its code, or something whose bytes or place depend on addresses.
type item struct {
	kind  itemKind
	form  form
	relax bool   // of an object: a linker may change the size
	lines uint32 // instructions in a run
	// from is where a run starts in the code, the number of a patch or of a padding.
	from    uint32
	epoch   uint32 // see front
	address int64  // while the source is read, the offset from the start of the epoch
	size    int64
}

type itemKind uint8

const (
	itemRun     itemKind = iota // settled bytes
	itemPadding                 // bytes of fill
	itemPatch                   // instructions with symbols in them
)

// form is the way in which the first instruction of a patch is written. It only grows, so that layout ends.
type form uint8

const (
	short  form = iota // 16 bits if they suffice
	plain              // unchanged
	around             // inverted branch around a jal
)

// patch is an instruction with a symbol in it; of a pair, the second one, which adds the rest to the value of auipc.
type patch struct {
	inst isa.Inst
	fix  fix
	place
	rvc   bool
	relax bool    // a linker may change the instructions
	pair  bool    // an auipc of base comes before
	base  isa.Reg // register that auipc writes
}

// cell is a data value with a symbol in it, offset bytes after the start of an item.
type cell struct {
	place
	item   int32
	width  int32
	offset int64
	value  *expr
}

func (a *assembler) section() *section { return &a.sections[a.current] }

// enter makes a section the one that statements are added to. The flags are those of .section, or ""; those of its first
// mention count.
func (a *assembler) enter(name, flags string) {
	a.previous = a.current
	n, known := a.sectionOf[name]
	if !known {
		n = len(a.sections)
		a.sectionOf[name] = n
		a.sections = append(a.sections, section{
			name:   name,
			align:  sectionAlign,
			isCode: name == ".text" || name == ".init" || name == ".fini" || strings.HasPrefix(name, ".text.") || strings.Contains(flags, "x"),
			loaded: true,
		})
		if n == 0 {
			a.sections[0].front.at = a.opt.Origin
		}
		if a.object != nil {
			a.sections[n].header = newHeader(name)
			a.sections[n].isCode = a.sections[n].header.flags&elf.SHF_EXECINSTR != 0
			a.sections[n].align = 1
		}
	}
	a.current = n
}

// reserve allocates memory for as many lines of an average program: moving a million lines costs more than memory that is
// never touched.
func (s *section) reserve(lines int) {
	s.code = make([]byte, 0, 5*lines)
	s.lines = make([]Line, 0, lines+lines/4)
	s.items = make([]item, 0, lines/2)
	s.patches = make([]patch, 0, lines/4)
}

// open returns the section that statements are added to, whose last item is then a run.
func (a *assembler) open() *section {
	s := &a.sections[a.current]
	if n := len(s.items); n == 0 || s.items[n-1].kind != itemRun {
		s.items = append(s.items, item{kind: itemRun, from: uint32(len(s.code))})
	}
	return s
}

// close sets the size of the open run.
func (s *section) close() {
	if n := len(s.items); n > 0 && s.items[n-1].kind == itemRun {
		it := &s.items[n-1]
		it.size = int64(len(s.code)) - int64(it.from)
	}
}

// end returns the place of the next byte: an item, which need not exist yet, and an offset in it.
func (s *section) end() (item int, offset int64) {
	n := len(s.items)
	if n > 0 && s.items[n-1].kind == itemRun {
		return n - 1, int64(len(s.code)) - int64(s.items[n-1].from)
	}
	return n, 0
}

func (s *section) addPatch(p *patch, f form, at place) {
	s.close()
	it := item{kind: itemPatch, form: f, from: uint32(len(s.patches)), size: 2} // at least
	lines := 1
	if p.pair {
		it.size, lines = 8, 2
	} else if f == plain {
		it.size = int64(p.inst.Op.Size())
	}
	it.relax = p.relax && (p.pair || p.fix.kind != fixValue && p.fix.kind != fixDistance)
	s.items = append(s.items, it)
	s.patches = append(s.patches, *p)
	for range lines {
		s.lines = append(s.lines, Line{Line: at.line, Column: at.column})
	}
}

func (s *section) addPadding(p padding) {
	s.close()
	s.items = append(s.items, item{kind: itemPadding, relax: p.reserve > 0, from: uint32(len(s.paddings))})
	s.paddings = append(s.paddings, p)
}

// addWord adds an instruction whose word is known to the section.
func (a *assembler) addWord(size int, word uint32) {
	s := a.open()
	s.addLine(a.now.place)
	if size == 2 {
		s.code = binary.LittleEndian.AppendUint16(s.code, uint16(word))
		return
	}
	s.code = binary.LittleEndian.AppendUint32(s.code, word)
}

// addLine records that an instruction follows at the end of the open run.
func (s *section) addLine(at place) {
	s.items[len(s.items)-1].lines++
	s.lines = append(s.lines, Line{int64(len(s.code)), at.line, at.column})
}

// front is how far the places of a section's items are known while the source is read. Each item whose size may still
// change starts a new epoch, in which offsets count from zero; the distance of two places in the same epoch is settled.
type front struct {
	items int
	epoch uint32
	at    int64
}

// locate returns the epoch of a place and its offset there.
func (s *section) locate(item int, offset int64) (epoch uint32, at int64) {
	for s.front.items < item {
		s.advance()
	}
	if item == s.front.items {
		return s.front.epoch, s.front.at + offset
	}
	it := &s.items[item]
	return it.epoch, it.address + offset
}

func (s *section) advance() {
	f := &s.front
	it := &s.items[f.items]
	it.epoch, it.address = f.epoch, f.at
	f.items++
	size, settled := s.settledSize(it)
	if !settled {
		f.epoch++
		f.at = 0
		return
	}
	f.at += size
}

// settledSize returns the size of an item, and whether it is settled.
func (s *section) settledSize(it *item) (size int64, settled bool) {
	if it.relax {
		return 0, false
	}
	switch it.kind {
	case itemPatch:
		p := &s.patches[it.from]
		return it.size, p.pair || it.form == plain && p.inst.Op.Inverse() == 0
	case itemPadding:
		p := &s.paddings[it.from]
		switch {
		case p.kind == padSpace && p.size == nil:
			return p.known, true
		case p.kind == padAlign && it.epoch == 0: // offsets from the start, which is aligned, or from address 0
			return p.alignment(it.address), true
		}
		return 0, false
	}
	return it.size, true
}

// distance returns x-y of two labels, and whether it is settled.
func (a *assembler) distance(x, y *symbol) (int64, bool) {
	if x.section != y.section {
		return 0, false
	}
	s := &a.sections[x.section]
	xEpoch, xAt := s.locate(int(x.item), x.offset)
	yEpoch, yAt := s.locate(int(y.item), y.offset)
	return xAt - yAt, xEpoch == yEpoch
}
