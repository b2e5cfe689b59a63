package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/fuzz/mutants"
)

func mutantsCommand() *cobra.Command {
	config := mutants.Config{}
	var largest int
	cmd := &cobra.Command{
		Use:   "mutants [flags] [NAME]...",
		Short: "Plant defects in the product or the oracles and measure what finds them",
		Long: `mutants builds the sources once for each planted defect: those named, or all of the product. A NAME is the ID of
a defect of the product, an oracle (eval or rv64) for all of its defects, or one of them, such as rv64/mulh. It needs
the source tree and Go.

A campaign hunts each defect of the product. The table has the number of seeds that found it, and of the median hunt the
cases and seconds to the minimised finding and its size in AIR instructions. The tests of an oracle must catch each of
its defects. A defect that no seed finds or no test catches, or a finding larger than --max-size, is a missed gate: exit
status 4.`,
		Example: `  rvfuzz mutants
  rvfuzz mutants --time 60s --seeds 1 gt-not-swapped shift-w-form
  rvfuzz mutants eval rv64`,
		RunE: func(cmd *cobra.Command, args []string) error { return runMutants(cmd, config, args, largest) },
	}
	f := cmd.Flags()
	f.StringVar(&config.Root, "root", ".", "folder of the source tree (its go.mod)")
	f.DurationVar(&config.Time, "time", time.Minute, "how long a hunt may take")
	f.DurationVar(&config.TestTime, "test-time", 5*time.Minute, "how long the tests of a package may take")
	f.Uint64Var(&config.Cases, "cases", 0, "how many cases a hunt may take (0: as many as the time allows)")
	f.IntVar(&largest, "max-size", 8, "largest minimised finding, in AIR instructions")
	cmd.Flags().Func("seeds", "seeds to hunt with, comma-separated (default 1,2,3)", func(text string) error {
		config.Seeds = nil
		for _, word := range strings.Split(text, ",") {
			var seed uint64
			if _, err := fmt.Sscanf(word, "%d", &seed); err != nil {
				return fmt.Errorf("%.60q is not a seed", word)
			}
			config.Seeds = append(config.Seeds, seed)
		}
		return nil
	})
	return cmd
}

// endless stands for no limit on cases where the time is one.
const endless = 1 << 40

func runMutants(cmd *cobra.Command, config mutants.Config, names []string, largest int) error {
	all, err := mutants.Load()
	if err != nil {
		return err
	}
	defects, err := mutants.Select(all, names)
	if err != nil {
		return err
	}
	if config.Cases == 0 {
		config.Cases = endless
	}
	found := 0
	for _, d := range defects {
		m, err := mutants.Measure(cmd.Context(), d, config)
		if err != nil {
			return exit{statusFailed, err}
		}
		fmt.Fprintln(cmd.OutOrStdout(), m.String())
		if m.Found(largest) {
			found++
		}
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%d of %d defects found\n", found, len(defects))
	if found < len(defects) {
		return exit{status: statusGate}
	}
	return nil
}
