package campaign

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/isolate"
)

// The states of a bucket. Each is a folder of a campaign's directory that holds the files of its findings.
const (
	New   = "findings"
	Known = "known" // written down as a known issue
	Flaky = "flaky" // it diverges sometimes
	Gone  = "gone"  // it no longer diverges
)

// Bucket is what a campaign found of one defect.
type Bucket struct {
	Name  string `json:"bucket"` // "wrong-value/shr/shift.shr"
	State string `json:"state"`
	// Path is the file of the finding, and Signature, Instructions and Options are of its program.
	Path         string `json:"path"`
	Signature    string `json:"signature"`
	Instructions int    `json:"instructions"`
	Options      string `json:"options"`
	// Case is the number of the case that showed it first, After the time until it was told of, and Count how many
	// cases showed it.
	Case  uint64        `json:"case"`
	After time.Duration `json:"after"`
	Count uint64        `json:"count"`
	// SeedEntry names the seed program that showed it first, before any case; Case is then 0.
	SeedEntry string `json:"seed_entry,omitempty"`
	// Version names the build that found it.
	Version string `json:"version,omitempty"`
	// Text is what explain reported.
	Text string `json:"-"`
}

// StateName returns the state as lists have it.
func (b *Bucket) StateName() string {
	if b.State == New {
		return "new"
	}
	return b.State
}

// String returns the bucket as lists have it.
func (b *Bucket) String() string {
	return fmt.Sprintf("%-5s %6d cases  %-14s %6.0fs %3d instructions  %s  %s",
		b.StateName(), b.Count, b.First(), b.After.Seconds(), b.Instructions, b.Name, b.Path)
}

// First returns what showed the bucket first as lists have it, such as "first 12" of a case or "seed integer.i1".
func (b *Bucket) First() string {
	if b.SeedEntry != "" {
		return "seed " + b.SeedEntry
	}
	return fmt.Sprintf("first %d", b.Case)
}

// SeedEntry returns the name of the seed program from which the finding in a file comes, or "" if it comes from a case.
func SeedEntry(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return "" // the caller goes on without it
	}
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "-- ") { // the end of what is said about the program
			break
		}
		name, ok := strings.CutPrefix(strings.TrimPrefix(line, "found: "), "entry=")
		if !ok {
			continue
		}
		for _, next := range []string{" commit=", " options=", " signature="} {
			name, _, _ = strings.Cut(name, next)
		}
		return strings.TrimSpace(name)
	}
	return ""
}

// Triage returns the buckets of a campaign's directory, new ones first, and of each state those with most cases first.
func Triage(dir string) ([]Bucket, error) {
	events, err := Events(dir)
	if err != nil {
		return nil, fmt.Errorf("%s is not the workdir of a campaign: %w", dir, err)
	}
	s, err := Load(dir)
	if err != nil {
		return nil, err
	}
	var began time.Time
	byName := map[string]Bucket{}
	for _, e := range events {
		switch {
		case e.Kind == Start && !e.Resumed:
			began = e.Time
			clear(byName)
		case e.Kind == Merged:
			delete(byName, e.Bucket)
		case e.Kind == Finding:
			b := Bucket{Name: e.Bucket, Path: e.Path, Signature: e.Signature, Instructions: e.Instructions,
				Options: e.Options, Case: e.Case, After: e.After, Count: s.Findings[e.Bucket], Version: e.Version, Text: e.Text}
			if b.After == 0 { // of a log that does not say
				b.After = e.Time.Sub(began)
			}
			if b.State = b.find(dir); b.State != "" {
				b.SeedEntry = SeedEntry(b.Path)
				byName[b.Name] = b
			}
		}
	}
	list := make([]Bucket, 0, len(byName))
	for _, b := range byName {
		list = append(list, b)
	}
	order := map[string]int{New: 0, Known: 1, Flaky: 2, Gone: 3}
	sort.Slice(list, func(i, j int) bool {
		a, b := &list[i], &list[j]
		switch {
		case a.State != b.State:
			return order[a.State] < order[b.State]
		case a.Count != b.Count:
			return a.Count > b.Count
		}
		return a.Name < b.Name
	})
	return list, nil
}

// find returns the state of a bucket by the folder that holds its file, and sets its path; "" if there is no file.
func (b *Bucket) find(dir string) string {
	for _, state := range []string{New, Known, Flaky, Gone} {
		path := filepath.Join(dir, state, filepath.Base(b.Path))
		if _, err := os.Stat(path); err == nil {
			b.Path = path
			return state
		}
	}
	return ""
}

