package main

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/page/pagetest"
)

var fleetKills = flag.Int("fleet-kills", 6, "how often TestPlanted kills the server of a fleet, or half of its workers")

// fleetWorkers is how many worker processes the fleet of a test has.
const fleetWorkers = 4

// process is a process of a fleet that may be killed.
type process struct {
	args  []string
	cmd   *exec.Cmd
	ended chan struct{}
	out   bytes.Buffer
}

// start starts the process, or starts it again.
func (p *process) start(t *testing.T, program string) {
	t.Helper()
	p.cmd = exec.Command(program, p.args...)
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.out
	p.cmd.Env = append(os.Environ(), "RVFUZZ_WRONG=1")
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended, cmd := make(chan struct{}), p.cmd
	p.ended = ended
	go func() { _ = cmd.Wait(); close(ended) }()
}

// kill kills the process as kill -9 does.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// isOver reports whether the process ended by itself.
func (p *process) isOver() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// findings returns the number of diverging cases of a summary.
func findings(s *campaign.Summary) (cases uint64) {
	for _, n := range s.Findings {
		cases += n
	}
	return cases
}

// testFleetKills kills the server of a fleet and half of its workers at random moments while findings stream in, starts
// them again, and checks that the campaign counts and finds what one does that nobody interrupts, in a fleet or not.
func testFleetKills(t *testing.T, program string) {
	dir := t.TempDir()
	flags := []string{"--seed", "9", "--cases", "4000", "--builtin-seeds=false", "--minimize-time", "100ms", "--resume"}
	alone := &process{args: append([]string{"run", "--jobs", "2", "--workdir", filepath.Join(dir, "alone")}, flags...)}
	alone.start(t, program)
	<-alone.ended
	want := savedSummary(t, filepath.Join(dir, "alone"))
	runFleetTest(t, program, filepath.Join(dir, "calm"), flags, fleetWorkers, 0)
	runFleetTest(t, program, filepath.Join(dir, "killed"), flags, fleetWorkers, *fleetKills)
	calm, killed := savedSummary(t, filepath.Join(dir, "calm")), savedSummary(t, filepath.Join(dir, "killed"))
	for _, got := range []*campaign.Summary{calm, killed} {
		if got.Cases != want.Cases || got.Instructions != want.Instructions || got.Steps != want.Steps || got.Runs != want.Runs ||
			got.Pairs != want.Pairs || got.Seeds != want.Seeds || got.Next != want.Next || !reflect.DeepEqual(got.Endings, want.Endings) || got.Trouble != "" {
			t.Errorf("alone:\n%s\nfleet:\n%s", want, got)
		}
		// A fleet checks seeds besides, and what they show may blame another part for a case of little evidence.
		if all, alone := findings(got), findings(want); all < alone {
			t.Errorf("%d diverging cases alone, %d in the fleet", alone, all)
		}
		for bucket, cases := range want.Findings {
			if cases > 3 && got.Findings[bucket] == 0 {
				t.Errorf("%s: %d cases alone, none in the fleet", bucket, cases)
			}
		}
	}
	leaveOut(calm)
	leaveOut(killed)
	if !reflect.DeepEqual(calm.Findings, killed.Findings) || calm.Covers != killed.Covers {
		t.Errorf("calm:\n%s\nkilled:\n%s", calm, killed)
	}
	buckets, err := campaign.Triage(filepath.Join(dir, "killed"))
	if err != nil || len(buckets) < len(killed.Findings) || len(killed.Findings) < 2 {
		t.Errorf("%d buckets on disk of %d, %v", len(buckets), len(killed.Findings), err)
	}
	testFormsAgree(t, program, filepath.Join(dir, "killed"))
	found, _ := foundIn(t, filepath.Join(dir, "killed"))
	for bucket, paths := range found {
		if len(paths) != 1 {
			t.Errorf("told of %s %d times", bucket, len(paths))
		}
	}
}

// runFleetTest carries out the campaign of a folder with a fleet of some workers, of which parts are killed so many times.
func runFleetTest(t *testing.T, program, dir string, flags []string, workers, kills int) {
	t.Helper()
	address := freeAddress(t)
	all := []*process{{args: append([]string{"serve", "--fleet", "--fleet-listen", address, "--lease", "2s", "--shard-cases", "40", dir}, flags...)}}
	for i := range workers {
		all = append(all, &process{args: []string{"work", "--join", "nats://" + address, "--jobs", "1", "--workdir", filepath.Join(dir+"-workers", strconv.Itoa(i))}})
	}
	for _, p := range all {
		p.start(t, program)
	}
	defer func() {
		for _, p := range all {
			p.kill()
		}
	}()
	random := rand.New(rand.NewPCG(2, uint64(kills)))
	done := 0
	for ; done < kills && !all[0].isOver(); done++ {
		time.Sleep(time.Duration(random.Int64N(int64(2 * time.Second))))
		victims := all[:1] // the server, in turn with half of the workers
		if done%2 == 1 {
			first := 1 + random.IntN(workers/2)
			victims = all[first : first+workers/2]
		}
		for _, p := range victims {
			if !all[0].isOver() {
				p.kill()
				p.start(t, program)
			}
		}
	}
	for i, p := range all {
		select {
		case <-p.ended:
		case <-time.After(20 * time.Minute):
			t.Fatalf("process %d of the fleet does not end:\n%s", i, &p.out)
		}
	}
	if code := all[0].cmd.ProcessState.ExitCode(); code != campaign.NewFinding {
		t.Fatalf("the fleet ends with %d:\n%s", code, &all[0].out)
	}
	for i, p := range all[1:] {
		if code := p.cmd.ProcessState.ExitCode(); code != 0 {
			t.Errorf("worker %d ends with %d:\n%s", i, code, &p.out)
		}
	}
	t.Logf("%d kills: %s", done, savedSummary(t, dir))
}

// testFormsAgree checks that the page and the reports of a finished campaign have the counts that triage has, and that those
// with schemas follow them.
func testFormsAgree(t *testing.T, program, dir string) {
	t.Helper()
	want := pagetest.Triage(t, dir)
	want.Cases = int(savedSummary(t, dir).Cases)
	at, stop := servePageOf(t, program, dir)
	defer stop()
	for _, form := range pagetest.Forms() {
		text := ""
		if form == pagetest.Page {
			text = fetch(at + "/campaign/" + filepath.Base(dir))
		} else {
			out, err := exec.Command(program, "report", "--format", form, dir).Output()
			if err != nil {
				t.Fatalf("%s: %v", form, err)
			}
			text = string(out)
		}
		pagetest.Check(t, form, text, want)
	}
	t.Logf("the page and every report have %+v", want)
}
