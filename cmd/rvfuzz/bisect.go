package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

type bisectFlags struct {
	repo  string
	limit time.Duration
}

func bisectCommand() *cobra.Command {
	var flags bisectFlags
	cmd := &cobra.Command{
		Use:   "bisect [flags] ENTRY GOOD BAD",
		Short: "Find the commit from which on an entry fails",
		Long: `bisect builds rvfuzz at commits between GOOD and BAD, by git's bisection in a clone, and replays ENTRY with each, as test
does. It prints the first commit at which the entry fails. A commit that does not build, or whose rvfuzz cannot read the
entry, is passed over; one that crashes, or takes longer than --time, fails. Builds are kept in the user's cache folder.
It needs git and Go.

Exit status: 1 with the commit found, 2 if GOOD fails or BAD passes.`,
		Example: `  rvfuzz bisect work/findings/FINDING.txtar v1.2 HEAD`,
		Args:    cobra.ExactArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			return bisect(cmd, flags, args[0], args[1], args[2])
		},
	}
	f := cmd.Flags()
	f.StringVar(&flags.repo, "repo", ".", "folder of the git repository")
	f.DurationVar(&flags.limit, "time", time.Minute, "how long the entry may take")
	return cmd
}

// bisection is a search among the commits of a clone.
type bisection struct {
	cmd                 *cobra.Command
	clone, cache, entry string
	limit               time.Duration
}

func bisect(cmd *cobra.Command, flags bisectFlags, entry, good, bad string) error {
	entry, err := filepath.Abs(entry)
	if err != nil {
		return err
	}
	if _, err := os.Stat(entry); err != nil {
		return err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return failed(err)
	}
	dir, err := os.MkdirTemp("", "bisect-")
	if err != nil {
		return failed(err)
	}
	defer os.RemoveAll(dir)
	b := &bisection{cmd: cmd, clone: filepath.Join(dir, "clone"), cache: filepath.Join(cache, "rvfuzz", "bisect"), entry: entry, limit: flags.limit}
	ends := [2]string{good, bad}
	for i, name := range ends {
		if ends[i], err = outputOf(cmd.Context(), flags.repo, "git", "rev-parse", "--verify", name+"^{commit}"); err != nil {
			return err
		}
	}
	if _, err := outputOf(cmd.Context(), flags.repo, "git", "clone", "-q", "--shared", ".", b.clone); err != nil {
		return failed(err)
	}
	for i, want := range []string{"good", "bad"} {
		if got, err := b.try(ends[i]); err != nil || got != want {
			return errors.Join(fmt.Errorf("with %s the entry should be %s, and it is %s", ends[i], want, got), err)
		}
	}
	return b.search(ends[0], ends[1])
}

// search has git choose commits until it knows the first bad one, or that only commits are left that cannot be tried.
func (b *bisection) search(good, bad string) error {
	text, err := b.git("bisect", "start", bad, good)
	for err == nil && !strings.Contains(text, "is the first bad commit") {
		commit, err := b.git("rev-parse", "HEAD")
		if err != nil {
			return failed(err)
		}
		verdict, err := b.try(commit)
		if err != nil {
			return failed(err)
		}
		text, err = b.git("bisect", verdict)
		if strings.Contains(text, "first bad commit could be any of") {
			fmt.Fprintln(b.cmd.OutOrStdout(), text)
			return exit{status: statusFinding}
		}
		if err != nil {
			return failed(err)
		}
	}
	if err != nil {
		return failed(err)
	}
	first, _, _ := strings.Cut(text, " ")
	if text, err = b.git("show", "--stat", "--format=%H%n%an, %ad%n%n    %s%n", first); err != nil {
		return failed(err)
	}
	fmt.Fprintln(b.cmd.OutOrStdout(), "the first commit at which the entry fails:\n"+text)
	return exit{status: statusFinding}
}

// try builds a commit, replays the entry and returns what git's bisection calls the outcome: good, bad or skip.
func (b *bisection) try(commit string) (verdict string, err error) {
	program, err := b.build(commit)
	if err != nil {
		fmt.Fprintf(b.cmd.ErrOrStderr(), "%.12s skip: it does not build\n", commit)
		return "skip", b.cmd.Context().Err()
	}
	ctx, cancel := context.WithTimeout(b.cmd.Context(), b.limit)
	defer cancel()
	test := exec.CommandContext(ctx, program, "test", b.entry)
	test.WaitDelay = time.Second
	out, err := test.CombinedOutput()
	switch status := test.ProcessState.ExitCode(); {
	case b.cmd.Context().Err() != nil:
		return "", b.cmd.Context().Err()
	case status == statusClean && bytes.Contains(out, []byte("1 passed")):
		verdict = "good"
	case status == statusFinding || ctx.Err() != nil || bytes.Contains(out, []byte("\ngoroutine ")):
		verdict = "bad"
	default:
		verdict = "skip"
	}
	first, _, _ := strings.Cut(string(bytes.TrimSpace(out)), "\n")
	fmt.Fprintf(b.cmd.ErrOrStderr(), "%.12s %s: %s\n", commit, verdict, first)
	return verdict, nil
}

// build returns the program of a commit, which it builds unless the cache has it.
func (b *bisection) build(commit string) (string, error) {
	program := filepath.Join(b.cache, commit, "rvfuzz")
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	if _, err := b.git("checkout", "-q", "--detach", commit); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(program), 0o755); err != nil {
		return "", err
	}
	if _, err := outputOf(b.cmd.Context(), b.clone, "go", "build", "-o", program+".new", "./cmd/rvfuzz"); err != nil {
		return "", err
	}
	return program, os.Rename(program+".new", program)
}

func (b *bisection) git(args ...string) (string, error) {
	return outputOf(b.cmd.Context(), b.clone, "git", args...)
}

// outputOf runs a program in a folder and returns what it prints, even if it fails. Its complaint is in the error.
func outputOf(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.WaitDelay = dir, time.Second
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, bytes.TrimSpace(complaint.Bytes()))
	}
	return string(bytes.TrimSpace(out)), err
}
