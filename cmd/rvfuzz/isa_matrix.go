package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/fuzz/words"
)

func matrixCommand() *cobra.Command {
	count := 20
	cmd := &cobra.Command{
		Use:   "matrix [flags]",
		Short: "Print which oracle confirmed which instruction",
		Long: `matrix compares words of every instruction with riscv64asm, llvm-mc and GNU binutils: their disassembly of the word, and
their encoding of our text. It prints one tab-separated line per instruction with one column per oracle: the number of
words that agreed, "-N" for N words that the oracle is known to misread or to lack, "-" if it does not have the
instruction at all, "DIFFER N" for N differences. A tool that is not installed is named on standard error and left out.

Exit status: 1 if there are differences, 3 if a tool failed.`,
		Example: `  rvfuzz isa matrix > matrix.tsv
  rvfuzz isa matrix --words 200 | grep DIFFER`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return printMatrix(cmd, count) },
	}
	cmd.Flags().IntVar(&count, "words", count, "number of words of each instruction to compare")
	return cmd
}

func printMatrix(cmd *cobra.Command, count int) error {
	if count < 1 {
		return fmt.Errorf("--words %d: at least 1 is needed", count)
	}
	installed, missing := words.InstalledTools(cmd.Context())
	for _, err := range missing {
		fmt.Fprintln(cmd.ErrOrStderr(), "missing:", err)
	}
	m, err := words.NewMatrix(cmd.Context(), installed, count)
	if err != nil {
		return exit{statusFailed, err}
	}
	fmt.Fprint(cmd.OutOrStdout(), m.String())
	return summarizeMatrix(cmd.ErrOrStderr(), m)
}

func summarizeMatrix(w io.Writer, m *words.Matrix) error {
	total := 0
	for k, name := range m.Oracles {
		n, mismatches := m.Compared(k)
		total += mismatches
		fmt.Fprintf(w, "%s: %d of %d instructions, %d differences\n", name, n, len(m.Rows), mismatches)
		for _, line := range m.Report(k) {
			fmt.Fprintf(w, "\t%s\n", line)
		}
	}
	if total > 0 {
		return exit{statusFinding, errors.New("there are differences")}
	}
	return nil
}
