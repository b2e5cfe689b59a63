package link

import (
	"debug/elf"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/rvfuzz/rvfuzz/isa/elffile"
)

// WriteObject writes the objects as a relocatable ELF file for a system linker. Panic routines become weak symbols,
// extern functions undefined ones; Options.Start is ignored. The error names a symbol that is defined twice or not at
// all.
func WriteObject(w io.Writer, objects []Object, o Options) error {
	f := objectFile{numbers: map[string]int{}}
	f.objects = appendPanics(objects[:len(objects):len(objects)], objects)
	f.file.Type, f.file.Flags = elf.ET_REL, elfFlags
	if err := f.place(); err != nil {
		return err
	}
	if err := f.addSymbols(o.Externs); err != nil {
		return err
	}
	relocations := make([][]elf.Rela64, len(f.file.Sections)+1)
	for i := range f.objects {
		if o := &f.objects[i]; !o.Extern {
			var err error
			if relocations[f.sections[i]], err = f.appendRelocations(relocations[f.sections[i]], i); err != nil {
				return err
			}
		}
	}
	table := f.file.AddSymbolTable()
	for section, list := range relocations {
		if len(list) > 0 {
			f.file.AddRelocations(section, table, list)
		}
	}
	f.file.Add(".note.GNU-stack", nil, elf.Section64{Type: uint32(elf.SHT_PROGBITS), Addralign: 1})
	return f.file.Write(w)
}

// objectFile is the state of WriteObject. Its sections in memory are in the order of Section.
type objectFile struct {
	file      elffile.File
	objects   []Object
	offsets   []uint64       // by object, in its section
	sections  []int          // by object: the number of its section
	numbers   map[string]int // of the symbols
	described bool           // there are debug sections
	starts    []int          // by section: the number of the symbol of its start, if there are debug sections
	byName    map[string]int // the position of objects, if there are debug sections
}

// place concatenates the objects of each section. Those from RelRO on that few files need are there only if something is
// in them.
func (f *objectFile) place() error {
	f.offsets, f.sections = make([]uint64, len(f.objects)), make([]int, len(f.objects))
	for s := range numSections {
		if !s.isThreadLocal() && s != RelRO || slices.ContainsFunc(f.objects, func(o Object) bool { return o.Section == s && !o.Extern }) {
			if err := f.placeSection(s); err != nil {
				return err
			}
		}
	}
	for i := range f.objects {
		switch o := &f.objects[i]; o.Section {
		case Debug:
			f.sections[i] = addDebug(&f.file, o.Name, o.Data)
		case Unwind:
			f.sections[i] = f.file.Add(o.Name, o.Data, unwindHeader(0))
		default:
			continue
		}
		f.described = f.described || len(f.objects[i].Relocs) > 0
	}
	return nil
}

func (f *objectFile) placeSection(s Section) error {
	var data []byte
	at, align := uint64(0), uint64(1)
	for i := range f.objects {
		o := &f.objects[i]
		if o.Section != s || o.Extern {
			continue
		}
		align = max(align, o.Align)
		at = alignUp(at, max(o.Align, 1))
		f.offsets[i], f.sections[i] = at, len(f.file.Sections)+1
		at += o.size()
		if !s.isZero() && at > maxFile {
			return fmt.Errorf("link: @%s: section %s is larger than the limit of %#x bytes", o.Name, s, uint64(maxFile))
		}
		if !s.isZero() {
			data = append(data, make([]byte, f.offsets[i]-uint64(len(data)))...)
			data = append(data, o.Data...)
		}
	}
	f.file.Add(s.String(), data, sectionHeader(s, 0, at, align))
	return nil
}

