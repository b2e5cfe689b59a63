package campaign

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/isolate"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
)

// blockSize is how many cases a unit has: about 50 milliseconds of work.
const blockSize = 128

// unit is a piece of a campaign that one worker does: a known issue, a part of the built-in seeds, a seed with all the
// ways to compile it, or a block of cases. Units are numbered in the order in which they are taken.
type unit struct {
	number      int
	name        string // by which a Remote knows it
	do          string
	entry       *corpus.Entry // of a known issue
	program     *program      // the entry of that or of a seed
	origins     []uint64      // cases that doCover makes seeds of
	first, last uint64        // of the ways or the cases, or the part
	covered     []byte        // what the cases of a Remote add to
}

// result is a unit that is done.
type result struct {
	unit    unit
	outcome *outcome
}

// position is how far units were taken.
type position struct {
	known, seed int
	cover       int    // of the cases that reached something new
	next        uint64 // the first case
}

// take returns the next unit.
func (p *position) take(c *Config) (u unit, ok bool) {
	for ; p.known < len(c.Known); p.known++ {
		if e := c.Known[p.known]; e.Expect.Kind == corpus.Diverge {
			p.known++
			return unit{name: fmt.Sprintf("known-%d", p.known-1), do: doKnown, entry: e, program: programOf(e), last: 1}, true
		}
	}
	if n := p.seed; n < c.allSeeds() {
		p.seed++
		u = unit{do: doMake, first: uint64(n), last: uint64(n) + 1}
		if own := n - (c.allSeeds() - len(c.Seeds)); own >= 0 {
			u = seedUnit(c.Seeds[own])
		}
		u.name = fmt.Sprintf("seed-%d", n)
		return u, true
	}
	u = unit{do: doCases, first: p.next, last: p.next + c.Block}
	if c.Cases > 0 {
		u.last = min(u.last, c.Cases)
	}
	u.name = fmt.Sprintf("cases-%d-%d", u.first, u.last)
	p.next = max(p.next, u.last)
	return u, u.first < u.last
}

// allSeeds returns how many seeds there are, of the built-in ones the parts.
func (c *Config) allSeeds() int {
	if c.Builtin {
		return gen.SeedParts() + len(c.Seeds)
	}
	return len(c.Seeds)
}

// seedUnit returns the unit of a seed, which is empty if there is nothing to check.
func seedUnit(e *corpus.Entry) unit {
	made, err := replay.Case(e)
	if e.Expect.Kind != corpus.Agree || err != nil || len(made.Runs) == 0 {
		return unit{do: doSeed}
	}
	return programUnit(programOf(e), made.Options)
}

// programUnit returns the unit of a seed with options.
func programUnit(p *program, o backend.Options) unit {
	return unit{do: doSeed, program: p, last: uint64(len(ways(o)))}
}

// programOf names the program of an entry.
func programOf(e *corpus.Entry) *program {
	return &program{Name: e.Name, Entry: string(corpus.Format(e)), Options: e.Options, Found: "entry=" + e.Name}
}

// phase names what units are being taken.
func (p *position) phase(c *Config) string {
	switch {
	case p.known < len(c.Known):
		return "known issues"
	case p.seed < c.allSeeds():
		return "seeds"
	}
	return phaseCases
}

// phaseCases is the name of the last phase.
const phaseCases = "cases"

// hand is one goroutine of a campaign with its worker.
type hand struct {
	*campaign
	worker isolate.Worker
}

func (c *campaign) newHand() *hand {
	h := &hand{campaign: c, worker: isolate.Worker{Command: c.config.Command, Setup: &job{Do: doSetup, Setup: &c.setup}}}
	if len(c.config.Command) == 0 {
		// A worker that was left behind in an endless loop goes on using its memory.
		h.worker.Handler = newWorker().handle
	}
	return h
}

// do has the worker do a job, which may search for so long.
func (h *hand) do(ctx context.Context, j *job, search time.Duration) (*outcome, error) {
	var o outcome
	j.Limit = int64(search)
	err := h.worker.Do(ctx, j, &o, h.config.Hang+search)
	var death *isolate.Death
	if errors.As(err, &death) {
		h.count(death)
		if len(h.config.Command) == 0 {
			h.worker.Handler = newWorker().handle
		}
	}
	return &o, err
}

