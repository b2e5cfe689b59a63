package diff

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/eval"
)

// difference says how two outcomes differ: what to call it, and how to tell a person.
type difference struct {
	kind, detail string
	global       string // the global that differs, where one does
}

// compare holds the machine's outcome against the evaluator's. Bits that the
// evaluator leaves undefined may be anything; bits that it defines must be
// defined and equal.
func compare(want, got *oracle.Outcome) *difference {
	if want.Ending != got.Ending || want.Reason != got.Reason {
		return &difference{kind: "ending", detail: fmt.Sprintf("evaluator %s, code %s", ending(want), ending(got))}
	}
	if d := compareBytes("result", want.Result, want.Defined, got.Result, got.Defined); d != nil {
		return d
	}
	for i := range want.Globals {
		w, g := &want.Globals[i], &got.Globals[i]
		if d := compareBytes("global", w.Bytes, w.Defined, g.Bytes, g.Defined); d != nil {
			d.detail, d.global = "@"+w.Name+": "+d.detail, w.Name
			return d
		}
	}
	return compareCalls(want.Calls, got.Calls)
}

func ending(o *oracle.Outcome) string {
	text := o.Ending.String()
	if o.Reason != "" {
		text += " " + o.Reason
	}
	if o.Place != "" {
		text += " (" + o.Place + ")"
	}
	return text
}

// compareBytes compares the defined bits of two contents of one object.
func compareBytes(kind string, want, wantDefined, got, gotDefined []byte) *difference {
	if wantDefined == nil && gotDefined == nil && bytes.Equal(want, got) {
		return nil
	}
	if len(want) != len(got) {
		return &difference{kind: kind, detail: fmt.Sprintf("evaluator has %d bytes, code %d", len(want), len(got))}
	}
	for i := range want {
		mask := byteAt(wantDefined, i)
		if (want[i]^got[i])&mask != 0 && !bothOnStack(want, got, i&^7) {
			return &difference{kind: kind, detail: fmt.Sprintf("evaluator % x, code % x", want, got)}
		}
		if mask&^byteAt(gotDefined, i) != 0 {
			return &difference{kind: kind, detail: fmt.Sprintf("evaluator % x, code % x with byte %d never written", want, got, i)}
		}
	}
	return nil
}

// bothOnStack says whether the word at a position is an address of an
// allocation on both sides. Each side has a stack of its own.
func bothOnStack(want, got []byte, at int) bool {
	if at+8 > len(want) {
		return false
	}
	w, g := binary.LittleEndian.Uint64(want[at:]), binary.LittleEndian.Uint64(got[at:])
	return w >= eval.StackBase && w < eval.StackBase<<1 && g >= stackBase && g < stackTop
}

// byteAt gives a byte of a definedness mask, of which nil means all.
func byteAt(mask []byte, i int) byte {
	if mask == nil {
		return 0xff
	}
	return mask[i]
}

func compareCalls(want, got []oracle.Call) *difference {
	for i := range max(len(want), len(got)) {
		w, g := callAt(want, i), callAt(got, i)
		if w != g {
			return &difference{kind: "calls", detail: fmt.Sprintf("call %d: evaluator %s, code %s", i, w, g)}
		}
	}
	return nil
}

func callAt(calls []oracle.Call, i int) string {
	if i >= len(calls) {
		return "none"
	}
	return fmt.Sprintf("@%s%x", calls[i].Name, calls[i].Args)
}
