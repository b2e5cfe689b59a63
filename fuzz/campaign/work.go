package campaign

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/runtime"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/isolate"
	"github.com/rvfuzz/rvfuzz/fuzz/minimize"
	"github.com/rvfuzz/rvfuzz/fuzz/mutate"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
)

// Work serves the jobs of a campaign as a worker process, whose command line is Config.Command. Words that decoders have agreed
// on are kept in a folder for the workers that come after, or nowhere if its name is empty or that fails: they are then
// compared again.
func Work(l isolate.Limits, words string) error {
	w := newWorker()
	if words != "" {
		_ = w.decoder.Keep(words)
	}
	return isolate.Main(l, w.handle)
}

// worker does the jobs of a campaign on its own memory.
type worker struct {
	setup
	decoder   *decode.Decoder
	source    *source.Source
	generator *gen.Generator
	small     *gen.Generator // of the parts of cases
	checker   *diff.Checker
	covered   coverage
	census    *diff.Census
	library   *diff.Census
}

func newWorker() *worker {
	d := decode.New()
	return &worker{decoder: d, source: source.New(0), checker: diff.NewChecker(diff.Config{Decoder: d})}
}

// handle does one job.
func (w *worker) handle(ctx context.Context, request json.RawMessage, watch *isolate.Watch) (any, error) {
	var j job
	if err := json.Unmarshal(request, &j); err != nil {
		return nil, err
	}
	watch.Step(time.Duration(j.Limit))
	switch j.Do {
	case doSetup:
		w.setup, w.generator, w.small, w.census = *j.Setup, gen.New(j.Setup.Generator), gen.New(smaller(j.Setup.Generator)), nil
		return nil, nil
	case doKnown:
		return w.known(&j)
	case doMake:
		return &outcome{Made: madeSeeds(int(j.First))}, nil
	case doSeed:
		return w.seed(ctx, &j, watch)
	case doCases:
		defer w.decoder.Save()
		return w.cases(ctx, &j, watch)
	}
	made, err := w.remake(j.Program)
	if err != nil {
		return nil, err
	}
	switch j.Do {
	case doMinimize:
		return w.minimize(ctx, &j, made)
	case doShrink:
		return w.shrink(ctx, &j, made, watch)
	case doCheck:
		return w.checkOne(made, j.Program), nil
	case doBlame:
		return &outcome{Culprit: w.culprit(made, strings.HasPrefix(j.Signature, "self/"))}, nil
	case doCover:
		return &outcome{Small: asSeed(made, j.Program.Found)}, nil
	case doPrint:
		return &outcome{Small: printed(made, j.Signature, j.Program.Found)}, nil
	}
	return nil, fmt.Errorf("campaign: no job %q", j.Do)
}

// remake makes the case of a program again.
func (w *worker) remake(p *program) (*diff.Case, error) {
	if p.Entry == "" {
		return w.part(p.Number, p.Part), nil
	}
	e, err := corpus.Parse(p.Name, []byte(p.Entry))
	if err != nil {
		return nil, err
	}
	made, err := replay.Case(e)
	if err == nil {
		made.Options, err = backend.ParseOptions(p.Options)
	}
	return made, err
}

func (w *worker) make(number uint64) *diff.Case {
	return Make(&Config{Seed: w.Seed, Shard: w.Shard, Options: w.Options}, w.generator, w.source, number)
}

// known replays a known issue.
func (w *worker) known(j *job) (*outcome, error) {
	e, err := corpus.Parse(j.Program.Name, []byte(j.Program.Entry))
	if err != nil {
		return nil, err
	}
	var o outcome
	if r := replay.NewRunner(replay.Config{Decoder: w.decoder, Now: time.Now()}).Entry(e); r.Status != replay.Passed {
		o.Failed = r.Name + ": " + r.Reason
	} else if made, err := replay.Case(e); err == nil {
		o.Culprit = w.culprit(made, true)
	}
	return &o, nil
}

// ways returns how a seed is compiled: without options and with its own, or under every knob. What a program does must
// not depend on it.
func ways(own backend.Options) []backend.Options {
	if own != (backend.Options{}) {
		return []backend.Options{{}, own}
	}
	return knobs()
}

