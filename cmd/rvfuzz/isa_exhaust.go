package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/fuzz/words"
)

type exhaustFlags struct {
	shard, checkpoint string
	oracle            string
	resume, child     bool
	jobs              int
}

// A walk looks at the clock after lookWords words, and then writes its checkpoint or prints its progress if it has not
// done so for long enough.
const (
	lookWords     = 1 << 14
	saveInterval  = time.Second
	printInterval = 5 * time.Second
)

func exhaustCommand() *cobra.Command {
	flags := exhaustFlags{shard: "0/1", jobs: 1, oracle: string(words.Both)}
	cmd := &cobra.Command{
		Use:   "exhaust [flags]",
		Short: "Compare the decoder on all 2^32 instruction words",
		Long: `exhaust decodes every word of 16 and of 32 bits with this project's decoder, with riscv64asm and with the decoder of the
reference machine, encodes legal words again, and counts by bucket how the first compares with the others. All words take
hours with riscv64asm and minutes without. A shard i/n is the i-th of n equal parts, from 0.

A walk that was stopped continues with --resume from its checkpoint file, which is exhaust-I-of-N.json unless
--checkpoint names another; the default file is removed when the walk is done. riscv64asm decodes one word at a time in a
process, so --jobs starts that many processes on parts of the shard, with checkpoint files FILE.0, FILE.1, ...

Exit status: 1 if there is a difference without a listed reason, 3 if the walk could not be finished.`,
		Example: `  rvfuzz isa exhaust --shard 0/64
  rvfuzz isa exhaust --oracle oracle/rv64 --jobs 2
  rvfuzz isa exhaust --jobs 4 --checkpoint walk.json --resume`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return exhaust(cmd, flags) },
	}
	f := cmd.Flags()
	f.StringVar(&flags.shard, "shard", flags.shard, "part to walk, i/n with i from 0 to n-1")
	f.StringVar(&flags.oracle, "oracle", flags.oracle, "riscv64asm (hours for all words), oracle/rv64 (minutes) or both")
	f.StringVar(&flags.checkpoint, "checkpoint", "", "file that keeps the progress (default exhaust-I-of-N.json)")
	f.BoolVar(&flags.resume, "resume", false, "continue from the checkpoint file if there is one")
	f.IntVar(&flags.jobs, "jobs", flags.jobs, "processes to run at once")
	f.BoolVar(&flags.child, "child", false, "stop when standard input ends")
	if err := f.MarkHidden("child"); err != nil {
		panic(err)
	}
	return cmd
}

func exhaust(cmd *cobra.Command, flags exhaustFlags) error {
	if flags.jobs < 1 || flags.jobs > maxJobs {
		return fmt.Errorf("--jobs %d: 1 to %d", flags.jobs, maxJobs)
	}
	shard, shards, err := parseShard(flags.shard)
	if err != nil {
		return err
	}
	unnamed := flags.checkpoint == ""
	if unnamed {
		flags.checkpoint = fmt.Sprintf("exhaust-%d-of-%d.json", shard, shards)
	}
	walk := walkShard
	if flags.jobs > 1 {
		walk = walkProcesses
	}
	s, err := walk(cmd, flags, shard, shards)
	if s == nil {
		return err
	}
	fmt.Fprint(cmd.OutOrStdout(), s.Report())
	if unnamed && err == nil {
		err = removeCheckpoints(flags)
	}
	switch {
	case err != nil:
		return exit{statusFailed, fmt.Errorf("stopped early: %w", err)}
	case s.Total > 0:
		return exit{statusFinding, fmt.Errorf("%d differences", s.Total)}
	}
	return nil
}

// removeCheckpoints removes the files of a walk that is done.
func removeCheckpoints(flags exhaustFlags) error {
	if flags.jobs == 1 {
		return os.Remove(flags.checkpoint)
	}
	var errs []error
	for k := range flags.jobs {
		errs = append(errs, os.Remove(partCheckpoint(flags, k)))
	}
	return errors.Join(errs...)
}

// partCheckpoint returns the checkpoint file of one of several processes.
func partCheckpoint(flags exhaustFlags, k int) string {
	return fmt.Sprintf("%s.%d", flags.checkpoint, k)
}

// parseShard reads "i/n".
func parseShard(text string) (shard, shards int, err error) {
	i, n, ok := strings.Cut(text, "/")
	shard, err1 := strconv.Atoi(i)
	shards, err2 := strconv.Atoi(n)
	if !ok || err1 != nil || err2 != nil {
		return 0, 0, fmt.Errorf("--shard %.60q is not of the form i/n", text)
	}
	if _, err := words.NewState(shard, shards); err != nil {
		return 0, 0, fmt.Errorf("--shard %s: %w", text, err)
	}
	return shard, shards, nil
}

// walkShard walks in this process. The state is returned even when the walk stopped early.
func walkShard(cmd *cobra.Command, flags exhaustFlags, shard, shards int) (*words.State, error) {
	s, err := startState(flags, shard, shards)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(cmd.Context())
	defer cancel()
	if flags.child { // standard input ends when the parent process is gone or wants this one to stop
		go func() {
			_, _ = io.Copy(io.Discard, cmd.InOrStdin())
			cancel()
		}()
	}
	progress := newWalkProgress(cmd.ErrOrStderr(), s)
	saved := time.Now()
	err = s.Run(ctx, lookWords, func(s *words.State) error {
		over := s.Done() || ctx.Err() != nil
		progress.print(s, over)
		if !over && time.Since(saved) < saveInterval {
			return nil
		}
		saved = time.Now()
		return s.Save(flags.checkpoint)
	})
	return s, err
}

