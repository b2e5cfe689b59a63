package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// zeros is an input without an end, such as /dev/zero, that counts what is read.
type zeros struct{ read int }

func (e *zeros) Read(p []byte) (int, error) {
	e.read += len(p)
	return len(p), nil
}

// TestInputLimit checks that an input of the greatest size is read, and one that is larger ends at the limit.
func TestInputLimit(t *testing.T) {
	const limit = 1000
	cmd := &cobra.Command{}
	cmd.SetContext(t.Context())
	var data bytes.Buffer
	cmd.SetIn(strings.NewReader(strings.Repeat("x", limit)))
	if err := copyInput(cmd, stdinName, &data, limit); err != nil || data.Len() != limit {
		t.Errorf("%d bytes, %v", data.Len(), err)
	}
	var in zeros
	cmd.SetIn(&in)
	if err := copyInput(cmd, stdinName, &bytes.Buffer{}, limit); err == nil || !strings.Contains(err.Error(), "standard input: larger than 1000 bytes") {
		t.Errorf("an endless input: %v", err)
	}
	if in.read > limit+1 {
		t.Errorf("%d bytes were read", in.read)
	}
}
