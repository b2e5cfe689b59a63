package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
)

// The conclusions of an Explanation.
const (
	Diverges  = "diverges"
	Agrees    = "agrees"
	Discarded = "discarded"
)

// Explanation is what a person starts from: what was seen, and the first instruction at which evaluator and code differ
// with all that surrounds it. Its text is what String returns. Parts that a kind of divergence does not have are empty.
type Explanation struct {
	Conclusion string `json:"conclusion"`
	// Reason is why a case was discarded.
	Reason    string `json:"reason,omitempty"`
	Signature string `json:"signature,omitempty"`
	Bucket    string `json:"bucket,omitempty"`
	Options   string `json:"options"`
	// Run is the number of the run that shows the divergence, and Call its call; -1 and "" if none does.
	Run  int    `json:"run"`
	Call string `json:"call,omitempty"`
	// Detail describes what was seen.
	Detail string `json:"detail,omitempty"`
	// Defect is the part of the code generator that is to blame.
	Defect *Culprit `json:"defect,omitempty"`
	// Culprit is the AIR instruction that is to blame, or that was compiled when something broke.
	Culprit *Blamed `json:"culprit,omitempty"`
	// Evaluator and Machine are the AIR instructions with which the two go on where they go different ways.
	Evaluator string `json:"evaluator_continues,omitempty"`
	Machine   string `json:"code_continues,omitempty"`
	// AIR are the instructions around the culprit, MIR what they became, Executed the machine instructions around the
	// place in the order of their execution, and Emitted those that lie there if none was executed.
	AIR      []Line     `json:"air,omitempty"`
	MIR      []MIRLine  `json:"mir,omitempty"`
	Executed []Executed `json:"executed,omitempty"`
	Emitted  []Code     `json:"code,omitempty"`
	// Stores are where the bytes come from that the culprit took from memory, or left there.
	Stores []Store `json:"stores,omitempty"`
	// Stack are the functions of this module that were active when something broke, the innermost first.
	Stack []link.CodeCall `json:"stack,omitempty"`
	// Notes say what could not be found out.
	Notes []string `json:"notes,omitempty"`
}

// Blamed is an AIR instruction with its value on both sides.
type Blamed struct {
	Func string `json:"func"`
	Inst int    `json:"inst"`
	Text string `json:"text"`
	Type string `json:"type"`
	// Site is the part of the code generator that emitted its code, and Lowering the calls there that emitted the last
	// instruction that wrote its value, the innermost first.
	Site     string          `json:"site,omitempty"`
	Lowering []link.CodeCall `json:"lowering,omitempty"`
	// Parts are the parts of the value on both sides, without the Omitted ones.
	Parts   []Part `json:"parts,omitempty"`
	Omitted int    `json:"omitted,omitempty"`
	// Where is the register or slot that holds the value, Raw all its bits, and PC the address at which it does. Canonical
	// is what it must hold, of a value that is only wrong in the bits above its width.
	Where     string `json:"where,omitempty"`
	Raw       string `json:"raw,omitempty"`
	Canonical string `json:"canonical,omitempty"`
	PC        string `json:"pc,omitempty"`

	f      *air.Func
	inst   air.Index
	record *link.LocationRecord
}

// Explain checks a case and explains what it finds.
func (k *Checker) Explain(c *Case) *Explanation {
	v := k.Check(c)
	x := &Explanation{Conclusion: Agrees, Run: -1, Options: c.Options.String()}
	if v.Discarded != "" {
		x.Conclusion, x.Reason = Discarded, v.Discarded
	}
	d := v.Divergence
	if d == nil {
		return x
	}
	x.Conclusion, x.Signature, x.Bucket, x.Detail, x.Run = Diverges, d.Signature.String(), d.Signature.Bucket(), d.Detail, d.Run
	if d.Run >= 0 {
		x.Call = callText(c, d.Run)
	}
	if c.Module != nil {
		x.Defect = k.Culprit(c)
	}
	if x.Defect != nil {
		x.Bucket = x.Defect.Name()
	}
	x.guarded("the place of the divergence", func() { k.explain(x, c, d) })
	if x.Culprit != nil && c.Module != nil && d.Signature.Oracle != "self" {
		x.guarded("the MIR", func() { x.mir(c) })
	}
	return x
}

