package suite

import (
	"fmt"

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
	if result.Status == Passed && t.Expect == zigair.Skip {
		return result.skip("the test skips itself, as it does under Zig's LLVM backend")
	}
	return result
}
