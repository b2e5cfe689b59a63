package subject

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
)

// smallEnough is how many instructions a program of docs/trophies.md has at most.
const smallEnough = 8

// TestTrophies checks the programs of docs/trophies.md for compilers of the newest releases: each is small, two machines
// see that the compiler gets it wrong, and a reference configuration gets it right. The first words of an entry are the
// configuration and its version; of another version it is skipped.
func TestTrophies(t *testing.T) {
	entries, err := corpus.Load("testdata/trophies")
	if err != nil {
		t.Fatal(err)
	}
	found, _ := Find(t.Context())
	b := bench(t)
	b.Witnesses = found
	for _, e := range entries {
		t.Run(strings.TrimSuffix(filepath.Base(e.Name), ".txtar"), func(t *testing.T) {
			words := strings.Fields(e.Comment[0])
			on, version := words[0], strings.TrimSuffix(words[1], ":")
			all, err := Select(found, on)
			if err != nil {
				t.Skip(err)
			}
			if all[0].Subject.Version != version {
				t.Skipf("%s is of version %s, not %s", on, all[0].Subject.Version, version)
			}
			checkTrophy(t, b, all[0], e)
		})
	}
}

// trophy returns the case of an entry.
func trophy(t *testing.T, e *corpus.Entry) *Case {
	t.Helper()
	c, err := replay.Case(e)
	if err != nil {
		t.Fatal(err)
	}
	one, err := Prepare(e.Name, c.Module, c.Runs)
	if err != nil {
		t.Fatal(err)
	}
	return one
}

func checkTrophy(t *testing.T, b *Bench, on Selected, e *corpus.Entry) {
	t.Helper()
	one := trophy(t, e)
	if n, _ := shapeOf(one.Module); n > smallEnough {
		t.Errorf("%d instructions", n)
	}
	if b.second != nil {
		t.Log("on one machine only:", b.second)
	}
	want := []Culprit{TheSubject}
	if languages[on.Subject.Language].small { // perhaps no other compiler of the language is there
		want = append(want, TheLanguage)
	}
	culprit, v, err := b.Classify(t.Context(), on, one)
	if err != nil || !v.Differs() || !slices.Contains(want, culprit) {
		t.Errorf("%s: %v, %v", &v, culprit, err)
	}
}

// TestTrophiesAreKnown checks that campaigns do not report the programs of docs/trophies.md again.
func TestTrophiesAreKnown(t *testing.T) {
	entries, err := corpus.Load("testdata/trophies")
	if err != nil {
		t.Fatal(err)
	}
	text := map[string]string{"llc": "llvm", "gcc": "c", "clang": "c", "go": "go", "qbe": "qbe", "tcc": "c-plain"}
	for _, e := range entries {
		one := trophy(t, e)
		name, configuration, _ := strings.Cut(strings.Fields(e.Comment[0])[0], ":")
		kind, _, _ := strings.Cut(name, "-")
		on := Selected{Subject: &Subject{Name: name, Language: text[kind]}, Configuration: &Configuration{Name: configuration}}
		if knownDefect(on, &Verdict{Case: one}) == nil {
			t.Errorf("%s: not known of %s", e.Name, on)
		}
	}
}