// Broke returns the explanation of a check that ended with a stack or an error of ours in place of a verdict. The case
// may be nil.
func Broke(c *Case, s Signature, detail string) *Explanation {
	x := &Explanation{Conclusion: Diverges, Run: -1, Signature: s.String(), Bucket: s.Bucket(), Detail: detail}
	if c != nil {
		x.Options = c.Options.String()
		x.guarded("the place of the divergence", func() { x.broken(c, detail) })
	}
	if len(x.AIR) == 0 && c != nil && c.Module != nil {
		x.program(c.Module)
	}
	return x
}

// most of all.
func (x *Explanation) guarded(what string, do func()) {
	defer func() {
		if broken := recover(); broken != nil {
			x.Notes = append(x.Notes, fmt.Sprintf("%s: %v", what, broken))
		}
	}()
	do()
}

// callText returns the call of a run as run lines have it.
func callText(c *Case, run int) string {
	r := &c.Runs[run]
	args := make([]string, len(r.Args))
	for i, a := range r.Args {
		args[i] = a.Literal()
	}
	return "@" + r.Func + "(" + strings.Join(args, ", ") + ")"
}

// explain adds what surrounds the place of a divergence.
func (k *Checker) explain(x *Explanation, c *Case, d *Divergence) {
	if d.Signature.Oracle == "self" {
		x.broken(c, d.Detail)
		if len(x.AIR) == 0 && c.Module != nil {
			x.program(c.Module)
		}
		return
	}
	o := c.options()
	o.Origins = true
	code, err := k.compile(c, o)
	if err != nil {
		x.Notes = append(x.Notes, "compiled again: "+err.Error())
		return
	}
	if d.Run < 0 {
		x.emitted(code, d.at.pc)
		return
	}
	program, err := k.evaluated(code)
	if err != nil {
		x.Notes = append(x.Notes, "evaluated again: "+err.Error())
		return
	}
	w := &explainer{k: k, x: x, g: k.load(code, program), d: d}
	w.execution()
}

// emitted adds the code around an address that was not executed.
func (x *Explanation) emitted(c *compiled, pc uint64) {
	in := c.image.FuncAt(pc)
	if in < 0 {
		return
	}
	if x.Culprit = c.culprit(pc); x.Culprit != nil {
		x.AIR = airAround(x.Culprit.f, x.Culprit.inst, nil)
	}
	fn := &c.image.Funcs[in]
	at := -1
	for a := fn.Addr; a < fn.Addr+fn.Size; {
		code := c.code(a)
		if a == pc {
			at, code.Culprit = len(x.Emitted), true
		}
		x.Emitted = append(x.Emitted, code)
		a += uint64(len(code.Word) / 2)
		if code.Word == "" {
			break
		}
	}
	first := max(min(at-windowSize/2, len(x.Emitted)-windowSize), 0)
	x.Emitted = x.Emitted[first:min(first+windowSize, len(x.Emitted))]
}

// culprit returns the instruction for which the code at an address was emitted, or nil if there is none.
func (c *compiled) culprit(pc uint64) *Blamed {
	code := c.code(pc)
	if code.inst == noInst {
		return nil
	}
	f := c.Module.Func(code.Func)
	at := newBlamed(f, code.inst)
	at.Site, at.PC, at.Lowering = c.siteOf(slices.Index(c.Module.Funcs, f), code.inst), code.PC, code.Emitted
	return at
}

func newBlamed(f *air.Func, i air.Index) *Blamed {
	return &Blamed{Func: f.Name, Inst: int(i), Text: instText(f, i), Type: f.Insts[i].Type.String(), f: f, inst: i}
}
