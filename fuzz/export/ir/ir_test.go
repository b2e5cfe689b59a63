package ir

import "testing"

// A reader fails on what package llvm does not write.
func TestReader(t *testing.T) {
	for _, line := range []string{"  %t1 = frobnicate i32 1", "  %t1 = add i32 1", "  %t1 = add i32 x, 2", "  %t1 = add j32 1, 2", "  store <2 x i8> <i8 1>, ptr @g"} {
		if in, err := instruction(line, map[string]string{}); err == nil {
			t.Errorf("%s: no error, %+v", line, in)
		}
	}
}
