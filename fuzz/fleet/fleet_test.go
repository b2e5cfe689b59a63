package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
)

var (
	manyWorkers = flag.Int("workers", 40, "workers of TestFailures; 200 is the full test")
	manyUnits   = flag.Int("units", 400, "units of TestFailures")
	failures    = flag.Duration("failures", 4*time.Second, "how long workers of TestFailures fail, at most")
)

// casesPerUnit is how many cases a unit has in these tests.
const casesPerUnit = 10

// sites is how many defects the cases of these tests show.
const sites = 20

// fakeUnit is a unit as far as these tests look at it.
type fakeUnit struct {
	Do          string
	First, Last uint64
	Cases       []uint64
}

// fake does units by making up their results, which depend on nothing else.
type fake struct {
	took  time.Duration
	times *tallies
}

// tallies counts how often units were done.
type tallies struct {
	mu   sync.Mutex
	done map[string]int
}

func (f fake) Do(ctx context.Context, unit []byte) ([]byte, error) {
	var u fakeUnit
	if err := json.Unmarshal(unit, &u); err != nil {
		return nil, err
	}
	if err := pause(ctx, time.Duration(rand.Int64N(int64(f.took)))); err != nil {
		return nil, err
	}
	f.times.mu.Lock()
	f.times.done[fmt.Sprint(u.Do, u.First, u.Cases)]++
	f.times.mu.Unlock()
	type object = map[string]any
	if u.Do != "cases" {
		return json.Marshal(object{})
	}
	number := u.First / casesPerUnit
	result := object{"Tally": object{"Cases": u.Last - u.First, "Instructions": u.First, "Reached": []object{{"p": number % 64, "c": u.First}}}}
	if number%3 == 0 {
		result["Divergences"] = []object{{"Program": object{"Number": u.First, "Found": fmt.Sprintf("campaign=1 shard=0 case=%d", u.First)},
			"Signature": fmt.Sprintf("self/crash/-/site%d/-", number/3%sites), "Death": "a test"}}
	}
	return json.Marshal(result)
}

func (fake) Close() {}

// testServer starts a server with a folder, and the coordinator of a campaign there.
func testServer(t *testing.T, dir, listen string) (*Server, *Coordinator) {
	t.Helper()
	s, err := Serve(ServerConfig{Listen: listen, Dir: filepath.Join(dir, "fleet")})
	if err != nil {
		t.Fatal(err)
	}
	c, err := Open(t.Context(), Config{Server: s, Lease: 2 * time.Second}, Terms{Campaign: "one", Version: "v", About: json.RawMessage("1")})
	if err != nil {
		t.Fatal(err)
	}
	return s, c
}

