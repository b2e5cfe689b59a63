package link

import (
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa/elffile"
)

// elfFlags are the e_flags of all files: compressed code may occur, and floats are passed by lp64d.
const elfFlags = elffile.RVC | elffile.DoubleFloat

// sectionHeader returns the header of one of the sections in memory.
func sectionHeader(s Section, addr, size, align uint64) elf.Section64 {
	h := elf.Section64{Type: uint32(elf.SHT_PROGBITS), Flags: uint64(elf.SHF_ALLOC), Addr: addr, Size: size, Addralign: align}
	switch s {
	case Text:
		h.Flags |= uint64(elf.SHF_EXECINSTR)
	case RelRO, Data:
		h.Flags |= uint64(elf.SHF_WRITE)
	case BSS:
		h.Flags |= uint64(elf.SHF_WRITE)
		h.Type = uint32(elf.SHT_NOBITS)
	case TData:
		h.Flags |= uint64(elf.SHF_WRITE | elf.SHF_TLS)
	case TBSS:
		h.Flags |= uint64(elf.SHF_WRITE | elf.SHF_TLS)
		h.Type = uint32(elf.SHT_NOBITS)
	}
	return h
}

// WriteELF writes the image as a static Linux executable with symbols and its debug sections. The error names the extern
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
	f := elffile.File{Type: elf.ET_EXEC, Flags: elfFlags, Entry: m.Entry}
	var number [numSections]int
	add := func(name string, addr, size uint64, data []byte, rights Rights, header elf.Section64) int {
		f.Segments = append(f.Segments, elf.Prog64{
			Type: uint32(elf.PT_LOAD), Flags: uint32(rights), Vaddr: addr, Paddr: addr,
			Filesz: uint64(len(data)), Memsz: size, Align: pageSize,
		})
		return f.Add(name, data, header)
	}
	for i := range m.Segments {
		s := &m.Segments[i]
		section := Section(slices.Index(sectionNames[:], s.Name))
		number[section] = add(s.Name, s.Addr, s.Size, s.Data, s.Rights, sectionHeader(section, s.Addr, s.Size, pageSize))
	}
	for _, d := range m.Debug {
		if d.Addr != 0 {
			add(d.Name, d.Addr, uint64(len(d.Data)), d.Data, Read, unwindHeader(d.Addr))
		}
	}
	for _, bind := range []elf.SymBind{elf.STB_LOCAL, elf.STB_GLOBAL} {
		for _, s := range m.Symbols {
			if s.Local == (bind == elf.STB_LOCAL) {
				f.AddSymbol(s.Name, bind, symbolType(s.Kind), number[s.Section], s.Addr, s.Size)
			}
		}
	}
	for _, d := range m.Debug {
		if d.Addr == 0 {
			addDebug(&f, d.Name, d.Data)
		}
	}
	f.AddSymbolTable()
	return f.Write(w)
}

// addDebug adds a section that is no part of memory and returns its number.
func addDebug(f *elffile.File, name string, data []byte) int {
	kind := uint32(elf.SHT_PROGBITS)
	if name == Attributes {
		kind = attributesType
	}
	return f.Add(name, data, elf.Section64{Type: kind, Addralign: 1})
}

// Attributes is the name of the section that says which instructions a file has; it has a type of its own (psABI,
// "Attributes").
const (
	Attributes     = ".riscv.attributes"
	attributesType = 0x70000003
)

// unwindHeader returns the header of .eh_frame.
func unwindHeader(addr uint64) elf.Section64 {
	return elf.Section64{Type: uint32(elf.SHT_PROGBITS), Flags: uint64(elf.SHF_ALLOC), Addr: addr, Addralign: 8}
}

func symbolType(k SymbolKind) elf.SymType {
	switch k {
	case FuncSymbol:
		return elf.STT_FUNC
	case ThreadSymbol:
		return elf.STT_TLS
	}
	return elf.STT_OBJECT
}
