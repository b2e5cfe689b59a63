package campaign

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
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
	Discard  = "discard" // a case that showed nothing
	Death    = "death"   // a worker died of what it did; if it is again of one part of that, it becomes a finding
	Trouble  = "trouble" // an oracle, the disk or the machine failed
	End      = "end"
)

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
	// After is how long the campaign had taken when it told of a Finding.
	After time.Duration `json:"after,omitempty"`
	// Options are those that the program of a Finding is compiled with, and Version names the build of that or a Start.
	Options string `json:"options,omitempty"`
	Version string `json:"version,omitempty"`
	// Resumed is of a Start that continues a campaign.
	Resumed bool `json:"resumed,omitempty"`
	// Summary is of Progress and End.
	Summary *Summary `json:"summary,omitempty"`
}

// log appends events to a file and passes them to a listener. Either may be nil.
type log struct {
	file    *os.File
	listen  func(Event)
	version string
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

// Events returns the events of the log of a campaign's directory. A line that a kill tore is left out.
func Events(dir string) (events []Event, err error) {
	file, err := os.Open(filepath.Join(dir, logName))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	for lines := bufio.NewReader(file); ; {
		line, err := lines.ReadBytes('\n')
		var e Event
		if json.Unmarshal(line, &e) == nil {
			events = append(events, e)
		}
		if err == io.EOF {
			return events, nil
		}
		if err != nil {
			return events, err
		}
	}
}

// tell writes an event to the file and then calls the listener, even if the file cannot be written.
func (l *log) tell(e Event) error {
	e.Time = time.Now().UTC()
	if e.Kind == Finding || e.Kind == Start {
		e.Version = l.version
	}
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
