package oracle

import (
	"strings"
	"testing"
)

func TestCompare(t *testing.T) {
	returned := func(result, defined []byte) Outcome { return Outcome{Result: result, Defined: defined} }
	global := func(name string, value byte) Outcome {
		return Outcome{Globals: []Memory{{Name: name, Bytes: []byte{value}}}}
	}
	calls := func(calls ...Call) Outcome { return Outcome{Calls: calls} }
	stack := func(high byte, rest ...byte) Outcome {
		return returned(append([]byte{1, 0, 0, 0, 0, 0, 0, high}, rest...), nil)
	}
	tests := []struct {
		name      string
		want, got Outcome
		aspect    Aspect
		text      string // of the difference; empty: none is expected
	}{
		{"equal", returned([]byte{1, 2}, nil), returned([]byte{1, 2}, []byte{255, 255}), 0, ""},
		{"value", returned([]byte{1, 2}, nil), returned([]byte{1, 3}, nil), InResult, "result: want 0x0201, got 0x0301"},
		{"size", returned([]byte{1}, nil), returned(nil, nil), InResult, "want 1 bytes, got 0 bytes"},
		{"may be anything", returned([]byte{1, 0}, []byte{255, 0}), returned([]byte{1, 9}, nil), 0, ""},
		{"bit in a byte", returned([]byte{1}, []byte{1}), returned([]byte{3}, nil), 0, ""},
		{"undefined", returned([]byte{1}, nil), returned([]byte{1}, []byte{254}), InResult, "want 0x01, got 0x??"},
		{"wrong and undefined", returned([]byte{1, 1}, nil), returned([]byte{0, 1}, []byte{255, 0}), InResult, "0x??00"},
		{"addresses that are the same", stack(0x11, 5), stack(0x22, 5), 0, ""},
		{"beside such addresses", stack(0x11, 5), stack(0x22, 6), InResult, "got 0x062200"},
		{"addresses that are not", stack(0x11), stack(0x23), InResult, "want 0x1100"},
		{"rule", Outcome{}, Outcome{Ending: Broken, Reason: "callee-saved", Place: "here"}, InRule, "callee-saved: here"},
		{"rule of an execution without an end", Outcome{Ending: OutOfSteps}, Outcome{Ending: Broken}, InRule, ""},
		{"too long", Outcome{Steps: 7}, Outcome{Ending: OutOfSteps, Steps: 99}, InSteps, "steps: want returned after 7, got no end after 99"},
		{"both too long", Outcome{Ending: OutOfSteps, Result: []byte{1}}, Outcome{Ending: OutOfSteps}, 0, ""},
		{"an end that the other did not reach", Outcome{Ending: OutOfSteps}, Outcome{Ending: Trapped}, 0, ""},
		{"ending", Outcome{}, Outcome{Ending: Panicked, Reason: "no"}, InEnding, "ending: want returned, got panicked no"},
		{"reason", Outcome{Ending: Trapped, Reason: "a"}, Outcome{Ending: Trapped, Reason: "b"}, InEnding, "want trapped a, got trapped b"},
		{"the place is not compared", Outcome{Ending: Trapped, Place: "x"}, Outcome{Ending: Trapped, Place: "y"}, 0, ""},
		{"global", global("g", 1), global("g", 2), InGlobal, "global @g: want 0x01, got 0x02"},
		{"global's name", global("g", 1), global("h", 1), InGlobal, "want @g, got @h"},
		{"globals", global("g", 1), Outcome{}, InGlobal, "want 1 globals"},
		{"global after a trap", Outcome{Ending: Trapped, Globals: []Memory{{"g", []byte{1}, nil}}},
			Outcome{Ending: Trapped, Globals: []Memory{{"g", []byte{2}, nil}}}, InGlobal, "want 0x01"},
		{"argument", calls(Call{"f", []uint64{1, 2}}), calls(Call{"f", []uint64{1, 3}}), InCalls, "want @f[0x1 0x2], got @f[0x1 0x3] as call 0"},
		{"callee", calls(Call{"f", nil}), calls(Call{"g", nil}), InCalls, "want @f[], got @g[]"},
		{"a call too few", calls(Call{"f", nil}), calls(), InCalls, "got none as call 0"},
		{"a call too many", calls(Call{"f", nil}), calls(Call{"f", nil}, Call{"f", nil}), InCalls, "want none, got @f[] as call 1"},
		{"long", returned(make([]byte, 100), nil), returned(append(make([]byte, 99), 1), nil), InResult, "got 0x01000000 at byte 96 of 100"},
	}
	same := func(want, got uint64) bool { return want>>56 == 0x11 && got>>56 == 0x22 }
	for _, test := range tests {
		d := Compare(&test.want, &test.got, same)
		switch expected := test.text != "" || test.aspect != 0 || test.got.Ending == Broken; {
		case !expected && d != nil:
			t.Errorf("%s: %v", test.name, d)
		case expected && (d == nil || d.Aspect != test.aspect || !strings.Contains(d.String(), test.text)):
			t.Errorf("%s: %v, want a difference in %v with %q", test.name, d, test.aspect, test.text)
		}
	}
	if d := Compare(&tests[7].want, &tests[7].got, nil); d == nil {
		t.Error("without a rule for words, different addresses are equal")
	}
}