// addSymbols adds the symbols, local ones first as ELF requires.
func (f *objectFile) addSymbols(externs []string) error {
	if err := f.addDefined(elf.STB_LOCAL); err != nil {
		return err
	}
	f.addHalves()
	if f.described {
		f.addStarts()
	}
	for _, bind := range []elf.SymBind{elf.STB_GLOBAL, elf.STB_WEAK} {
		if err := f.addDefined(bind); err != nil {
			return err
		}
	}
	threadLocal := map[string]bool{}
	for i := range f.objects {
		if f.objects[i].Extern {
			threadLocal[f.objects[i].Name] = f.objects[i].Section.isThreadLocal()
			externs = append(externs[:len(externs):len(externs)], f.objects[i].Name)
		}
	}
	for _, name := range externs {
		if _, twice := f.numbers[name]; twice {
			return fmt.Errorf("link: @%s is defined twice", name)
		}
		kind := elf.STT_NOTYPE
		if threadLocal[name] {
			kind = elf.STT_TLS
		}
		f.numbers[name] = f.file.AddSymbol(name, elf.STB_GLOBAL, kind, int(elf.SHN_UNDEF), 0, 0)
	}
	return nil
}

func (o *Object) bind() elf.SymBind {
	switch {
	case o.Local:
		return elf.STB_LOCAL
	case o.Weak:
		return elf.STB_WEAK
	}
	return elf.STB_GLOBAL
}

func (f *objectFile) addDefined(bind elf.SymBind) error {
	for i := range f.objects {
		o := &f.objects[i]
		if o.Extern || o.Section.describes() || o.bind() != bind {
			continue
		}
		if _, twice := f.numbers[o.Name]; twice {
			return fmt.Errorf("link: @%s is defined twice", o.Name)
		}
		f.numbers[o.Name] = f.file.AddSymbol(o.Name, bind, symbolType(o.kind()), f.sections[i], f.offsets[i], o.size())
	}
	return nil
}

// addHalves adds a local label for every upper half, by which its paired half refers to it.
func (f *objectFile) addHalves() {
	for i := range f.objects {
		for _, r := range f.objects[i].Relocs {
			if r.Kind.isUpperHalf() {
				name := halfLabel(i, r.Offset)
				at := f.offsets[i] + uint64(r.Offset)
				f.numbers[name] = f.file.AddSymbol(name, elf.STB_LOCAL, elf.STT_NOTYPE, f.sections[i], at, 0)
			}
		}
	}
}

func halfLabel(object int, offset uint32) string {
	return ".Lpcrel_hi." + strconv.Itoa(object) + "." + strconv.Itoa(int(offset))
}

// addStarts adds a local symbol for the start of each section. Debug sections refer to what is in this file by these: a
// weak symbol may give way to another definition.
func (f *objectFile) addStarts() {
	f.starts, f.byName = make([]int, len(f.file.Sections)+1), map[string]int{}
	for section := range f.file.Sections {
		f.starts[section+1] = f.file.AddSymbol("", elf.STB_LOCAL, elf.STT_SECTION, section+1, 0, 0)
	}
	for i := range f.objects {
		f.byName[f.objects[i].Name] = i
	}
}

// appendRelocations appends the relocations of one object.
func (f *objectFile) appendRelocations(list []elf.Rela64, i int) ([]elf.Rela64, error) {
	o := &f.objects[i]
	for _, r := range o.Relocs {
		number, addend, ok := f.target(i, &r)
		if !ok || !r.Kind.valid() {
			return nil, &RelocError{o.Name, r, "the symbol is not defined"}
		}
		list = append(list, elf.Rela64{Off: f.offsets[i] + uint64(r.Offset), Info: elf.R_INFO(uint32(number), uint32(r.Kind)), Addend: addend})
	}
	return list, nil
}

// target returns the symbol and addend of a relocation of an object.
func (f *objectFile) target(object int, r *Reloc) (symbol int, addend int64, ok bool) {
	if f.objects[object].Section.describes() {
		if to, ok := f.byName[r.Symbol]; ok && !f.objects[to].Extern {
			return f.starts[f.sections[to]], r.Addend + int64(f.offsets[to]), true
		}
	}
	if r.Kind.valid() && kinds[r.Kind].value == pairedHalf {
		symbol, ok = f.numbers[halfLabel(object, uint32(r.Addend))]
		return symbol, 0, ok
	}
	symbol, ok = f.numbers[r.Symbol]
	return symbol, r.Addend, ok
}
