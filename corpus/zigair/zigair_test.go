package zigair_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/liveness"
	"github.com/rvfuzz/rvfuzz/corpus/zigair"
)

// dataFiles returns the dumps, which are not part of the repository but beside it, in ../shared/data/zig-air.
func dataFiles(t *testing.T) []string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Skip("skipped: no go.mod above the test, so the dumps cannot be found")
		}
		dir = parent
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

// largeDump is the size in bytes above which a dump is read only if RVFUZZ_ALL is set: a few files that hold a third of
// the data.
const largeDump = 150 << 10

// TestZig checks this project against all of Zig's data: every dump is read, every type has Zig's layout, every value
// dies where it does in Zig, and every module verifies and prints to a text that reads back.
func TestZig(t *testing.T) {
	var total count
	for _, path := range dataFiles(t) {
		name := filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if info.Size() > largeDump && os.Getenv("RVFUZZ_ALL") == "" {
				t.Skipf("skipped: %d KB; set RVFUZZ_ALL to read it too", info.Size()>>10)
			}
			file, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			suite, err := zigair.Read(file, name)
			if err != nil {
				t.Fatal(err)
			}
			checkSuite(t, suite, &total)
		})
	}
	t.Logf("compared %+v", total)
}

// count is the number of things compared.
type count struct{ files, tests, types, facts, functions, instructions int }

func checkSuite(t *testing.T, s *zigair.Suite, total *count) {
	total.files++
	total.tests += len(s.Tests)
	for i := range s.Layouts {
		l := &s.Layouts[i]
		total.types++
		total.facts += len(l.Facts)
		if err := checkLayout(l); err != nil {
			t.Error(err)
		}
	}
	checkText(t, s)
	if err := air.Verify(s.Module); err != nil {
		t.Error(err)
	}
	for _, d := range s.Deaths {
		total.functions++
		total.instructions += len(d.Func.Insts)
		checkDeaths(t, d)
	}
	for _, test := range s.Tests {
		if f := s.Module.Func(test.Func); f == nil || f.Extern {
			t.Errorf("test %q: no function @%s with a body", test.Name, test.Func)
		}
	}
	for _, name := range s.Panics {
		if s.Module.Func(name) == nil {
			t.Errorf("there is no panic handler @%s", name)
		}
	}
}

// checkLayout compares Zig's layout of a type with ours; the error names the first difference.
func checkLayout(l *zigair.Layout) error {
	for _, f := range l.Facts {
		if got := f.Got(l.Type); got != f.Want {
			return fmt.Errorf("line %d: type %s: %s is %d, Zig has %d", l.Line, l.Type, f.Name, got, f.Want)
		}
	}
	return nil
}

// checkText checks that the text of a module reads back to the same text.
func checkText(t *testing.T, s *zigair.Suite) {
	t.Helper()
	text := air.Print(s.Module)
	again, err := air.Parse(s.Name, text)
	if err != nil {
		t.Errorf("the text of the module does not parse: %v", err)
		return
	}
	if second := air.Print(again); !bytes.Equal(text, second) {
		t.Errorf("the text of the module is not a fixpoint: %s", firstDifference(text, second))
	}
}

func firstDifference(a, b []byte) string {
	lines, others := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range min(len(lines), len(others)) {
		if lines[i] != others[i] {
			return fmt.Sprintf("line %d: %.300s\nthen: %.300s", i+1, lines[i], others[i])
		}
	}
	return fmt.Sprintf("%d lines, then %d", len(lines), len(others))
}

func checkDeaths(t *testing.T, d *zigair.Deaths) {
	t.Helper()
	r := liveness.Analyze(d.Func)
	if err := liveness.Verify(d.Func, r); err != nil {
		t.Error(err)
	}
	for i := range d.Func.Insts {
		if err := differ(d, r, air.Index(i)); err != nil {
			t.Errorf("func @%s, %%%d: %s: %v", d.Func.Name, i, d.Func.Insts[i].Tag, err)
			return
		}
	}
}

// differ compares the deaths of one instruction according to Zig and to package liveness.
func differ(d *zigair.Deaths, r *liveness.Liveness, i air.Index) error {
	in := &d.Func.Insts[i]
	if got, want := r.Unused(i), d.Unused[i]; got != want {
		return fmt.Errorf("unused %v, Zig has %v", got, want)
	}
	for op, want := range d.Dies[i] {
		if got := r.Dies(i, op); got != want {
			return fmt.Errorf("operand %d dies: %v, Zig has %v", op, got, want)
		}
	}
	for arm, want := range d.Lists[i] {
		got := r.ArmDeaths(i, arm)
		if in.Tag == air.Block {
			got = r.BlockDeaths(i)
		}
		if !slices.Equal(got, want) {
			return fmt.Errorf("deaths of arm %d: %v, Zig has %v", arm, got, want)
		}
	}
	return nil
}
