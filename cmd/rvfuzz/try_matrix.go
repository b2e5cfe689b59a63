package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/fuzz/subject"
)

type tryMatrixFlags struct {
	trySubjects
	filter string
}

func tryMatrixCommand() *cobra.Command {
	var flags tryMatrixFlags
	cmd := &cobra.Command{
		Use:   "matrix [flags]",
		Short: "Try every operation at every width on edge values",
		Long: `matrix compiles a function for every arithmetic operation, comparison and conversion of AIR at every width of a list, and
calls it with every combination of edge values that is legal. It prints one tab-separated line for each operation that a
configuration gets wrong: the operation, the configuration, whose defect it is, the known defect that it is of, and the
difference; and on standard error one line for each configuration.

Exit status: 1 if an operation is wrong, 3 if a tool failed.`,
		Example: `  rvfuzz try matrix
  rvfuzz try matrix --on 'llc-*:*gisel' --filter bit_reverse`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return tryMatrix(cmd, flags) },
	}
	flags.flags(cmd, "*")
	cmd.Flags().StringVar(&flags.filter, "filter", "", "only operations whose name contains this text")
	return cmd
}

func tryMatrix(cmd *cobra.Command, flags tryMatrixFlags) error {
	c, err := flags.selected(cmd)
	if err != nil {
		return err
	}
	cases, err := matrixCases(flags.filter)
	if err != nil {
		return err
	}
	return withBench(cmd.Context(), c, func(b *subject.Bench) error {
		return sweepAll(cmd.Context(), b, c.on, cases, cmd.OutOrStdout(), cmd.ErrOrStderr())
	})
}

// matrixCases returns the programs of the operations whose name contains a text.
func matrixCases(filter string) (cases []*subject.Case, err error) {
	for _, o := range subject.Operations() {
		if !strings.Contains(o.String(), filter) {
			continue
		}
		c, err := o.Case()
		if err != nil {
			return nil, err
		}
		cases = append(cases, c)
	}
	if len(cases) == 0 {
		return nil, fmt.Errorf("no operation's name contains %.60q", filter)
	}
	return cases, nil
}

func sweepAll(ctx context.Context, b *subject.Bench, on []subject.Selected, cases []*subject.Case, out, complaints io.Writer) error {
	total := 0
	for _, one := range on {
		wrong, start, skips := 0, time.Now(), subject.Skips{}
		tried, err := b.Sweep(ctx, one, cases, skips, func(c subject.Cell) {
			wrong++
			fmt.Fprintln(out, c.String())
		})
		if err != nil {
			return exit{statusFailed, err}
		}
		total += wrong
		fmt.Fprintf(complaints, "%s (%s): %d operations, %d wrong, %s\n", one, one.Subject.Version, tried, wrong, time.Since(start).Round(100*time.Millisecond))
		printSkips(complaints, skips)
	}
	if total > 0 {
		return exit{statusFinding, fmt.Errorf("%d differences", total)}
	}
	return nil
}
