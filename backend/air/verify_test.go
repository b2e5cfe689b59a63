package air_test

import (
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

func TestEveryTagVerifies(t *testing.T) {
	m, _ := parseFile(t, "testdata/tags.air")
	if err := air.Verify(m); err != nil {
		t.Error(err)
	}
}
