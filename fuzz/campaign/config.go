package campaign

import (
	"runtime"
	"time"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

// Config says what a campaign does. A zero field means its default.
type Config struct {
	// Seed and Shard name the cases: the same two give the same cases.
	Seed, Shard uint64
	// Cases and Duration end the campaign, whichever comes first; 0 means no
	// such limit, and both 0 means 60 seconds.
	Cases    uint64
	Duration time.Duration
	// Workers judge at once; all processors.
	Workers int
	// Dir receives findings, events and progress; empty keeps nothing on disk.
	Dir string
	// Resume goes on where the campaign of Dir stopped.
	Resume bool
	// Generator says what cases look like.
	Generator gen.Config
	// Options, when set, is used for every case instead of options drawn for it.
	Options *backend.Options
	// Known are the entries of known issues; those of another verdict are ignored.
	Known []*corpus.Entry
	// Seeds are entries that are judged first, each under every knob of the
	// backend; those that do not expect agreement are ignored.
	Seeds []*corpus.Entry
	// SelfEvery is how many cases lie between two with self checks; 64, which
	// costs a hundredth of the time.
	SelfEvery uint64
	// MaxFindings ends the campaign when so many signatures were found; 50: after
	// that many, one cause has too many names.
	MaxFindings int
	// MinimizeTime bounds the minimisation of a finding; 20 seconds.
	MinimizeTime time.Duration
	// Hang is how long judging one case may take; a minute, ten thousand times
	// the usual. Longer is a finding, which ends the campaign.
	Hang time.Duration
	// MaxDiscards is the largest share of cases, in percent, that may say
	// nothing; 1.
	MaxDiscards float64
	// Events is told of every event after it was logged; nil for nobody. It is
	// called by one goroutine at a time.
	Events func(Event)
}

func (c Config) withDefaults() Config {
	if c.Cases == 0 && c.Duration == 0 {
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
	if c.MaxDiscards == 0 {
		c.MaxDiscards = 1
	}
	return c
}

// drawOptions draws how a case is compiled: half of the cases in the ordinary
// way, the others with some of the knobs that must not change what they do.
func drawOptions(s *source.Source) (o backend.Options) {
	if !s.Chance(1, 2) {
		return o
	}
	if s.Chance(1, 3) {
		o.Registers = s.Between(fewestRegisters, 12)
	}
	o.SpillAll = s.Chance(1, 4)
	o.FarBranches = s.Chance(1, 4)
	o.LargeFrames = s.Chance(1, 4)
	o.Compress = s.Chance(1, 3)
	o.Zbb = s.Chance(1, 3)
	return o
}

// knobs are the options under which seeds are judged: each that changes the code, and
// those that change it most together.
var knobs = []backend.Options{
	{}, {Registers: fewestRegisters}, {SpillAll: true}, {FarBranches: true}, {LargeFrames: true}, {Compress: true}, {Zbb: true},
	{Registers: fewestRegisters, FarBranches: true, LargeFrames: true, Compress: true},
}

// fewestRegisters is what codegen can still work with.
const fewestRegisters = 7
