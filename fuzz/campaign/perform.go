package campaign

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/isolate"
)

// terms are what a Performer needs to know of a campaign.
type terms struct {
	Setup setup
	Hang  time.Duration
}

// Terms returns what NewPerformer needs to know of a campaign.
func Terms(config Config) ([]byte, error) {
	config = config.withDefaults()
	return json.Marshal(&terms{Setup: newCampaign(config, func() {}).setup, Hang: config.Hang})
}

// Performer does the units of a campaign that is conducted elsewhere, one at a time.
type Performer struct {
	hand   *hand
	deaths []string
}

// NewPerformer returns a performer for a campaign with some terms. Its worker processes have a command line like
// Config.Command.
func NewPerformer(about []byte, command []string) (*Performer, error) {
	var t terms
	if err := json.Unmarshal(about, &t); err != nil {
		return nil, fmt.Errorf("campaign: the terms: %w", err)
	}
	s := &t.Setup
	c := newCampaign(Config{Seed: s.Seed, Shard: s.Shard, Commit: s.Commit, Generator: s.Generator, Options: s.Options,
		SelfEvery: s.SelfEvery, Hang: t.Hang, Command: command}.withDefaults(), func() {})
	p := &Performer{hand: c.newHand()}
	c.log.listen = func(e Event) { p.deaths = append(p.deaths, e.Text) }
	return p, nil
}

// Do does a unit and returns its result. The error says that this machine or program cannot do it, not what the unit
// shows.
func (p *Performer) Do(ctx context.Context, request []byte) ([]byte, error) {
	p.deaths = nil
	var j job
	if err := json.Unmarshal(request, &j); err != nil {
		return nil, fmt.Errorf("campaign: a unit: %w", err)
	}
	o, err := p.unit(ctx, &j)
	if err != nil {
		return nil, err
	}
	o.Deaths = p.deaths
	return json.Marshal(o)
}

// unit does the unit of a request.
func (p *Performer) unit(ctx context.Context, j *job) (*outcome, error) {
	u := unit{do: j.Do, first: j.First, last: j.Last, covered: j.Covered}
	switch j.Do {
	case doCases, doMake:
	case doKnown, doSeed:
		if j.Program == nil {
			return nil, errors.New("campaign: a unit without a program")
		}
		u.program = j.Program
		if j.Do == doSeed {
			break
		}
		var err error
		if u.entry, err = corpus.Parse(j.Program.Name, []byte(j.Program.Entry)); err != nil {
			return nil, err
		}
	case doCover:
		return p.cover(ctx, j.Cases)
	default:
		return nil, fmt.Errorf("campaign: no unit %q", j.Do)
	}
	return p.hand.perform(ctx, &u)
}

// cover checks cases as seeds: under every knob.
func (p *Performer) cover(ctx context.Context, cases []uint64) (*outcome, error) {
	whole := &outcome{}
	for _, number := range cases {
		made := p.hand.setup.numbered(number, 0)
		o, err := p.hand.do(ctx, &job{Do: doCover, Program: &made}, 0)
		var death *isolate.Death
		if errors.As(err, &death) {
			continue // of a case that killed nobody when it was checked
		}
		if err != nil {
			return nil, err
		}
		e, err := corpus.Parse(o.Small.Name, []byte(o.Small.Entry))
		if err != nil {
			return nil, err
		}
		u := programUnit(programOf(e), backend.Options{})
		if o, err = p.hand.perform(ctx, &u); err != nil {
			return nil, err
		}
		whole.join(o)
	}
	return whole, nil
}

// Close ends the worker process.
func (p *Performer) Close() { p.hand.worker.Close() }
