package main

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/fuzz/mutants"
)

type mutantsFlags struct {
	mutants.Config
	largest, together, sets int
	operators               int
	pick                    uint64
	results                 string
}

func mutantsCommand() *cobra.Command {
	var flags mutantsFlags
	cmd := &cobra.Command{
		Use:   "mutants [flags] [NAME]...",
		Short: "Plant defects in the product or the oracles and measure what finds them",
		Long: `mutants plants defects: those named, or all of the product. A NAME is the ID of a defect of the product, an oracle (eval
or rv64) for all of its defects, or one of them, such as rv64/mulh. It needs the source tree and Go.

A campaign hunts each defect of the product, once for each seed. The table has the number of seeds that found it, how
many buckets each hunt ended with, how many hunts ended with buckets that all name the file and the function of the
defect, and of the median hunt the cases and seconds of processor time to the first minimised finding, its size in AIR
instructions and its bucket; without a finding, how far the defect got: whether its function was called, and how many of
the first cases it compiles otherwise. The tests of an oracle must catch each of its defects. A defect that no seed finds or no test catches, or a
finding larger than --max-size, is a missed gate: exit status 4.

With --operators N, N random mutations of one token each are planted instead: in the code generator, what stands behind it,
and the table of instructions. --pick names the choice, and a line before the table says what each one is. Some of them change nothing; a person
decides which.

With --first a hunt ends with its first finding, which stays as large as it is. Defects within functions are then hunted on
the same cases of the first seed, as many as campaigns check in --time: each case is made once, and checked only with the
defects that change its code. So hundreds are measured in minutes.

With --together N, sets of N random defects are planted at once instead; --pick names the choice. Ten defects ought to
end as ten buckets.`,
		Example: `  rvfuzz mutants
  rvfuzz mutants --time 60s --seeds 1 gt-not-swapped shift-w-form
  rvfuzz mutants --seeds 1 --after 1000 --results table.jsonl
  rvfuzz mutants --together 10 --sets 3 --pick 1
  rvfuzz mutants --operators 30 --pick 2 --seeds 1 --time 30s --first --results sample.jsonl
  rvfuzz mutants eval rv64`,
		RunE: func(cmd *cobra.Command, args []string) error { return runMutants(cmd, flags, args) },
	}
	f := cmd.Flags()
	f.StringVar(&flags.Root, "root", ".", "folder of the source tree (its go.mod)")
	f.DurationVar(&flags.Time, "time", time.Minute, "processor time that a hunt may take")
	f.BoolVar(&flags.First, "first", false, "end a hunt with its first finding, which is not made small; hunt most defects on the same cases of the first seed")
	f.DurationVar(&flags.TestTime, "test-time", 5*time.Minute, "how long the tests of a package may take")
	f.Uint64Var(&flags.Cases, "cases", 0, "how many cases a hunt may take (0: as many as the time allows)")
	f.Uint64Var(&flags.After, "after", 0, "end a hunt so many cases after its first finding (0: when its time or cases are over)")
	f.IntVar(&flags.largest, "max-size", 8, "largest minimised finding, in AIR instructions")
	f.IntVar(&flags.operators, "operators", 0, "plant so many random mutations, one after another")
	f.IntVar(&flags.together, "together", 0, "plant so many random defects at once")
	f.IntVar(&flags.sets, "sets", 1, "number of such sets")
	f.Uint64Var(&flags.pick, "pick", 1, "seed of the choice of sets or mutations")
	f.StringVar(&flags.results, "results", "", "file to which measurements are appended, and that has those not to be repeated")
	f.Func("seeds", "seeds to hunt with, comma-separated (default 1,2,3)", func(text string) error {
		flags.Seeds = nil
		for _, word := range strings.Split(text, ",") {
			var seed uint64
			if _, err := fmt.Sscanf(word, "%d", &seed); err != nil {
				return fmt.Errorf("%.60q is not a seed", word)
			}
			flags.Seeds = append(flags.Seeds, seed)
		}
		return nil
	})
	return cmd
}

// casesPerSecond is how many cases a campaign checks in a second of processor time, as a round figure.
const casesPerSecond = 1400

// endless stands for no limit on cases where the time is one.
const endless = 1 << 40

func runMutants(cmd *cobra.Command, flags mutantsFlags, names []string) error {
	all, err := mutants.Load()
	if err != nil {
		return err
	}
	defects, err := mutants.Select(all, names)
	if flags.operators > 0 {
		if len(names) > 0 {
			return errors.New("--operators takes no names")
		}
		defects, err = mutants.Operators(flags.Root, flags.pick, flags.operators)
	}
	if err != nil {
		return err
	}
	for i := range defects {
		if flags.operators > 0 {
			fmt.Fprintln(cmd.OutOrStdout(), defects[i].ID, defects[i].Note)
		}
	}
	if flags.First {
		flags.largest = math.MaxInt
	}
	switch {
	case flags.Cases > 0:
	case flags.First:
		flags.Cases = uint64(flags.Time.Seconds() * casesPerSecond)
	default:
		flags.Cases = endless
	}
	lab, err := mutants.NewLab(cmd.Context(), defects, flags.Config)
	if err != nil {
		return exit{statusFailed, err}
	}
	defer lab.Close()
	var sets [][]mutants.Defect
	if flags.together > 0 {
		for n := range flags.sets {
			set, err := lab.Choose(flags.pick+uint64(n), flags.together)
			if err != nil {
				return err
			}
			sets = append(sets, set)
		}
	} else {
		for _, d := range defects {
			sets = append(sets, []mutants.Defect{d})
		}
	}
	return measureAll(cmd, flags, lab, sets)
}

// measureAll measures sets of defects and prints the table.
func measureAll(cmd *cobra.Command, flags mutantsFlags, lab *mutants.Lab, sets [][]mutants.Defect) error {
	results, err := mutants.OpenResults(flags.results)
	if err != nil {
		return exit{statusFailed, err}
	}
	defer results.Close()
	out := cmd.OutOrStdout()
	if sets[0][0].Target == mutants.Product {
		fmt.Fprintln(out, mutants.Header)
	}
	if flags.First && flags.together == 0 && sets[0][0].Target == mutants.Product {
		if err := results.MeasureEach(cmd.Context(), lab); err != nil {
			return exit{statusFailed, err}
		}
	}
	var total mutants.Total
	for _, set := range sets {
		m, err := results.Measure(cmd.Context(), lab, set)
		if err != nil {
			return exit{statusFailed, err}
		}
		fmt.Fprintln(out, m.String())
		total.Add(m, flags.largest)
	}
	fmt.Fprintln(out, total.String())
	if total.Found < len(sets) {
		return exit{status: statusGate}
	}
	return nil
}
