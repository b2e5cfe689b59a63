package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// selectValue translates select of values that are no vectors: one of two, by a bool.
func (f *function) selectValue(i air.Index) error {
	in := f.inst(i)
	c := f.classOf(in.Type)
	m := f.temp()
	f.maskOf(m, f.use(in.Ops[0]))
	if c == memClass {
		return f.selectMemory(i, m)
	}
	a, b := f.use(in.Ops[1]), f.use(in.Ops[2])
	d := f.dest(i)
	if c == floatClass {
		f.chooseFloat(d, a, b, m, f.temp(), precisionOf(in.Type))
	} else {
		f.chooseBits(d, a, b, m)
	}
	return f.finish(i, regValue(d))
}

// selectMemory chooses between scalars in memory, which are whole words, word by word.
func (f *function) selectMemory(i air.Index, m isa.Reg) error {
	in := f.inst(i)
	a, b := f.valuePlace(in.Ops[1]), f.valuePlace(in.Ops[2])
	slot := f.resultSlot(i)
	to := f.framePlace(slot, 0)
	x, y, part := f.temp(), f.temp(), f.temp()
	for at := int64(0); at < int64(in.Type.Size()); at += 8 {
		f.loadInt(x, a.at(at), 8, false)
		f.loadInt(y, b.at(at), 8, false)
		f.moveRegister(part, m)
		f.chooseBits(x, x, y, part)
		f.storeInt(x, to.at(at), 8)
	}
	return f.finish(i, frameValue(slot, 0))
}
