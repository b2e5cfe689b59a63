package replay

import (
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/corpus/zigair"
)

// ZigTest replays one test of an imported suite.
func (r *Runner) ZigTest(s *zigair.Suite, t *zigair.Test) (report Report) {
	name := s.Name + ": " + t.Name
	defer func() {
		// The checker recovers the panics of our own rules; what is left comes from making the entry.
		if broken := recover(); broken != nil {
			report = Report{Name: name}.fail(fmt.Sprintf("panic: %v", broken))
		}
	}()
	report = r.Entry(s.Entry(t))
	report.Name = name
	switch {
	case report.Status == Passed && t.Expect == zigair.Skip:
		return report.skip("the test skips itself, as it does under Zig's LLVM backend")
	case report.Status == Failed && report.Reason == r.exceeds(s, t):
		return report.skip(fmt.Sprintf("runs for more than %d AIR steps", r.config.Steps))
	case t.Expect == zigair.Unknown && report.Status == Failed && strings.HasSuffix(report.Reason, skipping(s)):
		return report.skip("the test skips itself")
	}
	return report
}

// exceeds returns the failure of a test whose end no oracle reached.
func (r *Runner) exceeds(s *zigair.Suite, t *zigair.Test) string {
	run := s.Entry(t).Runs[0]
	return fmt.Sprintf("run %s: all oracles say exceeds steps", run.String())
}

// skipping returns the end of the failure of a test in which all oracles agree on Zig's error for skipping.
func skipping(s *zigair.Suite) string {
	for value, name := range s.Module.ErrorNames {
		if name == zigair.SkipError {
			return fmt.Sprintf("all oracles say == error(%d)", value)
		}
	}
	return "no error skips"
}
