package page

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/rvfuzz/rvfuzz/fuzz/report"
)

// HTML is the form of a report that is one file: the views of the page, with all that they need.
const HTML = "html"

// Write writes a report in a form, HTML or one of package report's.
func Write(w io.Writer, form string, r *report.Report) error {
	if form != HTML {
		return report.Write(w, form, r)
	}
	data, err := newReportData(r)
	if err != nil {
		return err
	}
	return execute(w, "report", data)
}

// WriteCoverage writes the heat map of what a campaign reached as one file. The program is the version that writes it.
func WriteCoverage(w io.Writer, v *report.View, program string) error {
	alone, err := newAlone("Coverage of " + v.Name)
	if err != nil {
		return err
	}
	return execute(w, "coverage-alone", struct {
		*alonePage
		*report.View
		Grid    *report.Grid
		Program string
	}{alone, v, report.NewGrid([]*report.View{v}), program})
}

func execute(w io.Writer, name string, data any) error {
	t, err := parsed()
	if err != nil {
		return err
	}
	return t.ExecuteTemplate(w, name, data)
}

// explainedBuckets is how many buckets a file explains; it lists all.
const explainedBuckets = 200

// reportData is what a file shows.
type reportData struct {
	*report.Report
	Campaign *campaignData
	Grid     *report.Grid
	Details  []*bucketData
	*alonePage
}

// alonePage is what a file has that needs no other: its title, and all styles and scripts.
type alonePage struct {
	Title          string
	Style          template.CSS
	Library, Plots template.JS
	Policy         string
}

func newReportData(r *report.Report) (*reportData, error) {
	alone, err := newAlone(r.Name + " · rvfuzz report")
	if err != nil {
		return nil, err
	}
	d := &reportData{Report: r, Campaign: newCampaignData(r.View), Grid: report.NewGrid([]*report.View{r.View}), alonePage: alone}
	all := &report.Found{Total: len(r.Buckets), Page: 1, Pages: 1}
	for i := range r.Buckets {
		b := &r.Buckets[i]
		all.Buckets = append(all.Buckets, b)
		if b.HasFile() && len(d.Details) < explainedBuckets {
			data, err := newBucketData(r.View, b)
			if err != nil {
				return nil, err
			}
			d.Details = append(d.Details, data)
		}
	}
	d.Campaign.List = bucketList{Found: all, Inside: true}
	return d, nil
}

func newAlone(title string) (*alonePage, error) {
	var text [4]string
	for i, name := range []string{"uPlot.min.css", "style.css", "uPlot.iife.min.js", "app.js"} {
		data, err := fs.ReadFile(static, "static/"+name)
		if err != nil {
			return nil, err
		}
		text[i] = string(data)
	}
	// These are files of this package, and their hashes are what may run.
	p := &alonePage{Title: title, Style: template.CSS(text[0] + text[1]), Library: template.JS(text[2]), Plots: template.JS(text[3])}
	p.Policy = fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s' '%s'; img-src data:; base-uri 'none'; form-action 'none'",
		hash(text[0]+text[1]), hash(text[2]), hash(text[3]))
	return p, nil
}

// hash returns the hash of what is between the tags of an element as a Content-Security-Policy has it.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// parsed returns the templates.
func parsed() (*template.Template, error) {
	return template.New("").Funcs(functions).ParseFS(templates, "templates/*.html")
}

// functions are what templates call.
var functions = template.FuncMap{
	"stateClass": stateClass,
	"count":      count,
	"whole":      func(f float64) string { return count(uint64(f + 0.5)) },
	"percent":    percent,
	"when":       when,
	"long":       func(d time.Duration) string { return d.Round(time.Second).String() },
	"size":       func(bytes uint64) string { return fmt.Sprintf("%d MiB", bytes>>20) },
	"address":    address,
	"list":       func(q map[string]string) string { return listAddress(q) },
	"pairs":      pairs,
	"program": func(version string) string {
		name, _, _ := strings.Cut(version, ", go")
		return name
	},
	"insideGrid": func(g *report.Grid) *gridData { return &gridData{Grid: g, Inside: true} },
}

// count returns a number with a thin space between thousands.
func count(n any) string {
	digits := fmt.Sprint(n)
	sign := ""
	if rest, ok := strings.CutPrefix(digits, "-"); ok {
		sign, digits = "-", rest
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "\u202f" + digits[i:]
	}
	return sign + digits
}

func percent(part, whole uint64) string {
	if whole == 0 {
		return "0 %"
	}
	return strconv.FormatFloat(100*float64(part)/float64(whole), 'f', 2, 64) + " %"
}

func when(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format("2006-01-02 15:04:05")
}

// address returns the address of a bucket's page, or of its place in a file.
func address(b *report.Bucket, inside bool) string {
	if inside {
		return "#" + b.ID
	}
	return "/bucket/" + url.PathEscape(b.Campaign) + "/" + b.ID
}

// listAddress returns the address of the list of buckets that have some values.
func listAddress(values map[string]string) string {
	q := url.Values{}
	for name, value := range values {
		if value != "" {
			q.Set(name, value)
		}
	}
	return "/buckets?" + q.Encode()
}

// pairs returns a map of keys and values that alternate.
func pairs(list ...string) (map[string]string, error) {
	if len(list)%2 != 0 {
		return nil, fmt.Errorf("page: a key without a value")
	}
	m := map[string]string{}
	for i := 0; i < len(list); i += 2 {
		m[list[i]] = list[i+1]
	}
	return m, nil
}
