package mutants

import (
	"strings"
	"testing"
	"time"
)

// A failed test is named, and so is a panic.
func TestFailing(t *testing.T) {
	for text, want := range map[string]string{
		"=== RUN\n--- FAIL: TestA (0.1s)\n": "TestA",
		"panic: index\n\ngoroutine 1":       "panic: index",
		"exit status 2":                     "no test is named",
	} {
		if got := string(failing([]byte(text))); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Tests that ran out of time have caught nothing.
func TestClassify(t *testing.T) {
	if c := classify("oracle/eval", []byte("panic: test timed out after 1s"), time.Second); c.Caught || !strings.Contains(c.Reason, "NOT DECIDED") {
		t.Errorf("a timeout: %+v", c)
	}
	if c := classify("oracle/eval", []byte("--- FAIL: TestAbs (0.0s)\n"), time.Second); !c.Caught || c.Reason != "caught by oracle/eval: TestAbs" {
		t.Errorf("a failure: %+v", c)
	}
}
