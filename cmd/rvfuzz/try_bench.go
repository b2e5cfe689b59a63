package main

import (
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/fuzz/subject"
)

type tryBenchFlags struct {
	seed   uint64
	limit  time.Duration
	only   string
	folder string
}

func tryBenchCommand() *cobra.Command {
	var flags tryBenchFlags
	cmd := &cobra.Command{
		Use:   "bench [flags]",
		Short: "Measure how long campaigns take to find defects that others reported",
		Long: `bench runs a campaign for each of a list of reported defects of LLVM 19.1.7, until the defect is found from nothing or a
limit of processor time is reached. A finding counts if the newest release compiles its reduced program well, as does the
old one where the defect is not, and if the program has the operations that the defect concerns.

It prints a tab-separated line for each: name, number in the tracker, configurations, cases tried, seconds of processor
time of everything, and the reduced program, which is written to DIR/findings, or why there is none.

Exit status: 1 if a defect was not found, 3 if a tool failed.`,
		Example: `  rvfuzz try bench
  rvfuzz try bench --only mask,index --seed 2 --limit 30m`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return tryBench(cmd, flags) },
	}
	f := cmd.Flags()
	f.Uint64Var(&flags.seed, "seed", 1, "seed of the campaigns")
	f.DurationVar(&flags.limit, "limit", 30*time.Minute, "processor time for each defect")
	f.StringVar(&flags.only, "only", "", "names of defects, separated by commas (default all)")
	f.StringVar(&flags.folder, "workdir", "work", "folder for findings")
	return cmd
}

func tryBench(cmd *cobra.Command, flags tryBenchFlags) error {
	if flags.limit <= 0 {
		return fmt.Errorf("--limit %s: more than nothing is needed", flags.limit)
	}
	wanted, err := subject.DatedOf(flags.only)
	if err != nil {
		return fmt.Errorf("--only: %w", err)
	}
	found, _ := subject.Find(cmd.Context())
	missed := false
	err = withBench(cmd.Context(), chosen{found: found}, func(b *subject.Bench) error {
		for _, d := range wanted {
			h, err := b.Hunt(cmd.Context(), d, flags.seed, flags.limit)
			if err != nil {
				return exit{statusFailed, err}
			}
			missed = missed || h.Found == nil
			if err := printHunt(cmd.OutOrStdout(), &h, filepath.Join(flags.folder, "findings")); err != nil {
				return exit{statusFailed, err}
			}
		}
		return nil
	})
	if err == nil && missed {
		return exit{status: statusFinding}
	}
	return err
}

func printHunt(w io.Writer, h *subject.Hunt, folder string) error {
	end := "not found"
	switch {
	case h.Missing != nil:
		end = "not looked for: " + h.Missing.Error()
	case h.Found != nil:
		path, err := h.Found.Write(folder)
		if err != nil {
			return err
		}
		end = fmt.Sprintf("%d instructions, %s", h.Found.Instructions, path)
	}
	fmt.Fprintf(w, "%s\t%s\t%s\t%d cases\t%.1f s\t%s\n", h.Defect.Name, h.Defect.Upstream, h.Defect.On, h.Cases, h.CPU.Seconds(), end)
	return nil
}
