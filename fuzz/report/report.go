package report

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
)

// The forms that Write knows.
const (
	Text       = "text"
	JUnit      = "junit"
	SARIF      = "sarif"
	GitHub     = "github"
	Prometheus = "prometheus"
)

// Report is what is written of a campaign: its view, and the buckets of an older one that it no longer has.
type Report struct {
	*View
	// Since names the older campaign, "" without one.
	Since   string
	Missing []string
	// Program names the program that writes, such as "rvfuzz v1.2.0".
	Program string
}

// New returns the report of a view, compared with an older one unless that is nil.
func New(v, since *View, program string) *Report {
	r := &Report{View: v, Program: program}
	if since != nil {
		r.View, r.Missing = v.Since(since)
		r.Since = since.Dir
	}
	return r
}

// writers are the forms that Write knows.
var writers = map[string]func(io.Writer, *Report) error{
	Text: writeText, JUnit: writeJUnit, SARIF: writeSARIF, GitHub: writeGitHub,
	Prometheus: func(w io.Writer, r *Report) error { return writeMetrics(w, []*View{r.View}) },
}

// Write writes a report in a form.
func Write(w io.Writer, form string, r *Report) error {
	write := writers[form]
	if write == nil {
		return fmt.Errorf("report: no form %q", form)
	}
	return write(w, r)
}

// headline says in one line how the campaign stands.
func (r *Report) headline() string {
	c := &r.Counts
	text := fmt.Sprintf("campaign %d shard %d: %d cases, %d new buckets", r.Summary.Seed, r.Summary.Shard, r.Summary.Cases, c.New)
	if c.Flaky > 0 {
		text += fmt.Sprintf(", %d flaky", c.Flaky)
	}
	text += fmt.Sprintf(", %d known, %d gone", c.Known, c.Gone)
	if r.Since != "" {
		text += fmt.Sprintf("; %d not in %s, %d of its are missing", c.Fresh, r.Since, len(r.Missing))
	}
	return text
}

// version returns the build that the campaign ran last.
func (v *View) version() string {
	if n := len(v.Parts); n > 0 {
		return v.Parts[n-1].Version
	}
	return ""
}

// writeText writes a mail.
func writeText(w io.Writer, r *Report) error {
	var b strings.Builder
	s := &r.Summary
	fmt.Fprintf(&b, "%s\n\n", r.headline())
	fmt.Fprintf(&b, "  %s, %s, last event %s\n", r.Dir, r.Status, r.Updated.Format("2006-01-02 15:04:05 MST"))
	fmt.Fprintf(&b, "  %.0f cases per second for %.0f seconds; %d tags, %d pairs of tag and type; %d discarded, %d deaths of workers\n",
		s.Rate(), s.Elapsed.Seconds(), s.Tags, s.Pairs, s.Discarded, s.Deaths)
	if v := r.version(); v != "" {
		fmt.Fprintf(&b, "  %s\n", v)
	}
	for _, line := range r.Problems() {
		fmt.Fprintf(&b, "  %s\n", line)
	}
	last := ""
	for i := range r.Buckets {
		k := &r.Buckets[i]
		if title := k.heading(); title != last {
			fmt.Fprintf(&b, "\n%s\n", title)
			last = title
		}
		fmt.Fprintf(&b, "  %6d cases  %s\n", k.Count, k.Name)
		if k.HasFile() {
			fmt.Fprintf(&b, "                %s\n", k.Path)
		}
		if k.Issue != "" {
			fmt.Fprintf(&b, "                until %s: %s\n", k.Expires, k.Issue)
		}
	}
	if len(r.Missing) > 0 {
		fmt.Fprintf(&b, "\nof %s, no longer found\n", r.Since)
		for _, name := range r.Missing {
			fmt.Fprintf(&b, "  %s\n", name)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// heading returns the heading under which texts list the bucket.
func (b *Bucket) heading() string {
	switch {
	case b.Fresh:
		return "fresh (" + b.StateName() + ")"
	case b.State == campaign.Known:
		return "known issues"
	}
	return b.StateName()
}

// Problems returns what a campaign fails by besides its buckets.
func (v *View) Problems() (lines []string) {
	for _, line := range v.Summary.Flip {
		lines = append(lines, "known issue "+line)
	}
	for _, line := range v.Summary.Missed {
		lines = append(lines, "gate missed: "+line)
	}
	if t := v.Summary.Trouble; t != "" {
		lines = append(lines, "trouble: "+t)
	}
	return lines
}

// lowering returns the line of the code generator to which a bucket points: the first place in the sources of what is
// tested of the defect, of the lowering of the culprit, or of the stack where something broke; nil if there is none.
func lowering(x *diff.Explanation) *link.CodeCall {
	if x == nil {
		return nil
	}
	var places []link.CodeCall
	if x.Defect != nil {
		places = append(places, x.Defect.Places...)
	}
	if x.Culprit != nil {
		places = append(places, x.Culprit.Lowering...)
	}
	places = append(places, x.Stack...)
	for i := range places {
		if f := places[i].File; strings.HasPrefix(f, "backend/") || strings.HasPrefix(f, "isa/") {
			return &places[i]
		}
	}
	return nil
}

// lowering returns the place in the code generator to which a bucket of a view points, or "".
func (v *View) lowering(b *Bucket) string {
	x, err := v.Explained(b)
	if at := lowering(x); err == nil && at != nil {
		return at.Place()
	}
	return ""
}

// writeGitHub writes the summary of a step of a GitHub workflow: Markdown with the fresh and the other open buckets.
func writeGitHub(w io.Writer, r *Report) error {
	var b strings.Builder
	mark := "✅"
	if r.Counts.Failed() > 0 {
		mark = "❌"
	}
	s := &r.Summary
	fmt.Fprintf(&b, "## %s rvfuzz: %s\n\n", mark, markdown(r.headline()))
	fmt.Fprintf(&b, "| cases | per second | discarded | tags | pairs of tag and type | new | flaky | known | gone |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	c := &r.Counts
	fmt.Fprintf(&b, "| %d | %.0f | %d | %d | %d | %d | %d | %d | %d |\n", s.Cases, s.Rate(), s.Discarded, s.Tags, s.Pairs, c.New, c.Flaky, c.Known, c.Gone)
	for _, line := range r.Problems() {
		fmt.Fprintf(&b, "\n> **%s**\n", markdown(line))
	}
	if c.Open() > 0 {
		fmt.Fprintf(&b, "\n| state | bucket | cases | instructions | lowering | entry |\n|---|---|--:|--:|---|---|\n")
	}
	for i := range r.Buckets {
		k := &r.Buckets[i]
		if k.State != campaign.New && k.State != campaign.Flaky {
			continue
		}
		state := k.StateName()
		if k.Fresh {
			state = "**fresh**"
		}
		fmt.Fprintf(&b, "| %s | %s | %d | %d | %s | %s |\n", state, markdown(k.Name), k.Count, k.Instructions, markdown(r.lowering(k)), markdown(filepath.Base(k.Path)))
	}
	if len(r.Missing) > 0 {
		fmt.Fprintf(&b, "\nNo longer found: %s\n", markdown(strings.Join(r.Missing, ", ")))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// markdown escapes text for Markdown on one line, also in a table.
func markdown(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			b.WriteByte(' ')
		case strings.ContainsRune("\\`*_{}[]()<>#+!|~@$", r):
			fmt.Fprintf(&b, "&#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
