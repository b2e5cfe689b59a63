package campaign

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// writeLog writes events to the log of a directory, with the files of the findings.
func writeLog(t *testing.T, dir string, events ...Event) {
	t.Helper()
	l, err := openLog(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if e.Path != "" {
			e.Path = filepath.Join(dir, New, e.Path)
			if err := os.MkdirAll(filepath.Dir(e.Path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(e.Path, nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.tell(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.close(); err != nil {
		t.Fatal(err)
	}
}

func progress(cases uint64, findings map[string]uint64) Event {
	return Event{Kind: Progress, Summary: &Summary{Cases: cases, Findings: findings}}
}

// TestHistoryAddsUpChanges checks that the log has each count once, until it changes, and that the history has all.
func TestHistoryAddsUpChanges(t *testing.T) {
	dir := t.TempDir()
	writeLog(t, dir, Event{Kind: Start, Schema: Schema},
		Event{Kind: Finding, Bucket: "a", Path: "a.txtar"}, Event{Kind: Finding, Bucket: "b", Path: "b.txtar"},
		progress(10, map[string]uint64{"a": 1, "b": 1}), progress(20, map[string]uint64{"a": 1, "b": 2}))
	text, err := os.ReadFile(filepath.Join(dir, logName))
	if err != nil {
		t.Fatal(err)
	}
	if last := strings.Split(strings.TrimSpace(string(text)), "\n")[4]; strings.Contains(last, `"a"`) || !strings.Contains(last, `"b":2`) {
		t.Errorf("the second report has more than what changed: %s", last)
	}
	h, err := ReadHistory(dir)
	if err != nil {
		t.Fatal(err)
	}
	buckets, err := h.Buckets(dir)
	if err != nil || len(buckets) != 2 || buckets[0].Name != "b" || buckets[0].Count != 2 || buckets[1].Count != 1 {
		t.Errorf("buckets %v, %v", buckets, err)
	}
	if h.Summary.Cases != 20 || h.Summary.Findings["a"] != 1 {
		t.Errorf("summary %+v", h.Summary)
	}
}

// TestHistoryFollowsBuckets checks that merged, moved and reduced buckets are what the log says, also when it is read in
// pieces, and that a torn line is read once it is whole.
func TestHistoryFollowsBuckets(t *testing.T) {
	dir := t.TempDir()
	h, f := &History{}, Follow(dir)
	next := func() {
		t.Helper()
		if err := f.Next(func() { t.Error("read from the beginning") }, h.Add); err != nil {
			t.Fatal(err)
		}
	}
	writeLog(t, dir, Event{Kind: Start, Schema: Schema}, Event{Kind: Finding, Bucket: "a", Path: "a.txtar", Instructions: 9})
	next()
	writeLog(t, dir, Event{Kind: Finding, Bucket: "b", Path: "b.txtar"}, Event{Kind: Merged, Bucket: "b", Into: "a"})
	file, err := os.OpenFile(filepath.Join(dir, logName), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	line, err := json.Marshal(&Event{Kind: Reduced, Bucket: "a", Path: filepath.Join(dir, New, "a.txtar"), Instructions: 3})
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range [][]byte{line[:20], append(line[20:], '\n')} {
		if _, err := file.Write(part); err != nil {
			t.Fatal(err)
		}
		next()
	}
	buckets, err := h.Buckets(dir)
	if err != nil || len(buckets) != 1 || buckets[0].Instructions != 3 {
		t.Fatalf("buckets %+v, %v", buckets, err)
	}
	if err := buckets[0].Move(dir, Known); err != nil {
		t.Fatal(err)
	}
	if err := Note(dir, Event{Kind: Moved, Bucket: "a", State: Known, Issue: "https://example.org/1", Expires: "2999-01-01"}); err != nil {
		t.Fatal(err)
	}
	next()
	buckets, err = h.Buckets(dir)
	if err != nil || buckets[0].State != Known || buckets[0].Issue == "" || len(buckets[0].Steps) != 4 {
		t.Errorf("buckets %+v, %v", buckets, err)
	}
}

// TestCoverageIsLogged checks that the log names every pair that a campaign reached once, and after resuming all of them
// again at its start.
func TestCoverageIsLogged(t *testing.T) {
	dir := t.TempDir()
	run(t, Config{Seed: 1, Cases: 200, Dir: dir})
	s := run(t, Config{Seed: 1, Cases: 400, Dir: dir, Resume: true})
	events, err := Events(dir)
	if err != nil {
		t.Fatal(err)
	}
	var reached []string
	for _, e := range events {
		if e.Kind == Start {
			if e.Schema != Schema || len(e.Reached) != len(reached) {
				t.Errorf("a start with schema %d and %d pairs after %d", e.Schema, len(e.Reached), len(reached))
			}
			continue
		}
		reached = append(reached, e.Reached...)
	}
	slices.Sort(reached)
	if len(reached) != s.Pairs || len(slices.Compact(reached)) != s.Pairs || !slices.Contains(reached, "ret noreturn") {
		t.Errorf("%d pairs are logged, the campaign reached %d", len(reached), s.Pairs)
	}
	if last := events[len(events)-1]; last.Kind != End || last.Memory == 0 {
		t.Errorf("the end is %+v", last)
	}
}

// TestOneFile checks that a finding that turns out to be of another one's bucket leaves the folder of the buckets, comes back
// when it is of its own again, and is not written twice meanwhile.
func TestOneFile(t *testing.T) {
	dir := t.TempDir()
	c := newCampaign(Config{Dir: dir}.withDefaults(), func() {})
	var err error
	if c.log, err = openLog(dir, nil); err != nil {
		t.Fatal(err)
	}
	var told []*suspect
	for _, name := range []string{"first", "second"} {
		s := &suspect{Name: "wrong-value/" + name, Kind: name, Told: true, Count: 1, File: name + ".txtar", Clues: map[string]*clue{}}
		if err := c.log.tell(Event{Kind: Finding, Bucket: s.Name, Path: filepath.Join(c.findings(), s.File)}); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.MkdirAll(c.findings(), 0o755), os.WriteFile(filepath.Join(c.findings(), s.File), nil, 0o644)); err != nil {
			t.Fatal(err)
		}
		c.sorted.Suspects = append(c.sorted.Suspects, s)
		told = append(told, s)
	}
	c.settle()
	for _, like := range []string{told[0].Name, ""} {
		told[1].Like = like
		c.settle()
		buckets, err := Triage(dir)
		if err != nil {
			t.Fatal(err)
		}
		files, err := os.ReadDir(c.findings())
		if err != nil || len(files) != len(buckets) || len(buckets) == 2 != (like == "") {
			t.Errorf("like %q: %d files of %d buckets, %v", like, len(files), len(buckets), err)
		}
		if path := filepath.Join(c.findings(), told[1].File); !c.isKept(path) {
			t.Errorf("like %q: %s is lost", like, path)
		}
		if like != "" && (len(buckets[0].Also) != 1 || filepath.Base(filepath.Dir(buckets[0].Also[0])) != alsoFolder) {
			t.Errorf("also %v", buckets[0].Also)
		}
	}
}
