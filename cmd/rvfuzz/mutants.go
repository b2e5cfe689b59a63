package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/fuzz/mutants"
)

func mutantsCommand() *cobra.Command {
	config := mutants.Config{}
	var largest int
	cmd := &cobra.Command{
		Use:   "mutants [flags] [ID]...",
		Short: "Plant defects in the product and measure whether campaigns find them",
		Long: `mutants builds the product once for each planted defect (all of them, or those
named) and lets a campaign hunt it. It needs the source tree and Go. The table
tells, for each defect, the seeds that found it, and of the median hunt the cases
and seconds to the minimised finding and its size in AIR instructions. A defect
that no seed finds, or a finding larger than --max-size, is a missed gate: exit status 4.`,
		Example: `  rvfuzz mutants
  rvfuzz mutants --time 60s --seeds 1 gt-not-swapped shift-w-form`,
		RunE: func(cmd *cobra.Command, args []string) error { return runMutants(cmd, config, args, largest) },
	}
	f := cmd.Flags()
	f.StringVar(&config.Root, "root", ".", "folder of the source tree (its go.mod)")
	f.DurationVar(&config.Time, "time", time.Minute, "how long a hunt may take")
	f.Uint64Var(&config.Cases, "cases", 0, "how many cases a hunt may take (0: as many as the time allows)")
	f.IntVar(&largest, "max-size", 8, "largest minimised finding, in AIR instructions")
	cmd.Flags().Func("seeds", "seeds to hunt with, comma-separated (default 1,2,3)", func(text string) error {
		config.Seeds = nil
		for _, word := range strings.Split(text, ",") {
			var seed uint64
			if _, err := fmt.Sscanf(word, "%d", &seed); err != nil {
				return fmt.Errorf("%q is not a seed", word)
			}
			config.Seeds = append(config.Seeds, seed)
		}
		return nil
	})
	return cmd
}

// endless stands for no limit on cases where the time is one.
const endless = 1 << 40

func runMutants(cmd *cobra.Command, config mutants.Config, ids []string, largest int) error {
	defects, err := chosen(ids)
	if err != nil {
		return err
	}
	if config.Cases == 0 {
		config.Cases = endless
	}
	missed := 0
	for _, d := range defects {
		m, err := mutants.Measure(cmd.Context(), d, config)
		if err != nil {
			return exit{statusFailed, err}
		}
		fmt.Fprintln(cmd.OutOrStdout(), m.String())
		if median := m.Median(); m.Detected() == 0 || median.Instructions > largest {
			missed++
		}
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%d of %d defects found within %d instructions\n", len(defects)-missed, len(defects), largest)
	if missed > 0 {
		return exit{status: statusGate}
	}
	return nil
}

// chosen gives the defects with the ids, or all.
func chosen(ids []string) ([]mutants.Defect, error) {
	defects, err := mutants.Load()
	if err != nil || len(ids) == 0 {
		return defects, err
	}
	var some []mutants.Defect
	for _, id := range ids {
		i := slices.IndexFunc(defects, func(d mutants.Defect) bool { return d.ID == id })
		if i < 0 {
			return nil, fmt.Errorf("there is no defect %q", id)
		}
		some = append(some, defects[i])
	}
	return some, nil
}
