package campaign

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/isolate"
)

// commit adds the result of a unit to the summary when its findings are on disk: a campaign that is killed before
// repeats the unit. It reports whether it did; it does not if the output cannot be written. The caller holds the lock,
// which is released while a worker minimises.
func (h *hand) commit(ctx context.Context, r *result) bool {
	counted := map[string]uint64{} // the last case that blamed a suspect: its parts are not counted again
	for i := range r.outcome.Divergences {
		d := &r.outcome.Divergences[i]
		s, isNews := h.blamed(ctx, d)
		if ctx.Err() != nil {
			return false
		}
		if last, ok := counted[s.Name]; d.Program.Part == 0 || !ok || last != d.Program.Number {
			s.Count++
		}
		counted[s.Name] = d.Program.Number
		if isNews {
			h.tell(ctx)
		}
		if h.summary.Trouble != "" || ctx.Err() != nil { // not all that was found on the way is kept
			return false
		}
	}
	h.add(r)
	if len(r.outcome.Divergences) > 0 || r.outcome.Culprit != nil {
		h.tell(ctx) // what a known issue held together with a suspect, for one
		h.settle()
	}
	if h.full() {
		h.stop()
	}
	return true
}

// settle makes what is known now what a checkpoint has, and logs which findings it ties together or apart. The caller
// holds the lock.
func (c *campaign) settle() {
	before, now := c.settled.homes(), c.sorted.homes()
	for _, s := range c.sorted.Suspects {
		was, told := before[s.Name]
		if into := now[s.Name]; s.Told && (told || into != s.Name) && was != into {
			if err := c.tellTie(s, into); err != nil {
				c.trouble(err)
			}
		}
	}
	c.settled = c.sorted.clone()
	c.summary.Findings, c.summary.Known = c.settled.counts()
}

