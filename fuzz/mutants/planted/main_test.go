package main

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"testing"
)

const root = "../../.."

// Every defect has its place exactly once, and leaves a file that parses;
// there are at least thirty for each oracle.
func TestDefectsApply(t *testing.T) {
	list, err := load(filepath.Join(root, "fuzz", "mutants", "defects"))
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, d := range list {
		text, err := d.Apply(root)
		if err != nil {
			t.Error(err)
			continue
		}
		if _, err := parser.ParseFile(token.NewFileSet(), d.File, text, 0); err != nil {
			t.Errorf("%s: %v", d.ID, err)
		}
		if judges[d.oracle] == nil {
			t.Errorf("%s: no tests judge %q", d.ID, d.oracle)
		}
		count[d.oracle]++
	}
	for oracle := range judges {
		if count[oracle] < 30 {
			t.Errorf("%d defects of %s, want at least 30", count[oracle], oracle)
		}
	}
}

// A name of a failed test is found, and so is a panic.
func TestFailing(t *testing.T) {
	for text, want := range map[string]string{
		"=== RUN\n--- FAIL: TestA (0.1s)\n": "TestA",
		"panic: index\n\ngoroutine 1":       "panic: index",
		"exit status 2":                     "no test is named",
	} {
		if got := string(failing([]byte(text))); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