// seed checks a seed entry. Seeds are no cases of the campaign: they may need more than is supported, and only
// divergences count.
func (w *worker) seed(ctx context.Context, j *job, watch *isolate.Watch) (*outcome, error) {
	var o outcome
	p := *j.Program
	p.Found = w.found(p.Found)
	e, err := corpus.Parse(p.Name, []byte(p.Entry))
	if err != nil {
		return nil, err
	}
	c, err := replay.Case(e)
	if err != nil {
		return nil, err
	}
	for _, c.Options = range ways(c.Options)[j.First:j.Last] {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		watch.Step(0)
		w.checker.Self(c.Options == backend.Options{}) // the text is the same under all
		v := w.checker.Check(c)
		if v.Divergence == nil {
			continue
		}
		if parts := w.parts(ctx, c, &p, watch); len(parts) > 0 {
			o.Divergences = append(o.Divergences, parts...)
			continue
		}
		p.Options = c.Options.String()
		o.Divergences = append(o.Divergences, divergence{Program: p, Signature: v.Divergence.Signature.String()})
	}
	if len(o.Divergences) == 0 && e.Options == "" && int(j.Last) == len(knobs()) {
		o.Divergences, err = w.mutants(ctx, &p, watch)
	}
	return &o, err
}

// mutations is how many mutants of a seed are checked.
const mutations = 6

// mutants checks mutants of a seed that do what it does, each compiled in another way. (Others might show addresses, which
// differ from one oracle to the next.)
func (w *worker) mutants(ctx context.Context, seed *program, watch *isolate.Watch) (found []divergence, err error) {
	h := fnv.New64a()
	h.Write([]byte(seed.Entry))
	for n := range mutations {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		watch.Step(0)
		c, err := w.remake(&program{Name: seed.Name, Entry: seed.Entry})
		if err != nil {
			return nil, err
		}
		w.source.Reset(source.Case(h.Sum64(), 0, uint64(n)))
		mutate.Keep(w.source, c.Module, 4)
		c.Options = drawOptions(w.source)
		if v := w.checker.Check(c); v.Divergence != nil {
			found = append(found, insteadOf(seed, c, v.Divergence.Signature))
		}
	}
	return found, nil
}

// parts checks each function that a diverging seed calls by itself, since the first divergence hides all others: those that
// diverge are findings in the seed's place.
func (w *worker) parts(ctx context.Context, c *diff.Case, whole *program, watch *isolate.Watch) (found []divergence) {
	calls := map[string][]gen.Run{}
	for _, r := range c.Runs {
		calls[r.Func] = append(calls[r.Func], r)
	}
	if len(calls) < 2 {
		return nil
	}
	for _, f := range c.Module.Funcs {
		if len(calls[f.Name]) == 0 || ctx.Err() != nil {
			continue
		}
		watch.Step(0)
		part := &diff.Case{Module: air.Reachable(c.Module, f.Name), Runs: calls[f.Name], Options: c.Options}
		if v := w.checker.Check(part); v.Divergence != nil {
			found = append(found, insteadOf(whole, part, v.Divergence.Signature))
		}
	}
	return found
}

// cases makes and checks cases.
func (w *worker) cases(ctx context.Context, j *job, watch *isolate.Watch) (*outcome, error) {
	var o outcome
	if j.Covered != nil {
		copy(w.covered[:], j.Covered)
	}
	for number := j.First; number < j.Last; number++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		watch.Step(0)
		c := w.make(number)
		w.checker.Self(number%w.SelfEvery == 0)
		v := w.checker.Check(c)
		o.Tally.checked(c, number, &v, &w.covered)
		switch {
		case v.Discarded != "":
			o.Discards = append(o.Discards, discard{number, v.Discarded})
			if s, illegal := illegalIn(v.Discarded); illegal && !c.Mutated {
				found := w.rewritten(c, number)
				if found == nil {
					found = []divergence{{Program: w.numbered(number, 0), Signature: s.String(), Death: v.Discarded}}
				}
				o.Divergences = append(o.Divergences, found...)
			}
		case v.Divergence != nil:
			o.Divergences = append(o.Divergences, divergence{Program: w.numbered(number, 0), Signature: v.Divergence.Signature.String()})
			o.Divergences = append(o.Divergences, w.partsOf(number, watch)...)
		case !c.Mutated:
			o.Divergences = append(o.Divergences, w.rewritten(c, number)...)
		}
	}
	o.Memory = isolate.InUse()
	return &o, nil
}

// ofRewriting is the oracle of the findings that blame what computes a program in other words: the evaluator makes another
// outcome of it. They are not made small, because no smaller program says what it was before.
const ofRewriting = "rewriting"

