package backend

import (
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
	"github.com/rvfuzz/rvfuzz/backend/legalize"
)

// loweredWidth is the width in columns to which Lowered wraps its lines.
const loweredWidth = 110

// Lowered returns which tags are compiled for which classes of types, by the handler table of package codegen and what
// package legalize leaves to it. Each row is a set of classes and the tags that are compiled for just those.
func Lowered() string {
	var b strings.Builder
	b.WriteString("Columns: ")
	for c := codegen.TypeClass(1); c < codegen.NumTypeClasses; c++ {
		fmt.Fprintf(&b, "%c %s, ", letter(c), c)
	}
	b.WriteString("r replaced by others before code is made.\nWith Zfh half is float. Tags that take vectors are compiled lane by lane, but with V those below the table at once.\n" +
		"An empty cell is of a class of which Zig has no such instruction; its atomics on riscv64 have at most 64 bits.\n\n")
	tags := map[string][]string{}
	var rows []string
	for t := range air.NumTags {
		row := loweredRow(air.Tag(t))
		if tags[row] == nil {
			rows = append(rows, row)
		}
		tags[row] = append(tags[row], air.Tag(t).String())
	}
	for _, row := range rows {
		writeWrapped(&b, row+"  ", tags[row])
	}
	b.WriteString("\nWith V, on vectors of integers of 8, 16, 32 and 64 bits, s signed, u unsigned, and of f32 and f64, f:\n\n")
	vectors := map[string][]string{}
	for t := range air.NumTags {
		row := vectorRow(air.Tag(t))
		vectors[row] = append(vectors[row], "vector."+air.Tag(t).String())
	}
	for _, row := range []string{"suf", "su.", "s.f", "..f"} {
		writeWrapped(&b, row+"  ", vectors[row])
	}
	return b.String()
}

// CompiledTags returns how many tags are compiled for at least one class of types.
func CompiledTags() (n int) {
	for t := range air.NumTags {
		if strings.Trim(loweredRow(air.Tag(t)), ".") != "" {
			n++
		}
	}
	return n
}

// letter names a class in one letter.
func letter(c codegen.TypeClass) byte { return c.String()[0] }

// loweredRow returns the letters of the classes for which a tag is compiled, and dots in the places of the others.
func loweredRow(tag air.Tag) string {
	replaced, onHalf, onWide := legalize.Replaces(tag)
	row := ""
	for c := codegen.TypeClass(1); c < codegen.NumTypeClasses; c++ {
		if codegen.Site(tag, c) != "" || onHalf && c == codegen.Half || onWide && isWide(c) {
			row += string(letter(c))
		} else {
			row += "."
		}
	}
	if replaced {
		return row + "r"
	}
	return row + "."
}

// vectorRow returns the letters of the lanes on which the vector unit has an operation.
func vectorRow(tag air.Tag) string {
	row := ""
	for n, e := range []*air.Type{air.IntType(true, 8), air.IntType(false, 8), air.F32} {
		if codegen.Vectorizes(tag, e) {
			row += "suf"[n : n+1]
		} else {
			row += "."
		}
	}
	return row
}

// isWide reports whether a class is one of integers of more than 64 bits.
func isWide(c codegen.TypeClass) bool {
	return c == codegen.TypeClassOf(air.IntType(false, 128)) || c == codegen.TypeClassOf(air.IntType(false, 129))
}

// writeWrapped writes words after a prefix, and goes on below the first of them.
func writeWrapped(b *strings.Builder, prefix string, words []string) {
	line := prefix
	for _, w := range words {
		if len(line)+len(w) > loweredWidth {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = strings.Repeat(" ", len(prefix))
		}
		line += w + " "
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}