// Load returns the summary of a campaign's directory.
func Load(dir string) (*Summary, error) {
	data, err := os.ReadFile(filepath.Join(dir, progressName))
	if err != nil {
		return nil, err
	}
	var s Summary
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("campaign: %s: %w", progressName, err)
	}
	return &s, nil
}

// Move puts the file of a bucket into the folder of a state.
func (b *Bucket) Move(dir, state string) error {
	to := filepath.Join(dir, state, filepath.Base(b.Path))
	if to == b.Path {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	if err := os.Rename(b.Path, to); err != nil {
		return err
	}
	b.Path, b.State = to, state
	return nil
}

// MarkKnown writes the entry of a bucket to a folder as a known issue, discussed at an address until a day, and returns
// its path there. An entry of the folder with the same program gets the address and the day. The bucket is known from
// then on.
func (b *Bucket) MarkKnown(dir, folder, issue, expires string) (path string, err error) {
	data, err := os.ReadFile(b.Path)
	if err != nil {
		return "", err
	}
	if !strings.HasSuffix(b.Path, corpus.Extension) {
		return "", fmt.Errorf("%s: there is no program to write down as a known issue", b.Path)
	}
	e, err := corpus.Parse(b.Path, data)
	if err != nil {
		return "", err
	}
	e.Name = filepath.Base(b.Path)
	e.Expect = corpus.Expect{Kind: corpus.Diverge, Text: b.Signature}
	e.Issue, e.Expires = issue, expires
	if _, err := corpus.Parse(e.Name, corpus.Format(e)); err != nil { // the day, for one
		return "", err
	}
	path, written, err := corpus.Write(folder, e)
	if err == nil && !written {
		err = renew(path, e)
	}
	if err != nil {
		return "", err
	}
	return path, b.Move(dir, Known)
}

// renew gives the entry in a file, which has the program of e, the expectation of e.
func renew(path string, e *corpus.Entry) error {
	entries, err := corpus.Load(path)
	if err != nil {
		return err
	}
	old := entries[0]
	old.Expect, old.Issue, old.Expires = e.Expect, e.Issue, e.Expires
	return corpus.WriteFile(path, corpus.Format(old))
}

// recheckTimes is how often a finding is checked again: one that diverges only sometimes is flaky.
const recheckTimes = 3

// Recheck checks the finding of a bucket again, in worker processes with a command line, and moves it to the state that
// it has now: a known issue stays known and any other is new as long as it diverges.
func (b *Bucket) Recheck(ctx context.Context, dir string, command []string) error {
	s, err := Load(dir)
	if err != nil {
		return err
	}
	setup := &setup{Seed: s.Seed, Shard: s.Shard, SelfEvery: 1}
	if s.Options != "" {
		o, err := backend.ParseOptions(s.Options)
		if err != nil {
			return err
		}
		setup.Options = &o
	}
	p := setup.numbered(b.Case)
	if strings.HasSuffix(b.Path, corpus.Extension) {
		data, err := os.ReadFile(b.Path)
		if err != nil {
			return err
		}
		e, err := corpus.Parse(b.Path, data)
		if err != nil {
			return err
		}
		p.Entry, p.Name, p.Options = string(data), e.Name, e.Options
	}
	worker := isolate.Worker{Command: command, Setup: &job{Do: doSetup, Setup: setup}}
	defer worker.Close()
	diverged := 0
	for range recheckTimes {
		again, err := diverges(ctx, &worker, &p)
		if err != nil {
			return err
		}
		if again {
			diverged++
		}
	}
	state := New
	switch {
	case diverged == 0:
		state = Gone
	case diverged < recheckTimes:
		state = Flaky
	case b.State == Known:
		state = Known
	}
	return b.Move(dir, state)
}

// diverges reports whether a program diverges or kills the worker that checks it.
func diverges(ctx context.Context, w *isolate.Worker, p *program) (bool, error) {
	var o outcome
	err := w.Do(ctx, &job{Do: doCheck, Program: p}, &o, time.Minute)
	var death *isolate.Death
	if errors.As(err, &death) {
		return true, nil
	}
	return len(o.Divergences) > 0, err
}

// checkOne checks a program, with the self checks.
func (w *worker) checkOne(made *diff.Case, p *program) *outcome {
	var o outcome
	w.checker.Self(true)
	if v := w.checker.Check(made); v.Divergence != nil {
		o.Divergences = []divergence{{Program: *p, Signature: v.Divergence.Signature.String()}}
	}
	return &o
}
