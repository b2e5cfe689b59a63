package link

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

// elfFlags are the e_flags of all files: compressed code may occur, and floats are passed by lp64d.
const elfFlags = 0x1 | 0x4

// elfSection is one section of a file being written. The null section is not in the list: numbers start at 1.
type elfSection struct {
	elf.Section64 // Name and Off are filled in by write
	name          string
	data          []byte
}

// elfFile collects sections and symbols and writes them.
type elfFile struct {
	kind     elf.Type
	entry    uint64
	segments []Segment // of an executable
	sections []elfSection
	symbols  []elfSymbol
}

// elfSymbol is a symbol with its name; its St_name is filled in by write.
type elfSymbol struct {
	elf.Sym64
	name string
}

const (
	headerSize        = 64
	programHeaderSize = 56
	sectionHeaderSize = 64
	symbolSize        = 24
	relaSize          = 24
)

// add appends a section and returns its number.
func (f *elfFile) add(name string, data []byte, header elf.Section64) int {
	if header.Type != uint32(elf.SHT_NOBITS) {
		header.Size = uint64(len(data))
	}
	f.sections = append(f.sections, elfSection{Section64: header, name: name, data: data})
	return len(f.sections)
}

// addSymbol appends a symbol and returns its number. Local symbols must come before all others.
func (f *elfFile) addSymbol(name string, bind elf.SymBind, kind elf.SymType, section int, value, size uint64) int {
	f.symbols = append(f.symbols, elfSymbol{name: name, Sym64: elf.Sym64{
		Info: elf.ST_INFO(bind, kind), Shndx: uint16(section), Value: value, Size: size,
	}})
	return len(f.symbols)
}

// addSymbolTable appends the sections .symtab and .strtab; the symbols and the number of .symtab are then final.
func (f *elfFile) addSymbolTable() int {
	var table bytes.Buffer
	names := stringTable{text: []byte{0}}
	locals := uint32(1)
	table.Write(make([]byte, symbolSize))
	for i := range f.symbols {
		s := &f.symbols[i]
		s.Name = names.add(s.name)
		if elf.ST_BIND(s.Info) == elf.STB_LOCAL {
			locals++
		}
		put(&table, s.Sym64)
	}
	number := f.add(".symtab", table.Bytes(), elf.Section64{
		Type: uint32(elf.SHT_SYMTAB), Link: uint32(len(f.sections) + 2), Info: locals, Addralign: 8, Entsize: symbolSize,
	})
	f.add(".strtab", names.text, elf.Section64{Type: uint32(elf.SHT_STRTAB), Addralign: 1})
	return number
}

// stringTable is the contents of a section of names.
type stringTable struct{ text []byte }

func (t *stringTable) add(name string) uint32 {
	if name == "" {
		return 0
	}
	at := len(t.text)
	t.text = append(append(t.text, name...), 0)
	return uint32(at)
}

// put writes a structure of fixed size, which cannot fail in a bytes.Buffer.
func put(b *bytes.Buffer, v any) {
	if err := binary.Write(b, binary.LittleEndian, v); err != nil {
		panic("link: only structures of fixed size are written: " + err.Error())
	}
}

// write writes the file: header, program headers, sections, section headers. In an executable, sections in memory start
// on a page, so that file offsets and addresses agree in their low bits.
func (f *elfFile) write(w io.Writer) error {
	names := stringTable{text: []byte{0}}
	for i := range f.sections {
		f.sections[i].Name = names.add(f.sections[i].name)
	}
	nameSection := f.add(".shstrtab", nil, elf.Section64{Type: uint32(elf.SHT_STRTAB), Addralign: 1})
	last := &f.sections[nameSection-1]
	last.Name = names.add(last.name)
	last.data, last.Size = names.text, uint64(len(names.text))

	var body bytes.Buffer
	programHeaders := f.programHeaderCount()
	at := uint64(headerSize + programHeaderSize*programHeaders)
	start := at
	for i := range f.sections {
		s := &f.sections[i]
		align := max(s.Addralign, 1)
		if f.kind == elf.ET_EXEC && s.Addr != 0 {
			align = pageSize
		}
		at = alignUp(at, align)
		s.Off = at
		if s.Type != uint32(elf.SHT_NOBITS) {
			body.Write(make([]byte, at-start-uint64(body.Len())))
			body.Write(s.data)
			at += uint64(len(s.data))
		}
	}
	at = alignUp(at, 8)
	body.Write(make([]byte, at-start-uint64(body.Len())))
	put(&body, elf.Section64{})
	for i := range f.sections {
		put(&body, f.sections[i].Section64)
	}
	var head bytes.Buffer
	put(&head, f.header(at, programHeaders, nameSection))
	f.putProgramHeaders(&head)
	if _, err := head.WriteTo(w); err != nil {
		return err
	}
	_, err := body.WriteTo(w)
	return err
}

