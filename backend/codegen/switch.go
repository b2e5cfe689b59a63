package codegen

import (
	"cmp"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// switchBr compares its operand with the items of every case, then runs one of the bodies.
func (f *function) switchBr(i air.Index) error {
	in := f.inst(i)
	s := f.operandScalar(i)
	value := f.use(in.Ops[0])
	labels := f.dispatch(value, in, s)
	f.releaseTemps()
	f.dieOperand(i, 0) // before the bodies
	return f.cases(i, labels)
}

// dispatch emits the jumps to the cases and returns their labels, that of else last.
func (f *function) dispatch(value isa.Reg, in *air.Inst, s scalar) []mir.Label {
	extra := in.Extra.(*air.SwitchExtra)
	labels := make([]mir.Label, len(in.Bodies))
	for n := range labels {
		labels[n] = f.out.NewLabel()
	}
	item, past := f.temp(), f.temp()
	if f.jumpTable(value, item, past, extra, labels, s) {
		return labels
	}
	less := pick(s.signed, isa.BLT, isa.BLTU)
	for n := range extra.Cases {
		for _, v := range extra.Cases[n].Items {
			r := f.caseItem(item, v)
			f.out.Branch(isa.BEQ, value, r, labels[n])
		}
		for _, bounds := range extra.Cases[n].Ranges {
			next := f.out.NewLabel()
			low := f.caseItem(item, bounds[0])
			f.out.Branch(less, value, low, next)
			high := f.caseItem(past, bounds[1])
			f.out.Branch(less, high, value, next)
			f.out.Jump(labels[n])
			f.out.Bind(next)
		}
	}
	f.out.Jump(labels[len(labels)-1])
	return labels
}

// caseItem returns a register with the constant of a case, r unless it is zero.
func (f *function) caseItem(r isa.Reg, v *air.Value) isa.Reg {
	c := f.constValue(v)
	if c.kind == none || c.kind == immediate && c.imm == 0 {
		return isa.Zero
	}
	f.setReg(r, c)
	return r
}

// cases translates the bodies of a switch, each from the same state.
func (f *function) cases(i air.Index, labels []mir.Label) error {
	f.openScope()
	s := f.initState()
	f.saveRegisters(&s, nil)
	for n, l := range labels {
		if n > 0 {
			f.openScope()
		}
		f.dropJumpTo(l)
		f.out.Bind(l)
		if err := f.arm(i, n, &s); err != nil {
			return err
		}
	}
	f.finished++
	return nil
}

// loopSwitchBr translates a switch_br that switch_dispatch restarts with another operand, which is kept in the frame.
func (f *function) loopSwitchBr(i air.Index) error {
	in := f.inst(i)
	s := f.operandScalar(i)
	slot := f.pinSlot(8, 8)
	f.out.Store(isa.SD, f.use(in.Ops[0]), mir.FrameMem(slot, 0))
	f.releaseTemps()
	f.dieOperand(i, 0) // before the bodies
	b := blockData{inst: i, state: f.saveState(), label: f.out.NewLabel(), operand: slot}
	f.blocks = append(f.blocks, b)
	f.out.Bind(b.label)
	value := f.temp()
	f.out.Load(isa.LD, value, mir.FrameMem(slot, 0))
	labels := f.dispatch(value, in, s)
	f.releaseTemps()
	if err := f.cases(i, labels); err != nil {
		return err
	}
	f.finished--
	f.closeLoop(&b)
	return nil
}

// switchDispatch jumps to the start of a loop_switch_br.
func (f *function) switchDispatch(i air.Index) error {
	in := f.inst(i)
	b := f.openBlock(in.Target())
	f.out.Store(isa.SD, f.use(in.Ops[0]), mir.FrameMem(b.operand, 0))
	f.releaseTemps()
	f.goTo(&b.state, f.aliveAt(&b.state, nil), nil)
	f.out.Jump(b.label)
	return f.finish(i, unreachValue())
}

// A switch becomes a jump table if it has at least minTable values, which fill at least one in maxSparse of at most
// maxTable places.
const (
	minTable  = 6
	maxSparse = 3
	maxTable  = 1024
)

// tableItem is one value of a switch and the case that it selects.
type tableItem struct {
	value int64
	label mir.Label
}

// jumpTable emits the jumps of a dense switch as a table; it returns false if the switch has no such form. item and
// past are scratch.
func (f *function) jumpTable(value, item, past isa.Reg, extra *air.SwitchExtra, labels []mir.Label, s scalar) bool {
	items, ok := f.tableItems(extra, labels)
	if !ok || len(items) < minTable {
		return false
	}
	slices.SortFunc(items, func(a, b tableItem) int {
		if s.signed {
			return cmp.Compare(a.value, b.value)
		}
		return cmp.Compare(uint64(a.value), uint64(b.value))
	})
	first := items[0].value
	span := uint64(items[len(items)-1].value-first) + 1
	if span > maxTable || span > maxSparse*uint64(len(items)) || span == 0 {
		return false
	}
	otherwise := labels[len(labels)-1]
	table := make([]mir.Label, span)
	for n := range table {
		table[n] = otherwise
	}
	for _, it := range items {
		table[it.value-first] = it.label
	}
	f.out.AddImm(item, value, -first)
	f.out.LoadImm(past, int64(span))
	f.out.Branch(isa.BGEU, item, past, otherwise)
	f.out.JumpTable(item, table)
	return true
}

// tableItems returns the values of all cases; it fails if they are not numbers or too many.
func (f *function) tableItems(extra *air.SwitchExtra, labels []mir.Label) ([]tableItem, bool) {
	var items []tableItem
	for n := range extra.Cases {
		for _, v := range extra.Cases[n].Items {
			c := f.constValue(v)
			if c.kind != immediate {
				return nil, false
			}
			items = append(items, tableItem{c.imm, labels[n]})
		}
		for _, bounds := range extra.Cases[n].Ranges {
			low, high := f.constValue(bounds[0]), f.constValue(bounds[1])
			if low.kind != immediate || high.kind != immediate || uint64(high.imm-low.imm) >= maxTable {
				return nil, false
			}
			for k := range high.imm - low.imm + 1 {
				items = append(items, tableItem{low.imm + k, labels[n]})
			}
		}
	}
	return items, true
}
