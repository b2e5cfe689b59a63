package campaign

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
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

// alsoFolder is the folder of further findings that turned out to be of the defect of another one.
const alsoFolder = "also"

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
	// Also are the files of further findings that turned out to be of the same defect.
	Also []string `json:"also,omitempty"`
	// Version names the build that found it.
	Version string `json:"version,omitempty"`
	// Found is when it was told of, and Last when a case showed it last, as far as the log says.
	Found time.Time `json:"found"`
	Last  time.Time `json:"last"`
	// Issue is where a known issue is discussed, and Expires the day from which it is an error again.
	Issue   string `json:"issue,omitempty"`
	Expires string `json:"expires,omitempty"`
	// Text is what explain reported, and Steps what happened to the bucket, the first thing first.
	Text  string `json:"-"`
	Steps []Step `json:"-"`

	place int64 // of the event of the log that has its explanation
	asked bool  // SeedEntry is known
}

// StateName returns the state as lists have it.
func (b *Bucket) StateName() string { return stateName(b.State) }

func stateName(state string) string {
	if state == New {
		return "new"
	}
	return state
}

// Explanation returns what "explain --json" reported of the program of a bucket in a campaign's directory; nil if it could
// not be asked.
func (b *Bucket) Explanation(dir string) (*diff.Explanation, error) {
	e, err := EventAt(dir, b.place)
	if err != nil || len(e.Explanation) == 0 {
		return nil, err
	}
	x := &diff.Explanation{}
	return x, json.Unmarshal(e.Explanation, x)
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
		if name := seedOf(strings.TrimPrefix(line, "found: ")); name != "" {
			return name
		}
	}
	return ""
}

// seedOf returns the name of the seed program that a program comes from, by what entries write of that.
func seedOf(found string) string {
	name, ok := strings.CutPrefix(found, "entry=")
	if !ok {
		return ""
	}
	for _, next := range []string{" commit=", " options=", " signature="} {
		name, _, _ = strings.Cut(name, next)
	}
	return strings.TrimSpace(name)
}

// Load returns the summary of a campaign's directory.
func Load(dir string) (*Summary, error) {
	saved, err := loadCheckpoint(dir)
	if err != nil {
		return nil, err
	}
	return saved.Summary, nil
}

// Move puts the file of a bucket into the folder of a state.
func (b *Bucket) Move(dir, state string) (err error) {
	if b.Path, err = moved(b.Path, dir, state); err == nil {
		b.State = state
	}
	return err
}

// The fields of a known issue that CheckKnown may refuse.
const (
	IssueField   = "issue"
	ExpiresField = "expires"
)

// CheckKnown refuses the address of a known issue that is no URL, and a day on which it would be an error already. The
// error follows the name of the field and does not have it.
func CheckKnown(issue, expires string) (field string, err error) {
	if u, err := url.Parse(issue); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return IssueField, fmt.Errorf("%.60q is not an http or https URL", issue)
	}
	if _, err := time.Parse(time.DateOnly, expires); err != nil {
		return ExpiresField, fmt.Errorf("%.60q is not a day like 2027-01-31", expires)
	}
	if today := time.Now().Format(time.DateOnly); expires <= today {
		return ExpiresField, fmt.Errorf("%s is not after today, %s", expires, today)
	}
	return "", nil
}

// moved puts a file into the folder of a state, and returns its path there.
func moved(path, dir, state string) (to string, err error) {
	to = filepath.Join(dir, state, filepath.Base(path))
	if to == path {
		return to, nil
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return path, err
	}
	return to, os.Rename(path, to)
}

// MarkKnown writes the entries of a bucket to a folder as known issues, discussed at an address until a day, and returns
// the path there of the first. An entry of the folder with the same program gets the address and the day. The bucket is
// known from then on.
func (b *Bucket) MarkKnown(dir, folder, issue, expires string) (path string, err error) {
	for i, from := range append([]string{b.Path}, b.Also...) {
		written, err := markKnown(from, folder, issue, expires)
		if err != nil {
			return "", err
		}
		if i == 0 {
			path = written
		}
	}
	if err := b.Move(dir, Known); err != nil {
		return path, err
	}
	b.Issue, b.Expires = issue, expires
	return path, Note(dir, Event{Kind: Moved, Bucket: b.Name, State: Known, Issue: issue, Expires: expires})
}

