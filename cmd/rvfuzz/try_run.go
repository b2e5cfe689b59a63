package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/fuzz/subject"
)

type tryRunFlags struct {
	trySubjects
	campaign subject.Campaign
	folder   string
	mixed    bool
	resume   bool
}

func tryRunCommand() *cobra.Command {
	var flags tryRunFlags
	cmd := &cobra.Command{
		Use:   "run [flags]",
		Short: "Run a campaign on other compilers",
		Long: `run makes programs without illegal behaviour, compiles them in batches in every chosen configuration, runs them, and
compares results, writable globals and endings with the evaluator's. A program that differs is classified, made small and
written to DIR/findings: the corpus entry, the exported text, and a note with versions, commands and the difference.
Differences of known defects are only counted.

With --mixed, functions of every case are divided at random between the subject, which must take LLVM IR or C, and this
project's code generator; both call each other by the C calling convention.

It ends with a line for each configuration: cases tried, how many differ, and cases per second of processor time. What it
did is written to DIR/try.json after every batch. A DIR that holds a campaign is refused without --resume, which continues
it where it was stopped; the lines then count everything.

Exit status: 1 if there is a finding, 3 if a tool failed.`,
		Example: `  rvfuzz try run --duration 60s
  rvfuzz try run --mixed --on 'llc-*:O2,gcc-*:O2'
  rvfuzz try run --on 'llc-23:O2,llc-23:*gisel' --cases 10000 --seed 7
  rvfuzz try run --on '' --subject 'mine=mycc -c {input} -o {output}' --language llvm`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return tryRun(cmd, flags) },
	}
	flags.flags(cmd, "*")
	f := cmd.Flags()
	f.DurationVar(&flags.campaign.Duration, "duration", 0, "stop after this time (default 60s if --cases is not given)")
	f.Uint64Var(&flags.campaign.Cases, "cases", 0, "stop after this many cases")
	f.Uint64Var(&flags.campaign.Seed, "seed", 1, "seed of the campaign; the same seed makes the same cases")
	f.Uint64Var(&flags.campaign.Shard, "shard", 0, "the shard of the campaign")
	f.Uint64Var(&flags.campaign.First, "first", 0, "number of the first case, to continue a campaign")
	f.DurationVar(&flags.campaign.ReduceTime, "reduce", time.Minute, "how much processor time the reduction of a finding may take")
	f.IntVar(&flags.campaign.MaxFindings, "max-findings", 50, "stop after this many findings (0: no limit)")
	f.StringVar(&flags.folder, "workdir", "work", "folder for findings")
	f.BoolVar(&flags.resume, "resume", false, "continue the campaign in --workdir")
	f.BoolVar(&flags.mixed, "mixed", false, "compile some functions of every case with this project's code generator")
	return cmd
}

// check refuses values of flags that make no campaign.
func (flags *tryRunFlags) check(cmd *cobra.Command) error {
	c, given := &flags.campaign, cmd.Flags().Changed
	switch {
	case c.Duration < 0 || given("duration") && c.Duration == 0:
		return fmt.Errorf("--duration %s: more than nothing is needed", c.Duration)
	case given("cases") && c.Cases == 0:
		return fmt.Errorf("--cases 0: at least 1 is needed")
	case c.ReduceTime <= 0:
		return fmt.Errorf("--reduce %s: more than nothing is needed", c.ReduceTime)
	case c.MaxFindings < 0:
		return fmt.Errorf("--max-findings %d: no negative value", c.MaxFindings)
	case flags.folder == "":
		return fmt.Errorf("--workdir \"\": a folder is needed")
	}
	if info, err := os.Stat(flags.folder); err == nil && !info.IsDir() {
		return failed(fmt.Errorf("--workdir %s: is not a folder", flags.folder))
	}
	return nil
}

func tryRun(cmd *cobra.Command, flags tryRunFlags) error {
	if err := flags.check(cmd); err != nil {
		return err
	}
	c, err := flags.selected(cmd)
	if err != nil {
		return err
	}
	config := flags.campaign
	if config.Cases == 0 && config.Duration == 0 {
		config.Duration = time.Minute
	}
	if config.On = c.on; flags.mixed {
		if config.On = subject.Mixed(c.on); len(config.On) == 0 {
			return errors.New("--mixed: no chosen subject takes LLVM IR or C")
		}
	}
	config.Found = func(f subject.Finding) error {
		path, err := f.Write(filepath.Join(flags.folder, "findings"))
		fmt.Fprintf(cmd.ErrOrStderr(), "FINDING %s: %s, %d instructions: %s %s\n", f.On, f.Culprit, f.Instructions, f.Shape, path)
		return err
	}
	if err := flags.keep(&config); err != nil {
		return err
	}
	return withBench(cmd.Context(), c, func(b *subject.Bench) error {
		summary, err := b.Campaign(cmd.Context(), config)
		printTallies(cmd.OutOrStdout(), summary)
		switch {
		case err != nil:
			return exit{statusFailed, err}
		case summary.Findings() > 0:
			return exit{status: statusFinding}
		}
		return nil
	})
}

// keep has a campaign saved to the folder, and continued if it is in there.
func (flags *tryRunFlags) keep(config *subject.Campaign) (err error) {
	path := filepath.Join(flags.folder, "try.json")
	_, missing := os.Stat(path)
	switch {
	case missing == nil && !flags.resume:
		return failed(fmt.Errorf("--workdir %s: holds a campaign; --resume continues it", flags.folder))
	case missing == nil:
		if config.Before, err = subject.ReadSummary(path, config); err != nil {
			return failed(fmt.Errorf("--resume: %w", err))
		}
	}
	if err := os.MkdirAll(flags.folder, 0o777); err != nil {
		return failed(err)
	}
	config.Save = func(s *subject.Summary) error { return subject.WriteSummary(path, config, s) }
	return nil
}

func printTallies(w io.Writer, s *subject.Summary) {
	fmt.Fprintf(w, "next case %d, %d discarded, %.1f s of processor time to make them, %.1f s of everything\n", s.Next, s.Discarded,
		s.Preparing.Seconds(), s.Total.Seconds())
	for i := range s.Tallies {
		t := &s.Tallies[i]
		fmt.Fprintf(w, "%s %s: %d cases, %d differ (%d known, %d repeated), %d findings, %.0f cases per CPU second\n", t.On,
			t.On.Subject.Version, t.Cases, t.Different, t.Known, t.Repeated, t.Findings, t.Rate())
		printSkips(w, t.Skips)
		if len(t.Duplicates) > 0 {
			fmt.Fprintf(w, "  of known defects: %s\n", t.Duplicates)
		}
	}
}
