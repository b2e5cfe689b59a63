package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/rvfuzz/rvfuzz/fuzz/isawalk"
	"github.com/rvfuzz/rvfuzz/fuzz/judge"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/spf13/cobra"
)

func matrixCommand() *cobra.Command {
	words := 20
	cmd := &cobra.Command{
		Use:   "matrix [flags]",
		Short: "Print which judge confirmed which instruction",
		Long: `matrix compares words of every instruction with riscv64asm, llvm-mc and GNU
binutils: their disassembly of the word, and their encoding of our text. It
prints one tab-separated line an instruction, one column a judge: how many
words agreed, "-N" for N words that the judge is known to misread or to lack,
"-" where it does not have the instruction at all, "FAULTS N" for differences.
A tool that is not installed is named on standard error and left out.`,
		Example: `  rvfuzz isa matrix > matrix.tsv
  rvfuzz isa matrix --words 200 | grep FAULTS`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return printMatrix(cmd, words) },
	}
	cmd.Flags().IntVar(&words, "words", words, "words of each instruction to compare")
	return cmd
}

func printMatrix(cmd *cobra.Command, words int) error {
	if words < 1 {
		return fmt.Errorf("--words %d: at least 1 is needed", words)
	}
	tools := foreignJudges(cmd.ErrOrStderr())
	m, err := judge.NewMatrix(cmd.Context(), tools, func(row isa.Row) []uint32 { return isawalk.Sample(row, words) })
	if err != nil {
		return exit{statusFailed, err}
	}
	if _, err := io.WriteString(cmd.OutOrStdout(), m.String()); err != nil {
		return exit{statusFailed, err}
	}
	return summarizeMatrix(cmd.ErrOrStderr(), m)
}

// foreignJudges finds the tools that are installed and says which are not.
func foreignJudges(w io.Writer) []*judge.Foreign {
	var tools []*judge.Foreign
	for _, find := range []func() (*judge.Foreign, error){judge.LLVM, judge.GNU} {
		tool, err := find()
		if err != nil {
			fmt.Fprintln(w, "missing:", err)
			continue
		}
		tools = append(tools, tool)
	}
	return tools
}

func summarizeMatrix(w io.Writer, m *judge.Matrix) error {
	total := 0
	for k, name := range m.Judges {
		n, faults := m.Judged(k)
		total += faults
		fmt.Fprintf(w, "%s: %d of %d instructions, %d differences\n", name, n, len(m.Rows), faults)
		for i, row := range m.Rows {
			if c := m.Cells[i][k]; c.Faults > 0 {
				fmt.Fprintf(w, "\t%s: %s\n", row.Mnemonic, c.First)
			}
		}
	}
	if total > 0 {
		return exit{statusFinding, errors.New("there are differences")}
	}
	return nil
}