// conduct carries out the campaign of a folder.
func conduct(ctx context.Context, t *testing.T, dir string, c *Coordinator, units int) *campaign.Summary {
	t.Helper()
	s, err := campaign.Run(ctx, campaign.Config{Seed: 1, Cases: uint64(units) * casesPerUnit, Block: casesPerUnit, Dir: dir, Resume: true,
		MaxFindings: 1000, Remote: c})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// testWorker returns what a worker of these tests does.
func testWorker(t *testing.T, join, dir string, f fake) WorkConfig {
	t.Helper()
	a, err := ParseAddress(join)
	if err != nil {
		t.Fatal(err)
	}
	return WorkConfig{Address: a, Dir: dir, Jobs: 1, Version: "v", Idle: time.Second / 2, Perform: func([]byte) (Performer, error) { return f, nil }}
}

// checkSum checks that every unit counts once in a summary, and that every finding is on disk.
func checkSum(t *testing.T, dir string, s *campaign.Summary, units int) {
	t.Helper()
	n := uint64(units)
	if s.Cases != n*casesPerUnit || s.Next != n*casesPerUnit || s.Instructions != casesPerUnit*n*(n-1)/2 || s.Covers != min(n, 64) || s.Trouble != "" {
		t.Errorf("%d units: %+v", units, s)
	}
	var found uint64
	for _, cases := range s.Findings {
		found += cases
	}
	buckets, err := campaign.Triage(dir)
	if found != (n+2)/3 || len(s.Findings) != sites || err != nil || len(buckets) != sites {
		t.Errorf("%d findings in %d buckets, %d of them on disk, %v", found, len(s.Findings), len(buckets), err)
	}
}

// TestFleet checks that a campaign is the sum of what workers do, and that they end with it.
func TestFleet(t *testing.T) {
	dir := t.TempDir()
	s, c := testServer(t, dir, "127.0.0.1:0")
	defer s.Close()
	defer c.Close()
	f := fake{time.Millisecond, &tallies{done: map[string]int{}}}
	var workers sync.WaitGroup
	for i := range 4 {
		w := testWorker(t, s.Join(), filepath.Join(dir, fmt.Sprint("w", i)), f)
		workers.Go(func() {
			if err := Work(t.Context(), w); err != nil {
				t.Error(err)
			}
		})
	}
	summary := conduct(t.Context(), t, dir, c, 100)
	if err := c.End(t.Context()); err != nil {
		t.Error(err)
	}
	workers.Wait()
	checkSum(t, dir, summary, 100)
	for unit, times := range f.times.done {
		if times != 1 {
			t.Errorf("%s was done %d times", unit, times)
		}
	}
}

// crew is the workers of a test, which are killed, paused and cut off.
type crew struct {
	t       *testing.T
	proxies []*proxy
	configs []WorkConfig
	stops   []context.CancelFunc
	running sync.WaitGroup
	counts  [3]atomic.Int64 // kills, pauses, partitions
}

// start starts worker i, as after a kill.
func (w *crew) start(i int) {
	ctx, stop := context.WithCancel(context.Background())
	w.stops[i] = stop
	w.proxies[i].set(passes)
	w.running.Go(func() {
		for ctx.Err() == nil {
			if err := Work(ctx, w.configs[i]); err == nil {
				return
			} else if ctx.Err() == nil && !errors.Is(err, ErrBusy) { // a worker that was killed a moment ago lets go of its folder
				w.t.Error(err)
				return
			}
			_ = pause(ctx, time.Second/20)
		}
	})
}

// fail has worker i fail in one way or another, for a while.
func (w *crew) fail(i int, random *rand.Rand) {
	away := time.Duration(random.Int64N(int64(4 * time.Second))) // the lease is 2 seconds
	kind := random.IntN(3)
	w.counts[kind].Add(1)
	switch kind {
	case 0:
		w.proxies[i].set(silent) // a process that is killed says no farewell
		w.stops[i]()
		time.Sleep(time.Second / 10)
		w.proxies[i].set(severed)
		time.Sleep(away / 4)
		w.start(i)
		return
	case 1:
		w.proxies[i].set(silent)
	case 2:
		w.proxies[i].set(severed)
	}
	time.Sleep(away)
	w.proxies[i].set(passes)
}

// TestFailures has the workers of a fleet killed, paused and cut off at random, and its coordinator and server restarted,
// and checks that no finding and no count is lost, that every unit counts once, and that the fleet comes to its end after
// the last failure.
func TestFailures(t *testing.T) {
	dir := t.TempDir()
	s, c := testServer(t, dir, "127.0.0.1:0")
	a, err := ParseAddress(s.Join())
	if err != nil {
		t.Fatal(err)
	}
	listen := a.server[len("nats://"):]
	f := fake{3 * time.Duration(*manyWorkers) * *failures / time.Duration(*manyUnits), &tallies{done: map[string]int{}}}
	w := &crew{t: t}
	for i := range *manyWorkers {
		p := newProxy(t, listen)
		w.proxies = append(w.proxies, p)
		w.configs = append(w.configs, testWorker(t, "nats://"+p.listener.Addr().String(), filepath.Join(dir, fmt.Sprint("w", i)), f))
		w.stops = append(w.stops, nil)
	}
	for i := range w.configs {
		w.start(i)
	}
	began := time.Now()
	last := make(chan time.Time, 1)
	go func() { last <- w.chaos(began) }()
	first, stop := context.WithTimeout(t.Context(), *failures/2)
	conduct(first, t, dir, c, *manyUnits)
	stop()
	c.Close()
	s.Close()
	t.Logf("coordinator and server stop after %s", time.Since(began).Round(time.Millisecond))
	s, c = testServer(t, dir, listen)
	defer s.Close()
	defer c.Close()
	summary := conduct(t.Context(), t, dir, c, *manyUnits)
	ended := time.Now()
	if err := c.End(t.Context()); err != nil {
		t.Error(err)
	}
	failed := <-last
	w.running.Wait()
	checkSum(t, dir, summary, *manyUnits)
	performed := 0
	for _, times := range f.times.done {
		performed += times
	}
	t.Logf("%d workers, %d units, %d of them done again; %d kills, %d pauses, %d partitions; %s in all, %s after the last failure", *manyWorkers,
		len(f.times.done), performed-len(f.times.done), w.counts[0].Load(), w.counts[1].Load(), w.counts[2].Load(),
		ended.Sub(began).Round(time.Millisecond), ended.Sub(failed).Round(time.Millisecond))
	for i := range w.configs {
		if files, err := os.ReadDir(filepath.Join(w.configs[i].Dir, "outbox")); err != nil || len(files) > 0 {
			t.Errorf("worker %d has %d results that were not sent, %v", i, len(files), err)
		}
	}
}

// chaos has workers fail for a time, some at once, and returns when the last one is well again.
func (w *crew) chaos(began time.Time) time.Time {
	var failing sync.WaitGroup
	lanes := max(1, len(w.configs)/4)
	for lane := range lanes {
		failing.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(lane)))
			for time.Since(began) < *failures {
				time.Sleep(time.Duration(random.Int64N(int64(time.Second))))
				w.fail(lane+lanes*random.IntN((len(w.configs)-lane+lanes-1)/lanes), random) // each lane has workers of its own
			}
		})
	}
	failing.Wait()
	return time.Now()
}
