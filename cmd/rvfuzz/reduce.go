package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/minimize"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
)

type reduceFlags struct {
	folder, predicate string
	limit             time.Duration
}

func reduceCommand() *cobra.Command {
	var flags reduceFlags
	cmd := &cobra.Command{
		Use:   "reduce [flags] FILE",
		Short: "Make a diverging program as small as possible",
		Long: `reduce looks for the smallest valid program with the same divergence, that is the same signature, as an entry or a file
of AIR text, with FILE - from standard input. The result is printed as an entry, or with -o written to a folder, and its
size goes to standard error. Interrupted, or after --time, the result is the smallest program so far; reducing a result
of a search that was not cut short changes nothing.

With --predicate it looks instead for the smallest valid program for which a command of the shell exits with 0. The
command finds the program, as an entry or as AIR text like FILE, in the file $1 and on its standard input. The result is
printed in the same form.

Exit status: 1 if the program does not diverge, or the predicate does not hold for it.`,
		Example: `  rvfuzz reduce work/findings/FINDING.txtar
  rvfuzz reduce -o corpus/regress - < entry.txtar
  rvfuzz reduce --predicate 'rvfuzz show --stage asm "$1" | grep -q amoadd' prog.air`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return reduce(cmd, flags, args[0]) },
	}
	f := cmd.Flags()
	f.StringVarP(&flags.folder, "output", "o", "", "folder to write the smaller entry to")
	f.StringVar(&flags.predicate, "predicate", "", "command that exits with 0 for the programs that are wanted")
	f.DurationVar(&flags.limit, "time", time.Minute, "how long the search may take")
	return cmd
}

func reduce(cmd *cobra.Command, flags reduceFlags, name string) error {
	switch {
	case flags.limit <= 0:
		return fmt.Errorf("--time %s: more than nothing is needed", flags.limit)
	case cmd.Flags().Changed("predicate") && strings.TrimSpace(flags.predicate) == "":
		return fmt.Errorf("--predicate %q: a command is needed", flags.predicate)
	}
	search := reduceDivergence
	if flags.predicate != "" {
		search = reduceWhere
	}
	p, err := readProgram(cmd, name, "")
	if err != nil {
		return err
	}
	if p.Found == "" {
		p.Found = "reduced from " + p.Name
	}
	c, err := replay.Case(p.Entry)
	if err != nil {
		return err
	}
	smaller, err := search(cmd, flags, p, c)
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "instructions: %d -> %d, functions: %d -> %d, globals: %d -> %d, runs: %d -> %d\n",
		p.instructions(), smaller.instructions(), len(p.Module.Funcs), len(smaller.Module.Funcs),
		len(p.Module.Globals), len(smaller.Module.Globals), len(p.Runs), len(smaller.Runs))
	if flags.folder == "" {
		_, err := cmd.OutOrStdout().Write(smaller.text())
		return err
	}
	path, _, err := corpus.Write(flags.folder, smaller.Entry)
	if err == nil {
		fmt.Fprintln(cmd.OutOrStdout(), path)
	}
	return failed(err)
}

// reduceDivergence returns the smallest entry with the divergence of a program.
func reduceDivergence(cmd *cobra.Command, flags reduceFlags, p *program, c *diff.Case) (*program, error) {
	checker, verdict := checkLong(c)
	if verdict.Divergence == nil {
		reason := "all oracles agree"
		if verdict.Discarded != "" {
			reason += " (" + verdict.Discarded + ")"
		}
		return nil, exit{statusFinding, fmt.Errorf("%s: nothing to reduce: %s", p.Name, reason)}
	}
	small := minimize.Case(cmd.Context(), checker, minimize.Found{Case: c, Signature: verdict.Divergence.Signature}, flags.limit)
	for _, other := range small.Others {
		fmt.Fprintf(cmd.ErrOrStderr(), "found on the way: %s\n", other.Signature)
	}
	smaller := replay.Entry(checker, small.Case, small.Signature, p.Found)
	smaller.Comment = p.Comment
	if p.Expect.Kind == corpus.Diverge { // it stays a known issue
		smaller.Expect = corpus.Expect{Kind: corpus.Diverge, Text: small.Signature.String()}
		smaller.Issue, smaller.Expires = p.Issue, p.Expires
	}
	return &program{Entry: smaller}, nil
}

// reduceWhere returns the smallest program, in the form of p, for which the predicate holds.
func reduceWhere(cmd *cobra.Command, flags reduceFlags, p *program, c *diff.Case) (*program, error) {
	dir, err := os.MkdirTemp("", "reduce-")
	if err != nil {
		return nil, failed(err)
	}
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithTimeout(cmd.Context(), flags.limit)
	defer cancel()
	checker := diff.NewChecker(diff.Config{})
	candidate := func(c *diff.Case) *program {
		e := replay.Entry(checker, c, diff.Signature{}, p.Found)
		e.Comment = p.Comment
		return &program{e, p.isText}
	}
	holds := func(c *diff.Case) error { return predicate(ctx, flags.predicate, dir, candidate(c)) }
	if err := holds(c); err != nil {
		return nil, exit{statusFinding, fmt.Errorf("%s: the predicate does not hold: %w", p.Name, err)}
	}
	small, err := minimize.Where(ctx, checker, c, func(c *diff.Case) bool { return holds(c) == nil }, flags.limit)
	if err != nil {
		return nil, err
	}
	return candidate(small), nil
}

// predicate returns nil if a command of the shell exits with 0 for a program, which it finds in a file of a folder and
// on its standard input.
func predicate(ctx context.Context, command, dir string, p *program) error {
	file := filepath.Join(dir, "program.txtar")
	if p.isText {
		file = filepath.Join(dir, "program.air")
	}
	text := p.text()
	if err := os.WriteFile(file, text, 0o644); err != nil {
		return err
	}
	shell := exec.CommandContext(ctx, "sh", "-c", command, "sh", file)
	shell.Stdin = bytes.NewReader(text)
	shell.WaitDelay = time.Second // a process that it leaves behind does not hold the pipes
	var complaint bytes.Buffer
	shell.Stderr = &complaint
	err := shell.Run()
	if err != nil && complaint.Len() > 0 {
		err = fmt.Errorf("%w: %s", err, bytes.TrimSpace(complaint.Bytes()))
	}
	return err
}
