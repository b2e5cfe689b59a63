package oracle

import (
	"strings"
	"testing"
)

func TestCompare(t *testing.T) {
	returned := func(result, defined []byte) Outcome { return Outcome{Result: result, Defined: defined} }
	tests := []struct {
		name      string
		want, got Outcome
		aspect    Aspect
		text      string // in the difference; empty: none is expected
	}{
		{"equal", returned([]byte{1, 2}, nil), returned([]byte{1, 2}, []byte{255, 255}), 0, ""},
		{"value", returned([]byte{1, 2}, nil), returned([]byte{1, 3}, nil), InResult, "want 0x0201, got 0x0301"},
		{"size", returned([]byte{1}, nil), returned(nil, nil), InResult, "want 1 bytes, got 0 bytes"},
		{"may be anything", returned([]byte{1, 0}, []byte{255, 0}), returned([]byte{1, 9}, nil), 0, ""},
		{"bit in a byte", returned([]byte{1}, []byte{1}), returned([]byte{3}, nil), 0, ""},
		{"undefined", returned([]byte{1}, nil), returned([]byte{1}, []byte{254}), InUndefined, "want 0x01, got 0x??"},
		{"wrong wins over undefined", returned([]byte{1, 1}, nil), returned([]byte{0, 1}, []byte{255, 0}), InResult, "0x??00"},
		{"ending", Outcome{}, Outcome{Ending: Broken, Reason: "callee-saved", Place: "here"}, InEnding, "got broken rule callee-saved here"},
		{"reason", Outcome{Ending: Trapped, Reason: "a"}, Outcome{Ending: Trapped, Reason: "b"}, InReason, "want a, got b"},
		{"place is for people", Outcome{Ending: Trapped, Place: "x"}, Outcome{Ending: Trapped, Place: "y"}, 0, ""},
		{"both too long", Outcome{Ending: OutOfSteps, Result: []byte{1}}, Outcome{Ending: OutOfSteps}, 0, ""},
		{"result of a panic", Outcome{Ending: Panicked, Result: []byte{1}}, Outcome{Ending: Panicked}, 0, ""},
		{"global", Outcome{Globals: []Memory{{Name: "g", Bytes: []byte{1}}}}, Outcome{Globals: []Memory{{Name: "g", Bytes: []byte{2}}}}, InGlobal, "global g: want 0x01"},
		{"global's name", Outcome{Globals: []Memory{{Name: "g"}}}, Outcome{Globals: []Memory{{Name: "h"}}}, InGlobal, "want g, got h"},
		{"globals", Outcome{Globals: []Memory{{Name: "g"}}}, Outcome{}, InGlobal, "want 1 globals"},
		{"argument", Outcome{Calls: []Call{{"f", []uint64{1, 2}}}}, Outcome{Calls: []Call{{"f", []uint64{1, 3}}}}, InArgument, "argument 1 of f, call number 0: want 0x2, got 0x3"},
		{"callee", Outcome{Calls: []Call{{"f", nil}}}, Outcome{Calls: []Call{{"g", nil}}}, InCalls, "want f with 0 arguments"},
		{"number of calls", Outcome{Calls: []Call{{"f", nil}}}, Outcome{}, InCalls, "want 1 calls, got 0"},
		{"long", returned(make([]byte, 100), nil), returned(append(make([]byte, 99), 1), nil), InResult, "..(36 bytes).."},
	}
	for _, test := range tests {
		list := Compare(test.want, test.got)
		switch {
		case test.text == "" && len(list) != 0:
			t.Errorf("%s: %v", test.name, list)
		case test.text != "" && (len(list) != 1 || list[0].Aspect != test.aspect || !strings.Contains(list[0].String(), test.text)):
			t.Errorf("%s: %v, want one difference in %v with %q", test.name, list, test.aspect, test.text)
		}
	}
}
