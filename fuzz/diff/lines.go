package diff

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Line is a line of AIR.
type Line struct {
	Text string `json:"text"`
	// Value is the value that the evaluator had last, and Code what the code held where its value lives.
	Value   string `json:"value,omitempty"`
	Code    string `json:"code,omitempty"`
	Culprit bool   `json:"culprit,omitempty"`
}

// listedLines is how many lines of a program are listed of which no instruction is known to be the culprit.
const listedLines = 40

// program adds the whole of a program, or its beginning.
func (x *Explanation) program(m *air.Module) {
	lines := strings.Split(strings.TrimSpace(string(air.Print(m))), "\n")
	for _, l := range lines[:min(len(lines), listedLines)] {
		x.AIR = append(x.AIR, Line{Text: l})
	}
	if more := len(lines) - listedLines; more > 0 {
		x.AIR = append(x.AIR, Line{Text: fmt.Sprintf("... and %d lines more", more)})
	}
}

// guarded does a part of an explanation. What breaks in it is only noted: the rest of the explanation is needed then

// airContext is how many lines of AIR are listed on either side of the culprit.
const airContext = 4

// airAround returns the lines of a function around an instruction, with those that define its operands.
func airAround(f *air.Func, i air.Index, values map[air.Index]string) (list []Line) {
	lines := strings.Split(strings.TrimSpace(f.String()), "\n")
	defined := map[air.Index]int{}
	for n, line := range lines {
		if inst, ok := defines(line); ok {
			defined[inst] = n
		}
	}
	at, wanted := defined[i], map[int]bool{0: true}
	for n := at - airContext; n <= at+airContext; n++ {
		wanted[n] = true
	}
	for _, op := range f.Insts[i].Ops {
		if inst, ok := op.Inst(); ok && op != air.NoRef {
			wanted[defined[inst]] = true
		}
	}
	gap := false
	for n, line := range lines {
		if !wanted[n] {
			gap = true
			continue
		}
		if gap {
			list = append(list, Line{Text: "..."})
		}
		gap = false
		inst, ok := defines(line)
		l := Line{Text: line, Culprit: n == at && at > 0}
		if ok {
			l.Value = values[inst]
		}
		list = append(list, l)
	}
	return list
}

// defines returns the instruction that a line of AIR defines.
func defines(line string) (air.Index, bool) {
	name, _, ok := strings.Cut(strings.TrimSpace(line), " = ")
	digits, isInst := strings.CutPrefix(name, "%")
	n, err := strconv.ParseUint(digits, 10, 31)
	return air.Index(n), ok && isInst && err == nil
}
