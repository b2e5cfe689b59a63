package link

import (
	"bytes"
	"debug/dwarf"
	"debug/elf"
	"encoding/binary"
	"slices"

	"github.com/rvfuzz/rvfuzz/isa/elffile"
)

// DWARF 4 constants that package debug/dwarf does not export: attribute forms, and opcodes of the line program.
const (
	formAddr      = 0x01
	formString    = 0x08
	formData8     = 0x07
	formSecOffset = 0x17

	lineCopy          = 1
	lineAdvancePC     = 2
	lineAdvanceLine   = 3
	lineSetFile       = 4
	lineSetColumn     = 5
	linePrologueEnd   = 10
	lineEpilogueBegin = 11
	lineEndSequence   = 1 // extended
	lineSetAddress    = 2 // extended
)

// standardLengths are the operand counts of the standard opcodes 1 to 12 of the line program.
var standardLengths = [...]byte{0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1}

// abbreviations are those of .debug_info, numbered from 1: the compilation unit with children, and a function.
var abbreviations = []struct {
	tag      dwarf.Tag
	children byte
	attrs    []attribute
}{
	{dwarf.TagCompileUnit, 1, []attribute{
		{dwarf.AttrProducer, formString}, {dwarf.AttrName, formString},
		{dwarf.AttrLowpc, formAddr}, {dwarf.AttrHighpc, formData8}, {dwarf.AttrStmtList, formSecOffset}}},
	{dwarf.TagSubprogram, 0, []attribute{
		{dwarf.AttrName, formString}, {dwarf.AttrLowpc, formAddr}, {dwarf.AttrHighpc, formData8}}},
}

type attribute struct {
	name dwarf.Attr
	form uint64
}

// addDebug adds DWARF line numbers and function names, if the image has line numbers.
func addDebug(f *elffile.File, m *Image) {
	if len(m.Lines) == 0 {
		return
	}
	debug := func(name string, data []byte) {
		f.Add(name, data, elf.Section64{Type: uint32(elf.SHT_PROGBITS), Addralign: 1})
	}
	debug(".debug_abbrev", debugAbbrev())
	debug(".debug_info", debugInfo(m))
	debug(".debug_line", debugLine(m))
}

func debugAbbrev() []byte {
	var b []byte
	for i, a := range abbreviations {
		b = binary.AppendUvarint(b, uint64(i+1))
		b = append(binary.AppendUvarint(b, uint64(a.tag)), a.children)
		for _, at := range a.attrs {
			b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(at.name)), at.form)
		}
		b = append(b, 0, 0)
	}
	return append(b, 0)
}

func debugInfo(m *Image) []byte {
	low, high := m.Funcs[0].Addr, m.Funcs[0].Addr
	for _, f := range m.Funcs {
		high = max(high, f.Addr+f.Size)
	}
	b := []byte{4, 0, 0, 0, 0, 0, 8} // version, offset of the abbreviations, bytes of an address
	b = appendString(append(b, 1), "rvfuzz")
	b = appendString(b, m.Funcs[m.Lines[0].Func].File)
	b = appendRange(b, low, high-low)
	b = binary.LittleEndian.AppendUint32(b, 0)
	for _, f := range m.Funcs {
		b = appendString(append(b, 2), f.Name)
		b = appendRange(b, f.Addr, f.Size)
	}
	return withLength(append(b, 0))
}

func appendRange(b []byte, low, size uint64) []byte {
	return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(b, low), size)
}

func appendString(b []byte, s string) []byte {
	// A zero byte ends the string in the file, so it ends the name.
	if i := bytes.IndexByte([]byte(s), 0); i >= 0 {
		s = s[:i]
	}
	return append(append(b, s...), 0)
}

// withLength returns b after its 32-bit length.
func withLength(b []byte) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, uint32(len(b))), b...)
}