// markKnown writes the entry of a finding to a folder as a known issue.
func markKnown(from, folder, issue, expires string) (path string, err error) {
	data, err := os.ReadFile(from)
	if err != nil {
		return "", err
	}
	if !strings.HasSuffix(from, corpus.Extension) {
		return "", fmt.Errorf("%s: there is no program to write down as a known issue", from)
	}
	e, err := corpus.Parse(from, data)
	if err != nil {
		return "", err
	}
	_, signature, found := strings.Cut(e.Found, "signature=")
	if !found {
		return "", fmt.Errorf("%s: the entry does not say which signature it has", from)
	}
	e.Name = filepath.Base(from)
	e.Expect = corpus.Expect{Kind: corpus.Diverge, Text: signature}
	e.Issue, e.Expires = issue, expires
	if _, err := corpus.Parse(e.Name, corpus.Format(e)); err != nil { // the day, for one
		return "", err
	}
	path, written, err := corpus.Write(folder, e)
	if err == nil && !written {
		err = renew(path, e)
	}
	return path, err
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
	setup, p, err := b.program(dir)
	if err != nil {
		return err
	}
	worker := isolate.Worker{Command: command, Setup: &job{Do: doSetup, Setup: setup}}
	defer worker.Close()
	diverged := 0
	for range recheckTimes {
		again, err := diverges(ctx, &worker, p)
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
	if err := b.Move(dir, state); err != nil {
		return err
	}
	text := fmt.Sprintf("checked again: diverged %d times of %d, %s", diverged, recheckTimes, stateName(state))
	return Note(dir, Event{Kind: Moved, Bucket: b.Name, State: state, Text: text})
}

// program returns the program of a bucket and what a worker needs to know to make it.
func (b *Bucket) program(dir string) (*setup, *program, error) {
	s, err := Load(dir)
	if err != nil {
		return nil, nil, err
	}
	setup := &setup{Seed: s.Seed, Shard: s.Shard, SelfEvery: 1}
	if s.Options != "" {
		o, err := backend.ParseOptions(s.Options)
		if err != nil {
			return nil, nil, err
		}
		setup.Options = &o
	}
	p := setup.numbered(b.Case, 0)
	if strings.HasSuffix(b.Path, corpus.Extension) {
		data, err := os.ReadFile(b.Path)
		if err != nil {
			return nil, nil, err
		}
		e, err := corpus.Parse(b.Path, data)
		if err != nil {
			return nil, nil, err
		}
		p.Entry, p.Name, p.Options = string(data), e.Name, e.Options
		p.Found, _, _ = strings.Cut(e.Found, " options=")
		p.Found, _, _ = strings.Cut(p.Found, " signature=")
	}
	return setup, &p, nil
}

// Reduce makes the program of a bucket smaller, in a worker process with a command line, and reports whether there was a
// smaller one. The search may take so long.
func (b *Bucket) Reduce(ctx context.Context, dir string, command []string, limit time.Duration) (bool, error) {
	setup, p, err := b.program(dir)
	if err != nil {
		return false, err
	}
	s, err := diff.ParseSignature(b.Signature)
	if err != nil {
		return false, err
	}
	j := &job{Do: doMinimize, Program: p, Signature: b.Signature, Limit: int64(limit)}
	if s.Oracle == "self" && slices.Contains(isolate.Kinds, s.Kind) {
		j.Do = doShrink
	}
	worker := isolate.Worker{Command: command, Setup: &job{Do: doSetup, Setup: setup}}
	defer worker.Close()
	var o outcome
	if err := worker.Do(ctx, j, &o, limit+time.Minute); err != nil {
		return false, err
	}
	small := o.Small
	isSame := small != nil && (small.Signature == b.Signature || o.Culprit != nil && o.Culprit.Name() == b.Name)
	if !isSame || small.Name == filepath.Base(b.Path) || small.Instructions > b.Instructions {
		return false, Note(dir, Event{Kind: Moved, Bucket: b.Name, State: b.State, Text: "reduced again: there is no smaller program"})
	}
	old := b.Path
	b.Path = filepath.Join(filepath.Dir(old), small.Name)
	if err := corpus.WriteFile(b.Path, []byte(small.Entry)); err != nil {
		return false, err
	}
	err = Note(dir, Event{Kind: Reduced, Bucket: b.Name, Path: b.Path, Signature: small.Signature, Text: small.Text,
		Explanation: small.Explanation, Instructions: small.Instructions})
	if err != nil {
		return false, err
	}
	return true, os.Remove(old)
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
