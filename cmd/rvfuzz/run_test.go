package main

import (
	"testing"

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
