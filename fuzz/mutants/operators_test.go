package mutants

import (
	"go/parser"
	"go/token"
	"testing"
)

// TestOperators checks that the drawn mutations are distinct, change a file that still parses, and are the same for a seed.
func TestOperators(t *testing.T) {
	const n = 15
	list, err := Operators(root(t), 1, n)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != n {
		t.Fatalf("%d mutations, not %d", len(list), n)
	}
	names := map[string]bool{}
	for _, d := range list {
		names[d.ID] = true
		text, err := d.Apply(root(t))
		if err == nil {
			_, err = parser.ParseFile(token.NewFileSet(), d.File, text, 0)
		}
		if err != nil {
			t.Errorf("%s: %v", d.Note, err)
		}
		t.Log(d.Note)
	}
	if len(names) != n {
		t.Errorf("%d names for %d mutations", len(names), n)
	}
	again, err := Operators(root(t), 1, n)
	if err != nil || again[n-1].ID != list[n-1].ID {
		t.Errorf("drawn again, the last is %+v, %v, not %s", again[n-1].ID, err, list[n-1].ID)
	}
}
