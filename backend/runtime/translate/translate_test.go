package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTextIsCurrent checks that the text of the library is what the sources translate to.
func TestTextIsCurrent(t *testing.T) {
	sources, err := filepath.Glob("../source/*.go")
	if err != nil || len(sources) == 0 {
		t.Fatal("no sources", err)
	}
	folder := filepath.Join(t.TempDir(), "source")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, name := range sources {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, filepath.Join(folder, filepath.Base(name)))
		if err := os.WriteFile(names[len(names)-1], text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := translateFiles(names); err != nil {
		t.Fatal(err)
	}
	made, err := filepath.Glob(filepath.Join(folder, "../*.air"))
	if err != nil || len(made) == 0 {
		t.Fatal("nothing is translated", err)
	}
	for _, name := range made {
		want, _ := os.ReadFile(name)
		if got, err := os.ReadFile(filepath.Join("..", filepath.Base(name))); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not current, go generate ./backend/runtime makes it so: %v", filepath.Base(name), err)
		}
	}
}

// TestRefuses checks that Go beyond the subset is an error with its place.
func TestRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"func f(a uint64) { switch a {} }":           "no statement",
		"func f(a string) uint64 { return 0 }":       "no type string",
		"func f(a, b uint64) { a, b = b, a }":        "one assignment",
		"func f(a []uint64) []uint64 { return a[0]}": "cannot use",
	} {
		name := filepath.Join(t.TempDir(), "x.go")
		if err := os.WriteFile(name, []byte("package source\n"+text), 0o644); err != nil {
			t.Fatal(err)
		}
		err := translateFiles([]string{name})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "x.go:2:") {
			t.Errorf("%s: %v, not one with %q", text, err, want)
		}
	}
}
