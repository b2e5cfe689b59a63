package fleet

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"

	"github.com/rvfuzz/rvfuzz/corpus"
)

// outbox holds results on a worker's disk until the server has confirmed them.
type outbox struct {
	dir  string
	lock *flock.Flock
}

// letter is a result in an outbox.
type letter struct {
	Campaign, Unit string
	Result         json.RawMessage
}

// ErrBusy is the cause of an error of Work that is about a folder that another worker uses.
var ErrBusy = errors.New("another worker uses the folder")

// letterSuffix ends the names of the files of an outbox.
const letterSuffix = ".json"

// openOutbox opens the outbox of a worker's folder, which no other worker may use at the same time.
func openOutbox(folder string) (*outbox, error) {
	o := &outbox{dir: filepath.Join(folder, "outbox")}
	if err := os.MkdirAll(o.dir, 0o755); err != nil {
		return nil, err
	}
	o.lock = flock.New(filepath.Join(folder, "lock"))
	locked, err := o.lock.TryLock()
	switch {
	case err != nil:
		return nil, err
	case !locked:
		return nil, fmt.Errorf("fleet: %w: %s", ErrBusy, folder)
	}
	return o, nil
}

func (o *outbox) path(unit string) string { return filepath.Join(o.dir, unit+letterSuffix) }

// put writes a result to disk.
func (o *outbox) put(l *letter) error {
	data, err := json.Marshal(l)
	if err != nil {
		return err
	}
	return corpus.WriteFile(o.path(l.Unit), data)
}

// sent removes a result that the server has.
func (o *outbox) sent(unit string) error { return os.Remove(o.path(unit)) }

// letters returns the results that are left from before, and removes what a kill left half-written.
func (o *outbox) letters() (list []letter, err error) {
	files, err := os.ReadDir(o.dir)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), letterSuffix) {
			if err := os.Remove(filepath.Join(o.dir, f.Name())); err != nil {
				return nil, err
			}
			continue
		}
		data, err := os.ReadFile(filepath.Join(o.dir, f.Name()))
		if err != nil {
			return nil, err
		}
		var l letter
		if err := json.Unmarshal(data, &l); err != nil || l.Unit+letterSuffix != f.Name() {
			return nil, fmt.Errorf("fleet: %s is no result", o.path(strings.TrimSuffix(f.Name(), letterSuffix)))
		}
		list = append(list, l)
	}
	return list, nil
}

func (o *outbox) close() error { return o.lock.Close() }
