package campaign

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// The kinds of event.
const (
	Start    = "start"
	Progress = "progress"
	Finding  = "finding"
	Merged   = "merged"  // a bucket turned out to be of the same defect as another
	Parted   = "parted"  // a bucket turned out to be of another defect than the one that it was a part of
	Discard  = "discard" // a case that showed nothing
	Death    = "death"   // a worker died of what it did; if it is again of one part of that, it becomes a finding
	Trouble  = "trouble" // an oracle, the disk or the machine failed
	End      = "end"
	Moved    = "moved"   // a finding went into another state: a person marked it known, or it was checked again
	Reduced  = "reduced" // the program of a finding was made smaller
)

// Schema is the version of the schema of the log, which docs/event-log.md describes. A log of version 1 does not name it.
const Schema = 2

// Event is one line of the log.
type Event struct {
	Time time.Time `json:"time"`
	Kind string    `json:"kind"`
	// Seed, Shard and Case name the case of a Finding or a Discard; of Start, Case is the first one.
	Seed  uint64 `json:"seed"`
	Shard uint64 `json:"shard"`
	Case  uint64 `json:"case,omitempty"`
	// Bucket, Signature and Path are of a Finding, the last its file. Text is what explain reports of it, or what
	// failed of a Trouble, the reason of a Discard, or how a worker died. Instructions is the size of its program.
	// Of Merged, Bucket is the one that there is no longer, and Into the other.
	Bucket       string `json:"bucket,omitempty"`
	Into         string `json:"into,omitempty"`
	Signature    string `json:"signature,omitempty"`
	Path         string `json:"path,omitempty"`
	Text         string `json:"text,omitempty"`
	Instructions int    `json:"instructions,omitempty"`
	// SeedEntry names the seed program that showed a Finding; without it a case did.
	SeedEntry string `json:"seed_entry,omitempty"`
	// After is how long the campaign had taken when it told of a Finding.
	After time.Duration `json:"after,omitempty"`
	// Explanation is what "explain --json" reports of the program of a Finding or Reduced, where it could be asked.
	Explanation json.RawMessage `json:"explanation,omitempty"`
	// State is the one that the finding of a Moved is in from then on, and Issue and Expires are of a known issue.
	State   string `json:"state,omitempty"`
	Issue   string `json:"issue,omitempty"`
	Expires string `json:"expires,omitempty"`
	// Options are those that the program of a Finding is compiled with, and Version names the build of that or a Start.
	Options string `json:"options,omitempty"`
	Version string `json:"version,omitempty"`
	// Resumed is of a Start that continues a campaign, and Schema of every Start.
	Resumed bool `json:"resumed,omitempty"`
	Schema  int  `json:"schema,omitempty"`
	// Reached names the pairs of tag and type class, such as "add i8", that cases of a Progress or End were the first to
	// reach; of a Start, those of the campaign that it continues.
	Reached []string `json:"reached,omitempty"`
	// Memory is how many bytes the campaign and its workers use at a Progress or End.
	Memory uint64 `json:"memory,omitempty"`
	// Summary is of Progress and End. In the file it has the counts of those buckets that have changed since the one
	// before, or since the Start.
	Summary *Summary `json:"summary,omitempty"`
}

// log appends events to a file and passes them to a listener. Either may be nil.
type log struct {
	file    *os.File
	listen  func(Event)
	version string
	counts  map[string]uint64 // of the buckets, as the file has them
}

// logName is the name of the log in a campaign's directory.
const logName = "events.jsonl"

// openLog opens the log of a directory to append to it. A last line that a kill tore is closed.
func openLog(dir string, listen func(Event)) (*log, error) {
	l := &log{listen: listen}
	if dir == "" {
		return l, nil
	}
	var err error
	if l.file, err = os.OpenFile(filepath.Join(dir, logName), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o644); err != nil {
		return l, err
	}
	last := []byte{'\n'}
	if info, err := l.file.Stat(); err == nil && info.Mode().IsRegular() && info.Size() > 0 {
		if _, err := l.file.ReadAt(last, info.Size()-1); err != nil {
			return l, err
		}
	}
	if last[0] != '\n' {
		_, err = l.file.Write([]byte{'\n'})
	}
	return l, err
}

// tell writes an event to the file and then calls the listener, even if the file cannot be written.
func (l *log) tell(e Event) error {
	e.Time = time.Now().UTC()
	if e.Kind == Finding || e.Kind == Start {
		e.Version = l.version
	}
	if e.Kind == Merged { // with which its count goes
		delete(l.counts, e.Bucket)
	}
	var err error
	if l.file != nil {
		kept := e
		kept.Summary = l.changed(e.Summary)
		err = appendLine(l.file, &kept)
	}
	if l.listen != nil {
		l.listen(e)
	}
	return err
}

// appendLine writes an event to the end of a file in one piece, so that two processes may do so at once.
func appendLine(file *os.File, e *Event) error {
	line, err := json.Marshal(e)
	if err == nil {
		_, err = file.Write(append(line, '\n'))
	}
	return err
}

// changed returns a summary without the counts of buckets that the file has already.
func (l *log) changed(s *Summary) *Summary {
	if s == nil {
		return nil
	}
	if l.counts == nil {
		l.counts = map[string]uint64{}
	}
	part := *s
	part.Findings, part.Known = l.newer(s.Findings), l.newer(s.Known)
	return &part
}

func (l *log) newer(counts map[string]uint64) (changed map[string]uint64) {
	for name, n := range counts {
		if had, ok := l.counts[name]; ok && had == n {
			continue
		}
		l.counts[name] = n
		if changed == nil {
			changed = map[string]uint64{}
		}
		changed[name] = n
	}
	return changed
}

// sync makes what was written durable.
func (l *log) sync() error {
	if l.file == nil {
		return nil
	}
	if err := l.file.Sync(); !errors.Is(err, syscall.EINVAL) { // as of a pipe
		return err
	}
	return nil
}

// close closes the file. Events of a worker that was left behind are lost from then on.
func (l *log) close() error {
	file := l.file
	*l = log{}
	if file == nil {
		return nil
	}
	return file.Close()
}
