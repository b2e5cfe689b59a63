package campaign

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/minimize"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// tally is what a worker counts in one block.
type tally struct {
	cases, discarded, instructions, steps uint64
	endings                               [oracle.Unsupported + 1]int
	reasons                               map[string]uint64
	coverage                              coverage
}

func (t *tally) addTo(s *Summary) {
	s.Cases += t.cases
	s.Discarded += t.discarded
	s.Instructions += t.instructions
	s.Steps += t.steps
	for reason, n := range t.reasons {
		count(&s.Reasons, reason, n)
	}
	for ending, n := range t.endings {
		if n > 0 {
			s.Runs += uint64(n)
			count(&s.Endings, oracle.Ending(ending).String(), uint64(n))
		}
	}
}

// count adds to a counter of a map that may not exist yet.
func count(counts *map[string]uint64, name string, n uint64) {
	if *counts == nil {
		*counts = map[string]uint64{}
	}
	(*counts)[name] += n
}

// worker judges cases on its own memory.
type worker struct {
	*campaign
	source    *source.Source
	generator *gen.Generator
	checker   *diff.Checker
	tally     tally
	// number is the case being judged, and since when, in nanoseconds of Unix
	// time; 0 between cases and while a finding is minimised.
	number atomic.Uint64
	since  atomic.Int64
}

func newWorker(c *campaign) *worker {
	return &worker{campaign: c, source: source.New(0), generator: gen.New(c.config.Generator),
		checker: diff.NewChecker(diff.Config{Decoder: c.judge})}
}

// run judges block after block until hunt ends. A block that was begun is
// finished; ctx ends only what takes long, the minimising.
func (w *worker) run(ctx, hunt context.Context) {
	for hunt.Err() == nil {
		first, last, ok := w.take()
		if !ok {
			return
		}
		w.tally = tally{}
		for number := first; number < last; number++ {
			w.judge(ctx, number)
		}
		w.give(first, &w.tally)
	}
}

// Make makes the case of a campaign that has a number. It is valid until the
// generator makes another one.
func Make(config *Config, g *gen.Generator, s *source.Source, number uint64) *diff.Case {
	s.Reset(source.Case(config.Seed, config.Shard, number))
	return Draw(s, g, config.Options)
}

// Draw makes the case that choices describe: how it is compiled, unless options
// say so, and the program.
func Draw(s *source.Source, g *gen.Generator, options *backend.Options) *diff.Case {
	var c diff.Case
	if options != nil {
		c.Options = *options
	} else {
		c.Options = drawOptions(s)
	}
	made := g.Case(s)
	c.Module, c.Runs = made.Module, made.Runs
	return &c
}

// judge makes and judges one case.
func (w *worker) judge(ctx context.Context, number uint64) {
	c := Make(&w.config, w.generator, w.source, number)
	w.checker.Self(number%w.config.SelfEvery == 0)
	w.number.Store(number)
	w.since.Store(time.Now().UnixNano())
	v := w.checker.Check(c)
	w.since.Store(0)
	w.count(ctx, origin{number: number}, c, &v)
}

// seed judges a seed entry as it was asked to be compiled.
func (w *worker) seed(ctx context.Context, e *corpus.Entry, c *diff.Case) {
	w.checker.Self(true)
	v := w.checker.Check(c)
	if v.Divergence == nil {
		w.tally.steps += v.Steps
		return // seeds may be beyond what is supported: they are not the campaign's cases
	}
	w.count(ctx, origin{entry: e.Name}, c, &v)
}

// count adds a judged case to the tally and takes care of its divergence.
func (w *worker) count(ctx context.Context, o origin, c *diff.Case, v *diff.Verdict) {
	t := &w.tally
	t.cases++
	t.instructions += uint64(t.coverage.add(c.Module))
	t.steps += v.Steps
	for ending, n := range v.Endings {
		t.endings[ending] += n
	}
	switch {
	case v.Discarded != "":
		t.discarded++
		count(&t.reasons, reason(v.Discarded), 1)
	case v.Divergence != nil && w.claim(v.Divergence.Signature):
		w.keep(ctx, o, minimize.Found{Case: c, Signature: v.Divergence.Signature})
	}
}

// reason shortens why a case was discarded to what cases have in common: no
// place, and N for every number.
func reason(text string) string {
	text, _, _ = strings.Cut(text, " at func")
	text, _, _ = strings.Cut(text, "func @")
	text = numbers.ReplaceAllString(text, "N")
	return text[:min(len(text), 60)]
}

var numbers = regexp.MustCompile(`[0-9]+`)

// claim counts a signature and says whether it is the first of its cause, of
// which the caller then takes care.
func (w *worker) claim(s diff.Signature) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	name := s.String()
	if w.known[name] {
		count(&w.summary.Known, name, 1)
		return false
	}
	count(&w.summary.Findings, name, 1)
	cause := s.Cause().String()
	if w.seen[cause] {
		return false
	}
	w.seen[cause] = true
	if len(w.seen) >= w.config.MaxFindings+len(w.known) {
		w.stop()
	}
	return true
}

// keep minimises a finding and writes it down; then the same for what was met
// on the way and is new.
func (w *worker) keep(ctx context.Context, o origin, f minimize.Found) {
	w.checker.Self(f.Signature.Oracle == "self")
	small := minimize.Case(ctx, w.checker, f, w.config.MinimizeTime)
	w.write(o, small.Case, small.Signature, w.checker.Explain(small.Case))
	for _, other := range small.Others {
		if ctx.Err() == nil && w.claim(other.Signature) {
			w.keep(ctx, o, other)
		}
	}
}

// write makes a finding a corpus entry on disk, and then tells of it.
func (w *worker) write(o origin, c *diff.Case, s diff.Signature, text string) {
	e := replay.Entry(w.checker, c, s, w.found(o))
	w.mu.Lock()
	defer w.mu.Unlock()
	event := Event{Kind: Finding, Seed: w.config.Seed, Shard: w.config.Shard, Case: o.number, Signature: s.String(), Text: text}
	for _, f := range c.Module.Funcs {
		event.Instructions += len(f.Insts)
	}
	if w.config.Dir != "" {
		path, _, err := corpus.Write(w.findings(), e)
		if err != nil {
			w.trouble(fmt.Errorf("a finding could not be written: %w", err))
			return
		}
		event.Path = path
	}
	if err := w.log.tell(event); err != nil {
		w.trouble(err)
	}
}
