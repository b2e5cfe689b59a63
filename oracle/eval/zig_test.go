package eval_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"testing"

	"github.com/rvfuzz/rvfuzz/corpus/zigair"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/eval"
)

// zigDumps finds the dumps of Zig's behaviour tests beside the repository.
func zigDumps(t *testing.T) []string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for !exists(filepath.Join(dir, "go.mod")) {
		if dir == filepath.Dir(dir) {
			t.Skip("skipped: no go.mod above the test, so the dumps cannot be found")
		}
		dir = filepath.Dir(dir)
	}
	data := filepath.Join(dir, "..", "shared", "data", "zig-air")
	files, err := filepath.Glob(filepath.Join(data, "*", "*.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skipf("skipped: there are no dumps in %s", data)
	}
	return files
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// largeDump is the size above which a dump is left to runs with RVFUZZ_ALL set.
const largeDump = 150 << 10

// Zig's own behaviour tests pass in the evaluator: what Zig's compiler made of them does what Zig expects. What is
// not evaluated is counted by name.
func TestZigBehaviour(t *testing.T) {
	counts := map[string]int{}
	for _, path := range zigDumps(t) {
		name := filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(path)
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		limit := int64(largeDump)
		if eval.UnderRace {
			limit /= 8
		}
		if info.Size() > limit && os.Getenv("RVFUZZ_ALL") == "" {
			counts["large files left out"]++
			continue
		}
		runDump(t, path, name, counts)
	}
	var names []string
	for name := range counts {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		t.Logf("%6d %s", counts[name], name)
	}
}

func runDump(t *testing.T, path, name string, counts map[string]int) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	suite, err := zigair.Read(file, name)
	if err != nil {
		t.Error(err)
		return
	}
	steps := uint64(1_000_000)
	if os.Getenv("RVFUZZ_ALL") != "" {
		steps = 1_000_000_000
	}
	p, err := eval.New(suite.Module, eval.Config{MaxSteps: steps})
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	for _, test := range suite.Tests {
		o := p.Call(test.Func, nil)
		result := describe(suite, o)
		counts[result]++
		if !acceptable(result, test.Expect, o.Ending) {
			t.Errorf("%s: %q: %s (%s), expected %s", name, test.Name, result, o.Place, test.Expect)
		}
	}
}

// acceptable reports whether a test did what it did elsewhere; if that was not recorded, it may pass or skip. What the
// evaluator does not support is accepted.
func acceptable(result string, expected zigair.Expect, ending oracle.Ending) bool {
	switch {
	case ending == oracle.Unsupported || ending == oracle.OutOfSteps:
		return true
	case expected == zigair.Unknown:
		return result == "pass" || result == "skip"
	}
	return result == string(expected)
}

// describe returns what a test did.
func describe(suite *zigair.Suite, o oracle.Outcome) string {
	if o.Ending != oracle.Returned {
		return fmt.Sprint(o.Ending, ": ", o.Reason)
	}
	switch code := uint16(o.Result[0]) | uint16(o.Result[1])<<8; {
	case code == 0:
		return "pass"
	case suite.ErrorName(code) == zigair.SkipError:
		return "skip"
	default:
		return "error." + suite.ErrorName(code)
	}
}
