package main

import (
	"encoding/json"
	"flag"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
)

var kills = flag.Int("kills", 20, "how often TestPlanted kills its campaign; 1000 take a quarter of an hour")

// testKills kills a campaign at random moments, among its seeds, its cases and while it minimises, resumes it each
// time, and checks that it ends with the counts and findings of one that nobody interrupts.
func testKills(t *testing.T, program string) {
	whole, killed := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "killed")
	run := func(dir string, life time.Duration) (ended bool) {
		cmd := exec.Command(program, "run", "--jobs", "2", "--seed", "9", "--cases", "1500", "--workdir", dir, "--resume",
			"--case-stack", "8388608", "--minimize-time", "300ms")
		cmd.Env = append(os.Environ(), "RVFUZZ_PLANTED=codegen/recursion", "RVFUZZ_WRONG=1")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(life, func() { _ = cmd.Process.Kill() })
		defer timer.Stop()
		_ = cmd.Wait()
		return cmd.ProcessState.ExitCode() == campaign.NewFinding
	}
	if !run(whole, time.Hour) {
		t.Fatal("the campaign that nobody kills finds nothing")
	}
	random := rand.New(rand.NewPCG(1, uint64(*kills)))
	done := 0
	for n := range *kills {
		if run(killed, time.Duration(random.ExpFloat64()*float64(time.Second))) {
			done++
			if err := os.Rename(killed, killed+"-done"); err != nil { // the next campaign
				t.Fatal(err)
			}
			sameCampaign(t, whole, killed+"-done")
			if err := os.RemoveAll(killed + "-done"); err != nil {
				t.Fatal(err)
			}
			t.Logf("%d campaigns done after %d kills", done, n+1-done)
		}
	}
	if _, err := os.Stat(filepath.Join(killed, "progress.json")); err == nil {
		t.Logf("the last kill leaves\n%s", savedSummary(t, killed))
	}
	if !run(killed, time.Hour) {
		t.Fatal("the campaign that was killed finds nothing")
	}
	sameCampaign(t, whole, killed)
}

// sameCampaign checks that two campaigns counted and found the same, and told of each finding once.
func sameCampaign(t *testing.T, whole, killed string) {
	t.Helper()
	want, got := savedSummary(t, whole), savedSummary(t, killed)
	got.Elapsed, got.Deaths = want.Elapsed, want.Deaths // which count what was repeated
	leaveOut(want)
	leaveOut(got)
	if !reflect.DeepEqual(want, got) {
		t.Errorf("uninterrupted:\n%s\nkilled:\n%s", want, got)
	}
	found, _ := foundIn(t, killed)
	for bucket, paths := range found {
		if len(paths) != 1 {
			t.Errorf("told of %s %d times", bucket, len(paths))
		}
		name := filepath.Base(paths[0]) // the folder may have been renamed since
		if !slices.Contains(names(t, killed, "findings"), name) && !slices.Contains(names(t, killed, "also"), name) {
			t.Errorf("no file %s", name)
		}
	}
	for bucket := range want.Findings {
		if len(found[bucket]) == 0 {
			t.Errorf("not told of %s", bucket)
		}
	}
	buckets, others := names(t, killed, "findings"), names(t, killed, "also")
	if len(want.Findings) < 2 || len(buckets)+len(others) != len(found) {
		t.Errorf("%d and %d files of %d findings", len(buckets), len(others), len(found))
	}
}

// names returns the names of the files of a folder of a campaign, which need not exist.
func names(t *testing.T, dir, folder string) (list []string) {
	t.Helper()
	files, err := os.ReadDir(filepath.Join(dir, folder))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, f := range files {
		list = append(list, f.Name())
	}
	return list
}

// leaveOut leaves out what no case showed: such buckets come up while others are minimised, as far as the time goes.
func leaveOut(s *campaign.Summary) {
	maps.DeleteFunc(s.Findings, func(_ string, cases uint64) bool { return cases == 0 })
}

func savedSummary(t *testing.T, dir string) *campaign.Summary {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "progress.json"))
	if err != nil {
		t.Fatal(err)
	}
	var s campaign.Summary
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	return &s
}
