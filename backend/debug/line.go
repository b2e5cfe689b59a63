package debug

import (
	"github.com/rvfuzz/rvfuzz/backend/link"
)

// standardLengths are the operand counts of the standard opcodes 1 to 12 of the line program.
var standardLengths = [...]byte{0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1}

// unknownFile is the file of functions that name none.
const unknownFile = "unknown"

// writeLines writes the line table: a sequence of rows for each function that has lines.
func writeLines(s *section, files []string, objects []link.Object, functions []*Function) {
	length := s.begin()
	s.u16(version)
	s.bytes(addressSize, 0)
	head := s.begin()
	// minimum instruction length, operations per instruction, default is_stmt, line base and range, opcode base
	s.bytes(codeUnit, 1, 1, 0xfb, 14, 1+byte(len(standardLengths)))
	s.bytes(standardLengths[:]...)
	s.bytes(1, linePath, formString, 1)
	s.text(".")
	s.bytes(2, linePath, formString, lineDirectory, formUdata)
	s.uleb(uint64(len(files)))
	for _, name := range files {
		s.text(name)
		s.uleb(0)
	}
	s.end(head)
	bySymbol := map[string]*Function{}
	for _, f := range functions {
		bySymbol[f.symbol] = f
	}
	numbers := map[string]int{}
	for n, name := range files {
		numbers[name] = n
	}
	for i := range objects {
		if o := &objects[i]; len(o.Lines) > 0 && bySymbol[o.Name] != nil {
			writeSequence(s, o, numbers[fileName(o.File)], bySymbol[o.Name])
		}
	}
	s.end(length)
}

func fileName(name string) string {
	if name == "" {
		return unknownFile
	}
	return name
}

// row is one row of the line table, with the opcode that flags its address, or 0.
type row struct {
	link.Line
	flag byte
}

// rows returns the lines of a function, with a row at its start, where the prologue ends and where each epilogue begins.
func rows(o *link.Object, f *Function) []row {
	flags := []row{{link.Line{PC: o.PrologueEnd}, linePrologueEnd}}
	for _, pc := range o.EpilogueBegins {
		flags = append(flags, row{link.Line{PC: pc}, lineEpilogueBegin})
	}
	var out []row
	add := func(r row) {
		n := len(out)
		if r.flag != 0 {
			r.Line.Line, r.Column = out[n-1].Line.Line, out[n-1].Column
		}
		if n > 0 && out[n-1].PC == r.PC {
			r.flag |= out[n-1].flag
			out = out[:n-1]
		}
		out = append(out, r)
	}
	if first := o.Lines[0]; first.PC > 0 {
		if first.PC = 0; f.line != 0 {
			first.Line, first.Column = f.line, 0
		}
		add(row{first, 0})
	}
	for _, l := range o.Lines {
		for len(flags) > 0 && flags[0].PC < l.PC {
			add(flags[0])
			flags = flags[1:]
		}
		add(row{l, 0})
	}
	for _, r := range flags {
		add(r)
	}
	return out
}

// writeSequence writes the line program of one function. It ends where the calls of panic routines begin, which are those
// of many lines.
func writeSequence(s *section, o *link.Object, file int, f *Function) {
	s.bytes(0, 1+addressSize, lineSetAddress)
	s.address(o.Name, 0)
	s.bytes(lineSetFile)
	s.uleb(uint64(file))
	at, line := uint64(0), int64(1)
	for _, r := range rows(o, f) {
		s.bytes(lineAdvancePC)
		s.uleb((r.PC - at) / codeUnit)
		s.bytes(lineAdvanceLine)
		s.sleb(int64(r.Line.Line) - line)
		s.bytes(lineSetColumn)
		s.uleb(uint64(r.Column))
		if r.flag != 0 {
			s.bytes(r.flag)
		}
		// The epilogue is that of every return, not only of the last one, whose line it is given.
		if r.flag&lineEpilogueBegin == lineEpilogueBegin {
			s.bytes(lineNegateStatement, lineCopy, lineNegateStatement)
		} else {
			s.bytes(lineCopy)
		}
		at, line = r.PC, int64(r.Line.Line)
	}
	s.bytes(lineAdvancePC)
	s.uleb((uint64(f.stubs) - at) / codeUnit)
	s.bytes(0, 1, lineEndSequence)
}
