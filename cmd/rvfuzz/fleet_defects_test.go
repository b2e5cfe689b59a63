package main

import (
	"flag"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/mutants"
)

var (
	fleetDefects = flag.Int("fleet-defects", 0, "how many planted defects TestFleetDefects has a fleet of two workers find; 10 take two minutes")
	fleetPick    = flag.Uint64("fleet-pick", 6, "which of them, as mutants --together --pick has it")
	fleetCases   = flag.Int("fleet-cases", 1500, "how many cases the fleet checks")
)

// TestFleetDefects plants defects in the code generator, all at once, and checks that a fleet of two workers finds each of
// them, and that the page and the reports agree on what it found.
func TestFleetDefects(t *testing.T) {
	if *fleetDefects == 0 {
		t.Skip("-fleet-defects 10 runs it")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	program, set, on := buildDefects(t, root, *fleetDefects)
	t.Setenv("RVFUZZ_PLANTED", strings.Join(on, ","))
	dir := filepath.Join(t.TempDir(), "work")
	runFleetTest(t, program, dir, []string{"--cases", strconv.Itoa(*fleetCases), "--minimize-time", "60s", "--resume"}, 2, 0)
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
		t.Logf("%s: %s", set[i].ID, names)
		if len(names) == 0 {
			t.Errorf("no bucket names %s (%s, %s)", set[i].ID, functions, set[i].File)
		}
	}
	t.Logf("%d defects, %d buckets", len(set), len(buckets))
	for i := range buckets {
		t.Log(buckets[i].String())
	}
	testFormsAgree(t, program, dir)
}

// buildDefects builds the command with every defect that can be switched on, and returns some of them with their switches.
func buildDefects(t *testing.T, root string, n int) (program string, set []mutants.Defect, on []string) {
	t.Helper()
	list, err := mutants.Load()
	if err == nil {
		list, err = mutants.Select(list, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	overlay, switched, err := mutants.PlantSwitches(list, root, dir)
	if err != nil {
		t.Fatal(err)
	}
	chosen, err := mutants.Choose(list, switched, root, *fleetPick, n)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range chosen {
		set, on = append(set, list[i]), append(on, strconv.Itoa(i))
	}
	program = filepath.Join(dir, "rvfuzz")
	build := exec.Command("go", "build", "-overlay", overlay, "-o", program, "./cmd/rvfuzz")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program, set, on
}
