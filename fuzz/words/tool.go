package words

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

// Tool is a third-party tool chain that is installed: it turns words into text and text into words.
type Tool struct {
	Kind    string // "llvm-mc" or "binutils"
	Version string
	// Knows reports whether the tool has the instruction, by the table of support.
	Knows func(op isa.Op) bool
	// Disassemble returns the tool's text of the word of each instruction, "" for a word that it rejects. It is nil if
	// the tool is an assembler only, as Assemble if it is a disassembler only.
	Disassemble func(ctx context.Context, insts []isa.Inst) ([]string, error)
	// Assemble returns the tool's words of our text of each instruction.
	Assemble func(ctx context.Context, insts []isa.Inst) ([]Assembled, error)
}

// Assembled is the word that an assembler makes of a text, or nothing if it rejects the text.
type Assembled struct {
	Word uint32
	OK   bool
}

// Name returns the name of the tool with its version: "llvm-mc 19.1.7".
func (t *Tool) Name() string { return strings.TrimSpace(t.Kind + " " + t.Version) }

// InstalledTools returns the tools that are installed, every version of each with the newest first, and an error for each of
// the others.
func InstalledTools(ctx context.Context) (found []*Tool, missing []error) {
	for _, find := range []func(context.Context) ([]*Tool, error){findLLVM, findBinutils} {
		list, err := find(ctx)
		if err != nil {
			missing = append(missing, err)
		}
		found = append(found, list...)
	}
	return found, missing
}

// columnOf returns the distinct names in a column of the table of support, sorted.
func columnOf(column func(*Support) string) []string {
	var names []string
	for op := isa.Op(1); op <= isa.NumOps; op++ {
		if name := column(SupportOf(op)); name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// codeOf returns the words of instructions.
func codeOf(insts []isa.Inst) ([]uint32, error) {
	code := make([]uint32, len(insts))
	for i, in := range insts {
		var err error
		if code[i], err = isa.Encode(in); err != nil {
			return nil, err
		}
	}
	return code, nil
}

// sourceLine lets an assembler choose 16-bit instructions only where text names one.
func sourceLine(in isa.Inst, text string) string {
	if in.Op.Size() == 2 {
		return text + "\n"
	}
	return ".option push; .option norvc; " + text + "; .option pop\n"
}

// linesIn returns the numbers, from 0, of the lines that a tool complains about. The pattern finds the number, from 1.
func linesIn(messages string, pattern *regexp.Regexp) (map[int]bool, error) {
	lines := make(map[int]bool)
	for _, m := range pattern.FindAllStringSubmatch(messages, -1) {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			return nil, fmt.Errorf("words: the message %q: %w", m[0], err)
		}
		lines[n-1] = true
	}
	return lines, nil
}
