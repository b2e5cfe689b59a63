package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
)

// TestKnownOK checks that --known-ok changes the status of a campaign with known issues and nothing else.
func TestKnownOK(t *testing.T) {
	one := map[string]uint64{"wrong-value/shr/shift.shr": 1}
	for _, test := range []struct {
		name            string
		summary         campaign.Summary
		status, knownOK int
	}{
		{"clean", campaign.Summary{}, statusClean, statusClean},
		{"known", campaign.Summary{Known: one}, campaign.KnownOnly, statusClean},
		{"new", campaign.Summary{Known: one, Findings: one}, statusFinding, statusFinding},
		{"a gate", campaign.Summary{Known: one, Missed: []string{"x"}}, campaign.GateMissed, campaign.GateMissed},
		{"trouble", campaign.Summary{Known: one, Trouble: "x"}, statusFailed, statusFailed},
	} {
		if got := statusOf(campaignStatus(&test.summary, false)); got != test.status {
			t.Errorf("%s: status %d, want %d", test.name, got, test.status)
		}
		if got := statusOf(campaignStatus(&test.summary, true)); got != test.knownOK {
			t.Errorf("%s with --known-ok: status %d, want %d", test.name, got, test.knownOK)
		}
	}
}

// TestFindingLine checks that the line of a finding names the case that showed it, or the seed program.
func TestFindingLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "finding.txtar")
	for found, want := range map[string]string{
		"entry=integer.i1 commit=0123 signature=a/b/c/d": "FINDING a/b (seed integer.i1, after 2s, 3 instructions) ",
		"campaign=1 shard=0 case=0 signature=a/b/c/d":    "FINDING a/b (case 0, after 2s, 3 instructions) ",
	} {
		if err := os.WriteFile(path, []byte("expect: agree\nfound: "+found+"\n\n-- air --\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		v := &progressView{w: &b}
		v.event(campaign.Event{Kind: campaign.Finding, Bucket: "a/b", After: 2 * time.Second, Instructions: 3, Path: path})
		if b.String() != want+path+"\n" {
			t.Errorf("found %s: %s", found, b.String())
		}
	}
}
