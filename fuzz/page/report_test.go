package page

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/page/pagetest"
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

// TestFormsAgree checks that the page and all forms of a report have the counts that triage has, and follow their schemas.
func TestFormsAgree(t *testing.T) {
	w := night(t)
	want := pagetest.Triage(t, w.dir)
	want.Known++ // the one that has no file
	want.Cases = 10000
	if want != (pagetest.Counts{New: 3, Flaky: 1, Known: 2, Gone: 1, Cases: 10000}) {
		t.Fatalf("triage has %+v", want)
	}
	r := report.New(view(t, w.dir), nil, "rvfuzz test")
	for _, form := range pagetest.Forms() {
		text := ""
		if form == pagetest.Page {
			text = body(t, ask(serve(t, Config{Dirs: []string{w.dir}}), "GET", "/campaign/night", nil))
		} else {
			text = written(t, form, r)
		}
		pagetest.Check(t, form, text, want)
		if strings.Contains(text, ".go:0") {
			t.Errorf("%s has a line 0", form)
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
				if *at.ArtifactLocation.URI != "backend/codegen/arith.go" || *at.Region.StartLine != 50 && *at.Region.StartLine != 1 {
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

// TestJUnitFollowsItsSchema checks that xmllint passes a report, and not one with an element that the schema lacks.
func TestJUnitFollowsItsSchema(t *testing.T) {
	text := written(t, report.JUnit, report.New(view(t, night(t).dir), nil, "rvfuzz test"))
	err := pagetest.Validate(report.JUnit, text)
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("xmllint is not installed: ci/tools.sh")
	}
	if err != nil {
		t.Errorf("%v\n%s", err, text)
	}
	if pagetest.Validate(report.JUnit, strings.Replace(text, "<testcase ", "<testcas ", 1)) == nil {
		t.Error("an unknown element follows the schema")
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
