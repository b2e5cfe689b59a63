package page

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/mutants"
)

func serve(t testing.TB, c Config) *Server {
	t.Helper()
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// ask sends a request to a server, as a browser on this machine does.
func ask(s *Server, method, target string, form url.Values, headers ...string) *http.Response {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequest(method, target, body)
	r.Host = "127.0.0.1:7766"
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func body(t testing.TB, r *http.Response) string {
	t.Helper()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestPages checks that every page is there, whole and under the policy, also without a campaign, and that hostile text is
// text.
func TestPages(t *testing.T) {
	results := filepath.Join(t.TempDir(), "planted.jsonl")
	planted := `{"Defects":[{"Target":"product","ID":"one","File":"a.go","Note":"` + "<script>" + `"}],"Hunts":[{"seed":1,"detected":true,"cases":7,"seconds":1.5,"buckets":[{"name":"b","instructions":2}]}],"Named":1,"Single":1}` + "\n"
	if err := os.WriteFile(results, []byte(planted), 0o644); err != nil {
		t.Fatal(err)
	}
	if list, err := mutants.ReadResults(results); err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	w := night(t)
	full := Config{Dirs: []string{w.dir, night(t).dir}, Command: []string{"false"}, Results: []string{results, results}, Program: "rvfuzz test, go",
		Matrix: func(context.Context) (string, error) {
			return "extension\tinstruction\tone\ttwo\nI\tadd\t20\t-\nI\t<script>\t0 -20\tDIFFER 3\n", nil
		}}
	for name, s := range map[string]*Server{"full": serve(t, full), "empty": serve(t, Config{Dirs: []string{t.TempDir()}})} {
		targets := []string{"/", "/buckets", "/buckets?q=%3Cscript%3E&sort=name&page=99&state=new", "/coverage", "/planted", "/instructions"}
		if name == "full" {
			list := body(t, ask(s, "GET", "/buckets", nil))
			targets = append(targets, "/campaign/night", "/coverage?campaign=night")
			for _, m := range regexp.MustCompile(`"(/bucket/[^"]*)"`).FindAllStringSubmatch(list, -1) {
				targets = append(targets, m[1])
			}
			if len(targets) < 20 {
				t.Errorf("the list has %d links", len(targets))
			}
			s.matrixMade(t)
		}
		for _, target := range targets {
			r := ask(s, "GET", target, nil)
			text := body(t, r)
			if r.StatusCode != http.StatusOK || !strings.HasSuffix(text, "</html>\n") {
				t.Errorf("%s %s: %s, %.300s", name, target, r.Status, text[max(len(text)-300, 0):])
			}
			if r.Header.Get("Content-Security-Policy") != policy {
				t.Errorf("%s is under the policy %q", target, r.Header.Get("Content-Security-Policy"))
			}
			for _, bad := range []string{"<script>", "<img", "http://", " style=", " onclick=", "ZgotmplZ", ".go:0"} {
				if i := strings.Index(text, bad); i >= 0 {
					t.Errorf("%s has %q: %.80q", target, bad, text[i:])
				}
			}
		}
	}
}

// matrixMade waits until the table of instructions is made.
func (s *Server) matrixMade(t *testing.T) {
	for range 100 {
		if strings.Contains(body(t, ask(s, "GET", "/instructions", nil)), "DIFFER 3") {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("there is no table of instructions")
}

// TestListIsFilteredAndSorted checks the filters, orders and pages of an address.
func TestListIsFilteredAndSorted(t *testing.T) {
	s := serve(t, Config{Dirs: []string{night(t).dir}})
	tests := []struct{ query, first, count string }{
		{"", "wrong-value/arith.add", "7"},
		{"state=known", "wrong-value/known.one", "2"},
		{"state=new&q=shift", "wrong-value/shift.shr", "1"},
		{"tag=div", "wrong-value/flaky.one", "1"},
		{"class=u33-63", "wrong-value/shift.shr", "1"},
		{"defect=broken-rule", "broken-rule/gone.one", "1"},
		{"fresh=1", "wrong-value/arith.add", "4"},
		{"sort=name", "broken-rule/gone.one", "7"},
		{"sort=cases", "broken-rule/gone.one", "7"},
		{"sort=name&reverse=1", "wrong-value/told/of", "7"},
	}
	row := regexp.MustCompile(`<td class="bucket"><a href="[^"]*">([^<]*)</a>`)
	for _, test := range tests {
		text := body(t, ask(s, "GET", "/buckets?"+test.query, nil))
		m := row.FindStringSubmatch(text)
		if m == nil || m[1] != test.first || !strings.Contains(text, `<p id="total">`+test.count+" buckets") {
			t.Errorf("%s: the first is %q, want %q of %s", test.query, m, test.first, test.count)
		}
	}
}

var formToken = regexp.MustCompile(`name="form" value="([^"]*)"`)

// TestForms checks that only a form of the server's own pages does anything, and what marking a bucket known does.
func TestForms(t *testing.T) {
	w := night(t)
	known := filepath.Join(t.TempDir(), "known")
	s := serve(t, Config{Dirs: []string{w.dir}, Command: []string{"false"}, Known: known})
	v, err := s.find("night")
	if err != nil {
		t.Fatal(err)
	}
	id := ""
	for i := range v.Buckets {
		if v.Buckets[i].Name == "wrong-value/shift.shr" {
			id = v.Buckets[i].ID
		}
	}
	target := "/bucket/night/" + id
	m := formToken.FindStringSubmatch(body(t, ask(s, "GET", target, nil)))
	if m == nil {
		t.Fatal("the page has no form")
	}
	form := func(token, issue, expires string) url.Values {
		return url.Values{"form": {token}, "do": {"known"}, "issue": {issue}, "expires": {expires}}
	}
	good := form(m[1], "https://example.org/issues/1", "2999-01-01")
	for _, test := range []struct {
		name    string
		form    url.Values
		headers []string
		status  int
	}{
		{"no token", form("", "https://example.org/1", "2999-01-01"), nil, http.StatusForbidden},
		{"another token", form("x", "https://example.org/1", "2999-01-01"), nil, http.StatusForbidden},
		{"another site", good, []string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		{"another origin", good, []string{"Origin", "http://evil.example"}, http.StatusForbidden},
		{"another name", good, []string{"Host", "evil.example"}, http.StatusMisdirectedRequest},
		{"a script as the issue", form(m[1], "javascript:alert(1)", "2999-01-01"), nil, http.StatusBadRequest},
		{"a past day", form(m[1], "https://example.org/1", "2001-01-01"), nil, http.StatusBadRequest},
		{"no such button", url.Values{"form": {m[1]}, "do": {"explode"}}, nil, http.StatusBadRequest},
	} {
		if r := ask(s, "POST", target, test.form, test.headers...); r.StatusCode != test.status {
			t.Errorf("%s: %s", test.name, r.Status)
		}
	}
	if files, _ := os.ReadDir(known); len(files) > 0 {
		t.Fatal("a refused form has marked the bucket")
	}
	if r := ask(s, "POST", target, good, "Origin", "http://127.0.0.1:7766", "Sec-Fetch-Site", "same-origin"); r.StatusCode != http.StatusSeeOther {
		t.Fatalf("%s: %s", r.Status, body(t, r))
	}
	if files, err := os.ReadDir(known); err != nil || len(files) != 1 {
		t.Errorf("the folder of known issues has %d files, %v", len(files), err)
	}
	text := body(t, ask(s, "GET", target, nil))
	if !strings.Contains(text, "marked known until 2999-01-01") || !strings.Contains(text, `href="https://example.org/issues/1"`) {
		t.Error("the page does not say that the bucket is known")
	}
	if buckets, err := campaign.Triage(w.dir); err != nil || buckets[len(buckets)-1].State == campaign.New {
		t.Errorf("%v, %v", buckets, err)
	}
	if after, err := s.find("night"); err != nil || after.Counts.New != v.Counts.New-1 || after.Counts.Known != v.Counts.Known+1 {
		t.Errorf("new: %d and then %d", v.Counts.New, after.Counts.New)
	}
}

// TestToken checks that a server with a token shows nothing without it.
func TestToken(t *testing.T) {
	s := serve(t, Config{Dirs: []string{night(t).dir}, Token: "se cret", Hosts: []string{"*"}})
	for _, target := range []string{"/", "/buckets", "/metrics", "/live", "/report/night?form=html", "/?token=wrong"} {
		r := ask(s, "GET", target, nil, "Host", "fuzz.example")
		if text := body(t, r); r.StatusCode != http.StatusUnauthorized || strings.Contains(text, "wrong-value") {
			t.Errorf("%s: %s", target, r.Status)
		}
	}
	if r := ask(s, "GET", "/metrics", nil, "Authorization", "Bearer se cret"); r.StatusCode != http.StatusOK {
		t.Errorf("a program with the token: %s", r.Status)
	}
	r := ask(s, "GET", "/buckets?token=se+cret&state=new", nil)
	if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/buckets?state=new" || len(r.Cookies()) != 1 {
		t.Fatalf("%s to %s", r.Status, r.Header.Get("Location"))
	}
	c := r.Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode {
		t.Errorf("the cookie is %s", c)
	}
	if r := ask(s, "GET", "/buckets", nil, "Cookie", c.Name+"="+c.Value); r.StatusCode != http.StatusOK {
		t.Errorf("a browser with the cookie: %s", r.Status)
	}
}

// TestLive checks that the server tells of what is appended to a log.
func TestLive(t *testing.T) {
	w := night(t)
	s := serve(t, Config{Dirs: []string{w.dir}})
	before := s.state()
	if s.state() != before {
		t.Error("the state changes by itself")
	}
	w.progress(campaign.Progress, 20000, nil, nil)
	if s.state() == before {
		t.Error("the state does not change with the log")
	}
	h := httptest.NewServer(s)
	defer h.Close()
	r, err := http.Get(h.URL + "/live")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var first [6]byte
	if _, err := io.ReadFull(r.Body, first[:]); err != nil || string(first[:]) != "data: " || r.Header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("%q, %v", first, err)
	}
	s.stop()
}

// TestPlottingLibraryIsUnchanged pins the files that are not ours.
func TestPlottingLibraryIsUnchanged(t *testing.T) {
	for name, want := range map[string]string{
		"uPlot.iife.min.js": "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
		"uPlot.min.css":     "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
		"uPlot.LICENSE":     "8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd",
	} {
		data, err := fs.ReadFile(static, "static/"+name)
		sum := sha256.Sum256(data)
		if err != nil || hex.EncodeToString(sum[:]) != want {
			t.Errorf("%s is another file, %v", name, err)
		}
	}
}

// manyBuckets is how many buckets a large campaign has; "make page" has 10,000.
var manyBuckets = flag.Int("buckets", 1000, "buckets of the large campaign")

// pageTime is the processor time in which every page must be there, with 10,000 buckets and 10 million cases.
const pageTime = 200 * time.Millisecond

// processorTime returns the processor time that this process has used.
func processorTime() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// TestLargeCampaignIsQuick checks how long pages of a large campaign take after its log has grown: the best of some
// attempts, in processor time, since the machine may be busy. Under the race detector the campaign is smaller and only the
// pages count.
func TestLargeCampaignIsQuick(t *testing.T) {
	buckets := *manyBuckets
	if raceEnabled {
		buckets = min(buckets, 500)
	}
	w := large(t, buckets)
	s := serve(t, Config{Dirs: []string{w.dir}})
	began := time.Now()
	if errs := s.Warm(); len(errs) > 0 {
		t.Fatal(errs)
	}
	t.Logf("the log was read in %s", time.Since(began).Round(time.Millisecond))
	v, err := s.find("large")
	if err != nil || v.Counts.New != buckets || v.Summary.Cases != 10_000_000 {
		t.Fatalf("%d new buckets, %v", v.Counts.New, err)
	}
	for i, target := range []string{"/", "/campaign/large", "/buckets", "/buckets?sort=name&q=function9&page=2", "/coverage", "/bucket/large/" + v.Buckets[77].ID, "/metrics"} {
		best, real := time.Hour, time.Hour
		for n := range 4 {
			w.progress(campaign.Progress, uint64(10_000_000+10*i+n), map[string]uint64{"wrong-value/file0.function0": uint64(1000 + 10*i + n)}, nil)
			before, began := processorTime(), time.Now()
			r := ask(s, "GET", target, nil)
			best, real = min(best, processorTime()-before), min(real, time.Since(began))
			if r.StatusCode != http.StatusOK {
				t.Fatalf("%s: %s", target, r.Status)
			}
		}
		t.Logf("%-40s %s of processor time, %s", target, best.Round(time.Millisecond/10), real.Round(time.Millisecond/10))
		if best > pageTime && !raceEnabled {
			t.Errorf("%s takes %s", target, best)
		}
	}
}

func ExampleNew() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	s, err := New(Config{Dirs: []string{dir}})
	if err != nil {
		panic(err)
	}
	defer s.Close()
	fmt.Println(s.Warm()[0] != nil)
	// Output: true
}
