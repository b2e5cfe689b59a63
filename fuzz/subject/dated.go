package subject

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Dated is a defect of a released compiler that others reported, which a campaign has to find from nothing.
type Dated struct {
	Name string
	// Upstream is its number in the compiler's tracker.
	Upstream string
	What     string
	// On are the configurations that show it, as of Select. The newest release is right in Right, as is an older one where
	// its optimisation is not.
	On, Right string
	// Tags is of whom the program must have one each, after it was made small.
	Tags [][]air.Tag
}

// DatedDefects are the defects of LLVM 19.1.7 that the benchmark looks for.
var DatedDefects = []Dated{
	{"mask", "142004", "xor 255 becomes xor 65535 under a mask of or-ed loads", "llc-19:O2", "llc-23:O2,llc-19:O0",
		[][]air.Tag{{air.Xor, air.Not}, {air.BitOr, air.AddWrap, air.Xor}, {air.BitAnd, air.Trunc, air.IntCast}}},
	{"index", "99729", "more lanes of 8 bits than such an index has numbers", "llc-19:opt-zvl1024b",
		"llc-23:opt-zvl1024b,llc-19:opt-zvl256b", nil},
	{"byte_swap", "199386", "the mask of a byte is sign-extended", "llc-19:O2-gisel", "llc-23:O2-gisel,llc-19:O0", [][]air.Tag{{air.ByteSwap}}},
	{"popcount", "168523", "ones are counted of a width that is no multiple of 8", "llc-19:O2-gisel", "llc-23:O2-gisel,llc-19:O0",
		[][]air.Tag{{air.Popcount}}},
	{"clz", "168523", "relative of the former", "llc-19:O2-gisel", "llc-23:O2-gisel,llc-19:O0", [][]air.Tag{{air.Clz}}},
	{"ctz", "168523", "relative of the former", "llc-19:O2-gisel", "llc-23:O2-gisel,llc-19:O0", [][]air.Tag{{air.Ctz}}},
	{"fptrunc", "107607", "the result of __trunctfhf2 is looked for in a0", "llc-19:O2", "llc-23:O2", [][]air.Tag{{air.FpTrunc}}},
}

// DatedOf returns the defects of a comma-separated list of names, or all of an empty one. The error names what is none.
func DatedOf(names string) (wanted []*Dated, err error) {
	if names == "" {
		for i := range DatedDefects {
			wanted = append(wanted, &DatedDefects[i])
		}
		return wanted, nil
	}
	for _, name := range strings.Split(names, ",") {
		i := slices.IndexFunc(DatedDefects, func(d Dated) bool { return d.Name == strings.TrimSpace(name) })
		if i < 0 {
			return nil, fmt.Errorf("no defect has the name %.40q", name)
		}
		wanted = append(wanted, &DatedDefects[i])
	}
	return wanted, nil
}

// Hunt is how the search for a dated defect ended.
type Hunt struct {
	Defect *Dated
	// Missing is why it was not looked for.
	Missing error
	// Found is the program made small, or nil.
	Found *Finding
	Cases int
	// CPU is the processor time of everything, with the reduction of this finding and of others before it.
	CPU time.Duration
}

// Hunt runs a campaign until it has found a dated defect or has taken limit of processor time. The seed is the campaign's.
func (b *Bench) Hunt(ctx context.Context, d *Dated, seed uint64, limit time.Duration) (Hunt, error) {
	h := Hunt{Defect: d}
	on, err := Select(b.Witnesses, d.On)
	if err != nil {
		h.Missing = err
		return h, nil
	}
	right, err := Select(b.Witnesses, d.Right)
	if err != nil {
		h.Missing = err
		return h, nil
	}
	start := processorTime()
	hunting, stop := context.WithCancel(ctx)
	defer stop()
	summary, err := b.Campaign(hunting, Campaign{On: on, Seed: seed, ReduceTime: time.Minute, All: true,
		Wanted: d.fits,
		Found: func(f Finding) error {
			ok, err := b.shows(ctx, d, right, f)
			if ok {
				h.Found = &f
				stop()
			}
			return err
		},
		Enough: func() bool { return processorTime()-start > limit },
	})
	h.CPU = processorTime() - start
	for i := range summary.Tallies {
		h.Cases += summary.Tallies[i].Cases
	}
	if ctx.Err() != nil {
		return h, ctx.Err()
	}
	return h, err
}

// fits reports whether a module has one of each of the tags.
func (d *Dated) fits(m *air.Module) bool {
	for _, tags := range d.Tags {
		if !(&Known{Tags: tags}).isIn(m) {
			return false
		}
	}
	return true
}

// shows reports whether a finding is of a defect: it has the tags, and is compiled well where the defect is not.
func (b *Bench) shows(ctx context.Context, d *Dated, right []Selected, f Finding) (bool, error) {
	if f.Culprit != TheSubject || f.Verdict.Refused != nil || !d.fits(f.Verdict.Case.Module) {
		return false, nil
	}
	for _, on := range right {
		v, err := b.alone(ctx, on.Subject, on.Configuration, Quick, f.Verdict.Case)
		if err != nil {
			return false, fmt.Errorf("%s: %w", on, err)
		}
		if v.Differs() {
			return false, nil
		}
	}
	return true, nil
}
