package link

import (
	"fmt"
	"slices"
)

// Start is what _start does with the result of the function main, which takes no arguments.
type Start uint8

// The ways to start a program.
const (
	NoStart    Start = iota // there is no _start
	StartVoid               // exit with status 0
	StartValue              // exit with the result as the status
	StartError              // exit with status 1 if the result is an error, that is, not 0
)

// Options of Link and WriteObject.
type Options struct {
	Start   Start
	Externs []string // functions that are defined elsewhere
	Reverse bool     // place the objects of each section in reverse order
	High    bool     // place the image across 2 GiB, where 32 bits with a sign end
}

// PanicPrefix starts the name of every panic routine.
const PanicPrefix = "panic."

// textBase is the address of the first segment, highBase that of one before 2 GiB, pageSize the alignment of all segments.
const (
	textBase = 0x10000
	highBase = 1<<31 - pageSize
	pageSize = 0x1000
)

// maxMemory bounds the image, well within the addresses of user programs.
const maxMemory = 1 << 46

// maxFile bounds each section of a file that has contents, padding included.
const maxFile = 1 << 30

// Link returns the image of the objects. The error names a symbol that is defined twice or not at all, or a relocation
// that does not fit, with its place.
func Link(objects []Object, o Options) (*Image, error) { return new(Linker).Link(objects, o) }

// Linker links images one after another, reusing its memory. The zero Linker is ready. It is not safe for concurrent use.
type Linker struct {
	objects []Object // with their addresses
	addrs   []uint64 // by object
	data    [][]byte // by object: its part of the segment; nil in BSS
	image   *Image
}

// Link is the function Link. The image has none of the Linker's memory.
func (l *Linker) Link(objects []Object, o Options) (*Image, error) {
	l.objects, l.image = appendRoutines(append(l.objects[:0], objects...), objects, o), new(Image)
	if err := l.place(o); err != nil {
		return nil, err
	}
	for i := range l.objects {
		if err := l.relocate(i); err != nil {
			return nil, err
		}
	}
	l.describe(len(objects))
	return l.image, nil
}

// place assigns every object its address and copies its bytes into its segment.
func (l *Linker) place(o Options) error {
	l.addrs = slices.Grow(l.addrs[:0], len(l.objects))[:len(l.objects)]
	l.data = slices.Grow(l.data[:0], len(l.objects))[:len(l.objects)]
	clear(l.data)
	l.image.Segments = make([]Segment, 0, numSections)
	l.image.Symbols = make([]Symbol, 0, len(l.objects))
	l.image.byName = make(map[string]int32, len(l.objects))
	at := uint64(textBase)
	if o.High {
		at = highBase
	}
	for s := Text; s < numSections; s++ {
		end, err := l.placeSection(s, at, o.Reverse)
		if err != nil {
			return err
		}
		if end == at {
			continue
		}
		l.image.Segments = append(l.image.Segments, l.segment(s, at, end))
		at = alignUp(end, pageSize)
	}
	l.placeDebug(at)
	return nil
}

// placeDebug copies the objects that describe the program, those in memory to pages from an address on.
func (l *Linker) placeDebug(at uint64) {
	for i := range l.objects {
		o := &l.objects[i]
		if !o.Section.describes() {
			continue
		}
		d := DebugSection{Name: o.Name, Data: slices.Clone(o.Data)}
		if o.Section == Unwind {
			d.Data = append(d.Data, 0, 0, 0, 0) // the end of the list
			d.Addr, at = at, alignUp(at+uint64(len(d.Data)), pageSize)
		}
		l.addrs[i], l.data[i] = d.Addr, d.Data
		l.image.Debug = append(l.image.Debug, d)
	}
}

// placeSection places the objects of one section from an address on, the last first if reverse, and returns the address
// after them.
func (l *Linker) placeSection(s Section, at uint64, reverse bool) (uint64, error) {
	limit := uint64(maxMemory)
	if !s.isZero() {
		limit = at + maxFile
	}
	for i := range l.objects {
		if reverse {
			i = len(l.objects) - 1 - i
		}
		o := &l.objects[i]
		if o.Section != s {
			continue
		}
		if s.isThreadLocal() {
			return 0, fmt.Errorf("link: @%s: an image has no thread-local data", o.Name)
		}
		at = alignUp(at, max(o.Align, 1))
		l.addrs[i] = at
		if o.size() > maxMemory || at+o.size() > limit {
			return 0, fmt.Errorf("link: @%s: the image is larger than the limit of %#x bytes", o.Name, limit)
		}
		if _, twice := l.image.byName[o.Name]; twice {
			return 0, fmt.Errorf("link: @%s is defined twice", o.Name)
		}
		l.image.byName[o.Name] = int32(len(l.image.Symbols))
		l.image.Symbols = append(l.image.Symbols, Symbol{
			Name: o.Name, Addr: at, Size: o.size(), Kind: o.kind(), Section: s, Local: o.Local,
		})
		at += o.size()
	}
	return at, nil
}

func (o *Object) kind() SymbolKind {
	switch {
	case o.Section == Text:
		return FuncSymbol
	case o.Section.isThreadLocal():
		return ThreadSymbol
	}
	return DataSymbol
}

var sectionRights = [numSections]Rights{Text: Read | Execute, ROData: Read, RelRO: Read, Data: Read | Write, BSS: Read | Write}

func (l *Linker) segment(s Section, at, end uint64) Segment {
	segment := Segment{Name: s.String(), Addr: at, Size: end - at, Rights: sectionRights[s]}
	if s.isZero() {
		return segment
	}
	segment.Data = make([]byte, end-at)
	for i := range l.objects {
		if o := &l.objects[i]; o.Section == s {
			l.data[i] = segment.Data[l.addrs[i]-at:][:len(o.Data)]
			copy(l.data[i], o.Data)
		}
	}
	return segment
}

