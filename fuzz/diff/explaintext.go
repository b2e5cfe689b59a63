package diff

import (
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/link"
)

// String returns the explanation as a screen for a person. The culprit and what belongs to it is marked with ">".
func (x *Explanation) String() string {
	var b strings.Builder
	switch x.Conclusion {
	case Discarded:
		return "discarded: " + x.Reason + "\n"
	case Agrees:
		return "all oracles agree\n"
	}
	x.writeHead(&b)
	x.Defect.write(&b)
	x.writeCulprit(&b)
	x.writeAIR(&b)
	x.writeExecuted(&b)
	x.writeEmitted(&b)
	writeCalls(&b, "stack, innermost call first", x.Stack)
	for _, n := range x.Notes {
		fmt.Fprintf(&b, "\nnote: %s\n", n)
	}
	return b.String()
}

// writeHead writes what was seen.
func (x *Explanation) writeHead(b *strings.Builder) {
	detail := strings.TrimSpace(x.Detail)
	if x.Run >= 0 || len(x.Stack) > 0 { // the rest is told below
		detail, _, _ = strings.Cut(detail, "\n")
	}
	fmt.Fprintf(b, "%s\nbucket %s\n", x.Signature, x.Bucket)
	if x.Run >= 0 {
		fmt.Fprintf(b, "run %d, %s: ", x.Run, x.Call)
	}
	fmt.Fprintln(b, detail)
	if x.Options != "" {
		fmt.Fprintf(b, "compiled with %s\n", x.Options)
	}
}

// writeCulprit writes the culprit and its value on both sides.
func (x *Explanation) writeCulprit(b *strings.Builder) {
	c := x.Culprit
	if c == nil {
		return
	}
	fmt.Fprintf(b, "\nculprit: %s", c.Text)
	if c.Func != "" {
		fmt.Fprintf(b, " of @%s", c.Func)
	}
	if c.Type != "" && c.Type != "void" && c.Type != "noreturn" {
		fmt.Fprintf(b, ", type %s", c.Type)
	}
	fmt.Fprintln(b)
	if c.Site != "" {
		fmt.Fprintf(b, "  emitted by   %s\n", c.Site)
	}
	if len(c.Lowering) > 0 {
		fmt.Fprintf(b, "  lowering     %s\n", chain(c.Lowering))
	}
	if c.Where != "" {
		at := ""
		if c.PC != "" {
			at = " at pc " + c.PC
		}
		if c.Raw != "" {
			at += ", which holds " + c.Raw
		}
		if c.Canonical != "" {
			at += " and not " + c.Canonical
		}
		fmt.Fprintf(b, "  its value    in %s%s\n", c.Where, at)
	}
	x.writeParts(b)
	for i := range x.Stores {
		s := &x.Stores[i]
		if s.Code == nil {
			fmt.Fprintf(b, "  %s: %s\n", s.Address, s.Why)
			continue
		}
		fmt.Fprintf(b, "  %s was stored by %s at pc %s: %s at %s\n", s.Why, s.Text, s.PC, s.Bytes, s.Address)
		fmt.Fprintf(b, "    for %s of @%s, emitted by %s\n", shortened(s.AIR), s.Func, chain(s.Emitted))
	}
	if x.Evaluator != "" {
		fmt.Fprintf(b, "  evaluator    goes on with %s\n  code         goes on with %s\n", x.Evaluator, x.Machine)
	}
}

// writeParts writes the culprit's value on both sides, part by part.
func (x *Explanation) writeParts(b *strings.Builder) {
	c := x.Culprit
	if len(c.Parts) == 1 && c.Parts[0].Path == "" {
		p := &c.Parts[0]
		fmt.Fprintf(b, "  evaluator    %s\n  code         %s\n", &p.Want, &p.Got)
		return
	}
	if len(c.Parts) == 0 {
		return
	}
	rows := [][]string{{"", "", "type", "evaluator", "code"}}
	for i := range c.Parts {
		p := &c.Parts[i]
		mark := " "
		if p.Differs {
			mark = ">"
		}
		rows = append(rows, []string{mark, p.Path, p.Type, p.Want.String(), p.Got.String()})
	}
	writeTable(b, "  ", rows)
	if c.Omitted > 0 {
		fmt.Fprintf(b, "  and %d parts that are not listed\n", c.Omitted)
	}
}

// String returns the number in both forms.
func (n *Number) String() string {
	if n.Text == n.Hex {
		return n.Text
	}
	return n.Text + " (" + n.Hex + ")"
}

// writeAIR writes the lines around the culprit.
func (x *Explanation) writeAIR(b *strings.Builder) {
	if len(x.AIR) == 0 {
		return
	}
	title := "AIR"
	rows := make([][]string, len(x.AIR))
	for i, l := range x.AIR {
		rows[i] = []string{mark(l.Culprit), l.Text}
		if l.Value != "" {
			title, rows[i] = "AIR, with the evaluator's values", append(rows[i], "; "+l.Value)
		}
	}
	fmt.Fprintf(b, "\n%s\n", title)
	writeTable(b, "", rows)
}

func mark(culprit bool) string {
	if culprit {
		return ">"
	}
	return " "
}

