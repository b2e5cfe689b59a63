package oracle

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
)

// Aspect is the part of an outcome in which two executions differ.
type Aspect uint8

// The aspects of an outcome, in the order in which Compare looks at them.
const (
	InRule   Aspect = iota // the execution broke a rule of the checking machine
	InSteps                // it ran out of steps
	InEnding               // the way it ended: the ending, or the trap, panic reason or exit status
	InResult               // the value returned
	InGlobal               // the final content of a global
	InCalls                // the calls of extern functions and their arguments
)

var aspectNames = [...]string{"rule", "steps", "ending", "result", "global", "calls"}

// String returns the aspect as reports print it.
func (a Aspect) String() string {
	if int(a) < len(aspectNames) {
		return aspectNames[a]
	}
	return fmt.Sprintf("Aspect(%d)", uint8(a))
}

// Difference is the first thing in which an outcome is not what it should be.
type Difference struct {
	Aspect Aspect
	// Name is the rule or the global; empty for the other aspects.
	Name string
	// Want and Got are the two sides as text; Want is empty for a rule.
	Want, Got string
}

// String returns the difference as reports print it.
func (d *Difference) String() string {
	switch d.Aspect {
	case InRule:
		return d.Name + ": " + d.Got
	case InGlobal:
		return fmt.Sprintf("global @%s: want %s, got %s", d.Name, d.Want, d.Got)
	}
	return fmt.Sprintf("%s: want %s, got %s", d.Aspect, d.Want, d.Got)
}

// Compare returns the first difference between the outcome that a program must have and the one that it had, or nil
// where they agree. Bits that want leaves undefined may hold anything; bits that it defines must be defined and equal
// in got. A broken rule of got is always a difference; an execution whose end want did not reach has no other.
//
// Aligned words of eight bytes that differ are equal where same reports so, which is how addresses are compared that
// each side chooses for itself; same may be nil.
func Compare(want, got *Outcome, same func(want, got uint64) bool) *Difference {
	switch {
	case got.Ending == Broken:
		return &Difference{Aspect: InRule, Name: got.Reason, Got: got.Place}
	case want.Ending == OutOfSteps:
		return nil
	case got.Ending == OutOfSteps:
		return &Difference{Aspect: InSteps, Want: fmt.Sprintf("%s after %d", want.ending(), want.Steps),
			Got: fmt.Sprintf("no end after %d", got.Steps)}
	case want.Ending != got.Ending || want.Reason != got.Reason:
		return &Difference{Aspect: InEnding, Want: want.ending(), Got: got.ending()}
	}
	if d := compareBytes(want.Result, want.Defined, got.Result, got.Defined, same); d != nil {
		d.Aspect = InResult
		return d
	}
	if d := compareGlobals(want.Globals, got.Globals, same); d != nil {
		return d
	}
	return compareCalls(want.Calls, got.Calls)
}

// ending returns the way an execution ended as text.
func (o *Outcome) ending() string {
	text := o.Ending.String()
	if o.Reason != "" {
		text += " " + o.Reason
	}
	if o.Place != "" {
		text += " (" + o.Place + ")"
	}
	return text
}

// compareBytes compares the bits of two contents of one object that want defines. A nil mask means all.
func compareBytes(want, wantDefined, got, gotDefined []byte, same func(want, got uint64) bool) *Difference {
	if len(want) != len(got) {
		return &Difference{Want: fmt.Sprintf("%d bytes", len(want)), Got: fmt.Sprintf("%d bytes", len(got))}
	}
	if wantDefined == nil && gotDefined == nil && bytes.Equal(want, got) {
		return nil
	}
	for i := range want {
		mask := maskAt(wantDefined, i)
		wrong := (want[i]^got[i])&mask != 0 && !sameWord(want, got, i&^7, same)
		if wrong || mask&^maskAt(gotDefined, i) != 0 {
			return &Difference{Want: valueText(want, wantDefined, i), Got: valueText(got, gotDefined, i)}
		}
	}
	return nil
}

// sameWord reports whether the words at a position are equal by same.
func sameWord(want, got []byte, at int, same func(want, got uint64) bool) bool {
	return same != nil && at+8 <= len(want) && same(binary.LittleEndian.Uint64(want[at:]), binary.LittleEndian.Uint64(got[at:]))
}

// maskAt returns a byte of a definedness mask, of which nil means all.
func maskAt(mask []byte, i int) byte {
	if mask == nil {
		return 0xff
	}
	return mask[i]
}

// longest is how many bytes of a value a report shows.
const longest = 64

// valueText spells a value as a number, most significant byte first, with ?? for a byte that is not wholly defined. Of
// a long one it spells the 16 aligned bytes around a position.
func valueText(value, mask []byte, at int) string {
	first, last, where := 0, len(value), ""
	if len(value) > longest {
		first = at &^ 15
		last = min(first+16, len(value))
		where = fmt.Sprintf(" at byte %d of %d", first, len(value))
	}
	text := []byte("0x")
	for i := last - 1; i >= first; i-- {
		if maskAt(mask, i) == 0xff {
			text = fmt.Appendf(text, "%02x", value[i])
		} else {
			text = append(text, "??"...)
		}
	}
	return string(text) + where
}

func compareGlobals(want, got []Memory, same func(want, got uint64) bool) *Difference {
	if len(want) != len(got) {
		return &Difference{Aspect: InGlobal, Want: fmt.Sprintf("%d globals", len(want)), Got: fmt.Sprintf("%d globals", len(got))}
	}
	for i := range want {
		w, g := &want[i], &got[i]
		if w.Name != g.Name {
			return &Difference{Aspect: InGlobal, Name: w.Name, Want: "@" + w.Name, Got: "@" + g.Name}
		}
		if d := compareBytes(w.Bytes, w.Defined, g.Bytes, g.Defined, same); d != nil {
			d.Aspect, d.Name = InGlobal, w.Name
			return d
		}
	}
	return nil
}

// compareCalls returns the first call that differs: what follows it is a consequence.
func compareCalls(want, got []Call) *Difference {
	for i := range max(len(want), len(got)) {
		if i < len(want) && i < len(got) && want[i].Name == got[i].Name && slices.Equal(want[i].Args, got[i].Args) {
			continue
		}
		return &Difference{Aspect: InCalls, Want: callText(want, i), Got: callText(got, i) + fmt.Sprintf(" as call %d", i)}
	}
	return nil
}

func callText(calls []Call, i int) string {
	if i >= len(calls) {
		return "none"
	}
	return fmt.Sprintf("@%s%#x", calls[i].Name, calls[i].Args)
}
