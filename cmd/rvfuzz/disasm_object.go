package main

import (
	"debug/dwarf"
	"debug/elf"
	"encoding/binary"
	"strings"
)

// sectionSpace is how far apart the sections of an object are put, so that an address tells its section.
const sectionSpace = 1 << 32

// objectDWARF returns the DWARF of an object whose section n is at n*sectionSpace. debug/elf does not apply the relocations that
// subtract, of which every line table for this architecture consists.
func objectDWARF(f *elf.File, symbols []elf.Symbol) (*dwarf.Data, error) {
	data := make(map[string][]byte)
	for i, s := range f.Sections {
		name, isDebug := strings.CutPrefix(s.Name, ".debug_")
		if !isDebug || s.Type == elf.SHT_NOBITS {
			continue
		}
		code, err := s.Data()
		if err != nil {
			return nil, err
		}
		if err := applyTo(f, elf.SectionIndex(i), code, symbols); err != nil {
			return nil, err
		}
		data[name] = code
	}
	d, err := dwarf.New(data["abbrev"], nil, nil, data["info"], data["line"], nil, data["ranges"], data["str"])
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"addr", "line_str", "str_offsets", "rnglists"} {
		if err := d.AddSection(".debug_"+name, data[name]); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// applyTo applies the relocations of a section that holds data.
func applyTo(f *elf.File, section elf.SectionIndex, data []byte, symbols []elf.Symbol) error {
	return eachRelocation(f, section, func(offset uint64, kind elf.R_RISCV, symbol uint64, addend int64) {
		value := uint64(addend)
		if n := symbol - 1; n < uint64(len(symbols)) {
			value += symbols[n].Value + uint64(symbols[n].Section)*sectionSpace
		}
		if offset <= uint64(len(data)) {
			applyRelocation(data[offset:], kind, value)
		}
	})
}

// applyRelocation applies one relocation at the start of data (psABI, "Relocations"), if it is of a kind that data has.
func applyRelocation(data []byte, kind elf.R_RISCV, value uint64) {
	le := binary.LittleEndian
	name := kind.String()
	switch number := strings.TrimLeft(name, "R_ISCVADUBET"); {
	case number == "6" && len(data) >= 1:
		if strings.Contains(name, "SUB") {
			value = uint64(data[0]) - value
		}
		data[0] = data[0]&0xc0 | byte(value)&0x3f
	case number == "8" && len(data) >= 1:
		data[0] = byte(changed(name, uint64(data[0]), value))
	case number == "16" && len(data) >= 2:
		le.PutUint16(data, uint16(changed(name, uint64(le.Uint16(data)), value)))
	case number == "32" && len(data) >= 4:
		le.PutUint32(data, uint32(changed(name, uint64(le.Uint32(data)), value)))
	case number == "64" && len(data) >= 8:
		le.PutUint64(data, changed(name, le.Uint64(data), value))
	}
}

// changed returns what a relocation makes of the value that is there.
func changed(name string, old, value uint64) uint64 {
	switch {
	case strings.Contains(name, "_ADD"):
		return old + value
	case strings.Contains(name, "_SUB"):
		return old - value
	}
	return value
}

// eachRelocation calls do with the relocations of a section of an object.
func eachRelocation(f *elf.File, section elf.SectionIndex, do func(offset uint64, kind elf.R_RISCV, symbol uint64, addend int64)) error {
	for _, s := range f.Sections {
		if f.Type != elf.ET_REL || s.Type != elf.SHT_RELA || elf.SectionIndex(s.Info) != section {
			continue
		}
		data, err := s.Data()
		if err != nil {
			return err
		}
		for le := binary.LittleEndian; len(data) >= 24; data = data[24:] {
			info := le.Uint64(data[8:])
			do(le.Uint64(data), elf.R_RISCV(uint32(info)), info>>32, int64(le.Uint64(data[16:])))
		}
	}
	return nil
}
