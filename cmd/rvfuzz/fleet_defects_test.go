package main

import (
	"flag"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/mutants"
)

var fleetDefects = flag.Bool("fleet-defects", false, "have a fleet of two workers find ten planted defects, which takes minutes")

// fleetSet are the defects that a fleet must find: of ten parts of the code generator, none of which hides another.
var fleetSet = []string{"abi-c-ninth-float", "access-large-low", "array-slice-len", "compress-beyond-target", "fcvt-rm-dynamic", "floor-ignores-sign",
	"inverted-branch-skip", "lte-as-lt", "memcpy-length", "wide-reverse-words"}

// TestFleetDefects plants ten defects at once, and checks that a fleet of two workers finds each of them, and that the page
// and the reports agree on what it found.
func TestFleetDefects(t *testing.T) {
	if !*fleetDefects {
		t.Skip("make fleet runs it")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	program, set := buildDefects(t, root)
	t.Setenv("RVFUZZ_PLANTED", "0,1,2,3,4,5,6,7,8,9")
	dir := filepath.Join(t.TempDir(), "work")
	runFleetTest(t, program, dir, []string{"--seed", "1", "--cases", "400", "--minimize-time", "1m", "--resume"}, 2, 0)
	buckets, err := campaign.Triage(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range set {
		functions, err := set[i].Functions(root)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for j := range buckets {
			if set[i].NamedIn(buckets[j].Text, functions) {
				names = append(names, buckets[j].Name)
			}
		}
		t.Logf("%s: %s", set[i].ID, strings.Join(names, ", "))
		if len(names) == 0 {
			t.Errorf("no bucket names %s (%s, %s)", set[i].ID, functions, set[i].File)
		}
	}
	t.Logf("%d defects, %d buckets", len(set), len(buckets))
	testFormsAgree(t, program, dir)
}

// buildDefects builds the command with switches for the defects of fleetSet.
func buildDefects(t *testing.T, root string) (program string, set []mutants.Defect) {
	t.Helper()
	all, err := mutants.Load()
	if err == nil {
		set, err = mutants.Select(all, fleetSet)
	}
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	overlay, switched, err := mutants.PlantSwitches(set, root, dir)
	if err != nil || slices.Contains(switched, false) {
		t.Fatalf("switches: %v, %v", switched, err)
	}
	program = filepath.Join(dir, "rvfuzz")
	build := exec.Command("go", "build", "-overlay", overlay, "-o", program, "./cmd/rvfuzz")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program, set
}
