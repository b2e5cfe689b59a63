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
		Use:   "reduce [flags] FILE",
		Short: "Make a diverging program as small as possible",
		Long: `reduce looks for the smallest valid program with the same divergence, that is the same signature, as an entry or a file
of AIR text, with FILE - from standard input. The result is printed, or with -o written to a folder. Interrupted, or
after --time, it is the smallest program so far.

Exit status: 1 if the program does not diverge.`,
		Example: `  rvfuzz reduce work/findings/FINDING.txtar
  rvfuzz reduce -o corpus/regress - < entry.txtar`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return reduce(cmd, args[0], folder, limit) },
	}
	cmd.Flags().StringVarP(&folder, "output", "o", "", "folder to write the smaller entry to")
	cmd.Flags().DurationVar(&limit, "time", time.Minute, "how long the search may take")
	return cmd
}

func reduce(cmd *cobra.Command, name, folder string, limit time.Duration) error {
	e, c, err := readCase(cmd, name, "")
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
	return failed(err)
}

// discarded returns why a case says nothing, in parentheses.
func discarded(v diff.Verdict) string {
	if v.Discarded == "" {
		return ""
	}
	return " (" + v.Discarded + ")"
}