// writeExecuted writes the machine instructions with their values.
func (x *Explanation) writeExecuted(b *strings.Builder) {
	if len(x.Executed) == 0 {
		return
	}
	fmt.Fprintf(b, "\nmachine instructions, as they were executed\n")
	var rows [][]string
	for i := range x.Executed {
		e := &x.Executed[i]
		if i == 0 || e.AIR != x.Executed[i-1].AIR || e.Func != x.Executed[i-1].Func {
			rows = append(rows, []string{"  " + e.heading()})
		}
		rows = append(rows, []string{mark(e.Culprit), "  " + e.PC, e.Text, e.effect(), sourceLine(e.Emitted)})
		if m := e.Memory; m != nil && m.Writer != nil && !m.Store {
			rows = append(rows, []string{" ", "", "", "  " + m.Writer.String()})
		}
	}
	writeTable(b, "", rows)
}

// heading returns what instructions are for.
func (c *Code) heading() string {
	if c.Func == "" {
		return "outside of all functions"
	}
	return c.AIR + " of @" + c.Func
}

// shortened cuts a long instruction off.
func shortened(text string) string {
	const longest = 60
	if len(text) <= longest {
		return text
	}
	return text[:longest] + "..."
}

// effect returns what an instruction read and wrote.
func (e *Executed) effect() string {
	var words []string
	for _, r := range e.Read {
		words = append(words, r.Name+"="+r.Value)
	}
	m := e.Memory
	if m != nil && (!m.Store || len(e.Wrote) > 0) && m.Bytes != "" {
		words = append(words, "["+m.Address+"]="+m.Bytes)
	}
	words = append(words, "->")
	for _, r := range e.Wrote {
		words = append(words, r.Name+"="+r.Value)
	}
	if m != nil && m.Store && len(e.Wrote) == 0 {
		words = append(words, strings.TrimSuffix("["+m.Address+"]="+m.Bytes, "="))
	}
	if e.Ended {
		words = append(words, "stopped here")
	}
	if words[len(words)-1] == "->" {
		words = words[:len(words)-1]
	}
	return strings.Join(words, " ")
}

// String returns where bytes come from.
func (s *Store) String() string {
	if s.Code == nil {
		return s.Why
	}
	return fmt.Sprintf("stored by %s at pc %s for %s", s.Text, s.PC, shortened(s.AIR))
}

// writeEmitted writes the machine instructions that were not executed.
func (x *Explanation) writeEmitted(b *strings.Builder) {
	if len(x.Emitted) == 0 {
		return
	}
	fmt.Fprintf(b, "\nmachine instructions, none of which was executed\n")
	var rows [][]string
	for i := range x.Emitted {
		c := &x.Emitted[i]
		rows = append(rows, []string{mark(c.Culprit), c.PC, c.Word, c.Text, sourceLine(c.Emitted), shortened(c.AIR)})
	}
	writeTable(b, "", rows)
}

// sourceLine returns the innermost call as text, "shift.go:41", without what expands a pseudo instruction unless that is
// all there is.
func sourceLine(calls []link.CodeCall) string {
	if len(calls) > 1 && strings.HasPrefix(calls[0].Func, "lower.") {
		calls = calls[1:]
	}
	if len(calls) == 0 {
		return ""
	}
	return line(&calls[0])
}

// line returns the place of a call without its folder.
func line(c *link.CodeCall) string {
	return fmt.Sprintf("%s:%d", c.File[strings.LastIndexByte(c.File, '/')+1:], c.Line)
}

// chain returns calls as text, the outermost first and with its whole path.
func chain(calls []link.CodeCall) string {
	var words []string
	for i := len(calls) - 1; i >= 0; i-- {
		words = append(words, fmt.Sprintf("%s (%s)", calls[i].Func, line(&calls[i])))
	}
	if n := len(calls) - 1; n >= 0 {
		words[0] = fmt.Sprintf("%s:%d %s", calls[n].File, calls[n].Line, calls[n].Func)
	}
	return strings.Join(words, " > ")
}

func writeCalls(b *strings.Builder, title string, calls []link.CodeCall) {
	if len(calls) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", title)
	rows := make([][]string, len(calls))
	for i := range calls {
		rows[i] = []string{fmt.Sprintf("%s:%d", calls[i].File, calls[i].Line), calls[i].Func}
	}
	writeTable(b, "  ", rows)
}

// widestColumn bounds to what width the cells of a column are padded.
const widestColumn = 64

// writeTable writes rows with their cells in columns. The last cell of a row is not padded and widens no column.
func writeTable(b *strings.Builder, indent string, rows [][]string) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row[:max(len(row)-1, 0)] {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			if n := len(cell); n <= widestColumn {
				widths[i] = max(widths[i], n)
			}
		}
	}
	for _, row := range rows {
		var line strings.Builder
		line.WriteString(indent)
		for i, cell := range row {
			if i > 0 {
				line.WriteString("  ")
			}
			line.WriteString(cell)
			if i < len(row)-1 {
				line.WriteString(strings.Repeat(" ", max(widths[i]-len(cell), 0)))
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}
