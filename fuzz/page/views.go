package page

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/report"
)

// overview shows all campaigns and the buckets that ask most to be looked at.
func (s *Server) overview(w http.ResponseWriter, _ *http.Request) {
	views, errs := s.set.Views()
	s.render(w, "overview", &frame{Title: "Campaigns", At: "overview", Errors: errs, Data: struct {
		Views []*report.View
		Total report.Counts
		List  bucketList
	}{views, report.Total(views), bucketList{Found: report.Query{Sort: "rank"}.Find(views), Multiple: len(views) > 1}}})
}

// seriesPoints is how many points a plot has at most.
const seriesPoints = 500

// campaignData is what is shown of one campaign.
type campaignData struct {
	*report.View
	Series *report.Series
	Lines  []string // what it fails by
	List   bucketList
}

func newCampaignData(v *report.View) *campaignData {
	q := report.Query{Campaign: v.Name, Sort: "rank"}
	return &campaignData{v, v.Series(seriesPoints), v.Problems(), bucketList{Found: q.Find([]*report.View{v}), Query: q}}
}

func (s *Server) campaign(w http.ResponseWriter, r *http.Request) {
	v, err := s.find(r.PathValue("name"))
	if err != nil {
		s.fail(w, http.StatusNotFound, err.Error())
		return
	}
	s.render(w, "campaign", &frame{Title: "Campaign " + v.Name, At: "overview", Data: newCampaignData(v)})
}

// bucketList is a page of a list of buckets.
type bucketList struct {
	*report.Found
	Query    report.Query
	Choices  *report.Choices
	Names    []string // of the campaigns
	Multiple bool
	Sortable bool
	Inside   bool // links lead to places of the same file
}

// Sort returns the address of the list in another order, or the other way round if it is in that order.
func (l *bucketList) Sort(by string) string {
	q := l.Query
	q.Reverse = q.Sort == by && !q.Reverse
	q.Sort, q.Page = by, 1
	return "/buckets?" + q.Values().Encode()
}

// Order returns the order of a column as ARIA has it.
func (l *bucketList) Order(by string) string {
	switch {
	case l.Query.Sort != by:
		return "none"
	case l.Query.Reverse:
		return "descending"
	}
	return "ascending"
}

// Turn returns the address of another page of the list, or "" if there is none.
func (l *bucketList) Turn(by int) string {
	q := l.Query
	q.Page = l.Page + by
	if q.Page < 1 || q.Page > l.Pages {
		return ""
	}
	return "/buckets?" + q.Values().Encode()
}

func (s *Server) buckets(w http.ResponseWriter, r *http.Request) {
	views, errs := s.set.Views()
	q := report.ParseQuery(r.URL.Query())
	l := bucketList{Found: q.Find(views), Query: q, Choices: report.NewChoices(views), Multiple: len(views) > 1, Sortable: true}
	for _, v := range views {
		l.Names = append(l.Names, v.Name)
	}
	s.render(w, "buckets", &frame{Title: "Buckets", At: "buckets", Errors: errs, Data: &l})
}

// bucketData is what is shown of one bucket.
type bucketData struct {
	*report.Bucket
	Dir       string
	Entry     string
	Explained *explained
	Reproduce string
	Jobs      []job
	Form      string // the token of the form, "" without buttons
	Problem   error
	Same      []*report.Bucket // in other campaigns
	Others    []*report.Bucket // of the same defect or place
}

// newBucketData reads what there is of a bucket.
func newBucketData(v *report.View, b *report.Bucket) (*bucketData, error) {
	d := &bucketData{Bucket: b, Dir: v.Dir}
	if !b.HasFile() {
		return d, nil
	}
	entry, err := os.ReadFile(b.Path)
	if err != nil {
		return d, err
	}
	d.Entry = string(entry)
	d.Reproduce = "rvfuzz explain " + quoted(b.Path)
	if b.SeedEntry == "" {
		d.Reproduce = fmt.Sprintf("rvfuzz case --run %d --shard %d %d\n%s", v.Summary.Seed, v.Summary.Shard, b.Case, d.Reproduce)
	}
	x, err := v.Explained(b)
	d.Explained = newExplained(x)
	return d, err
}

// plainWord is what a shell takes as one word as it is.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./+-]+$`)

