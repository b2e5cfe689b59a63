package main

import (
	"cmp"
	"debug/dwarf"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"slices"
)

// sourceLine is where the code from an address on comes from; the line 0 ends a sequence.
type sourceLine struct {
	address uint64
	file    string
	line    int
}

// sourceLines returns the line tables of a file, by address; none if it has no DWARF. The addresses of an object are those of
// objectDWARF.
func sourceLines(f *elf.File, symbols []elf.Symbol) ([]sourceLine, error) {
	if f.Section(".debug_line") == nil && f.Section(".zdebug_line") == nil {
		return nil, nil
	}
	read := f.DWARF
	if f.Type == elf.ET_REL {
		read = func() (*dwarf.Data, error) { return objectDWARF(f, symbols) }
	}
	data, err := read()
	if err != nil {
		return nil, err
	}
	var lines []sourceLine
	for entries := data.Reader(); ; {
		unit, err := entries.Next()
		if err != nil || unit == nil {
			slices.SortStableFunc(lines, func(a, b sourceLine) int { return cmp.Compare(a.address, b.address) })
			return lines, err
		}
		entries.SkipChildren()
		if lines, err = appendUnit(lines, data, unit); err != nil {
			return nil, err
		}
	}
}

// appendUnit appends the line table of a compilation unit.
func appendUnit(lines []sourceLine, data *dwarf.Data, unit *dwarf.Entry) ([]sourceLine, error) {
	r, err := data.LineReader(unit)
	if err != nil || r == nil {
		return lines, err
	}
	for {
		var e dwarf.LineEntry
		if err := r.Next(&e); err != nil {
			if errors.Is(err, io.EOF) {
				return lines, nil
			}
			return nil, err
		}
		s := sourceLine{address: e.Address}
		if !e.EndSequence && e.File != nil {
			s.file, s.line = e.File.Name, e.Line
		}
		if n := len(lines); n == 0 || lines[n-1] != s {
			lines = append(lines, s)
		}
	}
}

// lineAt returns the source line of an address, which is zero if it has none.
func lineAt(lines []sourceLine, address uint64) sourceLine {
	i, found := slices.BinarySearchFunc(lines, address, func(s sourceLine, a uint64) int { return cmp.Compare(s.address, a) })
	for found && i+1 < len(lines) && lines[i+1].address == address {
		i++
	}
	if !found {
		if i--; i < 0 {
			return sourceLine{}
		}
	}
	return lines[i]
}

// relocations returns those of a section of an object, by offset.
func relocations(f *elf.File, section elf.SectionIndex, symbols []elf.Symbol) ([]relocation, error) {
	var list []relocation
	err := eachRelocation(f, section, func(offset uint64, kind elf.R_RISCV, symbol uint64, addend int64) {
		text := kind.String() + "\t" + relocatedName(f, symbols, symbol)
		if addend != 0 {
			text += fmt.Sprintf("%+#x", addend)
		}
		list = append(list, relocation{offset, text})
	})
	slices.SortStableFunc(list, func(a, b relocation) int { return cmp.Compare(a.offset, b.offset) })
	return list, err
}

// relocatedName returns the name of the symbol of a relocation, number n from 1, or of its section.
func relocatedName(f *elf.File, symbols []elf.Symbol, n uint64) string {
	if n == 0 || n > uint64(len(symbols)) {
		return "*ABS*"
	}
	s := symbols[n-1]
	if s.Name == "" && elf.ST_TYPE(s.Info) == elf.STT_SECTION && int(s.Section) < len(f.Sections) {
		return f.Sections[s.Section].Name
	}
	return s.Name
}
