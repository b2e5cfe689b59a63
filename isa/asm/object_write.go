package asm

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/isa/elffile"
)

// AssembleObject assembles a source text to a relocatable ELF object (psABI) for a linker: Options.Origin must be zero, and symbols
// that nothing defines are for other objects. The .cfi directives become .eh_frame, .loc becomes .debug_line.
func AssembleObject(name, src string, opt Options) ([]byte, error) {
	if opt.Origin != 0 {
		return nil, fmt.Errorf("asm: an object has no origin, %#x", opt.Origin)
	}
	a := newAssembler(name, opt, newObject())
	for _, name := range []string{".data", ".bss", ".text"} { // every object has them, as those of GNU
		a.enter(name, "")
	}
	a.previous = a.current
	a.sections[0].reserve(strings.Count(src, "\n"))
	a.read(src)
	a.readFrames()
	a.readLines()
	a.finishReading()
	if len(a.errs) == 0 {
		a.layOut()
	}
	var b bytes.Buffer
	if len(a.errs) == 0 {
		if err := a.writeObject(&b); err != nil {
			return nil, fmt.Errorf("asm: %w", err)
		}
	}
	if len(a.errs) != 0 {
		return nil, a.joined()
	}
	return b.Bytes(), nil
}

// writeObject writes the object: groups, sections, attributes, symbols, relocations.
func (a *assembler) writeObject(b *bytes.Buffer) error {
	o := a.object
	f := elffile.File{Type: elf.ET_REL, Flags: elffile.DoubleFloat}
	o.compressed = o.compressed || a.opt.Compress || a.rvc
	if m, ok := a.architecture(); ok && !m.Has(isa.FADD_D) {
		f.Flags = elffile.SingleFloat
		if !m.Has(isa.FADD_S) {
			f.Flags = 0
		}
	}
	for _, group := range o.groups {
		f.Add(".group", nil, elf.Section64{Type: uint32(elf.SHT_GROUP), Addralign: 4, Entsize: 4})
		a.object.info(a.symbols.intern(group)).referenced = true
	}
	numbers := make([]int, len(a.sections)) // of sections in the file
	relocs := make([][]relocation, len(a.sections))
	for i := range a.sections {
		if sec := &a.sections[i]; !sec.absolute {
			relocs[i], numbers[i] = a.writeSection(&f, i), len(f.Sections)
		}
	}
	if len(a.errs) != 0 {
		return nil
	}
	if o.compressed {
		f.Flags |= elffile.RVC
	}
	a.nameArchitecture()
	if data := o.attributeSection(); data != nil {
		const attributes = 0x70000003
		f.Add(".riscv.attributes", data, elf.Section64{Type: attributes, Addralign: 1})
	}
	a.writeSymbols(&f, numbers)
	table := f.AddSymbolTable()
	tables := make([]int, len(a.sections)) // of relocations
	for i, list := range relocs {
		if len(list) > 0 {
			f.AddRelocations(numbers[i], table, o.numbered(list))
			tables[i] = len(f.Sections)
		}
	}
	a.writeGroups(&f, numbers, tables, table)
	return f.Write(b)
}

// writeSection emits a section and adds it to the file.
func (a *assembler) writeSection(f *elffile.File, i int) []relocation {
	sec := &a.sections[i]
	a.measured, a.image, a.object.relocs = i, make([]byte, 0, sec.size), nil
	a.emitItems(sec)
	for _, c := range sec.cells {
		a.emitCellInObject(sec, c)
	}
	if len(a.errs) != 0 { // some bytes may be missing
		return nil
	}
	slices.SortStableFunc(a.object.relocs, func(x, y relocation) int { return int(x.offset - y.offset) })
	h := elf.Section64{
		Type: uint32(sec.header.kind), Flags: uint64(sec.header.flags), Addralign: uint64(sec.align), Entsize: sec.header.entry,
	}
	for _, l := range sec.lines {
		a.object.compressed = a.object.compressed || a.image[l.Address]&3 != 3
	}
	if sec.isCode {
		h.Addralign = max(h.Addralign, 4)
		if a.object.compressed {
			h.Addralign = uint64(max(sec.align, 2))
		}
	}
	data := a.image
	if sec.header.kind == elf.SHT_NOBITS {
		if len(bytes.Trim(data, "\x00")) > 0 {
			a.fail(place{1, 1}, "section %s has no room for bytes that are not zero", sec.name)
		}
		h.Size, data = uint64(len(data)), nil
	}
	f.Add(sec.name, data, h)
	return a.object.relocs
}

// numbered returns relocations as the file has them.
func (o *object) numbered(list []relocation) []elf.Rela64 {
	out := make([]elf.Rela64, len(list))
	for i, r := range list {
		number := uint32(0)
		if r.symbol != nil {
			number = uint32(o.info(r.symbol).number)
		}
		out[i] = elf.Rela64{Off: uint64(r.offset), Info: elf.R_INFO(number, uint32(r.kind)), Addend: r.addend}
	}
	return out
}