// startState returns the beginning of the shard, or the state of the checkpoint file. A file is never overwritten by a
// walk that does not continue it.
func startState(flags exhaustFlags, shard, shards int) (*words.State, error) {
	fresh, err := words.NewState(shard, shards)
	if err == nil {
		fresh.Oracles, err = words.ParseOracles(flags.oracle)
	}
	if err != nil {
		return nil, err
	}
	_, err = os.Stat(flags.checkpoint)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fresh, nil
	case err != nil:
		return nil, err
	case !flags.resume:
		return nil, fmt.Errorf("%s exists: --resume continues from it", flags.checkpoint)
	}
	s, err := words.Load(flags.checkpoint)
	if err != nil {
		return nil, err
	}
	if s.Shard != shard || s.Shards != shards {
		return nil, fmt.Errorf("%s is of shard %d/%d, not of %d/%d", flags.checkpoint, s.Shard, s.Shards, shard, shards)
	}
	if s.Oracles != fresh.Oracles {
		return nil, fmt.Errorf("%s is of a walk with --oracle %s, not %s", flags.checkpoint, s.Oracles, fresh.Oracles)
	}
	return s, nil
}

// walkProgress prints how far a walk is, and how long the rest will take at its speed so far.
type walkProgress struct {
	w     io.Writer
	start time.Time
	begin uint64 // of the shard
	first uint64 // of this run
	shown time.Time
}

func newWalkProgress(w io.Writer, s *words.State) *walkProgress {
	begin := *s
	if fresh, err := words.NewState(s.Shard, s.Shards); err == nil {
		begin = *fresh
	}
	return &walkProgress{w: w, start: time.Now(), begin: begin.Next, first: s.Next}
}

// print prints a line, if the last one was long ago or this one is the last.
func (p *walkProgress) print(s *words.State, over bool) {
	if !over && time.Since(p.shown) < printInterval {
		return
	}
	p.shown = time.Now()
	percent := 100.0
	if s.End > p.begin {
		percent = 100 * float64(s.Next-p.begin) / float64(s.End-p.begin)
	}
	speed := float64(s.Next-p.first) / time.Since(p.start).Seconds()
	left := time.Duration(float64(s.End-s.Next) / max(speed, 1) * float64(time.Second))
	fmt.Fprintf(p.w, "shard %d/%d: %.1f%%, %.0f words/s, %s left, %d differences\n",
		s.Shard, s.Shards, percent, speed, left.Round(time.Second), s.Total)
}

// walkProcesses splits the shard among processes of this program and adds up their checkpoint files.
func walkProcesses(cmd *cobra.Command, flags exhaustFlags, shard, shards int) (*words.State, error) {
	if _, err := words.NewState(shard, shards*flags.jobs); err != nil {
		return nil, fmt.Errorf("--jobs %d is too many for shard %s: %w", flags.jobs, flags.shard, err)
	}
	parts := make([]exhaustFlags, flags.jobs)
	for k := range parts {
		parts[k] = exhaustFlags{
			shard:      fmt.Sprintf("%d/%d", shard*flags.jobs+k, shards*flags.jobs),
			checkpoint: partCheckpoint(flags, k), resume: flags.resume, oracle: flags.oracle,
		}
		if _, err := startState(parts[k], shard*flags.jobs+k, shards*flags.jobs); err != nil {
			return nil, err
		}
	}
	err := runParts(cmd, parts)
	states := make([]*words.State, len(parts))
	for k, part := range parts {
		var loadErr error
		if states[k], loadErr = words.Load(part.checkpoint); loadErr != nil {
			return nil, exit{statusFailed, errors.Join(err, loadErr)}
		}
	}
	sum, mergeErr := words.Merge(states)
	return sum, errors.Join(err, mergeErr)
}

func runParts(cmd *cobra.Command, parts []exhaustFlags) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	errs := make([]error, len(parts))
	var running sync.WaitGroup
	for k, part := range parts {
		running.Go(func() { errs[k] = runPart(cmd.Context(), program, part, cmd.ErrOrStderr()) })
	}
	running.Wait()
	return errors.Join(errs...)
}

// runPart runs one process. Differences are no error: they are in its checkpoint file.
func runPart(ctx context.Context, program string, part exhaustFlags, stderr io.Writer) error {
	child := exec.CommandContext(ctx, program, "isa", "exhaust", "--child", "--shard", part.shard, "--checkpoint", part.checkpoint, "--oracle", part.oracle)
	if part.resume {
		child.Args = append(child.Args, "--resume")
	}
	child.Args[0] = os.Args[0]
	child.Stderr = stderr
	alive, err := child.StdinPipe() // which ends with this process, however it ends
	if err != nil {
		return fmt.Errorf("shard %s: %w", part.shard, err)
	}
	child.Cancel = alive.Close // so that it writes its checkpoint
	err = child.Run()
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) && failed.ExitCode() == statusFinding {
		return nil
	}
	if err != nil {
		return fmt.Errorf("shard %s: %w", part.shard, err)
	}
	return nil
}
