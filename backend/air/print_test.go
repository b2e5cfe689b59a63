package air_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

func parseFile(t *testing.T, path string) (*air.Module, string) {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := air.Parse(path, src)
	if err != nil {
		t.Fatal(err)
	}
	return m, string(src)
}

// TestEveryTagPrintsAndParses checks that testdata/tags.air, which holds every tag in canonical text, is unchanged by
// parsing and printing.
func TestEveryTagPrintsAndParses(t *testing.T) {
	m, src := parseFile(t, "testdata/tags.air")
	if diff := cmp.Diff(src, string(air.Print(m))); diff != "" {
		t.Errorf("text changed (-file +printed):\n%s", diff)
	}
	var seen [air.NumTags]bool
	for _, f := range m.Funcs {
		for i := range f.Insts {
			seen[f.Insts[i].Tag] = true
		}
	}
	for tag, ok := range seen {
		if !ok {
			t.Errorf("testdata/tags.air has no %s", air.Tag(tag))
		}
	}
}
