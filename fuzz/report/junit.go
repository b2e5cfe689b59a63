package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
)

// writeJUnit writes one test suite: a test for the campaign, which fails by its gates and the machine, and one for each
// bucket, which fails while it is new or flaky, is skipped while it is known, and passes once it is gone.
func writeJUnit(w io.Writer, r *Report) error {
	s := &r.Summary
	suite := junit.Testsuite{Name: fmt.Sprintf("campaign %d shard %d", s.Seed, s.Shard), Package: "rvfuzz",
		Time: fmt.Sprintf("%.3f", s.Elapsed.Seconds())}
	suite.SetTimestamp(r.Updated)
	for _, p := range [][2]string{{"workdir", r.Dir}, {"version", r.version()}, {"cases", fmt.Sprint(s.Cases)}, {"discarded", fmt.Sprint(s.Discarded)},
		{"fresh", fmt.Sprint(r.Counts.Fresh)}, {"missing", strings.Join(r.Missing, " ")}} {
		suite.AddProperty(p[0], printable(p[1]))
	}
	suite.AddTestcase(junit.Testcase{Name: "the campaign ran", Classname: "rvfuzz.campaign", Error: problem("trouble", nonEmpty(s.Trouble))})
	for _, gate := range s.Missed {
		suite.AddTestcase(junit.Testcase{Name: printable(gate), Classname: "rvfuzz.gate", Failure: problem("gate missed", []string{gate})})
	}
	for _, flip := range s.Flip {
		suite.AddTestcase(junit.Testcase{Name: printable(flip), Classname: "rvfuzz.known-issue", Failure: problem("known issue", []string{flip})})
	}
	for i := range r.Buckets {
		suite.AddTestcase(testcase(&r.Buckets[i]))
	}
	var all junit.Testsuites
	all.Name = "rvfuzz"
	all.AddSuite(suite)
	all.Skipped = 0 // an attribute that the schema has for suites alone
	if _, err := io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := all.WriteXML(&b); err != nil {
		return err
	}
	// The schema has no message for what is skipped, which the library always writes.
	_, err := w.Write(bytes.ReplaceAll(b.Bytes(), []byte("\t<skipped message=\"\">"), []byte("\t<skipped>")))
	return err
}

func nonEmpty(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// problem returns the result of a test that failed by some lines, or nil without any.
func problem(kind string, lines []string) *junit.Result {
	if len(lines) == 0 {
		return nil
	}
	first, _, _ := strings.Cut(lines[0], "\n")
	return &junit.Result{Message: printable(first), Type: kind, Data: printable(strings.Join(lines, "\n"))}
}

func testcase(b *Bucket) junit.Testcase {
	t := junit.Testcase{Name: printable(b.Name), Classname: "rvfuzz." + printable(b.Defect)}
	switch b.State {
	case campaign.Known:
		t.Skipped = &junit.Result{Data: printable(fmt.Sprintf("known issue, %d cases %s %s", b.Count, b.Issue, b.Expires))}
	case campaign.Gone:
	default:
		text := fmt.Sprintf("%s\n%d cases, %s\n%s\n\n%s", b.Signature, b.Count, b.First(), b.Path, b.Text)
		t.Failure = problem(b.heading(), []string{text})
	}
	return t
}

// printable returns text without what XML cannot hold.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || r < ' ' && r != '\n' && r != '\t' || r == 0xfffe || r == 0xffff {
			return '?'
		}
		return r
	}, text)
}
