package campaign

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Follower reads the log of a campaign's directory, and later what was appended since.
type Follower struct {
	path   string
	file   os.FileInfo // that was read
	offset int64       // of the first line that was not
}

// Follow returns a Follower at the beginning of a log.
func Follow(dir string) *Follower { return &Follower{path: filepath.Join(dir, logName)} }

// Next calls a function with each event that was not read yet and the place of its line. A line that a kill tore, or
// that is still being written, is left out. If the log is another one now, it is read from its beginning after a call of
// reset.
func (f *Follower) Next(reset func(), each func(e *Event, place int64)) error {
	file, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if f.file != nil && (!os.SameFile(f.file, info) || info.Size() < f.offset) {
		f.offset = 0
		reset()
	}
	f.file = info
	if _, err := file.Seek(f.offset, io.SeekStart); err != nil {
		return err
	}
	for lines := bufio.NewReaderSize(file, 1<<16); ; {
		line, err := lines.ReadBytes('\n')
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		var e Event
		if json.Unmarshal(line, &e) == nil {
			each(&e, f.offset)
		}
		f.offset += int64(len(line))
	}
}

// Events returns the events of the log of a campaign's directory.
func Events(dir string) (events []Event, err error) {
	err = Follow(dir).Next(func() {}, func(e *Event, _ int64) { events = append(events, *e) })
	return events, err
}

// EventAt returns the event of the log of a campaign's directory whose line begins at a place.
func EventAt(dir string, place int64) (*Event, error) {
	file, err := os.Open(filepath.Join(dir, logName))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if _, err := file.Seek(place, io.SeekStart); err != nil {
		return nil, err
	}
	var e Event
	if err := json.NewDecoder(file).Decode(&e); err != nil {
		return nil, err
	}
	return &e, nil
}

// Note appends an event to the log of a campaign's directory, which may be running. Without a log there is nothing to
// note.
func Note(dir string, e Event) error {
	file, err := os.OpenFile(filepath.Join(dir, logName), os.O_WRONLY|os.O_APPEND, 0o644)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	e.Time = time.Now().UTC()
	return errors.Join(appendLine(file, &e), file.Close())
}