// tellTie logs of which bucket a finding is a part, and moves its file: to those of known issues, or where it does not count
// as a bucket, or back. The caller holds the lock.
func (c *campaign) tellTie(s *suspect, into string) error {
	e := Event{Kind: Merged, Seed: c.config.Seed, Shard: c.config.Shard, Bucket: s.Name, Into: into}
	from, to := New, alsoFolder
	switch home := c.sorted.named(into); {
	case into == s.Name:
		e.Kind, e.Into = Parted, ""
		from, to = alsoFolder, New
	case home.Known && !home.Told:
		e.Kind, e.Into, e.State, e.Text = Moved, "", Known, "is of the known issue "+into
		to = Known
	}
	if c.config.Dir != "" && s.File != "" {
		if _, err := moved(filepath.Join(c.config.Dir, from, s.File), c.config.Dir, to); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return c.log.tell(e)
}

// blamed returns the suspect of a divergence: that of the culprit of the case as it is, which does not depend on how far
// it is minimised. The culprit is looked for in the first divergence of a signature, and in others at growing distances:
// two defects may be seen alike. isNews is true if it was looked for. The caller holds the lock.
func (h *hand) blamed(ctx context.Context, d *divergence) (s *suspect, isNews bool) {
	raw := d.signature().Bucket()
	h.sorted.Seen[raw]++
	if name, seen := h.sorted.Alias[raw]; seen && (d.Death != "" || !isMilestone(h.sorted.Seen[raw])) {
		return h.sorted.named(name), false
	}
	culprit := h.peek(ctx, d)
	if ctx.Err() != nil {
		return nil, false
	}
	s = h.sorted.assign(raw, culprit)
	if s.First == nil && !s.Told {
		s.First = d
	}
	return s, true
}

// tell keeps the finding of each new bucket of which nothing is told yet. What comes up beyond as many buckets as the
// campaign wants is only counted. The caller holds the lock.
func (h *hand) tell(ctx context.Context) {
	for again := true; again; {
		again = false
		for _, b := range h.sorted.buckets() {
			if h.full() || ctx.Err() != nil || h.summary.Trouble != "" {
				return
			}
			if s := b.next(); !b.known && s != nil {
				d := s.First
				s.Told, s.First, again = true, nil, true
				h.keep(ctx, d, s.Name)
				break // other suspects may have come up
			}
		}
	}
}

// isMilestone reports whether a count is a power of two.
func isMilestone(n uint64) bool { return n&(n-1) == 0 }

// peek returns the culprit of a divergence as it is. The caller holds the lock, which is released meanwhile.
func (h *hand) peek(ctx context.Context, d *divergence) *diff.Culprit {
	if d.Death != "" {
		return diff.Unknown(d.signature())
	}
	h.mu.Unlock()
	o, err := h.do(ctx, &job{Do: doBlame, Program: &d.Program, Signature: d.Signature}, h.config.MinimizeTime)
	h.mu.Lock()
	if err != nil || o.Culprit == nil {
		return diff.Unknown(d.signature())
	}
	return o.Culprit
}

// add adds what a unit counted. The caller holds the lock.
func (c *campaign) add(r *result) {
	s, u := &c.summary, &r.unit
	switch u.do {
	case doKnown:
		if want, err := diff.ParseSignature(u.entry.Expect.Text); err == nil { // otherwise the entry has failed
			c.sorted.know(want, r.outcome.Culprit)
		}
		if r.outcome.Failed != "" {
			s.Flip = append(s.Flip, r.outcome.Failed)
		}
	case doSeed, doMake:
		s.Seeds++
	case doCover:
		s.Covers += uint64(len(u.origins))
	case doCases:
		s.Next = u.last
	}
	r.outcome.Tally.addTo(s)
	c.coverBy(r.outcome.Tally.Reached)
	for _, text := range r.outcome.Deaths {
		s.Deaths++
		if err := c.log.tell(Event{Kind: Death, Seed: s.Seed, Shard: s.Shard, Text: text}); err != nil {
			c.trouble(err)
		}
	}
	for _, d := range r.outcome.Discards {
		if err := c.log.tell(Event{Kind: Discard, Seed: s.Seed, Shard: s.Shard, Case: d.Number, Text: d.Reason}); err != nil {
			c.trouble(err)
		}
	}
}

// keep minimises the first finding of a bucket and writes it down; then the same for the other findings on the way that
// are new. The caller holds the lock.
func (h *hand) keep(ctx context.Context, d *divergence, bucket string) {
	h.try(bucket)
	if d.Death != "" {
		search := doShrink
		if o := d.signature().Oracle; o == ofGenerator || o == ofRewriting {
			search = ""
		}
		h.write(d, bucket, h.small(ctx, d, bucket, search))
		return
	}
	j := &job{Do: doMinimize, Program: &d.Program, Signature: d.Signature}
	o, err := h.search(ctx, bucket, j)
	if err == nil && o.Culprit != nil && o.Culprit.Name() != bucket {
		if h.accident(d, bucket, o) {
			h.keepOthers(ctx, o.Others)
			return
		}
		j.Culprit = bucket // the small program shows another defect
		o, err = h.search(ctx, bucket, j)
	}
	if err == nil {
		h.write(d, bucket, o.Small)
		h.keepOthers(ctx, o.Others)
		return
	}
	h.write(d, bucket, h.small(ctx, d, bucket, ""))
	var death *isolate.Death
	if errors.As(err, &death) {
		if death.Stage == "air" || death.Stage == "" {
			death.Stage = "minimize" // wherever it was at the moment
		}
		h.keepOthers(ctx, []divergence{{Program: d.Program, Signature: signatureOf(death).String(),
			Death: "while " + d.Signature + " was minimised: " + death.Error() + "\n" + death.Output}})
	}
}

// try notes in the checkpoint that a finding is about to be made small. The caller holds the lock.
func (c *campaign) try(bucket string) {
	if c.tries[bucket]++; c.config.Dir == "" {
		return
	}
	if err := c.save(); err != nil {
		c.trouble(err)
	}
}

// patience returns how long a finding may be made small: half as long after each time that the campaign was killed
// meanwhile, so that it gets on however often that happens.
func (c *campaign) patience(bucket string) time.Duration {
	return c.config.MinimizeTime >> min(max(c.tries[bucket]-1, 0), 62)
}

// search has the worker make a program small. The caller holds the lock, which is released meanwhile.
func (h *hand) search(ctx context.Context, bucket string, j *job) (*outcome, error) {
	limit := h.patience(bucket)
	h.mu.Unlock()
	defer h.mu.Lock()
	return h.do(ctx, j, limit)
}

// accident reports whether a program blames a suspect only as long as it is large: the small one blames the code of the
// instruction that the signature names. The finding is that suspect's then. The caller holds the lock.
func (h *hand) accident(d *divergence, name string, small *outcome) bool {
	site, blamed := d.signature().Site, small.Culprit
	if site == "" || diff.Operation(site) != blamed.Site {
		return false
	}
	s := h.sorted.named(name)
	other := h.sorted.assign(d.signature().Bucket(), blamed)
	s.Told, s.Like = false, other.Name
	if !other.Told && !other.Known {
		other.Told, other.First = true, nil
		h.write(d, other.Name, small.Small)
	}
	return true
}

// keepOthers notes those findings of whose culprit there is no suspect yet. How many come up depends on the time that
// minimising takes, so nothing else is learnt from them. The caller holds the lock.
func (h *hand) keepOthers(ctx context.Context, others []divergence) {
	for i := range others {
		d := &others[i]
		if _, seen := h.sorted.Alias[d.signature().Bucket()]; seen || ctx.Err() != nil {
			continue
		}
		culprit := h.peek(ctx, d)
		if h.sorted.named(culprit.Name()) == nil && ctx.Err() == nil {
			h.sorted.assign(d.signature().Bucket(), culprit).First = d
		}
	}
}

// small returns a finding that no oracle can be asked about: made small by a kind of search, or else as it is, or else
// without the program. The caller holds the lock, which it releases meanwhile.
func (h *hand) small(ctx context.Context, d *divergence, bucket, search string) *finding {
	limit := h.patience(bucket)
	h.mu.Unlock()
	defer h.mu.Lock()
	s := d.signature()
	if search != "" && len(h.config.Command) > 0 && s.Site != "gen" && s.Site != "minimize" {
		if o, err := h.do(ctx, &job{Do: search, Program: &d.Program, Signature: d.Signature}, limit); err == nil {
			o.Small.Text = d.Death
			return o.Small
		}
	}
	if s.Site != "gen" {
		o, err := h.do(context.WithoutCancel(ctx), &job{Do: doPrint, Program: &d.Program, Signature: d.Signature}, 0)
		if err == nil {
			o.Small.Text = d.Death
			return o.Small
		}
	}
	name := fmt.Sprintf("%s-case-%d.txt", corpus.Slug(d.Signature), d.Program.Number)
	if d.Program.Name != "" {
		name = fmt.Sprintf("%s-%s.txt", corpus.Slug(d.Signature), corpus.Slug(d.Program.Name))
	}
	options := "drawn"
	if h.config.Options != nil {
		options = h.config.Options.String()
	}
	text := fmt.Sprintf("%s\n%s options=%s\n\n%s", d.Signature, d.Program.Found, options, d.Death)
	return &finding{Name: name, Entry: text, Signature: d.Signature, Text: d.Death}
}

// write writes the finding of a bucket to disk and then logs it, unless the campaign did so before it was killed. The
// caller holds the lock.
func (h *hand) write(d *divergence, bucket string, f *finding) {
	s := h.sorted.named(bucket)
	if path, told := h.past[bucket]; told && h.isKept(path) {
		s.File = filepath.Base(path)
		return
	}
	s.File = f.Name
	e := Event{Kind: Finding, Seed: h.config.Seed, Shard: h.config.Shard, Case: d.Program.Number, Bucket: bucket, SeedEntry: seedOf(d.Program.Found),
		Signature: f.Signature, Text: f.Text, Explanation: f.Explanation, Instructions: f.Instructions, Options: f.Options,
		After: h.before + time.Since(h.started)}
	if h.config.Dir != "" {
		e.Path = filepath.Join(h.findings(), f.Name)
		err := os.MkdirAll(h.findings(), 0o755)
		if err == nil {
			err = corpus.WriteFile(e.Path, []byte(f.Entry))
		}
		if err != nil {
			h.trouble(fmt.Errorf("a finding could not be written: %w", err))
		}
	}
	if err := errors.Join(h.log.tell(e), h.log.sync()); err != nil {
		h.trouble(err)
	}
}

// isKept reports whether a finding is on disk: where it was written, or where those are that turned out to be of another's
// defect.
func (c *campaign) isKept(path string) bool {
	for _, at := range []string{path, filepath.Join(c.config.Dir, alsoFolder, filepath.Base(path))} {
		if _, err := os.Stat(at); err == nil {
			return true
		}
	}
	return false
}
