package asm

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa/internal/quote"
)

// lineTable is what .file and .loc say of an object: which line of which file each instruction comes from. It becomes the
// section .debug_line (DWARF 5, section 6.2), which is written as text and then assembled.
type lineTable struct {
	files map[int64][2]string // directory and name, by number
	most  int64               // the greatest number of a file
	rows  []lineRow
	views int64 // rows at the place of the last one, but for the first
}

// lineRow is a .loc.
type lineRow struct {
	section            int
	front              [4]int
	label              string
	file, line, column int64
	discriminator      int64
	isStatement        bool
	prologue, epilogue bool // the end of a prologue, the beginning of an epilogue
}

// mostFiles bounds the numbers of files.
const mostFiles = 1 << 16

// sourceFile handles .file NUMBER ["DIRECTORY"] "NAME"; .file "NAME" is the name of the object's source.
func (a *assembler) sourceFile(rest string, at int) {
	if text, n := quote.AppendString(nil, rest); n == len(rest) && n > 0 {
		a.object.file = string(text)
		return
	}
	digits, names, _ := strings.Cut(trim(rest), " ")
	number, err := strconv.ParseInt(trim(digits), 0, 64)
	if err != nil || number < 0 || number >= mostFiles {
		a.failAt(at, "expected a name or the number of a file")
		return
	}
	var texts []string
	for names = strings.TrimSpace(names); names != "" && names[0] == '"' && len(texts) < 2; {
		text, n := quote.AppendString(nil, names)
		if n == 0 {
			break
		}
		texts, names = append(texts, string(text)), strings.TrimSpace(names[n:])
	}
	t := &a.object.table
	if t.files == nil {
		t.files = map[int64][2]string{}
	}
	switch len(texts) {
	case 0:
		a.failAt(at, "expected the name of a file")
		return
	case 1:
		last := strings.LastIndexByte(texts[0], '/')
		t.files[number] = [2]string{texts[0][:max(last, 0)], texts[0][last+1:]}
	default:
		t.files[number] = [2]string{texts[0], texts[1]}
	}
	t.most = max(t.most, number)
}

// sourceLine handles .loc FILE LINE [COLUMN] [OPTION...].
func (a *assembler) sourceLine(rest string, at int) {
	words := strings.Fields(strings.ReplaceAll(rest, ",", " "))
	row := lineRow{section: a.current, front: a.section().reached(), isStatement: true}
	for _, to := range []*int64{&row.file, &row.line, &row.column} {
		if len(words) == 0 {
			break
		}
		v, err := strconv.ParseInt(words[0], 0, 32)
		if err != nil {
			break
		}
		*to, words = v, words[1:]
	}
	t := &a.object.table
	if last := len(t.rows) - 1; last >= 0 { // it stays as it was set
		row.isStatement = t.rows[last].isStatement
	}
	if _, known := t.files[row.file]; !known || row.line < 0 || row.column < 0 {
		a.failAt(at, "expected the number of a file that .file names, and a line")
		return
	}
	if last := len(t.rows) - 1; last >= 0 && t.rows[last].section == row.section && t.rows[last].front == row.front {
		t.views++
	} else {
		t.views = 0
	}
	for len(words) > 0 {
		n := row.option(words, func(name string) { a.constant(name, strconv.FormatInt(t.views, 10), at, at, settable) })
		if n == 0 {
			a.failAt(at, "unknown option %.60q of .loc", words[0])
			return
		}
		words = words[n:]
	}
	row.label = ".Lloc$" + strconv.Itoa(len(t.rows)+1)
	a.label(row.label, at)
	t.rows = append(t.rows, row)
}

// option takes the option that words begin with, and returns how many of them it is; 0 if it is unknown. A view is defined
// as the number of the row among those of its place.
func (r *lineRow) option(words []string, defineView func(name string)) int {
	switch words[0] {
	case "basic_block":
		return 1
	case "prologue_end":
		r.prologue = true
		return 1
	case "epilogue_begin":
		r.epilogue = true
		return 1
	}
	if len(words) < 2 {
		return 0
	}
	value, err := strconv.ParseInt(words[1], 0, 32)
	switch {
	case words[0] == "view":
		if err != nil {
			defineView(words[1])
		}
	case err != nil || value < 0:
		return 0
	case words[0] == "is_stmt":
		r.isStatement = value != 0
	case words[0] == "discriminator":
		r.discriminator = value
	case words[0] != "isa":
		return 0
	}
	return 2
}

