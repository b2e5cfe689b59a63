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

// Every defect still has its place, leaves a file that parses, is named by its file, and has someone to find it. There
// are at least thirty for each oracle.
func TestDefectsApply(t *testing.T) {
	list, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, d := range list {
		count[d.Target]++
		text, err := d.Apply(root(t))
		if err != nil {
			t.Error(err)
			continue
		}
		if _, err := parser.ParseFile(token.NewFileSet(), d.File, text, 0); err != nil {
			t.Errorf("defect %s: %v", d.Name(), err)
		}
		if _, err := defects.Open("defects/" + d.Name() + ".txt"); err != nil {
			t.Errorf("defect %s is not in the file of its name", d.Name())
		}
		if d.Target != Product && oracleTests[d.Target] == nil {
			t.Errorf("defect %s: there are no tests of %s", d.Name(), d.Target)
		}
	}
	for target, least := range map[string]int{Product: 12, "eval": 30, "rv64": 30} {
		if count[target] < least {
			t.Errorf("%d defects of %s, want at least %d", count[target], target, least)
		}
	}
}

func TestSelect(t *testing.T) {
	list := []Defect{{Target: "eval", ID: "abs"}, {Target: Product, ID: "swap"}, {Target: "rv64", ID: "abs"}, {Target: Product, ID: "zero"}}
	for names, want := range map[string]string{
		"":                 "product/swap product/zero",
		"rv64":             "rv64/abs",
		"zero eval/abs":    "product/zero eval/abs",
		"product/swap":     "product/swap",
		"abs":              "", // an ID alone means the product
		"swap nonsense":    "",
		"eval/ product/no": "",
	} {
		got, err := Select(list, strings.Fields(names))
		var found []string
		for _, d := range got {
			found = append(found, d.Name())
		}
		if strings.Join(found, " ") != want || (err != nil) != (want == "") {
			t.Errorf("%q: %v, %v; want %q", names, found, err, want)
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

// A text that does not occur once is an error with the number of its occurrences.
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
