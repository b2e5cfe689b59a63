package suite

import (
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/corpus/zigair"
)

// ZigTest replays one test of an imported suite.
func (r *Runner) ZigTest(s *zigair.Suite, t *zigair.Test) (result Result) {
	name := s.Name + ": " + t.Name
	defer func() {
		// The checker recovers the panics of our own rules; what is left comes from making the entry.
		if broken := recover(); broken != nil {
			result = Result{Name: name}.fail(fmt.Sprintf("panic: %v", broken))
		}
	}()
	result = r.Entry(s.Entry(t))
	result.Name = name
	switch {
	case result.Status == Passed && t.Expect == zigair.Skip:
		return result.skip("the test skips itself, as it does under Zig's LLVM backend")
	case result.Status == Failed && result.Reason == r.exceeds(s, t):
		return result.skip(fmt.Sprintf("runs for more than %d AIR steps", r.config.Steps))
	case t.Expect == zigair.Unknown && result.Status == Failed && strings.HasSuffix(result.Reason, skipping(s)):
		return result.skip("the test skips itself")
	}
	return result
}

// exceeds is the failure of a test whose end no oracle saw.
func (r *Runner) exceeds(s *zigair.Suite, t *zigair.Test) string {
	run := s.Entry(t).Runs[0]
	return fmt.Sprintf("run %s: all oracles say exceeds steps", run.String())
}

// skipping is how a failure ends whose only fault is that all oracles agree on
// Zig's error for skipping.
func skipping(s *zigair.Suite) string {
	for value, name := range s.Module.ErrorNames {
		if name == zigair.SkipError {
			return fmt.Sprintf("all oracles say == error(%d)", value)
		}
	}
	return "no error skips"
}