// writeGroups fills in the groups: that they are known by a symbol, once in a program, and the sections in each, with those
// of their relocations.
func (a *assembler) writeGroups(f *elffile.File, numbers, relocations []int, table int) {
	const comdat = 1
	for k, group := range a.object.groups {
		data := binary.LittleEndian.AppendUint32(nil, comdat)
		for i := range a.sections {
			if h := a.sections[i].header; h.group == group && numbers[i] > 0 {
				data = binary.LittleEndian.AppendUint32(data, uint32(numbers[i]))
				if relocations[i] > 0 {
					data = binary.LittleEndian.AppendUint32(data, uint32(relocations[i]))
				}
			}
		}
		f.Fill(k+1, data, table, a.object.info(a.symbols.intern(group)).number)
	}
}

// writeSymbols adds the symbols: the file, what begins where in code, and those of the source, local ones first. Labels that begin
// with .L are left out unless a relocation needs them.
func (a *assembler) writeSymbols(f *elffile.File, numbers []int) {
	o := a.object
	if o.file != "" {
		f.AddSymbol(o.file, elf.STB_LOCAL, elf.STT_FILE, int(elf.SHN_ABS), 0, 0)
	}
	for i := range a.sections {
		if sec := &a.sections[i]; sec.isCode && numbers[i] > 0 {
			sec.mark(func(name string, offset int64) {
				f.AddSymbol(name, elf.STB_LOCAL, elf.STT_NOTYPE, numbers[i], uint64(offset), 0)
			})
		}
	}
	list := a.symbols.inOrder()
	list = append(list, o.invented...)
	o.byBinding(list)
	for _, s := range list {
		a.writeSymbol(f, s, numbers)
	}
}

func (a *assembler) writeSymbol(f *elffile.File, s *symbol, numbers []int) {
	info := a.object.info(s)
	hidden := strings.HasPrefix(s.name, ".L") || strings.Contains(s.name, "#")
	if !info.referenced && (hidden || s.kind == symbolUndefined && !info.common && a.object.bindOf(s) != elf.STB_WEAK) {
		return
	}
	name := s.name
	if digits, n, ok := strings.Cut(name, "#"); ok {
		name = ".L" + digits + "_" + n
	} else if name == "." {
		name = ".L0 "
	}
	section, value, kind := int(elf.SHN_UNDEF), int64(0), info.kind
	size := uint64(info.bytes)
	switch {
	case info.common:
		section, value = int(elf.SHN_COMMON), info.align
		if kind == elf.STT_NOTYPE {
			kind = elf.STT_OBJECT
		}
	case s.kind != symbolUndefined:
		t, err := a.definition(s)
		switch {
		case err != nil || t.minus != nil || t.plus != nil && t.plus.kind != symbolLabel:
			return // the name of a symbol elsewhere
		case t.plus == nil:
			section, value = int(elf.SHN_ABS), t.num
		default:
			section, value = numbers[t.plus.section], a.address(t.plus)+t.num
			if kind == elf.STT_NOTYPE && s != t.plus {
				kind = a.object.info(t.plus).kind
			}
			if a.sections[t.plus.section].header.flags&elf.SHF_TLS != 0 {
				kind = elf.STT_TLS
			}
		}
	}
	if info.size != nil {
		n, err := a.numberInObject(info.size)
		if err != nil {
			a.fail(info.sizeAt, "%v", err)
		}
		size = uint64(n)
	}
	info.number = f.AddSymbol(name, a.object.bindOf(s), kind, section, uint64(value), size)
	if info.other != localMark {
		f.SetOther(info.number, info.other)
	}
}

// definition returns the value of a symbol that the source defines.
func (a *assembler) definition(s *symbol) (term, error) {
	if s.kind == symbolConstant {
		return a.termOf(s.constant.expr, true)
	}
	return a.termOfSymbol(s, true)
}

// mark calls add with "$x" where instructions begin in a section and "$d" where data does (psABI, "Mapping Symbol").
func (s *section) mark(add func(name string, offset int64)) {
	last := ""
	set := func(name string, offset int64) {
		if name != last {
			add(name, offset)
			last = name
		}
	}
	lines := s.lines
	for i := range s.items {
		it := &s.items[i]
		switch {
		case it.kind == itemPadding && !s.paddings[it.from].nops && it.size > 0:
			set("$d", it.address)
		case it.kind == itemPatch:
			set("$x", it.address)
			lines = lines[min(len(lines), s.patches[it.from].lines()):]
		case it.kind == itemRun:
			lines = s.markRun(it, lines, set)
		}
	}
}

// lines returns how many instructions of the source a patch is.
func (p *patch) lines() int {
	if p.pair {
		return 2
	}
	return 1
}

// markRun is mark for a run: between its instructions is data.
func (s *section) markRun(it *item, lines []Line, set func(name string, offset int64)) []Line {
	at, end := it.address, it.address+it.size
	for _, l := range lines[:it.lines] {
		if l.Address > at {
			set("$d", at)
		}
		set("$x", l.Address)
		at = l.Address + 2
		if s.code[int64(it.from)+l.Address-it.address]&3 == 3 {
			at += 2
		}
	}
	if at < end {
		set("$d", at)
	}
	return lines[it.lines:]
}