// quoted quotes a word for a shell.
func quoted(word string) string {
	if plainWord.MatchString(word) && word[0] != '-' {
		return word
	}
	if strings.HasPrefix(word, "-") {
		word = "./" + word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

func (s *Server) bucket(w http.ResponseWriter, r *http.Request) {
	v, err := s.find(r.PathValue("name"))
	if err != nil {
		s.fail(w, http.StatusNotFound, err.Error())
		return
	}
	b := v.Bucket(r.PathValue("id"))
	if b == nil {
		s.fail(w, http.StatusNotFound, "There is no such bucket.")
		return
	}
	s.showBucket(w, v, b, http.StatusOK, nil)
}

// relatedBuckets is how many other buckets a bucket's page names.
const relatedBuckets = 10

func (s *Server) showBucket(w http.ResponseWriter, v *report.View, b *report.Bucket, status int, problem error) {
	d, err := newBucketData(v, b)
	d.Problem, d.Jobs = problem, s.jobs.of(b)
	if b.HasFile() && len(s.config.Command) > 0 {
		d.Form = s.forms
	}
	for _, other := range s.views() {
		for i := range other.Buckets {
			o := &other.Buckets[i]
			switch {
			case o.Campaign == b.Campaign && o.Name == b.Name:
			case o.Name == b.Name:
				d.Same = append(d.Same, o)
			case len(d.Others) < relatedBuckets && o.Campaign == b.Campaign && b.Tag != "" && o.Tag == b.Tag:
				d.Others = append(d.Others, o)
			}
		}
	}
	f := &frame{Title: b.Name, At: "buckets", Data: d}
	if err != nil {
		f.Errors = append(f.Errors, err)
	}
	if status != http.StatusOK {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
	}
	s.render(w, "bucket", f)
}

// coverage shows the heat map of tags and type classes, of one campaign or of all.
func (s *Server) coverage(w http.ResponseWriter, r *http.Request) {
	views, errs := s.set.Views()
	name := r.URL.Query().Get("campaign")
	var names []string
	for _, v := range views {
		names = append(names, v.Name)
	}
	if name != "" {
		views = slices.DeleteFunc(views, func(v *report.View) bool { return v.Name != name })
	}
	s.render(w, "coverage", &frame{Title: "Coverage of meaning", At: "coverage", Errors: errs, Data: &gridData{report.NewGrid(views), name, names, false}})
}

// gridData is the heat map with the names of the campaigns to choose from.
type gridData struct {
	*report.Grid
	Name   string
	Names  []string
	Inside bool // its cells lead nowhere
}

// gridLine is a row of the heat map, and gridCell a cell of it; one without a class is not compiled.
type gridLine struct {
	Tag   string
	Cells []gridCell
}

type gridCell struct{ Class, Title, Text, Link string }

// Lines returns the rows of the heat map.
func (d *gridData) Lines() []gridLine {
	lines := make([]gridLine, len(d.Rows))
	for i := range d.Rows {
		row := &d.Rows[i]
		lines[i] = gridLine{row.Tag, make([]gridCell, len(row.Cells))}
		for j := range row.Cells {
			if c := &row.Cells[j]; c.All > 0 || c.Reached > 0 || c.Buckets > 0 {
				lines[i].Cells[j] = d.cell(row.Tag, d.Columns[j], c)
			}
		}
	}
	return lines
}

func (d *gridData) cell(tag, class string, c *report.GridCell) gridCell {
	cell := gridCell{Class: fmt.Sprintf("h%d", c.Heat()), Title: fmt.Sprintf("%s %s: not reached", tag, class)}
	switch {
	case c.All > 1:
		cell.Title = fmt.Sprintf("%s %s: reached %d of %d widths", tag, class, c.Reached, c.All)
	case c.Reached > 0:
		cell.Title = fmt.Sprintf("%s %s: reached", tag, class)
	}
	if c.Reached > 0 {
		cell.Title += ", first " + when(c.First)
	}
	if c.Buckets > 0 {
		cell.Class, cell.Text = "hit", fmt.Sprint(c.Buckets)
		if !d.Inside {
			cell.Link = listAddress(map[string]string{"tag": tag, "class": class})
		}
	}
	return cell
}

// download sends a report of a campaign in a form that other programs read.
func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	v, err := s.find(r.PathValue("name"))
	if err != nil {
		s.fail(w, http.StatusNotFound, err.Error())
		return
	}
	form := r.URL.Query().Get("form")
	kind := map[string][2]string{HTML: {"text/html; charset=utf-8", ".html"}, report.Text: {"text/plain; charset=utf-8", ".txt"}, report.JUnit: {"application/xml", ".junit.xml"},
		report.SARIF: {"application/sarif+json", ".sarif"}, report.GitHub: {"text/markdown; charset=utf-8", ".md"}}[form]
	if kind[0] == "" {
		s.fail(w, http.StatusNotFound, "There is no such form of a report.")
		return
	}
	h := w.Header()
	h.Set("Content-Type", kind[0])
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename*=UTF-8''%s%s", url.PathEscape(filepath.Base(v.Name)), kind[1]))
	if err := Write(w, form, report.New(v, nil, s.config.Program)); err != nil {
		s.fail(w, http.StatusInternalServerError, err.Error())
	}
}

// explained is an explanation side by side.
type explained struct {
	*diff.Explanation
	Columns []column
}

// column is one side.
type column struct {
	Title string
	Lines []line
}

// line is a line of a column. Lines of one AIR instruction have the same Inst, -1 for none.
type line struct {
	Text    string
	Inst    int
	Culprit bool
	First   bool // it is the first wrong value's
	Tip     []tip
}

// tip is a row of what a line's tooltip says.
type tip struct{ Name, Text string }

// number returns the instruction that a line of AIR is, or -1.
func number(text string) int {
	n := -1
	if _, err := fmt.Sscanf(strings.TrimSpace(text), "%%%d", &n); err != nil {
		return -1
	}
	return n
}

// newExplained puts AIR, MIR and machine code side by side; nil of nil.
func newExplained(x *diff.Explanation) *explained {
	if x == nil || x.Conclusion != diff.Diverges {
		return nil
	}
	e := &explained{Explanation: x}
	held := map[int][]tip{}
	var lines []line
	for _, l := range x.AIR {
		n := number(l.Text)
		t := sides(x, l, n)
		if n >= 0 {
			held[n] = t
		}
		lines = append(lines, line{Text: l.Text, Inst: n, Culprit: l.Culprit, First: l.Culprit, Tip: t})
	}
	e.add("AIR", lines)
	lines = nil
	for _, l := range x.MIR {
		n := number(l.AIR)
		lines = append(lines, line{Text: strings.TrimPrefix(l.Text, "  "), Inst: n, Culprit: l.Culprit, Tip: named(l.AIR, held[n])})
	}
	e.add("MIR", lines)
	lines = nil
	for i := range x.Executed {
		lines = append(lines, machineLine(&x.Executed[i], held))
	}
	for i := range x.Emitted {
		lines = append(lines, machineLine(&diff.Executed{Code: x.Emitted[i]}, held))
	}
	e.add("Machine code", lines)
	return e
}

func (e *explained) add(title string, lines []line) {
	if len(lines) > 0 {
		e.Columns = append(e.Columns, column{title, lines})
	}
}

// sides returns what both oracles hold for a line of AIR.
func sides(x *diff.Explanation, l diff.Line, n int) (list []tip) {
	if c := x.Culprit; l.Culprit && c != nil && c.Inst == n && len(c.Parts) > 0 {
		for i := range c.Parts {
			p := &c.Parts[i]
			list = append(list, tip{strings.TrimSpace("evaluator " + p.Path), p.Want.String()}, tip{strings.TrimSpace("code " + p.Path), p.Got.String()})
		}
		if c.Where != "" {
			list = append(list, tip{"lives in", c.Where})
		}
		return list
	}
	if l.Value != "" {
		list = append(list, tip{"evaluator", l.Value})
	}
	if l.Code != "" {
		list = append(list, tip{"code", l.Code})
	}
	return list
}

// named puts the AIR instruction before what is held for it.
func named(air string, held []tip) []tip {
	if air == "" {
		return nil
	}
	return append([]tip{{"for", air}}, held...)
}

func machineLine(x *diff.Executed, held map[int][]tip) line {
	n := number(x.AIR)
	l := line{Text: fmt.Sprintf("%s  %s", x.PC, x.Text), Inst: n, Culprit: x.Culprit}
	for _, r := range x.Read {
		l.Tip = append(l.Tip, tip{"reads " + r.Name, r.Value})
	}
	for _, r := range x.Wrote {
		l.Tip = append(l.Tip, tip{"writes " + r.Name, r.Value})
	}
	if m := x.Memory; m != nil {
		what := "loads"
		if m.Store {
			what = "stores"
		}
		l.Tip = append(l.Tip, tip{what, fmt.Sprintf("%s at %s", m.Bytes, m.Address)})
	}
	if len(x.Emitted) > 0 {
		c := x.Emitted[len(x.Emitted)-1]
		l.Tip = append(l.Tip, tip{"emitted by", fmt.Sprintf("%s (%s)", c.Func, c.Place())})
	}
	l.Tip = append(l.Tip, named(x.AIR, held[n])...)
	return l
}

// stateClass returns the class of style of a state.
func stateClass(b *report.Bucket) string {
	if b.Fresh {
		return "fresh"
	}
	if b.State == campaign.New {
		return "new"
	}
	return b.State
}
