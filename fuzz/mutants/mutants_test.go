package mutants

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// root finds the folder of go.mod.
func root(t *testing.T) string {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if filepath.Dir(dir) == dir {
			t.Fatal("there is no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
}

// Every defect still has its place, leaves a file that parses, and is named by
// its file.
func TestDefectsApply(t *testing.T) {
	list, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 12 {
		t.Errorf("%d defects, want at least 12", len(list))
	}
	for _, d := range list {
		text, err := d.Apply(root(t))
		if err != nil {
			t.Error(err)
			continue
		}
		if _, err := parser.ParseFile(token.NewFileSet(), d.File, text, 0); err != nil {
			t.Errorf("defect %s: %v", d.ID, err)
		}
		if _, err := defects.Open("defects/product/" + d.ID + ".txt"); err != nil {
			t.Errorf("defect %s is not in the file of its name", d.ID)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for name, text := range map[string]string{
		"no id":       "file: a.go\n-- find --\na\n-- replace --\nb\n",
		"no file":     "id: a\n-- find --\na\n-- replace --\nb\n",
		"no text":     "id: a\nfile: a.go\n-- replace --\nb\n",
		"no change":   "id: a\nfile: a.go\n-- find --\na\n-- replace --\na\n",
		"unknown key": "id: a\nfile: a.go\nseed: 1\n-- find --\na\n-- replace --\nb\n",
		"section":     "id: a\nfile: a.go\n-- find --\na\n-- replace --\nb\n-- else --\nc\n",
	} {
		if _, err := Parse(name, []byte(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// A text that occurs not once is an error that says how often it does.
func TestApplyCounts(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.go"), []byte("x x y"), 0o644); err != nil {
		t.Fatal(err)
	}
	for find, want := range map[string]string{"x": "2 times", "z": "0 times"} {
		d := Defect{ID: "d", File: "a.go", Find: find, Replace: "w"}
		if _, err := d.Apply(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want one with %q", find, err, want)
		}
	}
	d := Defect{ID: "d", File: "a.go", Find: "y", Replace: "w"}
	if text, err := d.Apply(dir); err != nil || string(text) != "x x w" {
		t.Errorf("got %q, %v", text, err)
	}
}