// count logs a death.
func (c *campaign) count(death *isolate.Death) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.summary.Deaths++
	if err := c.log.tell(Event{Kind: Death, Seed: c.config.Seed, Shard: c.config.Shard, Text: death.Error()}); err != nil {
		c.trouble(err)
	}
}

// job returns the job for a part of a unit.
func (u *unit) job(first, last uint64) *job {
	return &job{Do: u.do, First: first, Last: last, Program: u.program, Covered: u.covered}
}

// perform has the worker do a unit, block by block.
func (h *hand) perform(ctx context.Context, u *unit) (*outcome, error) {
	whole := &outcome{}
	for first := u.first; first < u.last; first += blockSize {
		block := *u
		block.first, block.last = first, min(first+blockSize, u.last)
		o, err := h.block(ctx, &block)
		if err != nil {
			return nil, err
		}
		whole.join(o)
		u.covered = reachAll(u.covered, o.Tally.Reached)
	}
	return whole, nil
}

// block has the worker do a block of a unit. If it dies, the parts of the block are done alone: a part of which a worker
// dies again is a divergence.
func (h *hand) block(ctx context.Context, u *unit) (*outcome, error) {
	o, err := h.do(ctx, u.job(u.first, u.last), 0)
	var death *isolate.Death
	switch {
	case err == nil && len(o.Made) > 0:
		return h.performAll(ctx, o.Made)
	case !errors.As(err, &death):
		return o, err
	}
	whole := &outcome{}
	for n := u.first; n < u.last; n++ {
		part, err := h.do(ctx, u.job(n, n+1), 0)
		var again *isolate.Death
		switch {
		case errors.As(err, &again):
			part = h.dead(u, n, again)
		case err != nil:
			return nil, err
		case len(part.Made) > 0: // the death was not the generator's
			return h.performAll(ctx, part.Made)
		}
		whole.join(part)
	}
	if len(whole.Divergences) == 0 && whole.Failed == "" && death.Kind != isolate.Killed {
		whole.join(h.dead(u, u.first, unrepeated(u, death)))
	}
	return whole, nil
}

// performAll has the worker check seeds.
func (h *hand) performAll(ctx context.Context, made []program) (*outcome, error) {
	whole := &outcome{}
	for i := range made {
		options, err := backend.ParseOptions(made[i].Options)
		if err != nil {
			return nil, err
		}
		u := programUnit(&made[i], options)
		o, err := h.perform(ctx, &u)
		if err != nil {
			return nil, err
		}
		whole.join(o)
	}
	return whole, nil
}

// unrepeated returns a death of which no part of a unit is the cause alone.
func unrepeated(u *unit, d *isolate.Death) *isolate.Death {
	return &isolate.Death{Kind: d.Kind, Stage: d.Stage,
		Output: fmt.Sprintf("in %d parts from this one together, but not alone\n%s", u.last-u.first, d.Output)}
}

// dead returns the outcome of part n of a unit, of which a worker died.
func (h *hand) dead(u *unit, n uint64, death *isolate.Death) *outcome {
	d := divergence{Signature: signatureOf(death).String(), Death: death.Error() + "\n" + death.Output}
	o := &outcome{}
	switch u.do {
	case doKnown:
		if want, err := diff.ParseSignature(u.entry.Expect.Text); err != nil || want.Bucket() != d.signature().Bucket() {
			o.Failed = u.entry.Name + ": " + death.Error()
		}
		return o
	case doMake:
		d.Program = program{Name: fmt.Sprintf("seed-part-%d", n), Found: h.setup.found(fmt.Sprintf("built-in seed part %d", n))}
	case doSeed:
		d.Program = *u.program
		d.Program.Found = h.setup.found(d.Program.Found)
		if own, err := backend.ParseOptions(d.Program.Options); err == nil {
			d.Program.Options = ways(own)[n].String()
		}
	case doCases:
		d.Program = h.setup.numbered(n, 0)
		o.Tally.Cases = 1
	}
	o.Divergences = append(o.Divergences, d)
	return o
}
