package subject

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

// Campaign says what to try. Zero Cases or Duration mean no bound of that kind.
type Campaign struct {
	On          []Selected
	Seed, Shard uint64
	First       uint64 // number of the first case
	Cases       uint64
	Duration    time.Duration
	// ReduceTime bounds the processor time of the reduction of one finding.
	ReduceTime time.Duration
	// MaxFindings ends the campaign, as does Enough, if set, when it returns true between two batches.
	MaxFindings int
	Enough      func() bool
	// All reports known defects, too. Wanted, if set, limits the findings to programs for which it returns true.
	All    bool
	Wanted func(*air.Module) bool
	// Found is passed every finding whose shape is new for its configuration.
	Found func(Finding) error
	// Before, if set, is what earlier campaigns did, of which this is the continuation: it begins with Before.Next instead
	// of First. Save, if set, is passed what is done so far, after every batch.
	Before *Summary
	Save   func(*Summary) error
}

// Tally is what a configuration did in a campaign.
type Tally struct {
	On Selected
	// Cases were tried, of which Different differ: Known in the way of a known defect, Repeated in that of a finding.
	Cases, Different, Known, Repeated, Findings int
	// Duplicates are the Known by their defect, each counted.
	Duplicates Skips
	// CPU is the processor time that exporting, compiling, linking, running and comparing took.
	CPU time.Duration
	// Skips are the cases that the language cannot say.
	Skips Skips
}

// Rate returns the cases tried in a second of processor time.
func (t *Tally) Rate() float64 { return float64(t.Cases) / max(t.CPU.Seconds(), 1e-9) }

// Summary is what a campaign did. Next is the number of the first case that it did not try.
type Summary struct {
	Next, Discarded uint64
	// Preparing is the processor time of generating and evaluating the cases, and Total that of everything.
	Preparing, Total time.Duration
	Tallies          []Tally
	// Shapes are those of the findings, with their configurations.
	Shapes map[string]bool
}

// Findings returns the number of findings.
func (s *Summary) Findings() (n int) {
	for i := range s.Tallies {
		n += s.Tallies[i].Findings
	}
	return n
}

// campaign is the state of Run.
type campaign struct {
	*Bench
	config    Campaign
	summary   Summary
	limit     uint64 // the number of the first case that is not tried
	generator gen.Config
}

// generatorFor returns what cases are like for subjects: small if all their languages are.
func generatorFor(on []Selected) gen.Config {
	config := gen.Config{Features: Features, Steps: campaignSteps, Lanes: campaignLanes, Bits: campaignBits, Idioms: campaignIdioms}
	if !slices.ContainsFunc(on, func(s Selected) bool { return !languages[s.Subject.Language].small }) {
		config.Features &^= gen.Wide | gen.Variadic
		config.CFloats, config.Lanes = true, 16
	}
	if config.LongFloats = true; len(on) > 0 && on[0].Subject.whole != nil { // idioms have no calls
		config.CCalls, config.Idioms, config.LongFloats = true, 1, false
	}
	return config
}

// The cases of campaigns may be larger than those for this project's compiler, which compilers of whole batches pay for
// less, and are of more idioms.
const (
	campaignSteps = 20_000
	campaignLanes = 512
	campaignBits  = 1025 // some compilers take minutes for more
	// campaignIdioms is how many of 16 cases, of those with idioms, have little else.
	campaignIdioms = 10
)

