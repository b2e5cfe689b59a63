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
	Trouble  = "trouble" // an oracle, the disk or the machine failed
	End      = "end"
)

// Event is one line of the log.
type Event struct {
	Time time.Time `json:"time"`
	Kind string    `json:"kind"`
	// Seed, Shard and Case name the case of a Finding; of Start, Case is the first one.
	Seed  uint64 `json:"seed"`
	Shard uint64 `json:"shard"`
	Case  uint64 `json:"case,omitempty"`
	// Bucket, Signature and Path are of a Finding, the last its file. Text is what explain reports of it, or what
	// failed of a Trouble. Instructions is the size of its program.
	Bucket       string `json:"bucket,omitempty"`
	Signature    string `json:"signature,omitempty"`
	Path         string `json:"path,omitempty"`
	Text         string `json:"text,omitempty"`
	Instructions int    `json:"instructions,omitempty"`
	// Summary is of Progress and End.
	Summary *Summary `json:"summary,omitempty"`
}

// log appends events to a file and passes them to a listener. Either may be nil.
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

// tell writes an event to the file and then calls the listener, even if the file cannot be written.
func (l *log) tell(e Event) error {
	e.Time = time.Now().UTC()
	var err error
	if l.file != nil {
		var line []byte
		if line, err = json.Marshal(e); err == nil {
			_, err = l.file.Write(append(line, '\n'))
		}
	}
	if l.listen != nil {
		l.listen(e)
	}
	return err
}

// close closes the file. Events of a worker that was left behind are lost from then on.
func (l *log) close() error {
	file := l.file
	*l = log{}
	if file == nil {
		return nil
	}
	return errors.Join(file.Sync(), file.Close())
}
