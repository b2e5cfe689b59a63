package campaign

import (
	"runtime"
	"time"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
)

// Config says what a campaign does. A zero field means its default.
type Config struct {
	// Seed and Shard name the cases: the same two give the same cases.
	Seed, Shard uint64
	// Cases and Duration end the campaign, whichever comes first; 0 means no such limit, and both 0 and no End means 60 seconds.
	Cases    uint64
	Duration time.Duration
	// End, if set, ends the campaign too when it is closed.
	End <-chan struct{}
	// Workers is how many cases are checked at once; one for each processor.
	Workers int
	// Dir receives findings, events and progress; empty keeps nothing on disk.
	Dir string
	// Resume continues the campaign of Dir where it stopped.
	Resume bool
	// Generator says what cases look like.
	Generator gen.Config
	// Options, when set, is used for every case instead of options drawn for it.
	Options *backend.Options
	// Known are the entries of known issues; those with another expectation are ignored.
	Known []*corpus.Entry
	// Builtin has the campaign start from every tag of AIR at every width, before Seeds.
	Builtin bool
	// Seeds are entries that are checked first, each without options and with its own, or under every knob of the
	// backend if it has none; those that do not expect agreement are ignored.
	Seeds []*corpus.Entry
	// SelfEvery is how many cases lie between two with self checks; 64, which costs a hundredth of the time.
	SelfEvery uint64
	// MaxFindings ends the campaign when there are findings in so many buckets; 50: after that many, one defect has too
	// many.
	MaxFindings int
	// MinimizeTime bounds the minimisation of a finding; 20 seconds.
	MinimizeTime time.Duration
	// Command is the command line of a worker process: this program, which then calls Work. Empty means that workers
	// are part of this process, which no limit protects from what they run into.
	Command []string
	// Hang is how much real time a unit of work may take before its worker is given up, beyond the limits that worker
	// processes have for themselves; a minute.
	Hang time.Duration
	// MaxDiscards is the largest share of cases, in percent, that may be discarded; 1.
	MaxDiscards float64
	// Version names the build in the log and the summary, and Commit in the findings; either may be unknown.
	Version, Commit string
	// Block is how many cases a unit of work has: 128, about 50 milliseconds of work.
	Block uint64
	// Remote, if set, does the units elsewhere; Workers is then its own affair. What diverges is still made small here.
	Remote Remote
	// Drain is how long a campaign whose Duration is over waits for the units that a Remote has; two minutes.
	Drain time.Duration
	// Events, if set, is called with every event after it was logged, by one goroutine at a time.
	Events func(Event)
}

func (c Config) withDefaults() Config {
	if c.Cases == 0 && c.Duration == 0 && c.End == nil {
		c.Duration = time.Minute
	}
	if c.Workers == 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	if c.SelfEvery == 0 {
		c.SelfEvery = 64
	}
	if c.MaxFindings == 0 {
		c.MaxFindings = 50
	}
	if c.MinimizeTime == 0 {
		c.MinimizeTime = 20 * time.Second
	}
	if c.Hang == 0 {
		c.Hang = time.Minute
	}
	if c.Block == 0 {
		c.Block = blockSize
	}
	if c.Drain == 0 {
		c.Drain = 2 * time.Minute
	}
	if c.MaxDiscards == 0 {
		c.MaxDiscards = 1
	}
	return c
}