// Campaign generates cases in batches and tries each batch in every configuration. It ends early without an error when
// ctx ends.
func (b *Bench) Campaign(ctx context.Context, config Campaign) (*Summary, error) {
	c := &campaign{Bench: b, config: config, summary: begin(&config), limit: math.MaxUint64, generator: generatorFor(config.On)}
	if config.Cases > 0 {
		c.limit = c.summary.Next + config.Cases
	}
	if config.Duration > 0 {
		limited, cancel := context.WithTimeout(ctx, config.Duration)
		defer cancel()
		ctx = limited
	}
	for !c.isDone(ctx) {
		start := processorTime()
		if err := c.batch(ctx); err != nil && ctx.Err() == nil {
			return &c.summary, err
		}
		c.summary.Total += processorTime() - start
		if c.config.Save != nil && ctx.Err() == nil { // a batch that was not tried everywhere is tried again
			if err := c.config.Save(&c.summary); err != nil {
				return &c.summary, err
			}
		}
	}
	return &c.summary, nil
}

func (c *campaign) isDone(ctx context.Context) bool {
	return ctx.Err() != nil || c.summary.Next >= c.limit || c.isFull() ||
		c.config.Enough != nil && c.config.Enough()
}

// isFull reports whether there are as many findings as wanted.
func (c *campaign) isFull() bool {
	return c.config.MaxFindings > 0 && c.summary.Findings() >= c.config.MaxFindings
}

// batch makes a batch of cases and tries it everywhere.
func (c *campaign) batch(ctx context.Context) error {
	start := processorTime()
	var cases []*Case
	for len(cases) < BatchSize && c.summary.Next < c.limit {
		name := fmt.Sprintf("seed=%d shard=%d case=%d", c.config.Seed, c.config.Shard, c.summary.Next)
		// A case shares the generator's memory, so each takes a new one.
		made := gen.New(c.generator).Case(source.New(source.Case(c.config.Seed, c.config.Shard, c.summary.Next)))
		c.summary.Next++
		prepared, err := Prepare(name, made.Module, made.Runs)
		if err != nil {
			c.summary.Discarded++
			continue
		}
		cases = append(cases, prepared)
	}
	c.summary.Preparing += processorTime() - start
	for i := range c.summary.Tallies {
		if err := c.try(ctx, &c.summary.Tallies[i], cases); err != nil {
			return err
		}
	}
	return nil
}

// try tries a batch in one configuration.
func (c *campaign) try(ctx context.Context, t *Tally, cases []*Case) error {
	start := processorTime()
	c.skips = t.Skips
	verdicts, err := c.Try(ctx, t.On.Subject, t.On.Configuration, Quick, cases)
	c.skips = nil
	if err != nil {
		return err
	}
	t.CPU += processorTime() - start
	t.Cases += len(verdicts)
	for _, v := range verdicts {
		if !v.Differs() || c.isFull() {
			continue
		}
		t.Different++
		if c.isOld(t, &v) {
			continue
		}
		if err := c.finding(ctx, t, v); err != nil {
			return err
		}
	}
	return nil
}

// isOld reports whether a difference is not looked into, and then counts it: it is of a known defect, or not wanted.
func (c *campaign) isOld(t *Tally, v *Verdict) bool {
	what := "not wanted"
	if c.config.Wanted == nil || c.config.Wanted(v.Case.Module) {
		known := knownDefect(t.On, v)
		if known == nil || c.config.All {
			return false
		}
		what = known.What
	}
	t.Known++
	t.Duplicates[what]++
	return true
}

// finding classifies and reduces what differs.
func (c *campaign) finding(ctx context.Context, t *Tally, v Verdict) error {
	culprit, alone, err := c.Classify(ctx, t.On, v.Case)
	if err != nil {
		return err
	}
	f := Finding{On: t.On, Culprit: culprit, Verdict: v, Shape: "only in a batch"}
	if culprit != Nobody {
		if f, err = c.Reduce(ctx, t.On, culprit, alone, c.config.ReduceTime); err != nil {
			return err
		}
		if c.isOld(t, &f.Verdict) { // what it is of may show in the small program only
			return nil
		}
	}
	key := f.On.String() + " " + f.Shape
	if c.summary.Shapes[key] {
		t.Repeated++
		return nil
	}
	c.summary.Shapes[key] = true
	t.Findings++
	return c.config.Found(f)
}
