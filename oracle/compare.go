package oracle

import (
	"bytes"
	"fmt"
	"strings"
)

// Aspect is the part of an outcome in which two executions differ.
type Aspect uint8

// The aspects of an outcome.
const (
	InEnding    Aspect = iota // the way it ended
	InReason                  // the trap, panic reason or exit status
	InResult                  // the value returned
	InGlobal                  // the final content of a global
	InCalls                   // which functions were called outside, and how often
	InArgument                // an argument of such a call
	InUndefined               // a value is undefined where it should be defined
)

var aspectNames = [...]string{"ending", "reason", "result", "global", "calls", "argument", "undefined"}

// String gives the aspect as reports print it.
func (a Aspect) String() string {
	if int(a) < len(aspectNames) {
		return aspectNames[a]
	}
	return fmt.Sprintf("Aspect(%d)", uint8(a))
}

// Difference is one thing in which an outcome is not what it should be.
type Difference struct {
	Aspect Aspect
	// Where names the global, or the call and its argument; empty otherwise.
	Where string
	Want  string
	Got   string
}

// String gives the difference as reports print it.
func (d Difference) String() string {
	where := d.Aspect.String()
	if d.Where != "" {
		where += " " + d.Where
	}
	return fmt.Sprintf("%s: want %s, got %s", where, d.Want, d.Got)
}

// Compare gives the differences between the outcome that a program has to have
// and the one that it had, most telling first; none if they agree. Bits that
// want leaves undefined may hold anything; bits that it defines must be defined
// in got. After different endings nothing else is compared, and after two runs
// out of steps there is nothing to compare.
func Compare(want, got Outcome) []Difference {
	switch {
	case want.Ending != got.Ending:
		return []Difference{{Aspect: InEnding, Want: describe(want), Got: describe(got)}}
	case want.Ending == OutOfSteps:
		return nil
	}
	var list []Difference
	if want.Reason != got.Reason {
		list = append(list, Difference{Aspect: InReason, Want: want.Reason, Got: got.Reason})
	}
	if want.Ending == Returned {
		list = append(list, compareBytes(InResult, "", want.Result, want.Defined, got.Result, got.Defined)...)
	}
	list = append(list, compareGlobals(want.Globals, got.Globals)...)
	return append(list, compareCalls(want.Calls, got.Calls)...)
}

func describe(o Outcome) string {
	return strings.TrimSpace(strings.Join([]string{o.Ending.String(), o.Reason, o.Place}, " "))
}

// compareBytes compares the bits that want defines. A nil mask means all.
func compareBytes(aspect Aspect, where string, want, wantDefined, got, gotDefined []byte) []Difference {
	if len(want) != len(got) {
		return []Difference{{aspect, where, fmt.Sprintf("%d bytes", len(want)), fmt.Sprintf("%d bytes", len(got))}}
	}
	wrong, undefined := false, false
	for i := range want {
		mask := maskAt(wantDefined, i)
		missing := mask &^ maskAt(gotDefined, i)
		undefined = undefined || missing != 0
		wrong = wrong || (want[i]^got[i])&mask&^missing != 0
	}
	switch {
	case wrong:
		return []Difference{{aspect, where, littleEndian(want, wantDefined), littleEndian(got, gotDefined)}}
	case undefined:
		where = strings.TrimSpace(aspect.String() + " " + where)
		return []Difference{{InUndefined, where, littleEndian(want, wantDefined), littleEndian(got, gotDefined)}}
	}
	return nil
}

func maskAt(mask []byte, i int) byte {
	if mask == nil {
		return 0xff
	}
	if i < len(mask) {
		return mask[i]
	}
	return 0
}

// littleEndian prints a value most significant byte first, with ?? for a byte
// that is not wholly defined. Long values are cut in the middle.
func littleEndian(value, mask []byte) string {
	const longest = 64
	var b bytes.Buffer
	b.WriteString("0x")
	for i := len(value) - 1; i >= 0; i-- {
		switch {
		case len(value) > longest && i == len(value)-1-longest/2:
			fmt.Fprintf(&b, "..(%d bytes)..", len(value)-longest)
			i = longest / 2
		case maskAt(mask, i) == 0xff:
			fmt.Fprintf(&b, "%02x", value[i])
		default:
			b.WriteString("??")
		}
	}
	return b.String()
}

func compareGlobals(want, got []Memory) []Difference {
	if len(want) != len(got) {
		return []Difference{{InGlobal, "", fmt.Sprintf("%d globals", len(want)), fmt.Sprintf("%d globals", len(got))}}
	}
	var list []Difference
	for i, w := range want {
		g := got[i]
		if w.Name != g.Name {
			return append(list, Difference{InGlobal, fmt.Sprint(i), w.Name, g.Name})
		}
		list = append(list, compareBytes(InGlobal, w.Name, w.Bytes, w.Defined, g.Bytes, g.Defined)...)
	}
	return list
}

// compareCalls names the first call that differs: what follows it is a
// consequence.
func compareCalls(want, got []Call) []Difference {
	for i := range min(len(want), len(got)) {
		w, g := want[i], got[i]
		if w.Name != g.Name || len(w.Args) != len(g.Args) {
			return []Difference{{InCalls, fmt.Sprintf("number %d", i), callText(w), callText(g)}}
		}
		for j := range w.Args {
			if w.Args[j] != g.Args[j] {
				where := fmt.Sprintf("%d of %s, call number %d", j, w.Name, i)
				return []Difference{{InArgument, where, fmt.Sprintf("%#x", w.Args[j]), fmt.Sprintf("%#x", g.Args[j])}}
			}
		}
	}
	if len(want) != len(got) {
		return []Difference{{InCalls, "", fmt.Sprintf("%d calls", len(want)), fmt.Sprintf("%d calls", len(got))}}
	}
	return nil
}

func callText(c Call) string { return fmt.Sprintf("%s with %d arguments", c.Name, len(c.Args)) }
