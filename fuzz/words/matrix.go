package words

import (
	"context"
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
)

// Cell is what one judge says of one instruction.
type Cell struct {
	Words      int    // words or lines compared
	Listed     int    // of them not judged, for a listed reason
	Mismatches int    // disagreements
	First      string // the first disagreement
	Reason     string // why the judge was not asked, when Words is 0
}

// Matrix is the table of instructions against judges.
type Matrix struct {
	Oracles []string
	Rows    []isa.Row
	Cells   [][]Cell // by row and judge
}

// NewMatrix compares each row's words with riscv64asm and with each foreign tool, both ways. words returns the legal words
// of a row that are to be compared.
func NewMatrix(ctx context.Context, foreign []*Tool, words func(isa.Row) []uint32) (*Matrix, error) {
	m := &Matrix{Oracles: []string{"riscv64asm"}, Rows: isa.Rows()}
	for _, f := range foreign {
		m.Oracles = append(m.Oracles, f.Name+" disassembler", f.Name+" assembler")
	}
	m.Cells = make([][]Cell, len(m.Rows))
	for i := range m.Cells {
		m.Cells[i] = make([]Cell, len(m.Oracles))
	}
	asked := make([][]uint32, len(m.Rows))
	for i, row := range m.Rows {
		asked[i] = words(row)
	}
	m.fillGo(asked)
	for k, f := range foreign {
		if err := m.fillForeign(ctx, f, 1+2*k, asked); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (m *Matrix) fillGo(asked [][]uint32) {
	j := decode.New()
	for i, row := range m.Rows {
		c := &m.Cells[i][0]
		if ok, why := decode.Knows(row.Mnemonic); !ok {
			c.Reason = why
			continue
		}
		for _, w := range asked[i] {
			c.Words++
			bucket, err := Compare(j, w)
			switch {
			case err != nil:
				c.mismatch(err.Error())
			case bucket == Limit:
				c.Listed++
			}
		}
	}
}

// fillForeign asks a tool for all rows at once and deals out the answers.
func (m *Matrix) fillForeign(ctx context.Context, f *Tool, column int, asked [][]uint32) error {
	var rows []int
	var words []uint32
	var insts []isa.Inst
	for i, row := range m.Rows {
		if !f.Knows(row) {
			m.Cells[i][column].Reason = f.Name + " does not have it"
			m.Cells[i][column+1].Reason = f.Name + " does not have it"
			continue
		}
		for _, w := range asked[i] {
			in, err := decodeAs(row, w)
			if err != nil {
				return fmt.Errorf("words: %s: asked about a word that is not legal: %w", row.Mnemonic, err)
			}
			rows, words, insts = append(rows, i), append(words, w), append(insts, in)
		}
	}
	texts, err := f.Disassemble(ctx, insts)
	if err != nil {
		return err
	}
	back, ok, err := f.Assemble(ctx, insts)
	if err != nil {
		return err
	}
	for k, i := range rows {
		m.Cells[i][column].text(m.Oracles[column], insts[k], words[k], texts[k])
		m.Cells[i][column+1].word(m.Oracles[column+1], insts[k], words[k], back[k], ok[k])
	}
	return nil
}

// decodeAs decodes a word of a row: the Zcmp and Zcmt rows have their encodings from Zcd.
func decodeAs(row isa.Row, word uint32) (isa.Inst, error) {
	if row.Ext == "Zcmp" || row.Ext == "Zcmt" {
		return isa.DecodeZcmp(word)
	}
	return isa.Decode(word)
}

func (c *Cell) text(judge string, in isa.Inst, word uint32, theirs string) {
	c.Words++
	switch {
	case theirs == "" && listed(judge, in):
		c.Listed++
	case theirs == "":
		c.mismatch(fmt.Sprintf("%#x is %q, they reject it", word, in))
	case !SameText(in, theirs):
		c.mismatch(fmt.Sprintf("%#x is %q, they say %q", word, in, theirs))
	}
}

func (c *Cell) word(judge string, in isa.Inst, ours, theirs uint32, ok bool) {
	c.Words++
	switch {
	case !ok && listed(judge, in):
		c.Listed++
	case !ok:
		c.mismatch(fmt.Sprintf("%q is %#x, they reject it", in, ours))
	case ours != theirs:
		c.mismatch(fmt.Sprintf("%q is %#x, they say %#x", in, ours, theirs))
	}
}

func (c *Cell) mismatch(text string) {
	c.Mismatches++
	if c.First == "" {
		c.First = text
	}
}

// Compared returns how many instructions a judge was asked about, and its disagreements.
func (m *Matrix) Compared(judge int) (instructions, faults int) {
	for i := range m.Rows {
		c := &m.Cells[i][judge]
		if c.Words > 0 {
			instructions++
		}
		faults += c.Mismatches
	}
	return instructions, faults
}

// String writes the matrix as tab-separated text: a line for each instruction, a column for each judge.
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

// String writes a cell: the words that agreed, those not judged and those that differed, or - where the judge was not asked.
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
