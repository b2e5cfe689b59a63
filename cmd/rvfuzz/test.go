package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/corpus/zigair"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
)

type testFlags struct {
	reasons, verbose bool
	jobs             int
}

func testCommand() *cobra.Command {
	flags := testFlags{jobs: runtime.GOMAXPROCS(0)}
	cmd := &cobra.Command{
		Use:   "test [flags] PATH...",
		Short: "Replay corpus entries and imported suites",
		Long: `test replays corpus entries (*.txtar) and dumps of Zig's own tests (*.jsonl.gz); of a folder, all of them below it. Each
program is compiled, run under all checks, and compared with the evaluator and with its run lines. test continues after
a failure, prints why a test failed or was skipped, and ends with the line "N passed, N failed, N skipped", and ",
N unreadable" if there are such files.

Exit status: 1 if a test failed, 2 if a file could not be read.`,
		Example: `  rvfuzz test corpus
  rvfuzz test --reasons zig-air/debug`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return testPaths(cmd, flags, args) },
	}
	f := cmd.Flags()
	f.BoolVar(&flags.reasons, "reasons", false, "count the reasons for skips and failures at the end")
	f.BoolVarP(&flags.verbose, "verbose", "v", false, "print passed tests too")
	f.IntVar(&flags.jobs, "jobs", flags.jobs, "files to test at once")
	return cmd
}

// testFile is a file of tests with their reports, in order.
type testFile struct {
	path    string
	results []replay.Report
	err     error
	done    chan struct{}
}

func testPaths(cmd *cobra.Command, flags testFlags, args []string) error {
	if flags.jobs < 1 {
		return fmt.Errorf("--jobs %d: at least 1 is needed", flags.jobs)
	}
	files, err := testFiles(args)
	if err != nil {
		return err
	}
	go runFiles(cmd, files, flags.jobs)
	return reportTests(cmd.OutOrStdout(), files, flags)
}

// runFiles tests the files in parallel; each is done when its channel closes.
func runFiles(cmd *cobra.Command, files []*testFile, jobs int) {
	queue := make(chan *testFile)
	go func() {
		for _, f := range files {
			queue <- f
		}
		close(queue)
	}()
	var workers sync.WaitGroup
	for range min(jobs, len(files)) {
		workers.Go(func() {
			runner := replay.NewRunner(replay.Config{Now: time.Now()})
			for f := range queue {
				if f.err = cmd.Context().Err(); f.err == nil {
					f.err = f.run(cmd, runner)
				}
				close(f.done)
			}
		})
	}
	workers.Wait()
}

func (f *testFile) run(cmd *cobra.Command, runner *replay.Runner) error {
	e, s, err := f.read(cmd)
	switch {
	case err != nil:
		return err
	case e != nil:
		result := runner.Entry(e)
		result.Name = displayName(f.path)
		f.results = append(f.results, result)
		return nil
	}
	for i := range s.Tests {
		if err := cmd.Context().Err(); err != nil {
			return fmt.Errorf("%s: %w", displayName(f.path), err)
		}
		f.results = append(f.results, runner.ZigTest(s, &s.Tests[i]))
	}
	return nil
}

// read returns the entry or the suite in the file.
func (f *testFile) read(cmd *cobra.Command) (*corpus.Entry, *zigair.Suite, error) {
	data, err := readInput(cmd, f.path)
	if err != nil {
		return nil, nil, err
	}
	if isDump(f.path) || bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		s, err := zigair.Read(bytes.NewReader(data), displayName(f.path))
		return nil, s, err
	}
	e, err := corpus.Parse(displayName(f.path), data)
	return e, nil, err
}

// entries returns the tests of the file as entries.
func (f *testFile) entries(cmd *cobra.Command) ([]*corpus.Entry, error) {
	e, s, err := f.read(cmd)
	if err != nil || e != nil {
		return []*corpus.Entry{e}, err
	}
	var entries []*corpus.Entry
	for i := range s.Tests {
		entries = append(entries, s.Entry(&s.Tests[i]))
	}
	return entries, nil
}

func isDump(name string) bool {
	return strings.HasSuffix(name, ".jsonl.gz") || strings.HasSuffix(name, ".jsonl")
}

// isTest reports whether a file of a folder holds tests. The log of a campaign does not, though it is JSON too.
func isTest(name string) bool {
	return strings.HasSuffix(name, ".jsonl.gz") || strings.HasSuffix(name, ".txtar")
}

// isWorkdir reports whether a folder is that of a campaign, which may have found nothing.
func isWorkdir(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "events.jsonl"))
	return err == nil
}

// testFiles expands folders. Files are tested in the order given.
func testFiles(args []string) ([]*testFile, error) {
	var files []*testFile
	add := func(path string) { files = append(files, &testFile{path: path, done: make(chan struct{})}) }
	for _, arg := range args {
		if arg == stdinName {
			add(arg)
			continue
		}
		err := filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && (path == arg || isTest(path)) {
				add(path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	if len(files) == 0 && !slices.ContainsFunc(args, isWorkdir) {
		return nil, fmt.Errorf("no *.txtar or *.jsonl.gz below %s", strings.Join(args, " "))
	}
	return files, nil
}

// reportTests prints failures and skips as files are done, in order, and ends with the line of counts.
func reportTests(w io.Writer, files []*testFile, flags testFlags) error {
	counts := map[replay.Status]int{}
	reasons := map[string]int{}
	var unreadable []error
	for _, f := range files {
		<-f.done
		if f.err != nil {
			unreadable = append(unreadable, f.err)
		}
		for _, r := range f.results {
			counts[r.Status]++
			if r.Status != replay.Passed {
				reasons[r.Status.String()+" "+r.Bucket]++
			}
			printResult(w, r, flags)
		}
	}
	if flags.reasons {
		printReasons(w, reasons)
	}
	fmt.Fprintf(w, "%d passed, %d failed, %d skipped", counts[replay.Passed], counts[replay.Failed], counts[replay.Skipped])
	if len(unreadable) > 0 {
		fmt.Fprintf(w, ", %d unreadable", len(unreadable))
	}
	fmt.Fprintln(w)
	switch {
	case len(unreadable) > 0:
		return errors.Join(unreadable...)
	case counts[replay.Failed] > 0:
		return exit{status: statusFinding}
	}
	return nil
}

func printResult(w io.Writer, r replay.Report, flags testFlags) {
	switch {
	case r.Status == replay.Passed && !flags.verbose:
	case r.Reason == "":
		fmt.Fprintf(w, "%s %s\n", r.Status, r.Name)
	default:
		fmt.Fprintf(w, "%s %s: %s\n", r.Status, r.Name, r.Reason)
	}
}

func printReasons(w io.Writer, reasons map[string]int) {
	keys := make([]string, 0, len(reasons))
	for k := range reasons {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	slices.SortStableFunc(keys, func(a, b string) int { return reasons[b] - reasons[a] })
	for _, k := range keys {
		fmt.Fprintf(w, "%6d %s\n", reasons[k], k)
	}
}
