package words

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

// Matrix is the outcome of comparing words of every instruction with the third-party decoders and assemblers.
type Matrix struct {
	Oracles []string // "riscv64asm", then for each tool its disassembler and its assembler
	Rows    []isa.Row
	Cells   [][]Cell // by row and oracle
}

// Cell is the comparison of one instruction with one oracle; it is zero if the oracle lacks the instruction.
type Cell struct {
	Words      int    // words or lines compared
	Listed     int    // of them, those that the oracle is known to misread or to refuse
	Mismatches int    // of them, those that differ otherwise
	Rejected   int    // of them, those that the oracle rejects
	First      string // the mismatch with the smallest word
}

// NewMatrix compares up to n words of each instruction with riscv64asm and with each tool, both ways.
func NewMatrix(ctx context.Context, installed []*Tool, n int) (*Matrix, error) {
	m := &Matrix{Oracles: []string{riscv64asmName}, Rows: isa.Rows()}
	for _, tool := range installed {
		m.Oracles = append(m.Oracles, tool.Name()+" disassembler", tool.Name()+" assembler")
	}
	m.Cells = make([][]Cell, len(m.Rows))
	samples := make([][]uint32, len(m.Rows))
	for i, row := range m.Rows {
		m.Cells[i] = make([]Cell, len(m.Oracles))
		samples[i] = Sample(row, n)
		slices.Sort(samples[i])
	}
	m.fillRiscv64asm(samples)
	for k, tool := range installed {
		if err := m.fillTool(ctx, tool, 1+2*k, samples); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (m *Matrix) fillRiscv64asm(samples [][]uint32) {
	for i, row := range m.Rows {
		if !SupportOf(row.Op).Riscv64asm {
			continue
		}
		c := &m.Cells[i][0]
		for _, w := range samples[i] {
			c.Words++
			bucket, err := Compare(w)
			switch {
			case err != nil:
				c.mismatch(err.Error())
			case bucket == Limit:
				c.Listed++
			}
		}
	}
}

// fillTool runs a tool on all rows at once and deals out the answers.
func (m *Matrix) fillTool(ctx context.Context, tool *Tool, column int, samples [][]uint32) error {
	var rows []int
	var insts []isa.Inst
	for i, row := range m.Rows {
		if !tool.Knows(row.Op) {
			continue
		}
		for _, w := range samples[i] {
			in, err := row.Op.Decode(w)
			if err != nil {
				return err
			}
			rows, insts = append(rows, i), append(insts, in)
		}
	}
	code, err := codeOf(insts)
	if err != nil {
		return err
	}
	if tool.Disassemble != nil {
		texts, err := tool.Disassemble(ctx, insts)
		if err != nil {
			return err
		}
		for k, i := range rows {
			m.Cells[i][column].text(m.Oracles[column], insts[k], code[k], texts[k], isKnownBug(tool, disassembling, insts[k]))
		}
	}
	if tool.Assemble == nil {
		return nil
	}
	back, err := tool.Assemble(ctx, insts)
	if err != nil {
		return err
	}
	for k, i := range rows {
		m.Cells[i][column+1].word(m.Oracles[column+1], insts[k], code[k], back[k], isKnownBug(tool, assembling, insts[k]))
	}
	return nil
}

func (c *Cell) text(oracle string, in isa.Inst, word uint32, theirs string, isKnown bool) {
	c.Words++
	switch {
	case SameText(in, theirs):
	case isKnown:
		c.Listed++
	case theirs == "":
		c.Rejected++
		c.mismatch(fmt.Sprintf("%#x is %q, %s rejects it", word, in, oracle))
	default:
		c.mismatch(fmt.Sprintf("%#x is %q, %s says %q", word, in, oracle, theirs))
	}
}

func (c *Cell) word(oracle string, in isa.Inst, ours uint32, theirs Assembled, isKnown bool) {
	c.Words++
	switch {
	case theirs.OK && ours == theirs.Word:
	case isKnown:
		c.Listed++
	case !theirs.OK:
		c.Rejected++
		c.mismatch(fmt.Sprintf("%q is %#x, %s rejects it", in, ours, oracle))
	default:
		c.mismatch(fmt.Sprintf("%q is %#x, %s says %#x", in, ours, oracle, theirs.Word))
	}
}

func (c *Cell) mismatch(text string) {
	c.Mismatches++
	if c.First == "" {
		c.First = text
	}
}

// Compared returns how many instructions were compared with an oracle, given by its position in Oracles, and the number
// of words that differ.
func (m *Matrix) Compared(oracle int) (instructions, mismatches int) {
	for i := range m.Rows {
		c := &m.Cells[i][oracle]
		if c.Words > 0 {
			instructions++
		}
		mismatches += c.Mismatches
	}
	return instructions, mismatches
}

// Report returns the first mismatch of each instruction that differs from an oracle, ten at most, and how many more
// instructions there are.
func (m *Matrix) Report(oracle int) []string {
	var lines []string
	for i, row := range m.Rows {
		if c := &m.Cells[i][oracle]; c.Mismatches > 0 {
			lines = append(lines, fmt.Sprintf("%s: %s", row.Mnemonic, c.First))
		}
	}
	return atMostTen(lines, uint64(len(lines)))
}

// String returns the matrix as tab-separated text: a line for each instruction, a column for each oracle.
func (m *Matrix) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "extension\tinstruction\t%s\n", strings.Join(m.Oracles, "\t"))
	for i, row := range m.Rows {
		fmt.Fprintf(&b, "%s\t%s", row.Ext, row.Mnemonic)
		for _, c := range m.Cells[i] {
			b.WriteString("\t" + c.String())
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// String returns the number of words that agree, of those with a listed reason after a minus sign, and of mismatches; or
// "-" where the oracle lacks the instruction.
func (c Cell) String() string {
	if c.Words == 0 {
		return "-"
	}
	s := fmt.Sprint(c.Words - c.Listed - c.Mismatches)
	if c.Listed != 0 {
		s += fmt.Sprintf(" -%d", c.Listed)
	}
	if c.Mismatches != 0 {
		s += fmt.Sprintf(" DIFFER %d", c.Mismatches)
	}
	return s
}

// atMostTen returns the first ten of the lines, and one more that says how many of total they leave out.
func atMostTen(lines []string, total uint64) []string {
	lines = slices.Clip(lines[:min(len(lines), 10)])
	if more := total - uint64(len(lines)); more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return lines
}
