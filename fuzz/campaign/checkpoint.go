package campaign

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/gofrs/flock"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
)

// progressName is the name of the checkpoint in a campaign's directory.
const progressName = "progress.json"

// checkpoint is what a resumed campaign continues from.
type checkpoint struct {
	*Summary
	Covered []byte   `json:"covered,omitempty"`
	Sorted  *sorted  `json:"sorted,omitempty"`
	Covers  []uint64 `json:"cover_cases,omitempty"`
	// Tries counts how often a finding was about to be made small.
	Tries map[string]int `json:"tries,omitempty"`
}

// lockDir makes the directory and locks it: one campaign writes it at a time.
func (c *campaign) lockDir() error {
	if err := os.MkdirAll(c.config.Dir, 0o755); err != nil {
		return fmt.Errorf("campaign: %w: %w", ErrOutput, err)
	}
	lock := flock.New(filepath.Join(c.config.Dir, "lock"))
	switch locked, err := lock.TryLock(); {
	case err != nil:
		return fmt.Errorf("campaign: %w: %w", ErrOutput, err)
	case !locked:
		return fmt.Errorf("campaign: %w in %s", ErrBusy, c.config.Dir)
	}
	c.lock = lock.Close
	if !c.config.Resume && used(c.config.Dir) {
		return errors.Join(fmt.Errorf("campaign: %w: %s", ErrUsed, c.config.Dir), c.lock())
	}
	return corpus.Sweep(c.findings(), c.config.Dir)
}

// used reports whether a directory holds a campaign.
func used(dir string) bool {
	for _, name := range []string{progressName, logName} {
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.Mode().IsRegular() && info.Size() > 0 {
			return true
		}
	}
	return false
}

// save brings the summary up to date and writes the checkpoint to the campaign's directory in one step. The caller
// holds the lock.
func (c *campaign) save() error {
	s := &c.summary
	s.Elapsed = c.before + time.Since(c.started)
	s.Tags, s.Pairs = c.covered.tags()
	s.Phase = c.at.phase(&c.config)
	if c.config.Dir == "" {
		c.keptAll()
		return nil
	}
	data, err := json.MarshalIndent(&checkpoint{&c.summary, c.covered[:], c.settled, c.away.covers, c.tries}, "", "  ")
	if err == nil {
		err = corpus.WriteFile(filepath.Join(c.config.Dir, progressName), data)
	}
	if err == nil {
		c.keptAll()
	}
	return err
}

// loadCheckpoint reads the checkpoint of a directory.
func loadCheckpoint(dir string) (*checkpoint, error) {
	data, err := os.ReadFile(filepath.Join(dir, progressName))
	if err != nil {
		return nil, err
	}
	saved := checkpoint{Summary: &Summary{}, Sorted: newSorted()}
	if err := json.Unmarshal(data, &saved); err != nil {
		return nil, fmt.Errorf("campaign: %s is damaged: %w; without it, --resume starts from the first case and tells nothing twice",
			filepath.Join(dir, progressName), err)
	}
	if err := saved.check(); err != nil {
		return nil, fmt.Errorf("campaign: %s is damaged: %w", filepath.Join(dir, progressName), err)
	}
	return &saved, nil
}

// check refuses what save does not write.
func (c *checkpoint) check() error {
	s := c.Sorted
	if c.Summary == nil || s == nil || s.Seen == nil || s.Alias == nil {
		return errors.New("a part of it is null")
	}
	for _, d := range s.Suspects {
		if d == nil || d.Clues == nil {
			return errors.New("a suspect is null")
		}
		for name, c := range d.Clues {
			if c == nil {
				return fmt.Errorf("the clue %.60q of %.60q is null", name, d.Name)
			}
		}
		if d.First != nil {
			if _, err := diff.ParseSignature(d.First.Signature); err != nil {
				return err
			}
		}
	}
	for raw, name := range s.Alias {
		if s.named(name) == nil {
			return fmt.Errorf("%.60q goes to %.60q, which does not exist", raw, name)
		}
	}
	return nil
}

// resume loads the checkpoint of the campaign's directory, and from the log the files of the findings since. A
// directory without a checkpoint is a new campaign's.
func (c *campaign) resume() error {
	saved, err := loadCheckpoint(c.config.Dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return c.readPast()
	case err != nil:
		return err
	}
	c.summary = *saved.Summary
	if c.summary.Seed != c.config.Seed || c.summary.Shard != c.config.Shard {
		return fmt.Errorf("campaign: %s is of campaign %d shard %d", c.config.Dir, c.summary.Seed, c.summary.Shard)
	}
	copy(c.covered[:], saved.Covered)
	c.away.covers = saved.Covers
	if saved.Tries != nil {
		c.tries = saved.Tries
	}
	c.sorted, c.settled = saved.Sorted.clone(), saved.Sorted
	c.summary.Missed, c.summary.Flip, c.summary.Trouble = nil, nil, ""
	return c.readPast()
}

// readPast reads from the log which findings the campaign has told of.
func (c *campaign) readPast() error {
	events, err := Events(c.config.Dir)
	c.past = map[string]string{}
	for _, e := range events {
		switch {
		case e.Kind == Start && !e.Resumed:
			clear(c.past)
		case e.Kind == Finding:
			c.past[e.Bucket] = e.Path
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// view copies the summary, whose maps go on changing, with the findings of the unit that is being committed. The caller
// holds the lock.
func (c *campaign) view() *Summary {
	s := &c.summary
	copied := *s
	copied.Reasons, copied.Endings = maps.Clone(s.Reasons), maps.Clone(s.Endings)
	copied.Findings, copied.Known = maps.Clone(s.Findings), maps.Clone(s.Known)
	copied.Flip, copied.Missed = slices.Clone(s.Flip), slices.Clone(s.Missed)
	now, _ := c.sorted.counts()
	for bucket := range now {
		if c.settled.named(bucket) == nil || !c.settled.named(bucket).Told {
			count(&copied.Findings, bucket, 0)
		}
	}
	return &copied
}
