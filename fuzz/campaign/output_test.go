package campaign

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLogThatCannotBeOpened checks that a campaign does not begin without its log.
func TestLogThatCannotBeOpened(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(context.Background(), Config{Cases: 1, Dir: file}); !errors.Is(err, ErrOutput) {
		t.Errorf("the error is %v", err)
	}
}

// TestFullDisk checks that a log that cannot be written is an error.
func TestFullDisk(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("skipped: the system has no /dev/full")
	}
	dir := t.TempDir()
	if err := os.Symlink("/dev/full", filepath.Join(dir, "events.jsonl")); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(context.Background(), Config{Cases: 1, Dir: dir}); !errors.Is(err, ErrOutput) {
		t.Errorf("the error is %v", err)
	}
}

// TestProgressThatCannotBeWritten checks that a campaign that loses its progress has failed, and that its listener is
// told why.
func TestProgressThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "progress.json", "occupied"), 0o755); err != nil {
		t.Fatal(err)
	}
	told := ""
	s := run(t, Config{Seed: 1, Cases: 200, Workers: 1, Dir: dir, Events: func(e Event) {
		if e.Kind == Trouble {
			told = e.Text
		}
	}})
	if s.ExitStatus() != Failed || !strings.Contains(s.Trouble, "progress.json") || told != s.Trouble {
		t.Errorf("the listener was told %q: %s", told, s)
	}
}

// TestFindingThatCannotBeWritten checks that a finding that is not on disk fails the campaign, is still told of, and is
// found again when the campaign is resumed.
func TestFindingThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "findings"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	c := testCampaign(Config{Seed: 1, Dir: dir})
	var told []string
	c.log.listen = func(e Event) { told = append(told, e.Kind) }
	h := c.newHand()
	d := divergence{Program: h.setup.numbered(3, 0), Signature: "value/result/-/-/-"}
	c.mu.Lock()
	defer c.mu.Unlock()
	if h.commit(context.Background(), &result{unit{do: doCases, last: blockSize}, &outcome{Divergences: []divergence{d}}}) {
		t.Error("committed")
	}
	if c.summary.ExitStatus() != Failed || c.summary.Next != 0 || strings.Join(told, " ") != "trouble finding" {
		t.Errorf("told %v: %s", told, &c.summary)
	}
}

// TestClosedLog checks that a failure of the log is not lost while a campaign runs.
func TestClosedLog(t *testing.T) {
	c := testCampaign(Config{Seed: 1, Dir: t.TempDir()})
	var err error
	if c.log, err = openLog(c.config.Dir, nil); err != nil {
		t.Fatal(err)
	}
	if err := c.log.file.Close(); err != nil {
		t.Fatal(err)
	}
	c.report(Progress)
	if !strings.Contains(c.summary.Trouble, "events.jsonl") {
		t.Errorf("the trouble is %q", c.summary.Trouble)
	}
}
