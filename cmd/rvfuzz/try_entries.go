package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/subject"
)

func tryTestCommand() *cobra.Command {
	var flags trySubjects
	cmd := &cobra.Command{
		Use:   "test [flags] PATH...",
		Short: "Try corpus entries",
		Long: `test compiles the programs of corpus entries (*.txtar; of a folder, all of them below it) in every chosen configuration and
prints a tab-separated line for each that differs: the entry, the configuration, whose defect it is, and the difference.
A program without runs or with illegal behaviour is named on standard error; one that has no form in the language is counted
there.

Exit status: 1 if a program differs, 2 if a file could not be read, 3 if a tool failed.`,
		Example: `  rvfuzz try test corpus/behavior
  rvfuzz try test --on 'llc-19:*' work/findings/FINDING.txtar`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return tryEntries(cmd, flags, args) },
	}
	flags.flags(cmd, "*")
	return cmd
}

func tryEntries(cmd *cobra.Command, flags trySubjects, paths []string) error {
	entries, err := seedEntries(cmd, &runFlags{seeds: paths})
	if err != nil {
		return err
	}
	c, err := flags.selected(cmd)
	if err != nil {
		return err
	}
	var cases []*subject.Case
	for _, e := range entries {
		prepared, err := tried(e)
		if err != nil {
			fmt.Fprintf(cmd.ErrOrStderr(), "skipped: %s: %v\n", e.Name, err)
			continue
		}
		cases = append(cases, prepared)
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%d of %d programs\n", len(cases), len(entries))
	if len(cases) == 0 {
		return errors.New("nothing to try")
	}
	return withBench(cmd.Context(), c, func(b *subject.Bench) error {
		return sweepAll(cmd.Context(), b, c.on, cases, cmd.OutOrStdout(), cmd.ErrOrStderr())
	})
}

// tried returns the case of an entry. The error says why it has none.
func tried(e *corpus.Entry) (*subject.Case, error) {
	switch {
	case e.Module == nil:
		return nil, errors.New("no program")
	case len(e.Runs) == 0:
		return nil, errors.New("no runs")
	}
	return prepareEntry(e)
}
