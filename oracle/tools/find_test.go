package tools

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestSearch checks that versions come newest first, each once, from all folders.
func TestSearch(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	for path, prints := range map[string]string{
		filepath.Join(first, "asm"):     "GNU asm (Some Distribution 2:9.9-1) 2.40",
		filepath.Join(first, "asm-9"):   "asm version 9.1.0",
		filepath.Join(first, "asm-19"):  "asm version 19.1.7",
		filepath.Join(first, "asm-big"): "asm version 99.0",
		filepath.Join(second, "asm"):    "asm\nversion 9.1.0",
		filepath.Join(second, "asm-20"): "asm version 2.40.1",
	} {
		if err := os.WriteFile(path, []byte(fmt.Sprintf("#!/bin/sh\necho '%s'\n", prints)), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(second, "asm-7"), []byte("asm version 100.0"), 0o644); err != nil { // does not run
		t.Fatal(err)
	}
	var got []string
	for _, tool := range search("asm", []string{first, second, filepath.Join(first, "none")}) {
		got = append(got, tool.version)
	}
	if want := "[19.1.7 9.1.0 2.40.1 2.40]"; fmt.Sprint(got) != want {
		t.Errorf("found %v, want %s", got, want)
	}
}

func TestAtLeast(t *testing.T) {
	for _, c := range []struct {
		version, least string
		want           bool
	}{{"2.40", "2.40", true}, {"2.40", "2.9", true}, {"2.47.50", "2.47", true}, {"2.47", "2.47.50", false}, {"19.1.7", "23", false}, {"23.1.4", "23", true}} {
		if AtLeast(c.version, c.least) != c.want {
			t.Errorf("%s is at least %s: %v", c.version, c.least, !c.want)
		}
	}
}
