package air_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// FuzzParse checks that no text makes the parser or the verifier panic, and that what parses prints to a text that
// parses to the same text.
func FuzzParse(f *testing.F) {
	src, err := os.ReadFile("testdata/tags.air")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(src)
	for _, piece := range bytes.SplitAfter(src, []byte("\n}\n")) {
		f.Add(piece)
	}
	for _, c := range malformed {
		f.Add([]byte(c.text))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		m, err := air.Parse("fuzz", src)
		if err != nil {
			return
		}
		if air.Verify(m) != nil {
			return
		}
		first := air.Print(m)
		again, err := air.Parse("printed", first)
		if err != nil {
			t.Fatalf("%v in\n%s", err, first)
		}
		if err := air.Verify(again); err != nil {
			t.Fatalf("%v in\n%s", err, first)
		}
		if second := air.Print(again); !bytes.Equal(first, second) {
			t.Fatalf("printed\n%s\nthen\n%s", first, second)
		}
	})
}