func alignUp(n, align uint64) uint64 { return (n + align - 1) &^ (align - 1) }

// relocate applies the relocations of one object.
func (l *Linker) relocate(index int) error {
	o := &l.objects[index]
	code := l.data[index]
	for i := range o.Relocs {
		r := &o.Relocs[i]
		if !r.Kind.valid() || uint64(r.Offset) > uint64(len(code)) {
			return &RelocError{o.Name, *r, "no such relocation, or one outside of the object"}
		}
		place := l.addrs[index] + uint64(r.Offset)
		s, reason := l.target(index, i)
		if reason == "" {
			l.relax(index, i)
			reason = r.apply(code[r.Offset:], s, place)
		}
		if reason != "" {
			return &RelocError{o.Name, *r, reason}
		}
	}
	return nil
}

// relax turns a load from the global offset table, of which an image has none, into the address itself: the load is one
// of the paired half that follows a GOTHi20, ld rd,0(rs), and becomes addi rd,rs,0.
func (l *Linker) relax(index, i int) {
	r := &l.objects[index].Relocs[i]
	if r.Kind != PCRelLo12I {
		return
	}
	if hi := upperHalf(l.objects[index].Relocs, i); l.objects[index].Relocs[hi].Kind == GOTHi20 {
		code := l.data[index][r.Offset:]
		code[0] = code[0]&0x80 | loadToAdd
		code[1] &^= 0x70
	}
}

// loadToAdd is the opcode of addi, whose funct3 is zero.
const loadToAdd = 0x13

// target returns the address of a relocation's symbol, for a paired half the value of the other half, and the reason if
// there is none.
func (l *Linker) target(index, i int) (s uint64, reason string) {
	o := &l.objects[index]
	r := &o.Relocs[i]
	if kinds[r.Kind].value == threadLocal {
		return 0, "an image has no thread-local symbols"
	}
	if kinds[r.Kind].value == pairedHalf {
		hi := upperHalf(o.Relocs, i)
		if hi < 0 {
			return 0, "there is no PCREL_HI20 where the addend says"
		}
		s, reason := l.target(index, hi)
		h := &o.Relocs[hi]
		return s + uint64(h.Addend) - l.addrs[index] - uint64(h.Offset), reason
	}
	at, ok := l.image.byName[r.Symbol]
	if !ok && o.Section == Debug && slices.ContainsFunc(l.image.Debug, func(d DebugSection) bool { return d.Name == r.Symbol }) {
		return 0, ""
	}
	if !ok {
		return 0, "the symbol is not defined"
	}
	return l.image.Symbols[at].Addr, ""
}

// isUpperHalf reports whether a PCRelLo12I or PCRelLo12S may belong to a relocation.
func (k RelocKind) isUpperHalf() bool { return k == PCRelHi20 || k == GOTHi20 || k == TLSGOTHi20 }

// upperHalf returns the position of the upper half of the paired half at index i, nearly always the one before it, or
// -1.
func upperHalf(relocs []Reloc, i int) int {
	for n := range relocs {
		j := i - 1 - n
		if j < 0 {
			j += len(relocs)
		}
		if relocs[j].Kind.isUpperHalf() && int64(relocs[j].Offset) == relocs[i].Addend {
			return j
		}
	}
	return -1
}

// describe fills in the image's functions, externs, panic routines and entry. The first given objects are the caller's.
func (l *Linker) describe(given int) {
	m := l.image
	records, lines, epilogues, origins := 0, 0, 0, 0
	for i := range l.objects {
		o := &l.objects[i]
		records, lines, epilogues = records+len(o.Locations), lines+len(o.Lines), epilogues+len(o.EpilogueBegins)
		origins += len(o.Origins)
	}
	m.Locations, m.Lines = slices.Grow(m.Locations, records), slices.Grow(m.Lines, lines)
	m.Funcs, m.Origins = slices.Grow(m.Funcs, given), slices.Grow(m.Origins, origins)
	ends := make([]uint64, 0, epilogues)
	for i := range l.objects {
		object := &l.objects[i]
		switch {
		case object.Section.describes():
		case object.Extern:
			m.Externs = append(m.Externs, m.Symbols[m.byName[object.Name]])
		case object.Section != Text || object.Library:
		case i < given:
			ends = l.describeFunc(i, ends)
		case object.Name == startName:
			m.Entry = l.addrs[i]
		default:
			m.Panics = append(m.Panics, m.Symbols[m.byName[object.Name]])
		}
	}
}

// describeFunc describes a function, and appends the places of its epilogues to ends.
func (l *Linker) describeFunc(i int, ends []uint64) []uint64 {
	m, o := l.image, &l.objects[i]
	number := len(m.Funcs)
	f := Func{Name: o.Name, Addr: l.addrs[i], Size: o.size(), Frame: o.Frame}
	f.PrologueEnd += f.Addr
	from := len(ends)
	for _, at := range o.EpilogueBegins {
		ends = append(ends, at+f.Addr)
	}
	f.EpilogueBegins = ends[from:len(ends):len(ends)]
	m.Funcs = append(m.Funcs, f)
	for _, record := range o.Locations {
		record.PC, record.Func = record.PC+l.addrs[i], number
		m.Locations = append(m.Locations, record)
	}
	for _, line := range o.Lines {
		line.PC, line.Func = line.PC+l.addrs[i], number
		m.Lines = append(m.Lines, line)
	}
	for _, origin := range o.Origins {
		origin.PC, origin.Func = origin.PC+l.addrs[i], number
		m.Origins = append(m.Origins, origin)
	}
	return ends
}
