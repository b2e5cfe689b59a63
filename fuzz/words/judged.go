package words

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// CommandTool returns a tool that shell commands make up, to be compared like those that are installed; either may be
// empty. The disassembler is given a word in hexadecimal on each line of its standard input, of four digits for a 16-bit
// instruction and of eight for others, and the assembler the text of an instruction. Both answer with a line for each
// line: the text or the word, or an empty line or one that begins with "error" for what they reject.
func CommandTool(disassembler, assembler string, knows func(isa.Op) bool) *Tool {
	t := &Tool{Kind: "the", Knows: knows}
	if disassembler != "" {
		t.Disassemble = func(ctx context.Context, insts []isa.Inst) ([]string, error) {
			code, err := codeOf(insts)
			if err != nil {
				return nil, err
			}
			lines := make([]string, len(code))
			for i, w := range code {
				lines[i] = hexWord(w)
			}
			return askCommand(ctx, disassembler, lines)
		}
	}
	if assembler != "" {
		t.Assemble = func(ctx context.Context, insts []isa.Inst) ([]Assembled, error) {
			lines := make([]string, len(insts))
			for i, in := range insts {
				lines[i] = in.String()
			}
			answers, err := askCommand(ctx, assembler, lines)
			return wordsOf(answers), err
		}
	}
	return t
}

// hexWord writes a word with as many digits as the instruction has.
func hexWord(w uint32) string {
	if w&3 != 3 {
		return fmt.Sprintf("%04x", w)
	}
	return fmt.Sprintf("%08x", w)
}

// wordsOf reads the answers of an assembler; one that is no number counts as a rejection.
func wordsOf(answers []string) []Assembled {
	list := make([]Assembled, len(answers))
	for i, a := range answers {
		w, err := strconv.ParseUint(strings.TrimPrefix(a, "0x"), 16, 32)
		list[i] = Assembled{uint32(w), err == nil}
	}
	return list
}

// askCommand returns the lines with which a command answers lines, "" for a rejection.
func askCommand(ctx context.Context, command string, lines []string) ([]string, error) {
	shell := tools.Tool{Name: command, Path: "/bin/sh"}
	out, err := shell.Run(ctx, strings.Join(lines, "\n")+"\n", "-c", command)
	if err != nil {
		return nil, fmt.Errorf("words: %w", err)
	}
	answers := strings.Split(strings.TrimSuffix(out.Stdout, "\n"), "\n")
	if len(answers) != len(lines) {
		return nil, fmt.Errorf("words: %.60q answers %d lines with %d", command, len(lines), len(answers))
	}
	for i, a := range answers {
		if answers[i] = strings.TrimSpace(a); strings.HasPrefix(answers[i], "error") {
			answers[i] = ""
		}
	}
	return answers, nil
}

// Unknown returns the instructions of which an oracle, given by its position in Oracles, rejects every word.
func (m *Matrix) Unknown(oracle int) []string {
	var names []string
	for i, row := range m.Rows {
		if c := &m.Cells[i][oracle]; c.Words > 0 && c.Rejected == c.Words {
			names = append(names, row.Mnemonic)
		}
	}
	return names
}

// Differing returns a line for each instruction that an oracle does not reject altogether and that differs: its name,
// how many words differ, and the smallest of them.
func (m *Matrix) Differing(oracle int) []string {
	var lines []string
	unknown := m.Unknown(oracle)
	for i, row := range m.Rows {
		if c := &m.Cells[i][oracle]; c.Mismatches > 0 && !slices.Contains(unknown, row.Mnemonic) {
			lines = append(lines, fmt.Sprintf("%s: %d of %d words differ: %s", row.Mnemonic, c.Mismatches, c.Words, c.First))
		}
	}
	return lines
}
