package qbe

import (
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/export/exporttest"
)

func TestAdd(t *testing.T) {
	exporttest.Check(t, New, map[string]string{exporttest.Shift: "sar", exporttest.Sum: "=d add", exporttest.Wide: "", exporttest.Half: ""},
		func(string) error { return nil })
}
