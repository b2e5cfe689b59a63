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
	"strings"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
)

// save writes the summary to the campaign's directory in one step.
func (c *campaign) save() error {
	if c.config.Dir == "" {
		return nil
	}
	data, err := json.MarshalIndent(&c.summary, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(c.config.Dir, "progress.json")
	if err := os.WriteFile(path+".new", data, 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// resume loads the summary of the campaign's directory, and the buckets of the findings there, which may be more than
// the summary has. A directory without progress is a new campaign's.
func (c *campaign) resume() error {
	data, err := os.ReadFile(filepath.Join(c.config.Dir, "progress.json"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	default:
		if err := json.Unmarshal(data, &c.summary); err != nil {
			return fmt.Errorf("campaign: progress.json: %w", err)
		}
		if c.summary.Seed != c.config.Seed || c.summary.Shard != c.config.Shard {
			return fmt.Errorf("campaign: %s is of campaign %d shard %d", c.config.Dir, c.summary.Seed, c.summary.Shard)
		}
	}
	c.summary.Missed, c.summary.Flip, c.summary.Trouble = nil, nil, ""
	return c.resumeFindings()
}

func (c *campaign) resumeFindings() error {
	if _, err := os.Stat(c.findings()); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	entries, err := corpus.Load(c.findings())
	for _, e := range entries {
		_, text, _ := strings.Cut(e.Found, "signature=")
		s, err := diff.ParseSignature(text)
		if err != nil {
			return fmt.Errorf("campaign: %s: %w", e.Name, err)
		}
		bucket := s.Bucket()
		c.seen[bucket] = true
		if c.summary.Findings[bucket] == 0 {
			count(&c.summary.Findings, bucket, 1)
		}
	}
	return err
}

// clone copies a summary, whose maps go on changing.
func (s *Summary) clone() *Summary {
	copied := *s
	copied.Reasons, copied.Endings = maps.Clone(s.Reasons), maps.Clone(s.Endings)
	copied.Findings, copied.Known = maps.Clone(s.Findings), maps.Clone(s.Known)
	copied.Flip, copied.Missed = slices.Clone(s.Flip), slices.Clone(s.Missed)
	return &copied
}
