package main

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
	"github.com/spf13/cobra"
)

func explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "explain ENTRY",
		Short: "Say where evaluator and generated code part, and what emitted the code",
		Long: `explain replays an entry on both oracles in step and names the first AIR
instruction at which they part: its value on either side, the register or slot
that holds it, the site of the code generator and the address. It exits 1 if
the entry diverges.`,
		Example: `  rvfuzz explain work/FINDING.txtar`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			e, err := readEntry(cmd, args[0])
			if err != nil {
				return err
			}
			c, err := replay.Case(e)
			if err != nil {
				return err
			}
			checker := diff.NewChecker(diff.Config{Self: true})
			fmt.Fprint(cmd.OutOrStdout(), checker.Explain(c))
			if checker.Check(c).Divergence != nil {
				return exit{status: statusFinding}
			}
			return nil
		},
	}
}
