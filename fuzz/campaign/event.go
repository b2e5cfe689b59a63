package campaign

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"time"
)

// The kinds of event.
const (
	Start    = "start"
	Progress = "progress"
	Finding  = "finding"
	Known    = "known"
	Trouble  = "trouble" // an oracle, the disk or the machine failed
	End      = "end"
)

// Event is one line of the log.
type Event struct {
	Time time.Time `json:"time"`
	Kind string    `json:"kind"`
	// Seed, Shard and Case name a case, of Finding and Known; of Start the campaign.
	Seed  uint64 `json:"seed"`
	Shard uint64 `json:"shard"`
	Case  uint64 `json:"case,omitempty"`
	// Signature, Path and Text describe a finding: its bucket, its file, and
	// what explain says of it. Instructions is the size of its program.
	Signature    string `json:"signature,omitempty"`
	Path         string `json:"path,omitempty"`
	Text         string `json:"text,omitempty"`
	Instructions int    `json:"instructions,omitempty"`
	// Summary is of Progress and End.
	Summary *Summary `json:"summary,omitempty"`
}

// log appends events to a file and tells a listener.
type log struct {
	file   *os.File
	listen func(Event)
}

func openLog(dir string, resume bool, listen func(Event)) (*log, error) {
	l := &log{listen: listen}
	if dir == "" {
		return l, nil
	}
	mode := os.O_CREATE | os.O_WRONLY | os.O_TRUNC
	if resume {
		mode = os.O_CREATE | os.O_WRONLY | os.O_APPEND
	}
	err := os.MkdirAll(dir, 0o755)
	if err == nil {
		l.file, err = os.OpenFile(filepath.Join(dir, "events.jsonl"), mode, 0o644)
	}
	return l, err
}

// tell writes an event down, and then tells the listener.
func (l *log) tell(e Event) error {
	e.Time = time.Now().UTC()
	if l.file != nil {
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		if _, err := l.file.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	if l.listen != nil {
		l.listen(e)
	}
	return nil
}

func (l *log) close() error {
	if l.file == nil {
		return nil
	}
	return errors.Join(l.file.Sync(), l.file.Close())
}
