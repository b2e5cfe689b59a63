package subject

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/rvfuzz/rvfuzz/corpus"
)

// begin returns the summary with which a campaign begins: that of those before it, for the configurations that it tries.
func begin(config *Campaign) Summary {
	s := Summary{Next: config.First, Shapes: map[string]bool{}}
	if config.Before != nil {
		s = *config.Before
	}
	tallies := s.Tallies
	s.Tallies = nil
	for _, on := range config.On {
		t := Tally{On: on, Skips: Skips{}, Duplicates: Skips{}}
		if i := slices.IndexFunc(tallies, func(t Tally) bool { return t.On.String() == on.String() }); i >= 0 {
			t = tallies[i]
			t.On = on
		}
		s.Tallies = append(s.Tallies, t)
	}
	return s
}

// saved is a summary as a file holds it, with what a continuation must not change.
type saved struct {
	Seed, Shard, Next, Discarded uint64
	Mixed, Small                 bool
	Preparing, Total             time.Duration
	Tallies                      []savedTally
	Shapes                       []string
}

type savedTally struct {
	On, Version                                 string
	Cases, Different, Known, Repeated, Findings int
	CPU                                         time.Duration
	Skips, Duplicates                           Skips
}

// kind returns what cases a campaign makes.
func (config *Campaign) kind() saved {
	made := generatorFor(config.On)
	return saved{Seed: config.Seed, Shard: config.Shard, Mixed: made.CCalls, Small: made.CFloats}
}

// WriteSummary writes what a campaign has done to a file, whole or not at all.
func WriteSummary(path string, config *Campaign, s *Summary) error {
	out := config.kind()
	out.Next, out.Discarded, out.Preparing, out.Total = s.Next, s.Discarded, s.Preparing, s.Total
	out.Shapes = slices.Sorted(maps.Keys(s.Shapes))
	for i := range s.Tallies {
		t := &s.Tallies[i]
		out.Tallies = append(out.Tallies, savedTally{t.On.String(), t.On.Subject.Version, t.Cases, t.Different, t.Known, t.Repeated, t.Findings,
			t.CPU, t.Skips, t.Duplicates})
	}
	data, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		return err
	}
	return corpus.WriteFile(path, append(data, '\n'))
}

// ReadSummary reads what WriteSummary wrote, for a campaign that continues it. The counts of a compiler whose version has
// changed, and of configurations that are not tried now, are left out. The error says why this is no continuation.
func ReadSummary(path string, config *Campaign) (*Summary, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var in saved
	if err := json.Unmarshal(data, &in); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if k := config.kind(); k.Seed != in.Seed || k.Shard != in.Shard || k.Mixed != in.Mixed || k.Small != in.Small {
		return nil, fmt.Errorf("%s is of other cases: seed %d, shard %d, mixed %t, for small languages %t", path, in.Seed, in.Shard, in.Mixed, in.Small)
	}
	s := &Summary{Next: in.Next, Discarded: in.Discarded, Preparing: in.Preparing, Total: in.Total, Shapes: map[string]bool{}}
	for _, shape := range in.Shapes {
		s.Shapes[shape] = true
	}
	for _, t := range in.Tallies {
		i := slices.IndexFunc(config.On, func(on Selected) bool { return on.String() == t.On && on.Subject.Version == t.Version })
		if i >= 0 {
			s.Tallies = append(s.Tallies, Tally{config.On[i], t.Cases, t.Different, t.Known, t.Repeated, t.Findings, orEmpty(t.Duplicates), t.CPU,
				orEmpty(t.Skips)})
		}
	}
	return s, nil
}

// orEmpty returns counts that can be added to.
func orEmpty(s Skips) Skips {
	if s == nil {
		return Skips{}
	}
	return s
}
