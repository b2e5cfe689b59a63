// Package pagetest reads the forms of a report and the page of a campaign, for the tests of the page and of the command.
package pagetest

import (
	_ "embed"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jstemmer/go-junit-report/v2/junit"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/report"
)

// Page is the form of what a server shows at the address of a campaign, and HTML that of package page, whose own tests use this
// package.
const (
	Page = "page"
	HTML = "html"
)

// Counts are the numbers of buckets of each state, and of cases.
type Counts struct{ New, Flaky, Known, Gone, Cases int }

// Forms are the forms of a report and the page.
func Forms() []string {
	return []string{Page, HTML, report.Text, report.GitHub, report.JUnit, report.SARIF, report.Prometheus}
}

// Triage returns the counts of the buckets that the folder of a campaign has as files.
func Triage(t testing.TB, dir string) (c Counts) {
	t.Helper()
	buckets, err := campaign.Triage(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range buckets {
		switch buckets[i].State {
		case campaign.New:
			c.New++
		case campaign.Flaky:
			c.Flaky++
		case campaign.Known:
			c.Known++
		case campaign.Gone:
			c.Gone++
		}
	}
	return c
}

// Check checks that a form has the counts that are wanted, and follows its schema if it has one.
func Check(t testing.TB, form, text string, want Counts) {
	t.Helper()
	got, err := Read(form, text)
	if form == report.SARIF { // which has a result for each bucket, of new and flaky ones alike, and no number of cases
		want.New, want.Flaky, want.Cases = want.New+want.Flaky, 0, 0
	}
	if err != nil || got != want {
		t.Errorf("%s has %+v and not %+v, %v", form, got, want, err)
	}
	if err := Validate(form, text); err != nil && !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("%v\n%s", err, text)
	}
}

// Read returns the counts that a form has.
func Read(form, text string) (Counts, error) {
	switch form {
	case report.JUnit:
		return junitCounts(text)
	case report.SARIF:
		return sarifCounts(text)
	}
	patterns := map[string]string{
		report.Text:       `(?m)^campaign \d+ shard \d+: (?P<case>\d+) cases, (?P<new>\d+) new buckets(?:, (?P<flaky>\d+) flaky)?, (?P<known>\d+) known, (?P<gone>\d+) gone`,
		report.GitHub:     `(?m)^\| (?P<case>\d+) (?:\| \d+ ){4}\| (?P<new>\d+) \| (?P<flaky>\d+) \| (?P<known>\d+) \| (?P<gone>\d+) \|$`,
		report.Prometheus: `(?m)^rvfuzz_(?:buckets|cases)_?\w*{campaign="[^"]*"(?:,state="(?P<state>\w+)")?} (?P<count>[0-9.e+]+)$`,
		HTML:              `id="(?P<state>new|flaky|known|gone|case)-count">(?P<count>[^<]*)<`,
	}
	patterns[Page] = patterns[HTML]
	pattern := regexp.MustCompile(patterns[form])
	values := map[string]string{}
	for _, m := range pattern.FindAllStringSubmatch(text, -1) {
		for i, name := range pattern.SubexpNames() {
			switch name {
			case "", "state":
			case "count":
				values[stateOf(pattern, m)] = m[i]
			default:
				values[name] = m[i]
			}
		}
	}
	var c Counts
	for name, to := range map[string]*int{"new": &c.New, "flaky": &c.Flaky, "known": &c.Known, "gone": &c.Gone, "case": &c.Cases} {
		value, ok := values[name]
		if !ok {
			return c, fmt.Errorf("%s has no number of %s", form, name)
		}
		n, err := strconv.ParseFloat("0"+strings.ReplaceAll(value, "\u202f", ""), 64) // "0": no number of flaky buckets is none
		if err != nil {
			return c, err
		}
		*to = int(n)
	}
	return c, nil
}

// stateOf returns the state that a match counts, "case" for cases.
func stateOf(pattern *regexp.Regexp, match []string) string {
	if state := match[pattern.SubexpIndex("state")]; state != "" {
		return state
	}
	return "case"
}

// junitCounts counts tests by how they ended, and compares with the sums that the suite has.
func junitCounts(text string) (c Counts, err error) {
	var all junit.Testsuites
	if err := xml.Unmarshal([]byte(text), &all); err != nil {
		return c, err
	}
	s := all.Suites[0]
	for _, test := range s.Testcases {
		switch {
		case test.Classname == "rvfuzz.campaign":
		case test.Failure != nil && strings.Contains(test.Failure.Type, "flaky"):
			c.Flaky++
		case test.Failure != nil:
			c.New++
		case test.Skipped != nil:
			c.Known++
		default:
			c.Gone++
		}
	}
	if s.Failures != c.New+c.Flaky || s.Skipped != c.Known || s.Tests != 1+c.New+c.Flaky+c.Known+c.Gone || all.Failures != s.Failures {
		return c, fmt.Errorf("the suite has %d tests, %d failures and %d skipped of %+v", s.Tests, s.Failures, s.Skipped, c)
	}
	at := slices.IndexFunc(*s.Properties, func(p junit.Property) bool { return p.Name == "cases" })
	if at < 0 {
		return c, errors.New("the suite has no number of cases")
	}
	c.Cases, err = strconv.Atoi((*s.Properties)[at].Value)
	return c, err
}

// sarifCounts counts results: flaky buckets are like new ones there.
func sarifCounts(text string) (c Counts, err error) {
	var log sarif.Report
	if err := json.Unmarshal([]byte(text), &log); err != nil {
		return c, err
	}
	for _, r := range log.Runs[0].Results {
		switch {
		case len(r.Suppressions) > 0:
			c.Known++
		case r.Kind == "pass":
			c.Gone++
		default:
			c.New++
		}
	}
	return c, nil
}

//go:embed junit-4.xsd
var junitSchema []byte

// Validate checks that a form follows its schema: SARIF the one of OASIS, JUnit that of Jenkins's plugin, for which it needs
// xmllint; exec.ErrNotFound says that it is not installed. The other forms have no schema.
func Validate(form, text string) error {
	switch form {
	case report.SARIF:
		log, err := sarif.FromBytes([]byte(text))
		if err != nil {
			return err
		}
		return log.Validate()
	case report.JUnit:
		return validateJUnit(text)
	}
	return nil
}

func validateJUnit(text string) error {
	dir, err := os.MkdirTemp("", "junit-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	schema := filepath.Join(dir, "junit-4.xsd")
	if err := os.WriteFile(schema, junitSchema, 0o644); err != nil {
		return err
	}
	lint := exec.Command("xmllint", "--nonet", "--noout", "--schema", schema, "-")
	lint.Stdin = strings.NewReader(text)
	if out, err := lint.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}