func (f *elfFile) header(sectionsAt uint64, programHeaders, nameSection int) elf.Header64 {
	h := elf.Header64{
		Type: uint16(f.kind), Machine: uint16(elf.EM_RISCV), Version: uint32(elf.EV_CURRENT), Entry: f.entry,
		Shoff: sectionsAt, Flags: elfFlags, Ehsize: headerSize,
		Shentsize: sectionHeaderSize, Shnum: uint16(len(f.sections) + 1), Shstrndx: uint16(nameSection),
	}
	copy(h.Ident[:], elf.ELFMAG)
	h.Ident[elf.EI_CLASS] = byte(elf.ELFCLASS64)
	h.Ident[elf.EI_DATA] = byte(elf.ELFDATA2LSB)
	h.Ident[elf.EI_VERSION] = byte(elf.EV_CURRENT)
	if programHeaders > 0 {
		h.Phoff, h.Phentsize, h.Phnum = headerSize, programHeaderSize, uint16(programHeaders)
	}
	return h
}

// programHeaderCount returns the number of program headers: one per segment, and one that makes the stack
// non-executable.
func (f *elfFile) programHeaderCount() int {
	if f.kind != elf.ET_EXEC {
		return 0
	}
	return len(f.segments) + 1
}

func (f *elfFile) putProgramHeaders(b *bytes.Buffer) {
	if f.kind != elf.ET_EXEC {
		return
	}
	for i := range f.segments {
		s := &f.segments[i]
		put(b, elf.Prog64{
			Type: uint32(elf.PT_LOAD), Flags: uint32(s.Rights), Off: f.sections[i].Off, Vaddr: s.Addr, Paddr: s.Addr,
			Filesz: uint64(len(s.Data)), Memsz: s.Size, Align: pageSize,
		})
	}
	put(b, elf.Prog64{Type: uint32(elf.PT_GNU_STACK), Flags: uint32(elf.PF_R | elf.PF_W), Align: 16})
}

// sectionHeader returns the header of one of the four sections in memory.
func sectionHeader(s Section, addr, size, align uint64) elf.Section64 {
	h := elf.Section64{Type: uint32(elf.SHT_PROGBITS), Flags: uint64(elf.SHF_ALLOC), Addr: addr, Size: size, Addralign: align}
	switch s {
	case Text:
		h.Flags |= uint64(elf.SHF_EXECINSTR)
	case Data:
		h.Flags |= uint64(elf.SHF_WRITE)
	case BSS:
		h.Flags |= uint64(elf.SHF_WRITE)
		h.Type = uint32(elf.SHT_NOBITS)
	}
	return h
}

// WriteELF writes the image as a static Linux executable with symbols and line numbers. The error names the extern
// symbols of the image, if there are any, or the missing function @main.
func WriteELF(w io.Writer, m *Image) error {
	if len(m.Externs) > 0 {
		names := make([]string, len(m.Externs))
		for i, s := range m.Externs {
			names[i] = "@" + s.Name
		}
		return fmt.Errorf("link: a static executable cannot have extern symbols: %s", strings.Join(names, ", "))
	}
	if m.Entry == 0 {
		return errors.New("link: a static executable needs a function @main to start")
	}
	f := elfFile{kind: elf.ET_EXEC, entry: m.Entry, segments: m.Segments}
	var number [numSections]int
	for i := range m.Segments {
		s := &m.Segments[i]
		for section := range numSections {
			if section.String() == s.Name {
				number[section] = f.add(s.Name, s.Data, sectionHeader(section, s.Addr, s.Size, pageSize))
			}
		}
	}
	for _, bind := range []elf.SymBind{elf.STB_LOCAL, elf.STB_GLOBAL} {
		for _, s := range m.Symbols {
			if s.Local == (bind == elf.STB_LOCAL) {
				f.addSymbol(s.Name, bind, symbolType(s.Kind), number[s.Section], s.Addr, s.Size)
			}
		}
	}
	f.addDebug(m)
	f.addSymbolTable()
	return f.write(w)
}

func symbolType(k SymbolKind) elf.SymType {
	if k == FuncSymbol {
		return elf.STT_FUNC
	}
	return elf.STT_OBJECT
}
