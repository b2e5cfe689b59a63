package backend_test

import (
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/rvfuzz/rvfuzz/"

// dependencies returns, for every package that the patterns match, the packages that it imports, directly or not,
// outside of its tests. Paths of this module are without the module path.
func dependencies(t *testing.T, patterns ...string) map[string][]string {
	t.Helper()
	args := []string{"list", "-e", "-f", `{{.ImportPath}}{{range .Deps}} {{.}}{{end}}`}
	for _, p := range patterns {
		args = append(args, module+p)
	}
	out, err := exec.Command("go", args...).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	all := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(strings.ReplaceAll(line, module, ""))
		all[words[0]] = words[1:]
	}
	if len(all) < len(patterns) {
		t.Fatalf("go list %v found %d packages", patterns, len(all))
	}
	return all
}

func under(path string, folders ...string) bool {
	for _, f := range folders {
		if path == f || strings.HasPrefix(path, f+"/") {
			return true
		}
	}
	return false
}

// isOurs reports whether a path is of this module.
func isOurs(path string) bool {
	return under(path, "isa", "backend", "oracle", "fuzz", "corpus", "cmd", "ci")
}

// isThirdParty reports whether a path is neither of this module nor of the standard library.
func isThirdParty(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return strings.Contains(first, ".")
}

// TestOraclesAreIndependent checks that nothing under oracle reaches isa, or anything of the backend but air.
func TestOraclesAreIndependent(t *testing.T) {
	for pkg, deps := range dependencies(t, "oracle/...") {
		for _, d := range deps {
			if under(d, "isa") || under(d, "backend") && d != "backend/air" {
				t.Errorf("%s reaches %s", pkg, d)
			}
		}
	}
}

// TestProductDoesNotKnowItsTests checks that nothing under isa or backend reaches oracle, fuzz or corpus.
func TestProductDoesNotKnowItsTests(t *testing.T) {
	for pkg, deps := range dependencies(t, "isa/...", "backend/...") {
		for _, d := range deps {
			if under(d, "oracle", "fuzz", "corpus") {
				t.Errorf("%s reaches %s", pkg, d)
			}
		}
	}
}

// TestProductStandsAlone checks that isa and backend need no third-party module.
func TestProductStandsAlone(t *testing.T) {
	for pkg, deps := range dependencies(t, "isa/...", "backend/...") {
		for _, d := range deps {
			if isThirdParty(d) {
				t.Errorf("%s reaches %s", pkg, d)
			}
		}
	}
}

// TestStagesImportDownwardOnly checks that each stage of the backend reaches only the stages below it.
func TestStagesImportDownwardOnly(t *testing.T) {
	allowed := map[string][]string{
		"backend/air":      nil,
		"backend/liveness": {"backend/air"},
		"backend/abi":      {"backend/air", "isa"},
		"backend/mir":      {"isa"},
		"backend/legalize": {"backend/air"},
		"backend/codegen":  {"backend/air", "backend/legalize", "backend/liveness", "backend/abi", "backend/mir", "isa"},
		"backend/lower":    {"backend/mir", "isa"},
		"backend/emit":     {"backend/lower", "backend/mir", "isa"},
		"backend/link":     {"isa"},
	}
	for pkg, deps := range dependencies(t, "backend/...") {
		folders, ok := allowed[pkg]
		if pkg == "backend" {
			continue
		}
		if !ok {
			t.Errorf("%s is not in the list of stages", pkg)
		}
		for _, d := range deps {
			if isOurs(d) && !under(d, folders...) {
				t.Errorf("%s reaches %s", pkg, d)
			}
		}
	}
}
