package campaign

import (
	"context"
	"errors"
	"fmt"
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
	counted := map[string]uint64{}
	for i := range r.outcome.Divergences {
		d := &r.outcome.Divergences[i]
		bucket := d.signature().Bucket()
		counted[bucket]++
		if h.claim(bucket) {
			h.keep(ctx, d)
		}
		if h.summary.Trouble != "" || len(h.claimed) > 0 && ctx.Err() != nil { // not all that was found on the way is kept
			return false
		}
	}
	for bucket, n := range counted {
		if h.known[bucket] {
			count(&h.summary.Known, bucket, n)
		} else {
			count(&h.summary.Findings, bucket, n)
		}
	}
	for bucket := range h.claimed {
		count(&h.summary.Findings, bucket, 0)
	}
	clear(h.claimed)
	h.add(r)
	if h.full() {
		h.stop()
	}
	return true
}

// add adds what a unit counted. The caller holds the lock.
func (c *campaign) add(r *result) {
	s, u := &c.summary, &r.unit
	switch u.do {
	case doKnown:
		if want, err := diff.ParseSignature(u.entry.Expect.Text); err == nil { // otherwise the entry has failed
			c.known[want.Bucket()] = true
		}
		if r.outcome.Failed != "" {
			s.Flip = append(s.Flip, r.outcome.Failed)
		}
	case doSeed:
		s.Seeds++
	case doCases:
		s.Next = u.last
	}
	r.outcome.Tally.addTo(s)
	for _, pair := range r.outcome.Tally.Reached {
		c.covered.reach(pair)
	}
	for _, d := range r.outcome.Discards {
		if err := c.log.tell(Event{Kind: Discard, Seed: s.Seed, Shard: s.Shard, Case: d.Number, Text: d.Reason}); err != nil {
			c.trouble(err)
		}
	}
}

// claim reports whether a bucket is new: the caller then keeps the finding. The caller holds the lock.
func (c *campaign) claim(bucket string) bool {
	if _, seen := c.summary.Findings[bucket]; seen || c.known[bucket] || c.claimed[bucket] {
		return false
	}
	c.claimed[bucket] = true
	return true
}

// keep minimises a finding and writes it down; then the same for the other findings on the way that are new. The caller
// holds the lock.
func (h *hand) keep(ctx context.Context, d *divergence) {
	if d.Death != "" {
		h.write(d, h.small(ctx, d, doShrink))
		return
	}
	h.mu.Unlock()
	o, err := h.do(ctx, &job{Do: doMinimize, Program: &d.Program, Signature: d.Signature}, h.config.MinimizeTime)
	h.mu.Lock()
	if err == nil {
		h.write(d, o.Small)
		h.keepOthers(ctx, o.Others)
		return
	}
	h.write(d, h.small(ctx, d, ""))
	var death *isolate.Death
	if errors.As(err, &death) {
		if death.Stage == "air" || death.Stage == "" {
			death.Stage = "minimize" // wherever it was at the moment
		}
		h.keepOthers(ctx, []divergence{{Program: d.Program, Signature: signatureOf(death).String(),
			Death: "while " + d.Signature + " was minimised: " + death.Error() + "\n" + death.Output}})
	}
}

// keepOthers keeps those findings that are new. The caller holds the lock.
func (h *hand) keepOthers(ctx context.Context, others []divergence) {
	for i := range others {
		if ctx.Err() == nil && h.claim(others[i].signature().Bucket()) {
			h.keep(ctx, &others[i])
		}
	}
}

// small returns a finding that no oracle can be asked about: made small by a kind of search, or else as it is, or else
// without the program. The caller holds the lock, which it releases meanwhile.
func (h *hand) small(ctx context.Context, d *divergence, search string) *finding {
	h.mu.Unlock()
	defer h.mu.Lock()
	s := d.signature()
	if search != "" && len(h.config.Command) > 0 && s.Site != "gen" && s.Site != "minimize" {
		if o, err := h.do(ctx, &job{Do: search, Program: &d.Program, Signature: d.Signature}, h.config.MinimizeTime); err == nil {
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
	options := "drawn"
	if h.config.Options != nil {
		options = h.config.Options.String()
	}
	text := fmt.Sprintf("%s\n%s options=%s\n\n%s", d.Signature, d.Program.Found, options, d.Death)
	return &finding{Name: name, Entry: text, Signature: d.Signature, Text: d.Death}
}

// write writes a finding to disk and then logs it, unless the campaign did so before it was killed. The caller holds the
// lock.
func (h *hand) write(d *divergence, f *finding) {
	bucket := d.signature().Bucket()
	if path, told := h.past[bucket]; told {
		if _, err := os.Stat(path); err == nil {
			return
		}
	}
	e := Event{Kind: Finding, Seed: h.config.Seed, Shard: h.config.Shard, Case: d.Program.Number, Bucket: bucket,
		Signature: f.Signature, Text: f.Text, Instructions: f.Instructions, Options: f.Options,
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
