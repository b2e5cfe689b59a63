package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/isolate"
	"github.com/rvfuzz/rvfuzz/fuzz/minimize"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
)

type reduceFlags struct {
	folder, predicate string
	limit             time.Duration
	limits            isolate.Limits
}

func reduceCommand() *cobra.Command {
	flags := reduceFlags{limits: longLimits}
	cmd := &cobra.Command{
		Use:   "reduce [flags] FILE",
		Short: "Make a diverging program as small as possible",
		Long: `reduce looks for the smallest valid program with the same divergence, that is the same signature, as an entry or a file
of AIR text, with FILE - from standard input. The result is printed as an entry, or with -o written to a folder, and its
size goes to standard error. Interrupted, or after --time, the result is the smallest program so far; reducing a result
of a search that was not cut short changes nothing. Programs are checked in a worker process: one that crashes it, or
takes more time, memory or stack than it may, is reduced too.

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
	limitFlags(f, &flags.limits, "case-")
	return cmd
}

// reduceRequest asks a worker for the smallest program with the divergence of that in a file, or for which a predicate
// holds.
type reduceRequest struct {
	Name      string
	Data      []byte
	Predicate string
	Limit     time.Duration
}

// reduced is what a worker found.
type reduced struct {
	Before, After programSize
	Text          string   // of the smaller program, in the form of the other
	Others        []string // signatures of other divergences on the way
	Status        int      // other than 0 where nothing is reduced, because of Reason
	Reason        string
}

// programSize is how large a program is.
type programSize struct{ Instructions, Functions, Globals, Runs int }

func (p *program) size() programSize {
	return programSize{p.instructions(), len(p.Module.Funcs), len(p.Module.Globals), len(p.Runs)}
}

func reduce(cmd *cobra.Command, flags reduceFlags, name string) error {
	switch {
	case flags.limit <= 0:
		return fmt.Errorf("--time %s: more than nothing is needed", flags.limit)
	case cmd.Flags().Changed("predicate") && strings.TrimSpace(flags.predicate) == "":
		return fmt.Errorf("--predicate %q: a command is needed", flags.predicate)
	}
	if err := checkLimits(flags.limits); err != nil {
		return err
	}
	data, err := readInput(cmd, name)
	if err != nil {
		return err
	}
	r, err := reduceRemotely(cmd, flags, &reduceRequest{Name: name, Data: data, Predicate: flags.predicate, Limit: flags.limit})
	if err != nil {
		return err
	}
	if r.Status != statusClean {
		return exit{r.Status, errors.New(r.Reason)}
	}
	return r.print(cmd, flags)
}

// reduceRemotely has a worker reduce a program. A program that kills the worker is reduced by killing others.
func reduceRemotely(cmd *cobra.Command, flags reduceFlags, request *reduceRequest) (*reduced, error) {
	w := &isolate.Worker{Command: workerProcess(flags.limits, "reduce")}
	defer w.Close()
	var r reduced
	err := w.Do(cmd.Context(), request, &r, flags.limit+testWall)
	var death *isolate.Death
	if !errors.As(err, &death) {
		return &r, err
	}
	fmt.Fprintln(cmd.ErrOrStderr(), death)
	p, err := parseInput(request.Name, request.Data, nil)
	if err != nil {
		return nil, err
	}
	smaller, err := campaign.Shrink(cmd.Context(), workerProcess(flags.limits, "campaign"), p.Entry, death, flags.limit)
	if err != nil {
		return nil, exit{statusFinding, fmt.Errorf("%s: %w", displayName(request.Name), err)}
	}
	small := &program{Entry: smaller}
	return &reduced{Before: p.size(), After: small.size(), Text: string(small.text())}, nil
}

// print prints the smaller program, or writes it to a folder.
func (r *reduced) print(cmd *cobra.Command, flags reduceFlags) error {
	for _, other := range r.Others {
		fmt.Fprintf(cmd.ErrOrStderr(), "found on the way: %s\n", other)
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "instructions: %d -> %d, functions: %d -> %d, globals: %d -> %d, runs: %d -> %d\n",
		r.Before.Instructions, r.After.Instructions, r.Before.Functions, r.After.Functions,
		r.Before.Globals, r.After.Globals, r.Before.Runs, r.After.Runs)
	if flags.folder == "" {
		_, err := fmt.Fprint(cmd.OutOrStdout(), r.Text)
		return err
	}
	e, err := smallerEntry([]byte(r.Text))
	if err != nil {
		return err
	}
	path, _, err := corpus.Write(flags.folder, e)
	if err == nil {
		fmt.Fprintln(cmd.OutOrStdout(), path)
	}
	return failed(err)
}

// smallerEntry returns the entry of a smaller program with the name of its signature.
func smallerEntry(text []byte) (*corpus.Entry, error) {
	const name = "reduced"
	p, err := parseInput(name, text, nil)
	if err != nil {
		return nil, err
	}
	_, slug, ok := strings.Cut(p.Found, " signature=")
	if !ok {
		slug = name
	}
	p.Rename(slug)
	return p.Entry, nil
}

// serveReduce reduces programs as a worker process.
func serveReduce(l isolate.Limits) error {
	return isolate.Main(l, func(ctx context.Context, request json.RawMessage, w *isolate.Watch) (any, error) {
		var r reduceRequest
		if err := json.Unmarshal(request, &r); err != nil {
			return nil, err
		}
		w.Step(0)
		p, err := parseInput(r.Name, r.Data, nil)
		if err != nil {
			return nil, err
		}
		if p.Found == "" {
			p.Found = "reduced from " + p.Name
		}
		c, err := replay.Case(p.Entry)
		if err != nil {
			return nil, err
		}
		result := &reduced{Before: p.size()}
		search := result.divergence
		if r.Predicate != "" {
			search = result.where
		}
		smaller, err := search(ctx, w, &r, p, c)
		var end exit
		switch {
		case errors.As(err, &end):
			result.Status, result.Reason = end.status, err.Error()
		case err != nil:
			return nil, err
		default:
			result.After, result.Text = smaller.size(), string(smaller.text())
		}
		return result, nil
	})
}

// divergence returns the smallest entry with the divergence of a program.
func (r *reduced) divergence(ctx context.Context, w *isolate.Watch, request *reduceRequest, p *program, c *diff.Case) (*program, error) {
	checker, verdict := checkLong(c)
	if verdict.Divergence == nil {
		reason := "all oracles agree"
		if verdict.Discarded != "" {
			reason += " (" + verdict.Discarded + ")"
		}
		return nil, exit{statusFinding, fmt.Errorf("%s: nothing to reduce: %s", p.Name, reason)}
	}
	w.Step(request.Limit)
	small := minimize.Case(ctx, checker, minimize.Found{Case: c, Signature: verdict.Divergence.Signature}, request.Limit)
	for _, other := range small.Others {
		r.Others = append(r.Others, other.Signature.String())
	}
	smaller := replay.Entry(checker, small.Case, small.Signature, p.Found)
	smaller.Comment = p.Comment
	if p.Expect.Kind == corpus.Diverge { // it stays a known issue
		smaller.Expect = corpus.Expect{Kind: corpus.Diverge, Text: small.Signature.String()}
		smaller.Issue, smaller.Expires = p.Issue, p.Expires
	}
	return &program{Entry: smaller}, nil
}

// where returns the smallest program, in the form of p, for which the predicate holds.
func (*reduced) where(ctx context.Context, w *isolate.Watch, request *reduceRequest, p *program, c *diff.Case) (*program, error) {
	dir, err := os.MkdirTemp("", "reduce-")
	if err != nil {
		return nil, failed(err)
	}
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithTimeout(ctx, request.Limit)
	defer cancel()
	checker := diff.NewChecker(diff.Config{})
	candidate := func(c *diff.Case) *program {
		e := replay.Entry(checker, c, diff.Signature{}, p.Found)
		e.Comment = p.Comment
		return &program{e, p.isText}
	}
	holds := func(c *diff.Case) error { return predicate(ctx, request.Predicate, dir, candidate(c)) }
	if err := holds(c); err != nil {
		return nil, exit{statusFinding, fmt.Errorf("%s: the predicate does not hold: %w", p.Name, err)}
	}
	w.Step(request.Limit)
	small, err := minimize.Where(ctx, checker, c, func(c *diff.Case) bool { return holds(c) == nil }, request.Limit)
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