// debugLine writes one sequence of rows for each function that has lines.
func debugLine(m *Image) []byte {
	files := sourceFiles(m)
	// minimum instruction length, operations per instruction, default is_stmt, line base and range, opcode base
	head := append([]byte{2, 1, 1, 0xfb, 14, 1 + byte(len(standardLengths))}, standardLengths[:]...)
	head = append(head, 0) // no directories
	for _, name := range files {
		head = append(appendString(head, name), 0, 0, 0)
	}
	head = append(head, 0)
	b := []byte{4, 0}
	b = append(b, withLength(head)...)
	lines := m.Lines
	for i := range m.Funcs {
		n := 0
		for n < len(lines) && lines[n].Func == i {
			n++
		}
		if n > 0 {
			b = appendSequence(b, &m.Funcs[i], lines[:n], uint64(slices.Index(files, fileName(&m.Funcs[i]))+1))
		}
		lines = lines[n:]
	}
	return withLength(b)
}

func fileName(f *Func) string {
	if f.File == "" {
		return "unknown"
	}
	return f.File
}

// sourceFiles returns the names of the files, each once, in the order of the functions.
func sourceFiles(m *Image) []string {
	var names []string
	for i := range m.Funcs {
		if name := fileName(&m.Funcs[i]); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// row is one row of the line table, with the opcode that flags its address, or 0.
type row struct {
	Line
	flag byte
}

// rows returns the lines of a function, with an added row where the prologue ends and where an epilogue begins.
func rows(f *Func, lines []Line) []row {
	var out []row
	flagged := func(pc uint64, flag byte) {
		if i := lineAt(lines, pc); i >= 0 {
			out = append(out, row{Line{PC: pc, Line: lines[i].Line, Column: lines[i].Column}, flag})
		}
	}
	flagged(f.PrologueEnd, linePrologueEnd)
	for _, pc := range f.EpilogueBegins {
		flagged(pc, lineEpilogueBegin)
	}
	for _, l := range lines {
		if !slices.ContainsFunc(out, func(r row) bool { return r.PC == l.PC }) {
			out = append(out, row{l, 0})
		}
	}
	slices.SortStableFunc(out, func(a, b row) int { return int(int64(a.PC) - int64(b.PC)) })
	return out
}

// lineAt returns the position of the line that an address belongs to, or -1.
func lineAt(lines []Line, pc uint64) int {
	found := -1
	for i := range lines {
		if lines[i].PC <= pc {
			found = i
		}
	}
	return found
}

// appendSequence writes the line program of one function.
func appendSequence(b []byte, f *Func, lines []Line, file uint64) []byte {
	b = append(b, 0, 9, lineSetAddress)
	b = binary.LittleEndian.AppendUint64(b, f.Addr)
	b = binary.AppendUvarint(append(b, lineSetFile), file)
	at, line := f.Addr, int64(1)
	for _, r := range rows(f, lines) {
		b = appendAdvance(b, r.PC-at)
		b = appendSigned(append(b, lineAdvanceLine), int64(r.Line.Line)-line)
		b = binary.AppendUvarint(append(b, lineSetColumn), uint64(r.Column))
		if r.flag != 0 {
			b = append(b, r.flag)
		}
		b = append(b, lineCopy)
		at, line = r.PC, int64(r.Line.Line)
	}
	b = appendAdvance(b, f.Addr+f.Size-at)
	return append(b, 0, 1, lineEndSequence)
}

// appendAdvance adds bytes to the address, in units of the minimum instruction length.
func appendAdvance(b []byte, bytes uint64) []byte {
	return binary.AppendUvarint(append(b, lineAdvancePC), bytes/2)
}

// appendSigned writes v as SLEB128.
func appendSigned(b []byte, v int64) []byte {
	for {
		low := byte(v & 0x7f)
		v >>= 7
		if v == 0 && low&0x40 == 0 || v == -1 && low&0x40 != 0 {
			return append(b, low)
		}
		b = append(b, low|0x80)
	}
}
