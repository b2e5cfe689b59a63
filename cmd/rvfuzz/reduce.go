package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/minimize"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
)

func reduceCommand() *cobra.Command {
	var folder string
	var limit time.Duration
	cmd := &cobra.Command{
		Use:   "reduce [-o DIR] ENTRY",
		Short: "Make a diverging entry as small as it goes",
		Long: `reduce looks for the smallest program with the same divergence as the entry's:
strictly smaller, still valid, with the same signature. The result is printed,
or with -o written to a folder. Interrupted, it gives the best so far.`,
		Example: `  rvfuzz reduce work/FINDING.txtar
  rvfuzz reduce -o corpus/regress - < entry.txtar`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return reduce(cmd, args[0], folder, limit) },
	}
	cmd.Flags().StringVarP(&folder, "output", "o", "", "folder to write the smaller entry to")
	cmd.Flags().DurationVar(&limit, "time", time.Minute, "how long it may take")
	return cmd
}

func reduce(cmd *cobra.Command, name, folder string, limit time.Duration) error {
	e, err := readEntry(cmd, name)
	if err != nil {
		return err
	}
	c, err := replay.Case(e)
	if err != nil {
		return err
	}
	checker := diff.NewChecker(diff.Config{Self: true})
	verdict := checker.Check(c)
	if verdict.Divergence == nil {
		return exit{statusFinding, fmt.Errorf("%s: nothing to reduce: all oracles agree%s", displayName(name), discarded(verdict))}
	}
	small := minimize.Case(cmd.Context(), checker, minimize.Found{Case: c, Signature: verdict.Divergence.Signature}, limit)
	for _, other := range small.Others {
		fmt.Fprintf(cmd.ErrOrStderr(), "met on the way: %s\n", other.Signature)
	}
	found := e.Found
	if found == "" {
		found = "reduced from " + displayName(name)
	}
	smaller := replay.Entry(checker, small.Case, small.Signature, found)
	smaller.Comment = e.Comment
	if folder == "" {
		_, err := cmd.OutOrStdout().Write(corpus.Format(smaller))
		return err
	}
	path, _, err := corpus.Write(folder, smaller)
	if err == nil {
		fmt.Fprintln(cmd.OutOrStdout(), path)
	}
	return err
}

func discarded(v diff.Verdict) string {
	if v.Discarded == "" {
		return ""
	}
	return " (" + v.Discarded + ")"
}
