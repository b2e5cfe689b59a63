package main

import (
	"bytes"
	"context"
	"encoding/json"
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
	"github.com/rvfuzz/rvfuzz/fuzz/isolate"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
)

type testFlags struct {
	reasons, verbose bool
	jobs             int
	steps            uint64
	vlen             vlen
	limits           isolate.Limits
}

func testCommand() *cobra.Command {
	flags := testFlags{jobs: runtime.GOMAXPROCS(0), steps: replay.DefaultSteps, limits: longLimits}
	cmd := &cobra.Command{
		Use:   "test [flags] PATH...",
		Short: "Replay corpus entries and imported suites",
		Long: `test replays corpus entries (*.txtar) and dumps of Zig's own tests (*.jsonl.gz); of a folder, all of them below it. Each
program is compiled, run under all checks, and compared with the evaluator and with its run lines. test continues after
a failure, prints why a test failed or was skipped, and ends with the line "N passed, N failed, N skipped", and ",
N unreadable" if there are such files. A test that takes more time, memory or stack than it may, or crashes, fails.

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
	f.Uint64Var(&flags.steps, "case-steps", flags.steps, "AIR instructions that one run may execute")
	f.Var(&flags.vlen, "vlen", "bits of a vector register: 128, 256, 512 or 1024 (default 128)")
	limitFlags(f, &flags.limits, "case-")
	return cmd
}

// testFile is a file of tests with their reports, in order.
type testFile struct {
	path    string
	results []replay.Report
	err     error
	done    chan struct{}
}

// maxSteps bounds --case-steps: the machine may take some hundred instructions for each, and counts in 64 bits.
const maxSteps = 1 << 48

func testPaths(cmd *cobra.Command, flags testFlags, args []string) error {
	if flags.jobs < 1 || flags.jobs > maxJobs {
		return fmt.Errorf("--jobs %d: 1 to %d", flags.jobs, maxJobs)
	}
	if flags.steps < 1 || flags.steps > maxSteps {
		return fmt.Errorf("--case-steps %d: 1 to %d", flags.steps, uint64(maxSteps))
	}
	if err := checkLimits(flags.limits); err != nil {
		return err
	}
	files, err := testFiles(args)
	if err != nil {
		return err
	}
	go runFiles(cmd, files, flags)
	return reportTests(cmd.OutOrStdout(), files, flags)
}

// runFiles tests the files in parallel; each is done when its channel closes.
func runFiles(cmd *cobra.Command, files []*testFile, flags testFlags) {
	queue := make(chan *testFile)
	go func() {
		for _, f := range files {
			queue <- f
		}
		close(queue)
	}()
	var workers sync.WaitGroup
	for range min(flags.jobs, len(files)) {
		workers.Go(func() {
			w := &isolate.Worker{Command: append(workerProcess(flags.limits, "test"), "--vlen", flags.vlen.String(), "--steps", fmt.Sprint(flags.steps))}
			defer w.Close()
			for f := range queue {
				if f.err = f.run(cmd, w); f.err != nil && cmd.Context().Err() != nil {
					f.err = fmt.Errorf("%s: %w", displayName(f.path), cmd.Context().Err())
				}
				close(f.done)
			}
		})
	}
	workers.Wait()
}

// testRequest asks a worker for the tests of a file from First to before Last; Last is 0 for all.
type testRequest struct {
	Path        string
	Text        []byte // of standard input
	First, Last int
}

// run has a worker test the file. If it dies, the tests are done one by one: one of which a worker dies fails.
func (f *testFile) run(cmd *cobra.Command, w *isolate.Worker) (err error) {
	r := testRequest{Path: f.path}
	if f.path == stdinName {
		if r.Text, err = readInput(cmd, f.path); err != nil {
			return err
		}
	}
	var death *isolate.Death
	if err = w.Do(cmd.Context(), &r, &f.results, testWall); !errors.As(err, &death) {
		return err
	}
	f.results = nil
	for ; ; r.First++ {
		var one []replay.Report
		r.Last = r.First + 1
		switch err := w.Do(cmd.Context(), &r, &one, testWall); {
		case errors.As(err, &death):
			name := displayName(f.path)
			if isDump(f.path) {
				name += fmt.Sprintf(": test %d", r.First+1)
			}
			one = []replay.Report{{Name: name, Status: replay.Failed, Reason: death.Error(), Bucket: death.Kind + " " + death.Stage}}
		case err != nil:
			return err
		}
		if len(one) == 0 {
			return nil
		}
		f.results = append(f.results, one...)
		if !isDump(f.path) && r.Text == nil {
			return nil
		}
	}
}

// testWall is how much real time a file may take, beyond the limits that a worker has for itself.
const testWall = 2 * time.Hour

// testHeap keeps the memory of a worker below 500 MB for every suite whose live objects take less.
const testHeap = 400 << 20

// serveTests tests files as a worker process.
func serveTests(cmd *cobra.Command, l isolate.Limits, config replay.Config) error {
	config.Now = time.Now()
	l.Collect = testHeap
	runner := replay.NewRunner(config)
	return isolate.Main(l, func(ctx context.Context, request json.RawMessage, w *isolate.Watch) (any, error) {
		var r testRequest
		if err := json.Unmarshal(request, &r); err != nil {
			return nil, err
		}
		w.Step(0)
		f := &testFile{path: r.Path}
		e, s, err := f.parse(cmd, r.Text)
		switch {
		case err != nil:
			return nil, err
		case e != nil && r.First > 0:
			return nil, nil
		case e != nil:
			result := runner.Entry(e)
			result.Name = displayName(f.path)
			return []replay.Report{result}, nil
		}
		s.Deaths, s.Layouts = nil, nil
		last := len(s.Tests)
		if r.Last > 0 {
			last = min(last, r.Last)
		}
		var results []replay.Report
		for i := r.First; i < last && ctx.Err() == nil; i++ {
			w.Step(0)
			results = append(results, runner.ZigTest(s, &s.Tests[i]))
		}
		return results, ctx.Err()
	})
}

// read returns the entry or the suite in the file.
func (f *testFile) read(cmd *cobra.Command) (*corpus.Entry, *zigair.Suite, error) {
	return f.parse(cmd, nil)
}

// parse is read of a file with a text, or that is still to be read if the text is nil.
func (f *testFile) parse(cmd *cobra.Command, data []byte) (*corpus.Entry, *zigair.Suite, error) {
	if data == nil {
		var err error
		if data, err = readInput(cmd, f.path); err != nil {
			return nil, nil, err
		}
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
