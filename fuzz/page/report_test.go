package page

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/jstemmer/go-junit-report/v2/junit"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/report"
)

func written(t *testing.T, form string, r *report.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, form, r); err != nil {
		t.Fatalf("%s: %v", form, err)
	}
	return b.String()
}

func view(t *testing.T, dir string) *report.View {
	t.Helper()
	v, err := report.Open(dir).View()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// counts are the numbers that every form has: buckets that are new, flaky, known and gone, and cases.
type counts struct{ fresh, new, flaky, known, gone, cases int }

// formCounts returns the counts that a form has.
var formCounts = map[string]func(*testing.T, string) counts{
	report.Text: func(t *testing.T, text string) (c counts) {
		if _, err := fmt.Sscanf(text, "campaign 1 shard 0: %d cases, %d new buckets, %d flaky, %d known, %d gone", &c.cases, &c.new, &c.flaky, &c.known, &c.gone); err != nil {
			t.Errorf("%v in %.200q", err, text)
		}
		return c
	},
	report.GitHub: func(t *testing.T, text string) (c counts) {
		row := strings.Split(text, "\n")[4]
		var rate, discarded, tags, pairs int
		if _, err := fmt.Sscanf(row, "| %d | %d | %d | %d | %d | %d | %d | %d | %d |", &c.cases, &rate, &discarded, &tags, &pairs, &c.new, &c.flaky, &c.known, &c.gone); err != nil {
			t.Errorf("%v in %q", err, row)
		}
		return c
	},
	report.JUnit:      junitCounts,
	report.SARIF:      sarifCounts,
	report.Prometheus: metricCounts,
	HTML: func(t *testing.T, text string) (c counts) {
		for name, n := range map[string]*int{"fresh": &c.fresh, "new": &c.new, "flaky": &c.flaky, "known": &c.known, "gone": &c.gone, "case": &c.cases} {
			m := regexp.MustCompile(`id="` + name + `-count">([^<]*)<`).FindStringSubmatch(text)
			if m == nil {
				t.Errorf("the file has no %s", name)
				continue
			}
			*n, _ = strconv.Atoi(strings.ReplaceAll(m[1], "\u202f", ""))
		}
		return c
	},
}

// junitCounts takes new and flaky buckets together: both fail.
func junitCounts(t *testing.T, text string) (c counts) {
	var all junit.Testsuites
	if err := xml.Unmarshal([]byte(text), &all); err != nil {
		t.Fatal(err)
	}
	for _, test := range all.Suites[0].Testcases {
		switch {
		case test.Classname == "rvfuzz.campaign":
		case test.Failure != nil && strings.Contains(test.Failure.Type, "flaky"):
			c.flaky++
		case test.Failure != nil:
			c.new++
		case test.Skipped != nil:
			c.known++
		default:
			c.gone++
		}
	}
	for _, p := range *all.Suites[0].Properties {
		if p.Name == "cases" {
			c.cases, _ = strconv.Atoi(p.Value)
		}
	}
	if s := all.Suites[0]; s.Failures != c.new+c.flaky || s.Skipped != c.known || s.Tests != 1+c.new+c.flaky+c.known+c.gone || all.Failures != s.Failures {
		t.Errorf("the suite says %d tests, %d failures and %d skipped of %+v", s.Tests, s.Failures, s.Skipped, c)
	}
	return c
}

// sarifCounts counts results: flaky ones are like new ones.
func sarifCounts(t *testing.T, text string) (c counts) {
	var log sarif.Report
	if err := json.Unmarshal([]byte(text), &log); err != nil {
		t.Fatal(err)
	}
	for _, r := range log.Runs[0].Results {
		switch {
		case len(r.Suppressions) > 0:
			c.known++
		case r.Kind == "pass":
			c.gone++
		default:
			c.new++
		}
	}
	return c
}

func metricCounts(t *testing.T, text string) (c counts) {
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "} ")
		n, _ := strconv.ParseFloat(value, 64)
		for label, to := range map[string]*int{`rvfuzz_buckets{campaign="night",state="new"`: &c.new, `rvfuzz_buckets{campaign="night",state="flaky"`: &c.flaky,
			`rvfuzz_buckets{campaign="night",state="known"`: &c.known, `rvfuzz_buckets{campaign="night",state="gone"`: &c.gone, `rvfuzz_cases_total{campaign="night"`: &c.cases} {
			if name == label {
				*to = int(n)
			}
		}
	}
	return c
}

