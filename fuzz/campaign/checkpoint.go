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
)

// progressName is the name of the checkpoint in a campaign's directory.
const progressName = "progress.json"

// checkpoint is what a resumed campaign continues from.
type checkpoint struct {
	*Summary
	Covered []byte   `json:"covered,omitempty"`
	Sorted  *sorted  `json:"sorted,omitempty"`
	Covers  []uint64 `json:"cover_cases,omitempty"`
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
	data, err := json.MarshalIndent(&checkpoint{&c.summary, c.covered[:], c.settled, c.away.covers}, "", "  ")
	if err == nil {
		err = corpus.WriteFile(filepath.Join(c.config.Dir, progressName), data)
	}
	if err == nil {
		c.keptAll()
	}
	return err
}

// resume loads the checkpoint of the campaign's directory, and from the log the files of the findings since. A
// directory without a checkpoint is a new campaign's.
func (c *campaign) resume() error {
	data, err := os.ReadFile(filepath.Join(c.config.Dir, progressName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return c.readPast()
	case err != nil:
		return err
	}
	saved := checkpoint{Summary: &c.summary}
	if err := json.Unmarshal(data, &saved); err != nil {
		return fmt.Errorf("campaign: %s: %w", progressName, err)
	}
	if c.summary.Seed != c.config.Seed || c.summary.Shard != c.config.Shard {
		return fmt.Errorf("campaign: %s is of campaign %d shard %d", c.config.Dir, c.summary.Seed, c.summary.Shard)
	}
	copy(c.covered[:], saved.Covered)
	c.away.covers = saved.Covers
	if saved.Sorted != nil {
		c.sorted, c.settled = saved.Sorted.clone(), saved.Sorted
	}
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
	for bucket := range c.claimed {
		count(&copied.Findings, bucket, 1)
	}
	return &copied
}
