package diff

import (
	"fmt"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
)

// The machine instructions that are listed: at least windowSize, of which windowAfter are behind the place; more if the
// code of the culprit has more, up to windowMost.
const (
	windowSize  = 10
	windowAfter = 2
	windowMost  = 32
)

// window adds the machine instructions around the place, and what they say of the culprit.
func (w *explainer) window(run *gen.Run) {
	w.follow(run)
	from := w.until
	for w.rec != nil && w.x.Culprit != nil && from > 0 && w.until-from < windowMost && w.rec.steps-from < keptPCs-1 {
		if code := w.g.code(w.rec.pcs[(from-1)%keptPCs]); !w.x.Culprit.owns(&code) {
			break
		}
		from--
	}
	from = min(from, w.until-min(w.until, windowSize-windowAfter))
	list := w.k.executed(w.g, run, from, max(w.until+windowAfter, from+windowSize))
	for i := range list {
		x := &list[i]
		x.Culprit = w.x.Culprit != nil && w.x.Culprit.owns(&x.Code)
		if m := x.Memory; m != nil && w.rec != nil && (!m.Store || x.Wrote != nil) {
			m.Writer = w.from(w.rec.writer(m.addr, m.Size, x.step), m.addr)
		}
	}
	w.x.Executed = list
	if m := w.d.at.first; m != nil && m.control && w.x.Machine == "" {
		w.x.Machine = w.next(m.got.order)
	}
	w.lowering()
}

// next returns the instruction that the code works on after a step and the culprit.
func (w *explainer) next(step uint64) string {
	executed := w.x.Executed
	for len(executed) > 0 && executed[0].step < step {
		executed = executed[1:]
	}
	// What the culprit compares may be code of other instructions.
	at := slices.IndexFunc(executed, func(e Executed) bool { return e.Culprit })
	for i := max(at, 0); i < len(executed); i++ {
		if e := &executed[i]; !e.Culprit {
			return e.heading()
		}
	}
	return "nothing: it ends there"
}

// follow moves the place to the last execution of the instruction to look at, if that is not where the code stopped.
func (w *explainer) follow(run *gen.Run) {
	pc := w.d.at.pc
	if !w.d.at.rule || w.d.at.atRecord || w.rec == nil || w.until != w.got.Steps {
		return
	}
	stop := w.k.executed(w.g, run, w.until, w.until+1)
	if last, ok := w.rec.last[pc]; ok && (len(stop) == 0 || stop[0].pc != pc) {
		w.until = last + 1
	}
}

// owns reports whether an instruction is in the code of the culprit.
func (c *Blamed) owns(code *Code) bool {
	return c.f != nil && code.inst == c.inst && code.Func == c.Func
}

// lowering adds to the culprit which calls emitted its value: the last instruction that wrote the register, the store to
// the slot, or else the last instruction of its code.
func (w *explainer) lowering() {
	c := w.x.Culprit
	if c == nil || len(c.Lowering) > 0 {
		return
	}
	for i := range w.x.Executed {
		if x := &w.x.Executed[i]; x.Culprit && (len(c.Lowering) == 0 || len(x.Wrote) > 0 && x.Wrote[0].Name == c.Where || c.record == nil) {
			c.Lowering = x.Emitted
		}
	}
	for i := range w.x.Stores {
		if s := &w.x.Stores[i]; s.Code != nil && c.owns(s.Code) {
			c.Lowering = s.Emitted
		}
	}
}

// locText returns a place as text.
func locText(l *link.Loc) string {
	if l.Kind == link.LocMem {
		return fmt.Sprintf("%d(%s)", l.Disp, l.Reg)
	}
	if l.Kind == link.LocAddress {
		return fmt.Sprintf("no register yet, as %s+%d,", l.Reg, l.Disp)
	}
	return l.Reg.String()
}
