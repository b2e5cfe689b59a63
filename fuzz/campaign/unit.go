package campaign

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/isolate"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
)

// blockSize is how many cases a unit has: about 50 milliseconds of work.
const blockSize = 128

// unit is a piece of a campaign that one worker does: a known issue, a seed with all the ways to compile it, or a block
// of cases. Units are numbered in the order in which they are taken.
type unit struct {
	number      int
	name        string // by which a Remote knows it
	do          string
	entry       *corpus.Entry
	origins     []uint64 // cases that doCover makes seeds of
	first, last uint64   // of the ways or the cases
	covered     []byte   // what the cases of a Remote add to
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
			return unit{name: fmt.Sprintf("known-%d", p.known-1), do: doKnown, entry: e, last: 1}, true
		}
	}
	if p.seed < len(c.Seeds) {
		p.seed++
		u = seedUnit(c.Seeds[p.seed-1])
		u.name = fmt.Sprintf("seed-%d", p.seed-1)
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

// seedUnit returns the unit of a seed, which is empty if there is nothing to check.
func seedUnit(e *corpus.Entry) unit {
	u := unit{do: doSeed, entry: e}
	made, err := replay.Case(e)
	if e.Expect.Kind == corpus.Agree && err == nil && len(made.Runs) > 0 {
		u.last = uint64(len(ways(made.Options)))
	}
	return u
}

// phase names what units are being taken.
func (p *position) phase(c *Config) string {
	switch {
	case p.known < len(c.Known):
		return "known issues"
	case p.seed < len(c.Seeds):
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
	j := &job{Do: u.do, First: first, Last: last, Covered: u.covered}
	if u.entry != nil {
		p := u.program()
		j.Program = &p
	}
	return j
}

// program names the program of a unit that has an entry.
func (u *unit) program() program {
	e := u.entry
	return program{Name: e.Name, Entry: string(corpus.Format(e)), Options: e.Options, Found: "entry=" + e.Name}
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
	if !errors.As(err, &death) {
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
		}
		whole.join(part)
	}
	if len(whole.Divergences) == 0 && whole.Failed == "" && death.Kind != isolate.Killed {
		whole.join(h.dead(u, u.first, unrepeated(u, death)))
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
	case doSeed:
		d.Program = u.program()
		d.Program.Found = h.setup.found(d.Program.Found)
		if made, err := replay.Case(u.entry); err == nil {
			d.Program.Options = ways(made.Options)[n].String()
		}
	case doCases:
		d.Program = h.setup.numbered(n)
		o.Tally.Cases = 1
	}
	o.Divergences = append(o.Divergences, d)
	return o
}
