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

// TestEveryTagPrintsAndParses checks that testdata/tags.air, canonical text with an instance of every shape of tag, is
// unchanged by parsing and printing. A tag without an instance takes the place of one of its shape.
func TestEveryTagPrintsAndParses(t *testing.T) {
	m, src := parseFile(t, "testdata/tags.air")
	checkText(t, m, src)
	var seen [air.NumTags]bool
	shapes := map[air.Row]*air.Inst{}
	for _, f := range m.Funcs {
		for i := range f.Insts {
			in := &f.Insts[i]
			seen[in.Tag], shapes[shape(in.Tag)] = true, in
		}
	}
	for n, ok := range seen {
		tag := air.Tag(n)
		in := shapes[shape(tag)]
		switch {
		case ok:
		case in == nil:
			t.Errorf("testdata/tags.air has no tag of the shape of %s", tag)
		default:
			old := in.Tag
			in.Tag = tag
			checkText(t, m, string(air.Print(m)))
			in.Tag = old
		}
	}
}

// shape returns the row of a tag without its name.
func shape(tag air.Tag) air.Row {
	row := *tag.Row()
	row.Name = ""
	return row
}

// checkText checks that m verifies and that text parses to what prints as text and as m.
func checkText(t *testing.T, m *air.Module, text string) {
	t.Helper()
	if err := air.Verify(m); err != nil {
		t.Error(err)
	}
	again, err := air.Parse("printed", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []*air.Module{m, again} {
		if diff := cmp.Diff(text, string(air.Print(m))); diff != "" {
			t.Errorf("text changed (-before +after):\n%s", diff)
		}
	}
}
