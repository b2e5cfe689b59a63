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

// worker checks cases on its own memory.
type worker struct {
	*campaign
	source    *source.Source
	generator *gen.Generator
	checker   *diff.Checker
	tally     tally
	task      atomic.Pointer[task] // nil between cases
}

func newWorker(c *campaign) *worker {
	return &worker{campaign: c, source: source.New(0), generator: gen.New(c.config.Generator),
		checker: diff.NewChecker(diff.Config{Decoder: c.decoder})}
}

// replayKnown replays the known issues until work ends. One that no longer diverges or has expired fails the campaign.
func (w *worker) replayKnown(work context.Context) {
	runner := replay.NewRunner(replay.Config{Decoder: w.decoder, Now: time.Now()})
	for _, e := range w.config.Known {
		if e.Expect.Kind != corpus.Diverge || work.Err() != nil {
			continue
		}
		w.begin(origin{entry: e}, 0)
		r := runner.Entry(e)
		w.end()
		s, err := diff.ParseSignature(e.Expect.Text)
		w.mu.Lock()
		if err == nil { // otherwise the entry has failed
			w.known[s.Bucket()] = true
		}
		if r.Status != replay.Passed {
			w.summary.Flip = append(w.summary.Flip, r.Name+": "+r.Reason)
		}
		w.mu.Unlock()
	}
}

// checkSeeds checks seed entries under their options, or under every knob, until work ends: what a program does must
// not depend on how it is compiled. Seeds are no cases of the campaign: they may need more than is supported, and only
// divergences count.
func (w *worker) checkSeeds(ctx, work context.Context) {
	w.tally = tally{}
	for e := w.seed(); e != nil && work.Err() == nil; e = w.seed() {
		c, err := replay.Case(e)
		if e.Expect.Kind != corpus.Agree || err != nil || len(c.Runs) == 0 {
			continue
		}
		under := knobs
		if own := c.Options; own != (backend.Options{}) {
			under = []backend.Options{{}, own}
		}
		for _, c.Options = range under {
			if work.Err() != nil {
				break
			}
			o := origin{entry: e, options: c.Options}
			v := w.check(o, c, c.Options == backend.Options{}) // the text is the same under all
			if v.Divergence == nil {
				w.tally.steps += v.Steps
				continue
			}
			w.count(ctx, o, c, &v)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.add(&w.tally)
}

// seed returns the next seed that no worker has taken, or nil.
func (c *campaign) seed() *corpus.Entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seeds >= len(c.config.Seeds) {
		return nil
	}
	c.seeds++
	return c.config.Seeds[c.seeds-1]
}

// checkCases checks block after block until hunt ends. A block that was begun is finished, unless ctx ends.
func (w *worker) checkCases(ctx, hunt context.Context) {
	for hunt.Err() == nil {
		first, last, ok := w.take()
		if !ok {
			return
		}
		w.tally = tally{}
		for number := first; number < last; number++ {
			if ctx.Err() != nil {
				return
			}
			o := origin{number: number}
			c := Make(&w.config, w.generator, w.source, number)
			v := w.check(o, c, number%w.config.SelfEvery == 0)
			w.count(ctx, o, c, &v)
		}
		w.give(first, &w.tally)
	}
}

// check checks one case.
func (w *worker) check(o origin, c *diff.Case, self bool) diff.Verdict {
	w.checker.Self(self)
	w.begin(o, 0)
	defer w.end()
	return w.checker.Check(c)
}

// count adds a checked case to the tally, and keeps its divergence if that is new.
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

// reason shortens why a case was discarded to what cases have in common: no place, and N for every number.
func reason(text string) string {
	text, _, _ = strings.Cut(text, " at func")
	text, _, _ = strings.Cut(text, "func @")
	text = numbers.ReplaceAllString(text, "N")
	return text[:min(len(text), 60)]
}

var numbers = regexp.MustCompile(`[0-9]+`)

// claim counts a signature by its bucket, and reports whether it is the first of that, which the caller then keeps.
func (w *worker) claim(s diff.Signature) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	bucket := s.Bucket()
	if w.known[bucket] {
		count(&w.summary.Known, bucket, 1)
		return false
	}
	count(&w.summary.Findings, bucket, 1)
	if w.seen[bucket] {
		return false
	}
	w.seen[bucket] = true
	if len(w.seen) >= w.config.MaxFindings {
		w.stop()
	}
	return true
}

// keep minimises a finding and writes it down; then the same for the other findings on the way that are new.
func (w *worker) keep(ctx context.Context, o origin, f minimize.Found) {
	w.checker.Self(f.Signature.Oracle == "self")
	w.begin(o, w.config.MinimizeTime)
	small := minimize.Case(ctx, w.checker, f, w.config.MinimizeTime)
	w.end()
	w.write(o, small.Case, small.Signature, w.checker.Explain(small.Case))
	for _, other := range small.Others {
		if ctx.Err() == nil && w.claim(other.Signature) {
			w.keep(ctx, o, other)
		}
	}
}

// write writes a finding to disk as a corpus entry, and then logs it.
func (w *worker) write(o origin, c *diff.Case, s diff.Signature, text string) {
	e := replay.Entry(w.checker, c, s, w.found(o))
	w.mu.Lock()
	defer w.mu.Unlock()
	event := Event{Kind: Finding, Seed: w.config.Seed, Shard: w.config.Shard, Case: o.number, Bucket: s.Bucket(), Signature: s.String(), Text: text}
	for _, f := range c.Module.Funcs {
		event.Instructions += len(f.Insts)
	}
	if w.config.Dir != "" {
		path, _, err := corpus.Write(w.findings(), e)
		if err != nil {
			w.trouble(fmt.Errorf("a finding could not be written: %w", err))
		}
		event.Path = path
	}
	if err := w.log.tell(event); err != nil {
		w.trouble(err)
	}
}
