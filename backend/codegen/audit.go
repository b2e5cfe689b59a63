package codegen

import (
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// With Options.Audit, the rules of this file are checked too: they take longer than those of Options.Verify, and say
// more about where a defect is.

// noteDeath records the calls in which a value dies.
func (f *function) noteDeath(i air.Index) {
	if f.died == nil {
		f.died = map[air.Index]mir.Calls{}
	}
	f.died[i] = callers(4)
}

// callers returns the calls that led here, without so many of the innermost.
func callers(skip int) mir.Calls {
	calls := make(mir.Calls, 16)
	return calls[:runtime.Callers(skip, calls)]
}

// noteSpill records the calls that spill what a call may change.
func (f *function) noteSpill() { f.spilled = callers(3) }

// diedIn names the calls of this package in which a value died, "" if that is not recorded.
func (f *function) diedIn(i air.Index) string { return callsText(f.died[i]) }

// chosenIn names the calls that chose a register that holds an operand, "" if there are none.
func (f *function) chosenIn(r isa.Reg) string { return callsText(f.chosen[r]) }

func callsText(calls mir.Calls) string {
	var text strings.Builder
	if len(calls) == 0 {
		return ""
	}
	for frames := runtime.CallersFrames(calls); ; {
		frame, more := frames.Next()
		_, name, ok := strings.Cut(frame.Function, "backend/codegen.(*function).")
		if !more || !ok || name == "genInst" {
			return text.String()
		}
		fmt.Fprintf(&text, ", in %s (backend/codegen/%s:%d)", name, path.Base(frame.File), frame.Line)
	}
}

// checkPassed checks that each argument that is passed in registers, and the address of a result, goes to its place.
func (f *function) checkPassed(i air.Index, info *abi.Call) {
	check := func(what string, l abi.Loc) {
		if l.Kind == abi.Register && !slices.ContainsFunc(f.moves, func(m move) bool { return m.to == l.Reg }) {
			f.broken("an argument is not passed (nothing is moved to %s, the place of %s)", l.Reg, what)
		}
	}
	if info.Result.ByRef {
		check("the result's address", info.Result.Pieces()[0])
	}
	for n := range info.Params {
		if v := f.fn.Value(f.inst(i).Ops[1+n]); v != nil && v.Kind == air.Undef {
			continue
		}
		for _, l := range info.Params[n].Pieces() {
			check("an argument", l)
		}
	}
}

// checkStored checks that the code since start stores an argument where it belongs on the stack.
func (f *function) checkStored(r air.Ref, p *abi.Value, start int) {
	if v := f.fn.Value(r); v != nil && v.Kind == air.Undef || f.resolve(r).kind == undef {
		return
	}
	for _, l := range p.Pieces() {
		if l.Kind == abi.Stack && !slices.ContainsFunc(f.out.Insts[start:], func(in mir.Inst) bool {
			return in.Op == mir.Store && in.Mem == mir.FrameMem(mir.CallFrame, l.Offset)
		}) {
			f.broken("an argument is not stored (at %d)", l.Offset)
		}
	}
}

// checkParallel checks that the code since start does the given moves between registers at once.
func (f *function) checkParallel(moves []move, start int) {
	var holds [64]uint64 // of each register, which initial values it is the xor of
	for r := range holds {
		holds[r] = 1 << r
	}
	for n := start; n < len(f.out.Insts); n++ {
		in := &f.out.Insts[n]
		switch rd := in.I.Rd; {
		case in.Op == mir.Real && in.I.Op == isa.XOR:
			holds[rd] = holds[in.I.Rs1] ^ holds[in.I.Rs2]
		case in.Op == mir.Real && (in.I.Op == isa.ADDI && in.I.Imm == 0 || in.I.Op == isa.FSGNJ_D && in.I.Rs1 == in.I.Rs2):
			holds[rd] = holds[in.I.Rs1]
		default:
			holds[rd] = 0
		}
	}
	for _, m := range moves {
		if m.from.kind == register && holds[m.to] != 1<<m.from.reg {
			f.broken("parallel moves are not done as one (%s does not hold what was in %s)", m.to, m.from.reg)
		}
	}
}

// checkLayout checks that every slot is aligned and within the frame, and that no two overlap.
func (f *function) checkLayout() {
	type part struct {
		at, end int64 // from the caller's sp
		fi      mir.FrameIndex
	}
	fr := &f.out.Frame
	var parts []part
	for fi := mir.ArgsFrame + 1; int(fi) < len(f.slots); fi++ {
		size, align := f.slots[fi].size, f.slots[fi].align
		switch fi {
		case mir.RetAddr, mir.BasePtr:
			size = 8
		case mir.SpillFrame:
			size = 8 * int64(fr.Saved.Len())
		case mir.StackFrame:
			continue
		}
		loc, ok := fr.Loc(fi)
		if !ok || size == 0 || fr.Align > 16 && loc.Base != isa.SP {
			continue
		}
		if align > 0 && loc.Disp%align != 0 {
			f.broken("a slot is not aligned (%v at %d(%s), to %d)", fi, loc.Disp, loc.Base, align)
		}
		at := loc.Disp + fr.CFA(loc.Base)
		parts = append(parts, part{at, at + size, fi})
	}
	slices.SortFunc(parts, func(a, b part) int { return int(a.at - b.at) })
	for n := range parts {
		if n > 0 && parts[n-1].end > parts[n].at {
			f.broken("slots overlap (%v and %v)", parts[n-1].fi, parts[n].fi)
		}
		if parts[n].end > 0 {
			f.broken("a slot is not within the frame (%v)", parts[n].fi)
		}
	}
}

// noteChoice records the calls that chose the register of an operand for a result.
func (f *function) noteChoice(r isa.Reg) {
	if f.chosen == nil {
		f.chosen = map[isa.Reg]mir.Calls{}
	}
	f.chosen[r] = callers(3)
}