// rewritten returns a finding if the evaluator makes something else of a case than of what it was before it was rewritten.
func (w *worker) rewritten(c *diff.Case, number uint64) []divergence {
	if c.Rewritten == "" {
		return nil
	}
	after, how := diff.NewProfile(c), c.Rewritten
	before := diff.NewProfile(original(&Config{Seed: w.Seed, Shard: w.Shard, Options: w.Options}, w.generator, w.source, number))
	what := ""
	switch {
	case before == nil: // which is the generator's fault
	case after == nil:
		what = "the rewritten program is illegal, or does not end"
	default:
		what = before.Changed(after)
	}
	if what == "" {
		return nil
	}
	s := diff.Signature{Oracle: ofRewriting, Kind: how}
	return []divergence{{Program: w.numbered(number, 0), Signature: s.String(), Death: "rewritten (" + how + "): " + what}}
}

// ofGenerator is the oracle of the findings that blame the generator, which are not made small: every smaller program is
// illegal for another reason.
const ofGenerator = "generator"

// illegalIn returns the signature of a generated case that was discarded because it is illegal behaviour, or not compiled,
// which the generator promises that none is. It reports whether that is the reason: "illegal behaviour: what at func @f, %1:
// tag", or "unsupported: what".
func illegalIn(discarded string) (diff.Signature, bool) {
	if what, unsupported := strings.CutPrefix(discarded, oracle.Unsupported.String()+": "); unsupported {
		return diff.Signature{Oracle: ofGenerator, Kind: "unsupported-" + corpus.Slug(reason(what))}, true
	}
	what, illegal := strings.CutPrefix(discarded, oracle.Illegal.String()+": ")
	what, place, _ := strings.Cut(what, " at ")
	return diff.Signature{Oracle: ofGenerator, Kind: "illegal-" + corpus.Slug(what), Tag: place[strings.LastIndex(place, " ")+1:]}, illegal
}

// caseParts is how many small programs are checked in place of a case that diverges, and so shows nothing else: one
// defect that breaks nearly all cases would hide all others.
const caseParts = 16

// smaller returns what the parts of cases are like: a few instructions of any kind.
func smaller(c gen.Config) gen.Config {
	c.Instructions, c.Even = 4, true
	return c
}

// part makes part of a case, or the case itself for 0.
func (w *worker) part(number, part uint64) *diff.Case {
	if part == 0 {
		return w.make(number)
	}
	w.source.Reset(source.Child(source.Case(w.Seed, w.Shard, number), part))
	return Draw(w.source, w.small, w.Options)
}

// partsOf checks the parts of a case that diverges.
func (w *worker) partsOf(number uint64, watch *isolate.Watch) (found []divergence) {
	for part := uint64(1); part <= caseParts; part++ {
		watch.Step(0)
		if v := w.checker.Check(w.part(number, part)); v.Divergence != nil {
			found = append(found, divergence{Program: w.numbered(number, part), Signature: v.Divergence.Signature.String()})
		}
	}
	return found
}

// numbered names the program of a case or of a part of it.
func (s *setup) numbered(number, part uint64) program {
	found := fmt.Sprintf("campaign=%d shard=%d case=%d", s.Seed, s.Shard, number)
	if part > 0 {
		found += fmt.Sprintf(" part=%d", part)
	}
	return program{Number: number, Part: part, Found: s.found(found)}
}

// found returns where a program comes from, with the commit of the build.
func (s *setup) found(text string) string {
	if s.Commit != "" {
		text += " commit=" + s.Commit
	}
	return text
}