// readLines assembles .debug_line.
func (a *assembler) readLines() {
	t := &a.object.table
	if len(t.rows) == 0 || len(a.errs) != 0 {
		return
	}
	var b strings.Builder
	b.WriteString(".section .debug_line,\"\",@progbits\n")
	b.WriteString(".4byte .Lline$end-.Lline$in\n.Lline$in:\n.2byte 5\n.byte 8, 0\n.4byte .Lline$rows-.Lline$head\n.Lline$head:\n")
	b.WriteString(".byte 1, 1, 1, 0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1\n")
	t.writeFiles(&b)
	b.WriteString(".Lline$rows:\n")
	for section := range a.sections {
		end := fmt.Sprintf(".Lline$%d", section)
		if t.writeSequence(&b, section, end) {
			a.current = section
			a.label(end, 0)
		}
	}
	b.WriteString(".Lline$end:\n")
	a.blocks.stopped = false
	a.read(b.String())
}

// writeFiles writes the tables of directories and files. File 0 is the source, in directory 0, where it was compiled.
func (t *lineTable) writeFiles(b *strings.Builder) {
	const path, directory, text, number = 1, 2, 0x08, 0x0f
	if _, ok := t.files[0]; !ok {
		t.files[0] = t.files[1]
	}
	directories := map[string]int{}
	var list []string
	numberOf := func(name string) int {
		n, ok := directories[name]
		if !ok {
			n = len(list)
			directories[name], list = n, append(list, name)
		}
		return n
	}
	var files strings.Builder
	root := numberOf(t.files[0][0])
	for i := range t.most + 1 {
		n := root
		if t.files[i][0] != "" {
			n = numberOf(t.files[i][0])
		}
		fmt.Fprintf(&files, ".asciz %s\n.uleb128 %d\n", quoted(t.files[i][1]), n)
	}
	fmt.Fprintf(b, ".byte 1\n.uleb128 %d, %d, %d\n", path, text, len(list))
	for _, name := range list {
		fmt.Fprintf(b, ".asciz %s\n", quoted(name))
	}
	fmt.Fprintf(b, ".byte 2\n.uleb128 %d, %d, %d, %d, %d\n%s", path, text, directory, number, t.most+1, files.String())
}

// quoted returns a string for a directive.
func quoted(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, "\\%03o", s[i])
	}
	return `"` + b.String() + `"`
}

// writeSequence writes the rows of a section, whose end has a label, and reports whether there are any.
func (t *lineTable) writeSequence(b *strings.Builder, section int, end string) bool {
	now := lineRow{file: 1, line: 1, isStatement: true}
	found := false
	for _, r := range t.rows {
		if r.section != section {
			continue
		}
		found = true
		r.write(b, &now)
		now = r
	}
	if found {
		fmt.Fprintf(b, ".byte 0, 9, 2\n.8byte %s\n.byte 0, 1, 1\n", end)
	}
	return found
}

// write writes a row that follows another.
func (r *lineRow) write(b *strings.Builder, before *lineRow) {
	fmt.Fprintf(b, ".byte 0, 9, 2\n.8byte %s\n", r.label)
	if r.file != before.file {
		fmt.Fprintf(b, ".byte 4\n.uleb128 %d\n", r.file)
	}
	if r.column != before.column {
		fmt.Fprintf(b, ".byte 5\n.uleb128 %d\n", r.column)
	}
	if r.isStatement != before.isStatement {
		b.WriteString(".byte 6\n")
	}
	if r.prologue {
		b.WriteString(".byte 10\n")
	}
	if r.epilogue {
		b.WriteString(".byte 11\n")
	}
	if r.discriminator != 0 {
		fmt.Fprintf(b, ".byte 0, 6, 4\n.byte %#x, %#x, %#x, %#x, %d\n", r.discriminator&127|128, r.discriminator>>7&127|128, r.discriminator>>14&127|128, r.discriminator>>21&127|128, r.discriminator>>28)
	}
	fmt.Fprintf(b, ".byte 3\n.sleb128 %d\n.byte 1\n", r.line-before.line)
}
