package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
)

func explainCommand() *cobra.Command {
	var options string
	cmd := &cobra.Command{
		Use:   "explain [flags] FILE",
		Short: "Find where evaluator and generated code first differ, and what emitted the code",
		Long: `explain runs the program of a corpus entry, or of a file of AIR text, on both oracles in step and names the first AIR
instruction at which they differ: its value on either side, the register or slot that holds it, the site of the code
generator and the address. AIR text runs its function @main, or without one every function that takes no parameters.
FILE may be - for standard input.

Exit status: 1 if the program diverges.`,
		Example: `  rvfuzz explain work/findings/FINDING.txtar
  rvfuzz explain --options "registers=7 spill-all" prog.air`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return explain(cmd, args[0], options) },
	}
	cmd.Flags().StringVar(&options, "options", "", "code generation options instead of the entry's, such as \"registers=8 compress\"")
	return cmd
}

func explain(cmd *cobra.Command, name, options string) error {
	p, err := readProgram(cmd, name, options)
	if err != nil {
		return err
	}
	c, err := replay.Case(p.Entry)
	if err != nil {
		return err
	}
	return explainCase(cmd, p.Name, c)
}

func explainCase(cmd *cobra.Command, name string, c *diff.Case) error {
	checker, verdict := checkLong(c)
	if verdict.Divergence == nil && len(c.Runs) == 0 { // it only compiles
		return fmt.Errorf("%s: nothing to run: no run lines, and no function without parameters", name)
	}
	fmt.Fprint(cmd.OutOrStdout(), checker.Explain(c))
	if verdict.Divergence != nil {
		return exit{status: statusFinding}
	}
	return nil
}
