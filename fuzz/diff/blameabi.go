package diff

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/convention"
)

// blameABI blames package abi if it places an argument elsewhere than the harness does by its own reading.
func blameABI(c *Case, culprit *Culprit) bool {
	compare := func(name string, got *abi.Call, want *convention.Signature) bool {
		for i := range min(len(want.Params), len(got.Params)) {
			if detail := misplaced(&want.Params[i], &got.Params[i]); detail != "" {
				culprit.Kind, culprit.Site = "wrong-place", "abi"
				culprit.Places = []link.CodeCall{{Func: "Classify", File: "backend/abi/abi.go"}}
				culprit.Text = fmt.Sprintf("parameter %d of %s: %s", i, name, detail)
				return true
			}
		}
		return false
	}
	for _, f := range c.Module.Funcs {
		if compare("@"+f.Name, abi.Classify(f.Type), convention.Of(f.Type)) {
			return true
		}
		for i := range f.Insts {
			in := &f.Insts[i]
			if !in.Tag.IsCall() {
				continue
			}
			t := f.TypeOf(in.Ops[0])
			if t.Kind == air.Pointer {
				t = t.Elem
			}
			var extra []*air.Type
			for _, r := range in.Ops[1+len(t.Params):] {
				extra = append(extra, f.TypeOf(r))
			}
			if compare(instText(f, air.Index(i)), abi.ClassifyCall(t, extra), convention.OfCall(t, extra)) {
				return true
			}
		}
	}
	return false
}

// misplaced returns how the places of a value differ, empty if they do not.
func misplaced(want *convention.Value, got *abi.Value) string {
	a, b := want.Pieces(), got.Pieces()
	if len(a) != len(b) {
		return fmt.Sprintf("%d pieces, not %d", len(b), len(a))
	}
	for i := range a {
		same := false
		switch a[i].Space {
		case convention.Stack:
			same = b[i].Kind == abi.Stack && b[i].Offset == int64(a[i].N)
		case convention.Float:
			same = b[i].Kind == abi.Register && b[i].Reg == isa.FA0+isa.Reg(a[i].N)
		default:
			same = b[i].Kind == abi.Register && b[i].Reg == isa.A0+isa.Reg(a[i].N)
		}
		if !same {
			return fmt.Sprintf("%+v, not %v", b[i], a[i])
		}
	}
	return ""
}
