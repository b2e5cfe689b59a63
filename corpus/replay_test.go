package corpus_test

import (
	"testing"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/suite"
)

// TestReplay replays every entry of the project: evaluator, generated code and run lines
// must be of one mind.
func TestReplay(t *testing.T) {
	runner := suite.NewRunner(suite.Config{})
	for _, folder := range corpus.Folders() {
		entries, err := corpus.Embedded(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			t.Run(folder+"/"+e.Name, func(t *testing.T) {
				switch result := runner.Entry(e); result.Status {
				case suite.Failed:
					t.Error(result.Reason)
				case suite.Skipped:
					t.Skip("skipped: " + result.Reason)
				}
			})
		}
	}
}
