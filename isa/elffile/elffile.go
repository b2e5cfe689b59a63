// Package elffile writes riscv64 ELF files from sections and symbols: relocatable objects and static executables.
//
//	f := elffile.File{Type: elf.ET_REL, Flags: elffile.RVC | elffile.DoubleFloat}
//	text := f.Add(".text", code, elf.Section64{Type: uint32(elf.SHT_PROGBITS), Flags: uint64(elf.SHF_ALLOC | elf.SHF_EXECINSTR)})
//	f.AddSymbol("f", elf.STB_GLOBAL, elf.STT_FUNC, text, 0, 4)
//	f.AddSymbolTable()
//	err := f.Write(w)
//
// The shapes of the structures are those of debug/elf.
package elffile

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"io"
)

// Flags of a file (psABI, "File Header", e_flags).
const (
	RVC         = 0x1 // 16-bit instructions
	SingleFloat = 0x2 // lp64f
	DoubleFloat = 0x4 // lp64d
)

// Section is one section of a file being written. The null section is not in the list: numbers start at 1.
type Section struct {
	elf.Section64 // Name and Off are filled in by Write
	name          string
	data          []byte
}

// File collects sections and symbols and writes them.
type File struct {
	Type  elf.Type
	Flags uint32 // e_flags
	Entry uint64
	// Segments are the parts of an executable in memory, each of which is the section of the same position; Write fills in their
	// offsets, and adds a header that makes the stack non-executable.
	Segments []elf.Prog64
	Sections []Section
	symbols  []symbol
}

// symbol is a symbol with its name; its St_name is filled in by AddSymbolTable.
type symbol struct {
	elf.Sym64
	name string
}

const (
	headerSize        = 64
	programHeaderSize = 56
	sectionHeaderSize = 64
	symbolSize        = 24
	relaSize          = 24
	pageSize          = 4096
)

// Add appends a section and returns its number.
func (f *File) Add(name string, data []byte, header elf.Section64) int {
	if header.Type != uint32(elf.SHT_NOBITS) {
		header.Size = uint64(len(data))
	}
	f.Sections = append(f.Sections, Section{Section64: header, name: name, data: data})
	return len(f.Sections)
}

// AddSymbol appends a symbol and returns its number. Local symbols must come before all others.
func (f *File) AddSymbol(name string, bind elf.SymBind, kind elf.SymType, section int, value, size uint64) int {
	f.symbols = append(f.symbols, symbol{name: name, Sym64: elf.Sym64{
		Info: elf.ST_INFO(bind, kind), Shndx: uint16(section), Value: value, Size: size,
	}})
	return len(f.symbols)
}

// Fill sets the bytes of a section that was added empty, and what its header refers to.
func (f *File) Fill(section int, data []byte, link, info int) {
	s := &f.Sections[section-1]
	s.data, s.Size, s.Link, s.Info = data, uint64(len(data)), uint32(link), uint32(info)
}

// SetOther sets st_other of a symbol: its visibility, and bits that the psABI defines.
func (f *File) SetOther(symbol int, other uint8) { f.symbols[symbol-1].Other = other }

// AddSymbolTable appends the sections .symtab and .strtab; the symbols and the number of .symtab are then final.
func (f *File) AddSymbolTable() int {
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
	number := f.Add(".symtab", table.Bytes(), elf.Section64{
		Type: uint32(elf.SHT_SYMTAB), Link: uint32(len(f.Sections) + 2), Info: locals, Addralign: 8, Entsize: symbolSize,
	})
	f.Add(".strtab", names.text, elf.Section64{Type: uint32(elf.SHT_STRTAB), Addralign: 1})
	return number
}

// AddRelocations appends the relocations of a section, by symbols of a table.
func (f *File) AddRelocations(section, table int, list []elf.Rela64) {
	var data bytes.Buffer
	for i := range list {
		put(&data, list[i])
	}
	f.Add(".rela"+f.Sections[section-1].name, data.Bytes(), elf.Section64{
		Type: uint32(elf.SHT_RELA), Flags: uint64(elf.SHF_INFO_LINK) | f.Sections[section-1].Flags&uint64(elf.SHF_GROUP),
		Link: uint32(table), Info: uint32(section), Addralign: 8, Entsize: relaSize,
	})
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
		panic("elffile: only structures of fixed size are written: " + err.Error())
	}
}

// Write writes the file: header, program headers, sections, section headers. In an executable, sections in memory start
// on a page, so that file offsets and addresses agree in their low bits.
func (f *File) Write(w io.Writer) error {
	names := stringTable{text: []byte{0}}
	for i := range f.Sections {
		f.Sections[i].Name = names.add(f.Sections[i].name)
	}
	nameSection := f.Add(".shstrtab", nil, elf.Section64{Type: uint32(elf.SHT_STRTAB), Addralign: 1})
	last := &f.Sections[nameSection-1]
	last.Name = names.add(last.name)
	last.data, last.Size = names.text, uint64(len(names.text))

	var body bytes.Buffer
	programHeaders := f.programHeaderCount()
	at := uint64(headerSize + programHeaderSize*programHeaders)
	start := at
	for i := range f.Sections {
		s := &f.Sections[i]
		align := max(s.Addralign, 1)
		if f.Type == elf.ET_EXEC && s.Addr != 0 {
			align = pageSize
		}
		at = (at + align - 1) &^ (align - 1)
		s.Off = at
		if s.Type != uint32(elf.SHT_NOBITS) {
			body.Write(make([]byte, at-start-uint64(body.Len())))
			body.Write(s.data)
			at += uint64(len(s.data))
		}
	}
	at = (at + 7) &^ 7
	body.Write(make([]byte, at-start-uint64(body.Len())))
	put(&body, elf.Section64{})
	for i := range f.Sections {
		put(&body, f.Sections[i].Section64)
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

func (f *File) header(sectionsAt uint64, programHeaders, nameSection int) elf.Header64 {
	h := elf.Header64{
		Type: uint16(f.Type), Machine: uint16(elf.EM_RISCV), Version: uint32(elf.EV_CURRENT), Entry: f.Entry,
		Shoff: sectionsAt, Flags: f.Flags, Ehsize: headerSize,
		Shentsize: sectionHeaderSize, Shnum: uint16(len(f.Sections) + 1), Shstrndx: uint16(nameSection),
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
func (f *File) programHeaderCount() int {
	if f.Type != elf.ET_EXEC {
		return 0
	}
	return len(f.Segments) + 1
}

func (f *File) putProgramHeaders(b *bytes.Buffer) {
	if f.Type != elf.ET_EXEC {
		return
	}
	for i, p := range f.Segments {
		p.Off = f.Sections[i].Off
		put(b, p)
	}
	put(b, elf.Prog64{Type: uint32(elf.PT_GNU_STACK), Flags: uint32(elf.PF_R | elf.PF_W), Align: 16})
}