// TestFormsAgree checks that all forms of a report have the counts that triage has.
func TestFormsAgree(t *testing.T) {
	w := night(t)
	buckets, err := campaign.Triage(w.dir)
	if err != nil {
		t.Fatal(err)
	}
	want := counts{cases: 10000, known: 1} // the one that has no file
	for i := range buckets {
		switch buckets[i].State {
		case campaign.New:
			want.new++
		case campaign.Flaky:
			want.flaky++
		case campaign.Known:
			want.known++
		case campaign.Gone:
			want.gone++
		}
	}
	if want != (counts{0, 3, 1, 2, 1, 10000}) {
		t.Fatalf("triage has %+v", want)
	}
	r := report.New(view(t, w.dir), nil, "rvfuzz test")
	for form, read := range formCounts {
		got := read(t, written(t, form, r))
		got.fresh = 0
		expected := want
		if form == report.SARIF { // which has neither
			expected.new, expected.flaky, expected.cases = want.new+want.flaky, 0, 0
		}
		if got != expected {
			t.Errorf("%s has %+v, triage %+v", form, got, expected)
		}
	}
}

// TestSARIFFollowsItsSchema validates against the schema of OASIS, with and without an older campaign.
func TestSARIFFollowsItsSchema(t *testing.T) {
	v := view(t, night(t).dir)
	older := newWorkdir(t, "older")
	older.tell(0, campaign.Event{Kind: campaign.Start})
	older.finding("wrong-value/arith.add", "value/result/add.i8/arith.add/register", "", 1)
	older.finding("wrong-value/fixed", "value/result/add.i8/arith.add/register", "", 2)
	older.progress(campaign.End, 10, map[string]uint64{"wrong-value/arith.add": 1, "wrong-value/fixed": 1}, nil)
	for _, since := range []*report.View{nil, view(t, older.dir)} {
		text := written(t, report.SARIF, report.New(v, since, "rvfuzz test"))
		log, err := sarif.FromBytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := log.Validate(); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
		states := map[string]int{}
		for _, r := range log.Runs[0].Results {
			if r.BaselineState != nil {
				states[*r.BaselineState]++
			}
			if len(r.Locations) > 0 {
				at := r.Locations[0].PhysicalLocation
				if *at.ArtifactLocation.URI != "backend/codegen/arith.go" || *at.Region.StartLine != 50 {
					t.Errorf("a result is at %v", at)
				}
			}
		}
		if since != nil && (states["absent"] != 2 || states["unchanged"] == 0 || states["new"] == 0) {
			t.Errorf("beside an older campaign the states are %v", states)
		}
	}
	var log sarif.Report
	if err := json.Unmarshal([]byte(`{"version":"2.1.0","runs":[{}]}`), &log); err != nil || log.Validate() == nil {
		t.Errorf("a run without a tool follows the schema (%v)", err)
	}
}

// TestJUnitFollowsItsSchema validates with xmllint.
func TestJUnitFollowsItsSchema(t *testing.T) {
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is not installed: ci/tools.sh")
	}
	text := written(t, report.JUnit, report.New(view(t, night(t).dir), nil, "rvfuzz test"))
	validate := func(text string) error {
		name := filepath.Join(t.TempDir(), "report.xml")
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(lint, "--nonet", "--noout", "--schema", filepath.Join("testdata", "junit-4.xsd"), name).CombinedOutput()
		if err != nil {
			err = fmt.Errorf("%w: %s", err, out)
		}
		return err
	}
	if err := validate(text); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
	if validate(strings.Replace(text, "<testcase ", "<testcas ", 1)) == nil {
		t.Error("an element that there is not follows the schema")
	}
}

// TestSince checks what is fresh and missing beside an older campaign.
func TestSince(t *testing.T) {
	old := view(t, night(t).dir)
	w := night(t)
	w.finding("wrong-value/later", "value/result/add.i8/arith.add/register", "", 9)
	w.progress(campaign.End, 20000, map[string]uint64{"wrong-value/later": 1}, nil)
	if err := os.Remove(filepath.Join(w.dir, campaign.New, "f2.txtar")); err != nil {
		t.Fatal(err)
	}
	r := report.New(view(t, w.dir), old, "")
	if r.Counts.Fresh != 1 || !r.Buckets[0].Fresh || r.Buckets[0].Name != "wrong-value/later" {
		t.Errorf("fresh: %d, the first is %s", r.Counts.Fresh, r.Buckets[0].Name)
	}
	if len(r.Missing) != 1 || r.Missing[0] != "wrong-value/shift.shr" {
		t.Errorf("missing: %q", r.Missing)
	}
}

// TestFileIsSelfContained checks that a report in HTML names nothing that a browser would load, and that hostile text is
// text.
func TestFileIsSelfContained(t *testing.T) {
	text := written(t, HTML, report.New(view(t, night(t).dir), nil, "rvfuzz test"))
	for _, bad := range []string{`<link`, `src="`, `url(`, `@import`, `<script>document.title`, `<img src=x`, "http://"} {
		if i := strings.Index(text, bad); i >= 0 {
			t.Errorf("the file has %q: %.80q", bad, text[i:])
		}
	}
	for _, form := range []string{report.Text, report.GitHub} {
		if text := written(t, form, report.New(view(t, night(t).dir), nil, "rvfuzz test")); strings.Contains(text, "<script") && form == report.GitHub {
			t.Errorf("%s has a tag: %s", form, text)
		}
	}
}
