package campaign

import (
	"fmt"
	"maps"
	"sort"
	"strings"
	"time"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// Summary is what a campaign did so far.
type Summary struct {
	Seed  uint64 `json:"seed"`
	Shard uint64 `json:"shard"`
	// Version names the build.
	Version string `json:"version,omitempty"`
	// Options are those for every case; empty if they were drawn.
	Options string `json:"options,omitempty"`
	// Next is the case from which a resumed campaign continues: all before it are done.
	Next uint64 `json:"next"`
	// Seeds is how many of AllSeeds were checked.
	Seeds    uint64 `json:"seeds"`
	AllSeeds uint64 `json:"all_seeds"`
	// Covers is how many cases that reached a new pair of tag and type class were checked again, under every knob, by a
	// Remote.
	Covers uint64 `json:"covers,omitempty"`
	// Phase is what the campaign was doing: known issues, seeds or cases.
	Phase string `json:"phase,omitempty"`
	// Cases is how many were checked; Discarded of them showed nothing, for these Reasons.
	Cases     uint64            `json:"cases"`
	Discarded uint64            `json:"discarded"`
	Reasons   map[string]uint64 `json:"reasons,omitempty"`
	// Runs is how many runs were compared, Endings how they ended.
	Runs    uint64            `json:"runs"`
	Endings map[string]uint64 `json:"endings,omitempty"`
	// Instructions is the sum of the sizes of the programs, Steps that of the AIR instructions executed.
	Instructions uint64 `json:"instructions"`
	Steps        uint64 `json:"steps"`
	// Tags and Pairs are how many AIR tags, and pairs of tag and type class, the cases had.
	Tags  int `json:"tags"`
	Pairs int `json:"pairs"`
	// Deaths is how many workers died, those that were to confirm it and to make it small included.
	Deaths uint64 `json:"deaths,omitempty"`
	// Findings counts diverging cases by bucket, 0 for a bucket that only came up while another finding was minimised,
	// and Known those in the bucket of a known issue.
	Findings map[string]uint64 `json:"findings,omitempty"`
	Known    map[string]uint64 `json:"known,omitempty"`
	// Flip are known issues that no longer diverge or have expired.
	Flip []string `json:"flip,omitempty"`
	// Elapsed is the time spent, of all the campaign's parts together.
	Elapsed time.Duration `json:"elapsed"`
	// Trouble is what failed besides the product, the first of it.
	Trouble string `json:"trouble,omitempty"`
	// Missed names the gates that the campaign did not pass.
	Missed []string `json:"missed,omitempty"`
}

// The exit statuses of a campaign.
const (
	Clean      = 0
	NewFinding = 1
	Usage      = 2
	Failed     = 3 // an oracle or the machine
	GateMissed = 4
	KnownOnly  = 5
)

// ExitStatus returns the exit status of a process that ran the campaign.
func (s *Summary) ExitStatus() int {
	switch {
	case s.Trouble != "":
		return Failed
	case len(s.Findings) > 0 || len(s.Flip) > 0:
		return NewFinding
	case len(s.Missed) > 0:
		return GateMissed
	case len(s.Known) > 0:
		return KnownOnly
	}
	return Clean
}

// Rate returns the number of cases per second.
func (s *Summary) Rate() float64 {
	if s.Elapsed <= 0 {
		return 0
	}
	return float64(s.Cases) / s.Elapsed.Seconds()
}

// MeanInstructions returns the size of the mean program.
func (s *Summary) MeanInstructions() float64 { return perCase(s.Instructions, s.Cases) }

func perCase(n, cases uint64) float64 {
	if cases == 0 {
		return 0
	}
	return float64(n) / float64(cases)
}

// gates notes what the campaign did not reach: one that tests nothing must not look clean. One discarded case among others
// says nothing of their share.
func (s *Summary) gates(c *Config) {
	share := 100 * perCase(s.Discarded, s.Cases)
	switch {
	case s.Cases == 0 && s.Seeds < s.AllSeeds:
		s.Missed = append(s.Missed, fmt.Sprintf("the campaign ended with %d of %d seeds: no case was checked", s.Seeds, s.AllSeeds))
	case s.Cases == 0:
		s.Missed = append(s.Missed, "no case was checked")
	case share > c.MaxDiscards && (s.Discarded > 1 || s.Cases == 1):
		s.Missed = append(s.Missed, fmt.Sprintf("%.2f%% of the cases were discarded, more than %.2f%%", share, c.MaxDiscards))
	}
	if s.Runs > 100 && s.Endings[oracle.Returned.String()] < s.Runs/2 {
		s.Missed = append(s.Missed, "less than half of the runs returned")
	}
}

// String returns the summary for a terminal.
func (s *Summary) String() string { return s.Text(nil) }

// Text is String with a line for each of some buckets in place of its count.
func (s *Summary) Text(buckets []Bucket) string {
	var b strings.Builder
	fmt.Fprintf(&b, "campaign %d shard %d: %d cases in %.1fs, %.0f per second\n", s.Seed, s.Shard, s.Cases, s.Elapsed.Seconds(), s.Rate())
	fmt.Fprintf(&b, "  mean program %.1f instructions, %.1f executed; %d tags of the %d that are compiled, %d pairs of tag and type\n",
		s.MeanInstructions(), perCase(s.Steps, s.Runs), s.Tags, backend.CompiledTags(), s.Pairs)
	fmt.Fprintf(&b, "  discarded %d (%.3f%%)\n", s.Discarded, 100*perCase(s.Discarded, s.Cases))
	writeCounts(&b, "    ", s.Reasons)
	fmt.Fprintf(&b, "  runs %d\n", s.Runs)
	writeCounts(&b, "    ", s.Endings)
	fmt.Fprintf(&b, "  findings: %d buckets, known issues: %d\n", len(s.Findings), len(s.Known))
	others := maps.Clone(s.Findings)
	for i := range buckets {
		fmt.Fprintf(&b, "    %s\n", &buckets[i])
		delete(others, buckets[i].Name)
	}
	writeCounts(&b, "    ", others)
	writeCounts(&b, "    known ", s.Known)
	for _, list := range [][]string{s.Flip, s.Missed} {
		for _, line := range list {
			fmt.Fprintf(&b, "  %s\n", line)
		}
	}
	if s.Trouble != "" {
		fmt.Fprintf(&b, "  trouble: %s\n", s.Trouble)
	}
	return b.String()
}

func writeCounts(b *strings.Builder, indent string, counts map[string]uint64) {
	names := make([]string, 0, len(counts))
	for name := range counts {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(b, "%s%8d %s\n", indent, counts[name], name)
	}
}