// checked adds a case that was checked.
func (t *tally) checked(c *diff.Case, number uint64, v *diff.Verdict, covered *coverage) {
	t.Cases++
	t.Steps += v.Steps
	for ending, n := range v.Endings {
		t.Endings[ending] += uint64(n)
	}
	for _, f := range c.Module.Funcs {
		t.Instructions += uint64(len(f.Insts))
		t.Reached = covered.add(f, number, t.Reached)
	}
	if v.Discarded != "" {
		t.Discarded++
		count(&t.Reasons, reason(v.Discarded), 1)
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

// minimize makes a diverging case small.
func (w *worker) minimize(ctx context.Context, j *job, made *diff.Case) (*outcome, error) {
	s, err := diff.ParseSignature(j.Signature)
	if err != nil {
		return nil, err
	}
	w.checker.Self(s.Oracle == "self")
	small := minimize.Blaming(ctx, w.checker, minimize.Found{Case: made, Signature: s}, j.Culprit, time.Duration(j.Limit))
	x := w.checker.Explain(small.Case)
	e := replay.Entry(w.checker, small.Case, small.Signature, j.Program.Found)
	o := &outcome{Small: written(e, small.Signature.String(), x.String()), Culprit: w.counted(x.Defect)}
	if o.Small.Explanation, err = json.Marshal(x); err != nil {
		return nil, err
	}
	for _, other := range small.Others {
		o.Others = append(o.Others, insteadOf(j.Program, other.Case, other.Signature))
	}
	return o, nil
}

// culprit returns the culprit of a case, which perhaps only the self checks show.
func (w *worker) culprit(made *diff.Case, self bool) *diff.Culprit {
	w.checker.Self(self)
	return w.counted(w.checker.Culprit(made))
}

// counted adds to a culprit the number of sites that have each of its clues.
func (w *worker) counted(culprit *diff.Culprit) *diff.Culprit {
	if culprit == nil {
		return nil
	}
	for clue, n := range culprit.Clues {
		if n == 0 {
			if n = w.siteCounts().Count(clue); n == 0 && strings.HasPrefix(clue, "backend/") {
				delete(culprit.Clues, clue) // a line that is reached so rarely says nothing
				continue
			}
			culprit.Clues[clue] = n
		}
	}
	for _, clue := range slices.Sorted(maps.Keys(culprit.Clues)) {
		if w.libraryCounts().Count(clue) > 0 {
			culprit.Shared = append(culprit.Shared, clue)
		}
	}
	return culprit
}

// censusCases is how many cases are compiled to see which sites have a clue.
const censusCases = 100

// libraryCounts returns the census of the runtime library.
func (w *worker) libraryCounts() *diff.Census {
	if w.library == nil {
		w.library = diff.NewCensus()
		w.library.Add(&diff.Case{Module: runtime.Module()})
	}
	return w.library
}

// siteCounts returns the census of the sites of the code generator, by the code of the first cases of a campaign.
func (w *worker) siteCounts() *diff.Census {
	if w.census == nil {
		w.census = diff.NewCensus()
		for number := range uint64(censusCases) {
			w.census.Add(w.make(number))
		}
	}
	return w.census
}

// shrinkTime is the processor time after which a program that kills by an endless loop is taken to do so again.
const shrinkTime = time.Second / 2

// shrink makes a case small that kills a worker, by killing others.
func (w *worker) shrink(ctx context.Context, j *job, made *diff.Case, watch *isolate.Watch) (*outcome, error) {
	s, err := diff.ParseSignature(j.Signature)
	if err != nil {
		return nil, err
	}
	victim := isolate.Worker{Command: append(os.Args[:len(os.Args):len(os.Args)], "--time", shrinkTime.String())}
	defer victim.Close()
	kills := func(c *diff.Case) bool {
		watch.Step(0)
		f := printed(c, j.Signature, "")
		p := &program{Name: f.Name, Entry: f.Entry, Options: c.Options.String()}
		var death *isolate.Death
		err := victim.Do(ctx, &job{Do: doCheck, Program: p}, nil, 20*shrinkTime)
		return errors.As(err, &death) && signatureOf(death) == s
	}
	if !kills(made) {
		return nil, errors.New("campaign: the case does not kill by itself")
	}
	small, err := minimize.Where(ctx, w.checker, made, kills, time.Duration(j.Limit))
	if err != nil {
		return nil, err
	}
	return &outcome{Small: printed(small, j.Signature, j.Program.Found)}, nil
}

// signatureOf returns the signature of a death.
func signatureOf(d *isolate.Death) diff.Signature {
	return diff.Signature{Oracle: "self", Kind: d.Kind, Site: d.Stage}
}

// printed writes a case down without asking any oracle.
func printed(c *diff.Case, signature, found string) *finding {
	e := unasked(c.Module, c.Runs)
	e.Options, e.Found = c.Options.String(), strings.TrimSpace(found+" signature="+signature)
	e.Rename(signature)
	e.Comment = []string{"No oracle was asked how the runs end."}
	return written(e, signature, "")
}

// insteadOf returns the divergence of a case that was made of a program and is told in its place.
func insteadOf(p *program, c *diff.Case, signature diff.Signature) divergence {
	s := signature.String()
	f := printed(c, s, p.Found)
	return divergence{Signature: s, Program: program{Number: p.Number, Name: f.Name, Entry: f.Entry, Options: c.Options.String(), Found: p.Found}}
}

// asSeed writes a case down as an entry without options, which is checked under every knob.
func asSeed(c *diff.Case, found string) *finding {
	e := unasked(c.Module, c.Runs)
	e.Found = found
	e.Rename("coverage")
	return written(e, "", "")
}

func written(e *corpus.Entry, signature, text string) *finding {
	f := &finding{Name: e.Name, Entry: string(corpus.Format(e)), Signature: signature, Text: text, Options: e.Options}
	for _, fn := range e.Module.Funcs {
		f.Instructions += len(fn.Insts)
	}
	return f
}
