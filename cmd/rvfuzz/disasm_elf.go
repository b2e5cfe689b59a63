package main

import (
	"bufio"
	"bytes"
	"cmp"
	"debug/elf"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

// lister prints the code of an ELF file.
type lister struct {
	w       *bufio.Writer
	flags   disasmFlags
	march   isa.March
	object  bool // addresses count from the start of each section
	symbols []elf.Symbol
	lines   []sourceLine // by address
	text    []byte       // buffer

	// Of the section being printed:
	section   string
	space     uint64       // what lines add to the addresses of an object's section
	shown     sourceLine   // the last one printed
	names     []elf.Symbol // its symbols and, unless the file is an object, those of all others, by address
	marks     []elf.Symbol // "$x" and "$d" where code and data begin
	relocs    []relocation
	listing   isa.Listing
	high      [32]uint64 // what lui or auipc has put into a register
	highKnown [32]bool
	gp        uint64 // what gp holds throughout, if hasGP
	hasGP     bool
	comment   []byte
	target    uint64 // of a jump, if targeted
	targeted  bool
}

// relocation is one of an object.
type relocation struct {
	offset uint64
	text   string
}

// codeRange is a part of the file with code.
type codeRange struct {
	name    string
	index   elf.SectionIndex
	address uint64
	data    []byte
}

func disassembleELF(w *bufio.Writer, flags disasmFlags, name string, src []byte) error {
	f, err := elf.NewFile(bytes.NewReader(src))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if f.Machine != elf.EM_RISCV || f.Class != elf.ELFCLASS64 || f.ByteOrder != binary.LittleEndian {
		return fmt.Errorf("%s: not a little-endian riscv64 file", name)
	}
	march, err := parseMarch(flags.march)
	if err != nil {
		return err
	}
	if flags.march == "" {
		march = marchOf(f)
	}
	l := &lister{w: w, flags: flags, march: march, object: f.Type == elf.ET_REL}
	if l.symbols, err = f.Symbols(); err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		return fmt.Errorf("%s: %w", name, err)
	}
	if flags.lines {
		if l.lines, err = sourceLines(f, l.symbols); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	ranges, err := codeRanges(f)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if !flags.json {
		fmt.Fprintf(w, "\n%s:     file format elf64-littleriscv\n\n", name)
	}
	for _, r := range ranges {
		if err := l.list(f, r); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// marchOf returns the architecture that the attributes of a file name (psABI, "Attributes"), or the zero March if they name none
// that is known.
func marchOf(f *elf.File) isa.March {
	s := f.Section(".riscv.attributes")
	if s == nil {
		return isa.March{}
	}
	data, err := s.Data()
	if err != nil {
		return isa.March{}
	}
	march, err := isa.ParseMarch(string(archAttribute.Find(data)))
	if err != nil {
		return isa.March{}
	}
	return march
}

// archAttribute matches the string of the tag Tag_RISCV_arch, 5.
var archAttribute = regexp.MustCompile(`rv64[a-z0-9_]+`)

// codeRanges returns the sections that hold code, or without sections the segments that may be executed.
func codeRanges(f *elf.File) ([]codeRange, error) {
	var list []codeRange
	for i, s := range f.Sections {
		if s.Flags&elf.SHF_EXECINSTR == 0 || s.Type != elf.SHT_PROGBITS {
			continue
		}
		data, err := s.Data()
		if err != nil {
			return nil, err
		}
		list = append(list, codeRange{s.Name, elf.SectionIndex(i), s.Addr, data})
	}
	if len(f.Sections) > 0 {
		return list, nil
	}
	for _, p := range f.Progs {
		if p.Type != elf.PT_LOAD || p.Flags&elf.PF_X == 0 {
			continue
		}
		data := make([]byte, p.Filesz)
		if _, err := p.ReadAt(data, 0); err != nil {
			return nil, err
		}
		list = append(list, codeRange{"LOAD", elf.SHN_UNDEF, p.Vaddr, data})
	}
	return list, nil
}

// list prints one range.
func (l *lister) list(f *elf.File, r codeRange) error {
	l.section, l.shown = r.name, sourceLine{}
	if l.object {
		l.space = uint64(r.index) * sectionSpace
	}
	l.prepare(r)
	var err error
	if l.relocs, err = relocations(f, r.index, l.symbols); err != nil {
		return err
	}
	l.listing = isa.Listing{Plain: l.flags.noAliases, Symbol: l.appendPlace}
	if !l.flags.json {
		fmt.Fprintf(l.w, "\nDisassembly of section %s:\n", r.name)
	}
	next, mark, isData := 0, 0, false
	for at := 0; at < len(r.data); {
		address := r.address + uint64(at)
		for ; next < len(l.names) && l.names[next].Value <= address; next++ {
			if s := l.names[next]; s.Value == address && !l.flags.json && (next+1 == len(l.names) || l.names[next+1].Value != address) {
				fmt.Fprintf(l.w, "\n%016x <%s>:\n", address, s.Name)
			}
		}
		for ; mark < len(l.marks) && l.marks[mark].Value <= address; mark++ {
			isData = l.marks[mark].Name[1] == 'd'
		}
		size, err := l.one(r.data[at:l.end(r, at, mark)], address, isData)
		if err != nil {
			return err
		}
		at += size
	}
	return nil
}

// end returns where the bytes that start at a place of a range must end: before the next mark.
func (l *lister) end(r codeRange, at, mark int) int {
	if mark < len(l.marks) {
		if n := l.marks[mark].Value - r.address; n > uint64(at) && n < uint64(len(r.data)) {
			return int(n)
		}
	}
	return len(r.data)
}

// prepare sorts the symbols for a range.
func (l *lister) prepare(r codeRange) {
	l.names, l.marks = nil, nil
	l.highKnown = [32]bool{}
	for _, s := range l.symbols {
		if s.Name == "__global_pointer$" && !l.object {
			l.gp, l.hasGP = s.Value, true
		}
		kind := elf.ST_TYPE(s.Info)
		switch {
		case s.Section == elf.SHN_UNDEF || s.Section >= elf.SHN_LORESERVE || l.object && s.Section != r.index:
		case strings.HasPrefix(s.Name, "$x") || strings.HasPrefix(s.Name, "$d"):
			if s.Section == r.index {
				l.marks = append(l.marks, s)
			}
		case s.Name != "" && kind != elf.STT_SECTION && kind != elf.STT_FILE && kind != elf.STT_TLS && !strings.HasPrefix(s.Name, ".L"):
			l.names = append(l.names, s)
		}
	}
	for _, list := range [][]elf.Symbol{l.names, l.marks} {
		slices.SortStableFunc(list, func(a, b elf.Symbol) int {
			return cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(rank(a), rank(b)))
		})
	}
}

// rank returns how much a symbol is preferred to others of its address: for its type, for being global, and for its name.
func rank(s elf.Symbol) int {
	r := 0
	if elf.ST_TYPE(s.Info) != elf.STT_NOTYPE {
		r += 4
	}
	if elf.ST_BIND(s.Info) != elf.STB_LOCAL {
		r += 2
	}
	if s.Name[0] != '_' {
		r++
	}
	return r
}

// nearest returns the last symbol at or before an address, and the distance.
func (l *lister) nearest(address uint64) (name string, offset uint64) {
	i, found := slices.BinarySearchFunc(l.names, address, func(s elf.Symbol, a uint64) int { return cmp.Compare(s.Value, a) })
	if found {
		for i+1 < len(l.names) && l.names[i+1].Value == address { // the preferred one comes last
			i++
		}
		return l.names[i].Name, 0
	}
	if i == 0 {
		return "", 0
	}
	return l.names[i-1].Name, address - l.names[i-1].Value
}

// appendPlace appends " <name+0x10>" for the target of a jump or branch, and remembers it.
func (l *lister) appendPlace(dst []byte, address uint64) []byte {
	l.target, l.targeted = address, true
	return l.appendName(dst, address)
}

func (l *lister) appendName(dst []byte, address uint64) []byte {
	name, offset := l.nearest(address)
	switch {
	case name == "":
		return dst
	case offset == 0:
		return append(append(append(dst, " <"...), name...), '>')
	}
	dst = append(append(append(dst, " <"...), name...), "+0x"...)
	return append(appendHexadecimal(dst, offset), '>')
}

// one prints the instruction or the data at the start of code, and returns its size.
func (l *lister) one(code []byte, address uint64, isData bool) (size int, err error) {
	l.targeted, l.comment = false, l.comment[:0]
	in, size, decodeErr := l.march.DecodeBytes(code)
	var value uint32
	text := l.text[:0]
	if isData || decodeErr != nil {
		if isData {
			size = dataPiece(len(code))
		}
		for i := range size {
			value |= uint32(code[i]) << (8 * i)
		}
		switch isIllegal := value == 0 && size == 2 && !isData; {
		case isIllegal && l.flags.noAliases:
			text = append(text, "c.unimp"...)
		case isIllegal:
			text = append(text, "unimp"...)
		default:
			text = appendDirective(text, value, size)
		}
		l.highKnown = [32]bool{}
	} else {
		value, _ = isa.WordAt(code)
		l.listing.Address = address
		text = in.AppendListing(text, &l.listing)
		l.follow(in, address)
	}
	l.text = text
	if l.flags.json {
		return size, l.printJSON(value, size, address, text)
	}
	l.print(value, size, address, text)
	return size, nil
}

// follow computes the addresses that pairs of instructions make, and comments on them.
func (l *lister) follow(in isa.Inst, address uint64) {
	if base, ok := isa.Expand(in); ok {
		in = base
	}
	switch in.Op {
	case isa.LUI, isa.AUIPC:
		v := uint64(int64(int32(in.Imm << 12)))
		if in.Op == isa.AUIPC {
			v += address
		}
		if in.Rd != isa.Zero {
			l.high[in.Rd], l.highKnown[in.Rd] = v, true
		}
		return
	case isa.ADDI, isa.ADDIW, isa.JALR, isa.LB, isa.LH, isa.LW, isa.LD, isa.LBU, isa.LHU, isa.LWU, isa.SB, isa.SH, isa.SW, isa.SD,
		isa.FLW, isa.FSW, isa.FLD, isa.FSD:
		base, known := l.high[in.Rs1], l.highKnown[in.Rs1]
		if in.Rs1 == isa.GP && !known {
			base, known = l.gp, l.hasGP
		}
		if known {
			l.highKnown[in.Rs1] = false
			l.pointTo(base+uint64(in.Imm), in.Op == isa.JALR)
		}
	}
	if in.Rd.IsInt() {
		l.highKnown[in.Rd] = false
	}
}

// pointTo comments on the address that an instruction makes, the target of a jump or not.
func (l *lister) pointTo(address uint64, isTarget bool) {
	if isTarget {
		l.target, l.targeted = address, true
	}
	l.comment = l.appendName(appendHexadecimal(append(l.comment, " # "...), address), address)
}

// print writes one line as objdump does, and the relocations after it.
func (l *lister) print(value uint32, size int, address uint64, text []byte) {
	w := l.w
	if len(l.lines) > 0 {
		s := lineAt(l.lines, l.space+address)
		if s.line != 0 && (s.file != l.shown.file || s.line != l.shown.line) {
			fmt.Fprintf(w, "%s:%d\n", s.file, s.line)
			l.shown = s
		}
	}
	var head [64]byte
	line := appendHexadecimal(head[:0], address)
	for n := len(line); n < 8; n++ {
		w.WriteByte(' ')
	}
	line = append(line, ":\t"...)
	for shift := 8*size - 4; shift >= 0; shift -= 4 {
		line = append(line, "0123456789abcdef"[value>>shift&15])
	}
	for n := 2 * size; n < 22-size; n++ { // the columns of objdump
		line = append(line, ' ')
	}
	w.Write(append(line, '\t'))
	w.Write(text)
	w.Write(l.comment)
	w.WriteByte('\n')
	for ; len(l.relocs) > 0 && l.relocs[0].offset < address+uint64(size); l.relocs = l.relocs[1:] {
		fmt.Fprintf(w, "\t\t\t%x: %s\n", l.relocs[0].offset, l.relocs[0].text)
	}
}

// appendHexadecimal appends a number without leading zeros.
func appendHexadecimal(dst []byte, v uint64) []byte {
	shift := 60
	for shift > 0 && v>>shift == 0 {
		shift -= 4
	}
	for ; shift >= 0; shift -= 4 {
		dst = append(dst, "0123456789abcdef"[v>>shift&15])
	}
	return dst
}

// listedInstruction is an instruction as --json prints it.
type listedInstruction struct {
	Section      string   `json:"section"`
	Address      uint64   `json:"address"`
	Symbol       string   `json:"symbol,omitempty"` // the nearest before it
	Offset       uint64   `json:"offset,omitempty"` // from the symbol
	Word         string   `json:"word"`
	Text         string   `json:"text"`
	Target       *uint64  `json:"target,omitempty"`
	TargetSymbol string   `json:"target_symbol,omitempty"`
	TargetOffset uint64   `json:"target_offset,omitempty"`
	Relocations  []string `json:"relocations,omitempty"`
	File         string   `json:"file,omitempty"`
	Line         int      `json:"line,omitempty"`
}

func (l *lister) printJSON(value uint32, size int, address uint64, text []byte) error {
	out := listedInstruction{Section: l.section, Address: address, Word: fmt.Sprintf("%0*x", 2*size, value), Text: strings.Replace(string(text), "\t", " ", 1)}
	out.Symbol, out.Offset = l.nearest(address)
	if l.targeted {
		target := l.target
		out.Target = &target
		out.TargetSymbol, out.TargetOffset = l.nearest(target)
	}
	for ; len(l.relocs) > 0 && l.relocs[0].offset < address+uint64(size); l.relocs = l.relocs[1:] {
		out.Relocations = append(out.Relocations, strings.Replace(l.relocs[0].text, "\t", " ", 1))
	}
	if len(l.lines) > 0 {
		s := lineAt(l.lines, l.space+address)
		out.File, out.Line = s.file, s.line
	}
	data, err := json.Marshal(out)
	if err != nil {
		return err
	}
	_, err = l.w.Write(append(data, '\n'))
	return err
}
