package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// place is a place in memory and its known alignment.
type place struct {
	mem   mir.Mem
	align int64
}

// at returns the place n bytes further on.
func (p place) at(n int64) place {
	if n != 0 {
		p.align = min(p.align, n&-n)
	}
	p.mem = p.mem.Offset(n)
	return p
}

// framePlace returns the place of a slot.
func (f *function) framePlace(fi mir.FrameIndex, disp int64) place {
	align := int64(8)
	if fi >= mir.FirstUnnamed {
		align = f.slots[fi].align
	}
	return place{mir.FrameMem(fi, 0), align}.at(disp)
}

// leaMem loads the address of a memory operand into a register.
func (f *function) leaMem(r isa.Reg, m mir.Mem) {
	if m.Frame == mir.NoFrame {
		f.out.AddImm(r, m.Reg, m.Disp)
		return
	}
	f.out.LeaMem(r, m)
}

// deref returns the place that a pointer operand points to.
func (f *function) deref(r air.Ref) place {
	t := f.typeOf(r)
	align := int64(1)
	if t.Kind == air.Pointer {
		align = int64(t.PointeeAlign())
	}
	p := f.derefValue(f.resolve(r), align)
	if i, ok := r.Inst(); ok && f.uses[i].slot != mir.NoFrame {
		p.mem = mir.IndexedMem(p.mem.Reg, f.uses[i].slot, f.uses[i].disp)
	}
	return p
}

func (f *function) derefValue(v MCValue, align int64) place {
	if v.kind == leaFrame {
		p := f.framePlace(v.frame, v.imm)
		p.align = max(p.align, align)
		return p
	}
	disp := int64(0)
	if v.kind == immediate {
		low := v.imm << 52 >> 52
		disp, v.imm = low, v.imm-low
	}
	return place{mir.RegMem(f.useValue(v, intClass), disp), align}
}

// valuePlace returns the place of an operand of memClass; it must not be changed.
func (f *function) valuePlace(r air.Ref) place {
	v := f.resolve(r)
	switch v.kind {
	case loadFrame:
		return f.framePlace(v.frame, v.imm)
	case constant:
		return f.constPlace(v.value)
	case undef:
		t := f.typeOf(r)
		return f.framePlace(f.tempSlot(int64(t.Size()), int64(t.Align())), 0)
	}
	f.broken("%v is not in memory", v)
	return place{}
}

// resultSlot allocates the slot for a result of memClass.
func (f *function) resultSlot(i air.Index) mir.FrameIndex {
	t := f.inst(i).Type
	return f.allocSlot(int64(t.Size()), int64(t.Align()), f.scopeDepth)
}

// newResult allocates the slot for a result of memClass, as a place.
func (f *function) newResult(i air.Index) place { return f.framePlace(f.resultSlot(i), 0) }

// value returns the value in a slot that a place is the start of.
func (p place) value() MCValue { return frameValue(p.mem.Frame, 0) }

// storeOperand stores an operand of any class at a place.
func (f *function) storeOperand(p place, r air.Ref) {
	t := f.typeOf(r)
	v := f.resolve(r)
	if v.kind == undef {
		return
	}
	switch f.classOf(t) {
	case intClass, floatClass:
		locked := f.regs.locked
		reg := f.use(r)
		f.storeValue(reg, p, t)
		if !locked.Has(reg) {
			f.unlock(reg)
		}
	case memClass:
		if v.kind == constant {
			f.storeConst(p, v.value)
			return
		}
		from := f.valuePlace(r)
		f.copyMem(p.mem, from.mem, int64(t.Size()), p.align, from.align)
	}
}

// loadResult makes a result of any class from the bytes at a place.
func (f *function) loadResult(i air.Index, p place) MCValue {
	return f.loadBytes(i, p, int64(f.inst(i).Type.Size()))
}

// loadPointee is loadResult of what a pointer points to, of which only accessSize bytes need be there.
func (f *function) loadPointee(i air.Index, p place) MCValue {
	return f.loadBytes(i, p, accessSize(f.inst(i).Type))
}

// accessSize returns how many bytes a load or store through a pointer touches: of an integer those that its width needs,
// as LLVM does, of all other types the ABI size.
func accessSize(t *air.Type) int64 {
	if s, ok := t.Scalar(); ok {
		return (int64(s.Bits) + 7) / 8
	}
	return int64(t.Size())
}

// loadBytes makes a result from so many bytes at a place, and the extension of an integer from its width on.
func (f *function) loadBytes(i air.Index, p place, bytes int64) MCValue {
	t := f.inst(i).Type
	switch f.classOf(t) {
	case noClass:
		return noneValue()
	case memClass:
		to := f.newResult(i)
		f.copyMem(to.mem, p.mem, bytes, to.align, p.align)
		f.extendMem(to, t)
		return to.value()
	}
	d := f.dest(i)
	f.loadNarrow(d, p, t, bytes)
	return regValue(d)
}

// loadNarrow is loadValue of which only so many bytes need be there.
func (f *function) loadNarrow(d isa.Reg, p place, t *air.Type, bytes int64) {
	s, ok := scalarOf(t)
	if !ok || bytes == int64(t.Size()) || p.align >= int64(t.Size()) { // an aligned word is there as a whole
		f.loadValue(d, p, t)
		return
	}
	f.loadInt(d, p, bytes, false)
	f.canonicalise(d, d, s)
}

// extendMem extends an integer of more than 64 bits in memory of ours from its width on.
func (f *function) extendMem(p place, t *air.Type) {
	s, ok := t.Scalar()
	if !ok || uint64(s.Bits) == 8*t.Size() {
		return
	}
	r := f.temp()
	last := int64(s.Bits-1) / 64 * 8
	if shift := (64 - int64(s.Bits)%64) % 64; shift != 0 || s.Signed {
		f.out.Load(isa.LD, r, p.mem.Offset(last))
		if shift != 0 {
			f.insImm(isa.SLLI, r, r, shift)
			f.insImm(pick(s.Signed, isa.SRAI, isa.SRLI), r, r, shift)
			f.out.Store(isa.SD, r, p.mem.Offset(last))
		}
	}
	if last+8 < int64(t.Size()) {
		above := isa.Zero
		if s.Signed {
			f.insImm(isa.SRAI, r, r, 63)
			above = r
		}
		f.out.Store(isa.SD, above, p.mem.Offset(last+8))
	}
	f.release(r)
}

// storePointee stores an operand through a pointer: accessSize bytes.
func (f *function) storePointee(p place, r air.Ref) {
	t := f.typeOf(r)
	bytes := accessSize(t)
	switch {
	case bytes == int64(t.Size()) || f.resolve(r).kind == undef:
		f.storeOperand(p, r)
	case f.classOf(t) == memClass:
		from := f.valuePlace(r)
		f.copyMem(p.mem, from.mem, bytes, p.align, from.align)
	default:
		f.storeInt(f.use(r), p, bytes)
	}
}
