package liveness

import (
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Format returns the deaths of a function as text, in the order of its own text: one line per instruction with `!` if
// its result is unused, what dies in it, and what dies on entering its arms or in its block.
//
//	%3 = cond_br dies %1; arm 0: ; arm 1: %2
//	%7 = block; deaths: %2 %3
func Format(f *air.Func, r *Liveness) string {
	t := text{f: f, r: r}
	t.body(f.Body, "")
	return t.out.String()
}

type text struct {
	f   *air.Func
	r   *Liveness
	out strings.Builder
}

func (t *text) body(b air.Body, indent string) {
	for _, i := range b {
		t.inst(i, indent)
		for _, inner := range t.f.Insts[i].Bodies {
			t.body(inner, indent+"  ")
		}
	}
}

func (t *text) inst(i air.Index, indent string) {
	in := &t.f.Insts[i]
	fmt.Fprintf(&t.out, "%s%%%d", indent, i)
	if t.r.Unused(i) {
		t.out.WriteByte('!')
	}
	fmt.Fprintf(&t.out, " = %s", in.Tag)
	sep := " dies"
	for op, ref := range in.Ops {
		if t.r.Dies(i, op) {
			fmt.Fprintf(&t.out, "%s %%%d", sep, ref)
			sep = ""
		}
	}
	if arms := Arms(in); arms > 0 {
		for arm := range arms {
			t.list(fmt.Sprintf("; arm %d:", arm), t.r.ArmDeaths(i, arm))
		}
	} else if in.Tag == air.Block || in.Tag == air.DbgInlineBlock {
		t.list("; deaths:", t.r.BlockDeaths(i))
	}
	t.out.WriteByte('\n')
}

func (t *text) list(name string, deaths []air.Index) {
	t.out.WriteString(name)
	for _, i := range deaths {
		fmt.Fprintf(&t.out, " %%%d", i)
	}
}

// Arms returns the number of arms of an instruction that have deaths of their own: the bodies of a cond_br or switch,
// two for a try, none for everything else.
func Arms(in *air.Inst) int {
	switch in.Tag {
	case air.CondBr, air.SwitchBr, air.LoopSwitchBr:
		return len(in.Bodies)
	case air.Try, air.TryCold, air.TryPtr, air.TryPtrCold:
		return 2
	}
	return 0
}
