// Package ci holds the scripts of continuous integration and tests of the tree itself: who imports whom, and how long
// a function may be.
package ci

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/rvfuzz/rvfuzz/"

// pkg is a package of the module, with import paths relative to it; paths of other modules and of the standard library
// stay whole.
type pkg struct {
	path    string
	command bool
	imports []string // what its files outside of tests import
	deps    []string // what these imports reach
}

// packages returns every package of the module.
func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-f",
		`{{.ImportPath}}|{{.Name}}|{{join .Imports " "}}|{{join .Deps " "}}`, module+"...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for line := range strings.Lines(strings.ReplaceAll(string(out), module, "")) {
		fields := strings.Split(strings.TrimSpace(line), "|")
		all = append(all, pkg{fields[0], fields[1] == "main", strings.Fields(fields[2]), strings.Fields(fields[3])})
	}
	if len(all) < 20 {
		t.Fatalf("go list finds %d packages", len(all))
	}
	return all
}

// under reports whether a path is one of the folders or below it.
func under(path string, folders ...string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return path == f || strings.HasPrefix(path, f+"/") })
}

func isOurs(path string) bool {
	return under(path, "isa", "backend", "oracle", "fuzz", "corpus", "cmd", "ci")
}

func isThirdParty(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return strings.Contains(first, ".")
}

// TestIndependence checks the three rules on which the worth of a quiet campaign rests.
func TestIndependence(t *testing.T) {
	rules := []struct {
		rule    string
		folders []string
		forbids func(dep string) bool
	}{
		{"no oracle reaches the encoder, or more of the backend than the AIR that it evaluates", []string{"oracle"},
			func(d string) bool { return under(d, "isa") || under(d, "backend") && d != "backend/air" }},
		{"the product does not know its tests", []string{"isa", "backend"},
			func(d string) bool { return under(d, "oracle", "fuzz", "corpus") }},
		{"the product needs no other module", []string{"isa", "backend"}, isThirdParty},
	}
	all := packages(t)
	for _, r := range rules {
		for _, p := range all {
			for _, d := range p.deps {
				if under(p.path, r.folders...) && r.forbids(d) {
					t.Errorf("%s reaches %s, but %s", p.path, d, r.rule)
				}
			}
		}
	}
}

// layers are the packages from the bottom up: each may import those above it in this list, and no other of the module.
var layers = []string{
	"isa/internal/quote", "isa/internal/table", "isa/internal/opsfile", "isa/internal/genops", "isa", "isa/elffile", "isa/asm",
	"backend/air", "backend/runtime/source", "backend/runtime/translate", "backend/runtime", "backend/legalize", "backend/liveness", "backend/abi", "backend/promote", "backend/callframe", "backend/mir", "backend/target", "backend/codegen",
	"backend/lower", "backend/emit", "backend/link", "backend/debug", "backend",
	"oracle", "oracle/layout", "oracle/convention", "oracle/tools", "oracle/decode", "oracle/rv64", "oracle/linux", "oracle/gdb", "oracle/eval",
	"corpus", "corpus/zigair",
	"fuzz/isolate", "fuzz/source", "fuzz/gen", "fuzz/mutate", "fuzz/splice", "fuzz/words", "fuzz/machine", "fuzz/diff", "fuzz/minimize", "fuzz/replay",
	"fuzz/calls", "fuzz/export", "fuzz/export/llvm", "fuzz/export/ir", "fuzz/export/c", "fuzz/export/qbe", "fuzz/export/golang", "fuzz/export/exporttest", "fuzz/subject", "fuzz/campaign", "fuzz/fleet", "fuzz/mutants", "fuzz/mutants/probe", "fuzz/report", "fuzz/page", "fuzz/page/pagetest", "fuzz", "cmd/rvfuzz", "ci/coverage", "ci/quality", "ci/speed", "ci/throughput", "ci",
}

// TestImportsPointDownward checks that no package imports one that stands beside or above it, and that every package
// has its place.
func TestImportsPointDownward(t *testing.T) {
	found := packages(t)
	for _, p := range found {
		at := slices.Index(layers, p.path)
		if at < 0 {
			t.Errorf("%s has no place in the list of layers", p.path)
			continue
		}
		for _, i := range p.imports {
			if isOurs(i) && !slices.Contains(layers[:at], i) {
				t.Errorf("%s imports %s, which does not stand below it", p.path, i)
			}
		}
	}
	for _, l := range layers {
		if !slices.ContainsFunc(found, func(p pkg) bool { return p.path == l }) {
			t.Errorf("the list of layers names %s, which does not exist", l)
		}
	}
}

// TestEveryPackageIsUsed checks that no library is imported by tests alone.
func TestEveryPackageIsUsed(t *testing.T) {
	testsOnly := []string{"fuzz", "ci", "fuzz/export/exporttest", "fuzz/page/pagetest"} // they hold nothing but tests, or what these share
	used := map[string]bool{}
	all := packages(t)
	for _, p := range all {
		for _, i := range p.imports {
			used[i] = true
		}
	}
	for _, p := range all {
		if !p.command && !used[p.path] && !slices.Contains(testsOnly, p.path) {
			t.Errorf("no package imports %s", p.path)
		}
	}
}
