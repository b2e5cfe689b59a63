package campaign

import "testing"

// TestIllegalIn checks which discards of generated cases are findings, and that they are counted by what is illegal.
func TestIllegalIn(t *testing.T) {
	for text, want := range map[string]string{
		"illegal behaviour: undefined value used at func @f0, %20: sub":      "generator/illegal-undefined-value-used/sub/-/-",
		"illegal behaviour: a bool is neither 0 nor 1 at func @f1, %3: load": "generator/illegal-a-bool-is-neither-0-nor-1/load/-/-",
		"unsupported: u129": "generator/unsupported-un/-/-/-",
		"steps":             "",
	} {
		s, illegal := illegalIn(text)
		if illegal != (want != "") || illegal && s.String() != want {
			t.Errorf("%q: %s, %v", text, s, illegal)
		}
	}
}
