package diff

import (
	"strings"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
)

// MIRLine is an instruction of MIR.
type MIRLine struct {
	Text string `json:"text"`
	// AIR is the instruction of the function for which it was made; empty if it is for none.
	AIR     string `json:"air,omitempty"`
	Culprit bool   `json:"culprit,omitempty"`
}

// mirContext is how many instructions of MIR are listed on either side of those of the culprit, and mirMost how many in
// all.
const (
	mirContext = 6
	mirMost    = 64
)

// mir adds the instructions of MIR around those of the culprit, or of a function without one its beginning.
func (x *Explanation) mir(c *Case) {
	f := c.Module.Func(x.Culprit.Func)
	if f == nil || f.Extern || len(f.Body) == 0 {
		return
	}
	o := c.options()
	o.Origins = true
	stages, err := backend.CompileFunc(c.Module, f, o)
	if err != nil {
		x.Notes = append(x.Notes, "MIR: "+err.Error())
		return
	}
	first, last := -1, -1
	var lines []MIRLine
	for i := range stages.MIR.Insts {
		l := MIRLine{Text: strings.TrimRight(string(stages.MIR.AppendInst(nil, i)), " ")}
		if inst, ok := stages.Origin(i); ok && int(inst) < len(f.Insts) {
			l.AIR, l.Culprit = instText(f, air.Index(inst)), int(inst) == x.Culprit.Inst
		}
		if l.Culprit {
			last = i
			if first < 0 {
				first = i
			}
		}
		lines = append(lines, l)
	}
	from := max(first-mirContext, 0)
	to := min(max(last, 0)+1+mirContext, len(lines), from+mirMost)
	x.MIR = lines[from:to]
}
