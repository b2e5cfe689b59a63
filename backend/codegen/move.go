package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// place is a place in memory and the alignment that is known of it.
type place struct {
	mem   mir.Mem
	align int64
}

// at gives the place n bytes further on.
func (p place) at(n int64) place {
	if n != 0 {
		p.align = min(p.align, n&-n)
	}
	p.mem = p.mem.Offset(n)
	return p
}

// framePlace gives the place of a slot.
func (f *function) framePlace(fi mir.FrameIndex, disp int64) place {
	align := int64(8)
	if fi >= mir.FirstUnnamed {
		align = f.slots[fi].align
	}
	return place{mir.FrameMem(fi, 0), align}.at(disp)
}

// moveRegister copies a register to one of the same file.
func (f *function) moveRegister(to, from isa.Reg) {
	switch {
	case to == from:
	case to.IsFloat():
		f.ins(isa.FSGNJ_D, to, from, from)
	default:
		f.insImm(isa.ADDI, to, from, 0)
	}
}

// setReg brings a value of intClass or floatClass into a register.
func (f *function) setReg(r isa.Reg, v MCValue) {
	if r.IsFloat() && v.kind != register && v.kind != loadFrame {
		f.setFloatReg(r, v)
		return
	}
	switch v.kind {
	case register:
		f.moveRegister(r, v.reg)
	case none, undef:
		f.out.LoadImm(r, 0)
	case immediate:
		f.out.LoadImm(r, v.imm)
	case loadFrame:
		f.loadRegister(r, v.mem())
	case leaFrame:
		f.out.LeaMem(r, mir.FrameMem(v.frame, v.imm))
	case leaSymbol:
		f.out.LeaSymbol(r, v.symbol, v.imm)
	default:
		f.broken("%v cannot be brought into %s", v, r)
	}
}

// setFloatReg brings a constant, a NaN-boxed bit pattern, into a floating-point register.
func (f *function) setFloatReg(r isa.Reg, v MCValue) {
	from := isa.Zero
	if v.kind == immediate && v.imm != 0 {
		from = f.temp()
		f.out.LoadImm(from, v.imm)
		defer f.release(from)
	}
	f.out.Real(isa.Inst{Op: isa.FMV_D_X, Rd: r, Rs1: from})
}

// canonicalise emits d = the canonical form of the low bits of r.
func (f *function) canonicalise(d, r isa.Reg, s scalar) {
	switch shift := int64(64 - s.bits); {
	case s.bits == 64:
		f.moveRegister(d, r)
	case s.bits == 0:
		f.out.LoadImm(d, 0)
	case s.bits == 32:
		f.insImm(isa.ADDIW, d, r, 0)
	case s.signed:
		f.insImm(isa.SLLI, d, r, shift)
		f.insImm(isa.SRAI, d, d, shift)
	case s.bits <= 11:
		f.insImm(isa.ANDI, d, r, 1<<s.bits-1)
	default:
		f.insImm(isa.SLLI, d, r, shift)
		f.insImm(isa.SRLI, d, d, shift)
	}
}

// zeroExtended emits d = the low bits of r without sign: for u32 that is not the canonical form.
func (f *function) zeroExtended(d, r isa.Reg, bits uint32) {
	if bits == 64 {
		f.moveRegister(d, r)
		return
	}
	if bits <= 11 {
		f.insImm(isa.ANDI, d, r, 1<<bits-1)
		return
	}
	f.insImm(isa.SLLI, d, r, int64(64-bits))
	f.insImm(isa.SRLI, d, d, int64(64-bits))
}

// loadOps are the integer loads by size (1, 2, 4, 8) and signedness.
func loadOp(size int64, signed bool) isa.Op {
	switch size {
	case 1:
		return pick(signed, isa.LB, isa.LBU)
	case 2:
		return pick(signed, isa.LH, isa.LHU)
	case 4:
		return pick(signed, isa.LW, isa.LWU)
	}
	return isa.LD
}

func storeOp(size int64) isa.Op {
	switch size {
	case 1:
		return isa.SB
	case 2:
		return isa.SH
	case 4:
		return isa.SW
	}
	return isa.SD
}

func pick[T any](which bool, yes, no T) T {
	if which {
		return yes
	}
	return no
}

// loadInt loads size bytes, a power of two, without regard to what they mean.
func (f *function) loadInt(d isa.Reg, p place, size int64, signed bool) {
	chunk := min(size, p.align)
	if chunk == size {
		f.out.Load(loadOp(size, signed), d, p.mem)
		return
	}
	t := f.temp()
	f.out.Load(loadOp(chunk, signed), t, p.mem.Offset(size-chunk))
	for at := size - 2*chunk; at >= 0; at -= chunk {
		low := f.temp()
		f.out.Load(loadOp(chunk, false), low, p.mem.Offset(at))
		f.insImm(isa.SLLI, t, t, 8*chunk)
		f.ins(isa.OR, t, t, low)
		f.release(low)
	}
	f.moveRegister(d, t)
	f.release(t)
}

// storeInt stores the low size bytes, a power of two.
func (f *function) storeInt(r isa.Reg, p place, size int64) {
	chunk := min(size, p.align)
	f.out.Store(storeOp(chunk), r, p.mem)
	if chunk == size {
		return
	}
	t := f.temp()
	f.insImm(isa.SRLI, t, r, 8*chunk)
	for at := chunk; at < size; at += chunk {
		f.out.Store(storeOp(chunk), t, p.mem.Offset(at))
		f.insImm(isa.SRLI, t, t, 8*chunk)
	}
	f.release(t)
}

// loadValue loads a value of intClass or floatClass, canonical.
func (f *function) loadValue(d isa.Reg, p place, t *air.Type) {
	size := int64(t.Size())
	if d.IsFloat() {
		f.loadFloat(d, p, size)
		return
	}
	s, _ := scalarOf(t)
	f.loadInt(d, p, size, s.signed || s.bits == 32)
	if int64(s.bits) != 8*size {
		f.canonicalise(d, d, s)
	}
}

func (f *function) loadFloat(d isa.Reg, p place, size int64) {
	if p.align >= size {
		f.out.Load(pick(size == 4, isa.FLW, isa.FLD), d, p.mem)
		return
	}
	t := f.temp()
	f.loadInt(t, p, size, false)
	f.out.Real(isa.Inst{Op: pick(size == 4, isa.FMV_W_X, isa.FMV_D_X), Rd: d, Rs1: t})
	f.release(t)
}

// storeValue stores a register as a value of a type: its whole ABI size.
func (f *function) storeValue(r isa.Reg, p place, t *air.Type) {
	size := int64(t.Size())
	if !r.IsFloat() {
		f.storeInt(r, p, size)
		return
	}
	if p.align >= size {
		f.out.Store(pick(size == 4, isa.FSW, isa.FSD), r, p.mem)
		return
	}
	t2 := f.temp()
	f.out.Real(isa.Inst{Op: pick(size == 4, isa.FMV_X_W, isa.FMV_X_D), Rd: t2, Rs1: r})
	f.storeInt(t2, p, size)
	f.release(t2)
}

// storePiece stores a piece of an argument into a slot whose size is a multiple of 8.
func (f *function) storePiece(r isa.Reg, m mir.Mem, size int64) {
	switch {
	case r.IsFloat():
		f.out.Store(pick(size == 4, isa.FSW, isa.FSD), r, m)
	case size == 1 || size == 2 || size == 4:
		f.out.Store(storeOp(size), r, m)
	default:
		f.out.Store(isa.SD, r, m)
	}
}

// loadPiece loads a piece of an argument from a slot whose size is a multiple of 8.
func (f *function) loadPiece(r isa.Reg, m mir.Mem, size int64) {
	switch {
	case r.IsFloat():
		f.out.Load(pick(size == 4, isa.FLW, isa.FLD), r, m)
	case size == 1 || size == 2 || size == 4:
		f.out.Load(loadOp(size, true), r, m)
	default:
		f.out.Load(isa.LD, r, m)
	}
}

// inlineCopies bounds the loads of an unrolled copy; longer ones loop.
const inlineCopies = 8

// copyMem copies size bytes between places that are the same or do not overlap.
func (f *function) copyMem(dst, src mir.Mem, size, dstAlign, srcAlign int64) {
	if size <= 0 || dst == src {
		return
	}
	chunk := min(dstAlign, srcAlign, 8)
	if size/chunk > inlineCopies {
		size = f.copyLoop(&dst, &src, size, chunk)
	}
	t := f.temp()
	for at := int64(0); at < size; {
		for chunk > size-at {
			chunk /= 2
		}
		f.out.Load(loadOp(chunk, false), t, src.Offset(at))
		f.out.Store(storeOp(chunk), t, dst.Offset(at))
		at += chunk
	}
	f.release(t)
}

// wordCopies is the size from which a copy of less than words at a time looks whether both addresses
// happen to be aligned, and then copies words first.
const wordCopies = 64

// copyLoop copies whole chunks and gives the number of bytes left, which are at dst and src.
func (f *function) copyLoop(dst, src *mir.Mem, size, chunk int64) int64 {
	whole := size / chunk * chunk
	d, s, end, t := f.temp(), f.temp(), f.temp(), f.temp()
	f.leaMem(s, *src)
	f.leaMem(d, *dst)
	words := chunk < 8 && size >= wordCopies
	if words {
		f.copyWords(d, s, end, t, size)
		f.leaMem(end, *src)
		f.out.AddImm(end, end, whole)
	} else {
		f.out.AddImm(end, s, whole)
	}
	again, done := f.out.NewLabel(), f.out.NewLabel()
	if words {
		f.out.Branch(isa.BEQ, s, end, done)
	}
	f.out.Bind(again)
	f.out.Load(loadOp(chunk, false), t, mir.RegMem(s, 0))
	f.out.Store(storeOp(chunk), t, mir.RegMem(d, 0))
	f.insImm(isa.ADDI, s, s, chunk)
	f.insImm(isa.ADDI, d, d, chunk)
	f.out.Branch(isa.BNE, s, end, again)
	f.out.Bind(done)
	f.release(end)
	f.release(t)
	f.release(d)
	f.release(s)
	*dst, *src = dst.Offset(whole), src.Offset(whole)
	return size - whole
}

// copyWords copies as many whole words as size bytes have, if both addresses are aligned.
func (f *function) copyWords(d, s, end, t isa.Reg, size int64) {
	again, done := f.out.NewLabel(), f.out.NewLabel()
	f.ins(isa.OR, t, d, s)
	f.insImm(isa.ANDI, t, t, 7)
	f.out.Branch(isa.BNE, t, isa.Zero, done)
	f.out.AddImm(end, s, size&^7)
	f.out.Bind(again)
	f.out.Load(isa.LD, t, mir.RegMem(s, 0))
	f.out.Store(isa.SD, t, mir.RegMem(d, 0))
	f.insImm(isa.ADDI, s, s, 8)
	f.insImm(isa.ADDI, d, d, 8)
	f.out.Branch(isa.BNE, s, end, again)
	f.out.Bind(done)
}

// leaMem brings the address of a memory operand into a register.
func (f *function) leaMem(r isa.Reg, m mir.Mem) {
	if m.Frame == mir.NoFrame {
		f.out.AddImm(r, m.Reg, m.Disp)
		return
	}
	f.out.LeaMem(r, m)
}

// fillMem stores size bytes of the value b.
func (f *function) fillMem(p place, size int64, b byte) {
	t := isa.Zero
	if b != 0 {
		t = f.temp()
		f.out.LoadImm(t, int64(uint64(b)*0x0101010101010101))
	}
	chunk := min(p.align, 8)
	for at := int64(0); at < size; at += chunk {
		for chunk > size-at {
			chunk /= 2
		}
		f.out.Store(storeOp(chunk), t, p.mem.Offset(at))
	}
	f.release(t)
}

// deref gives the place that a pointer operand points to.
func (f *function) deref(r air.Ref) place {
	t := f.typeOf(r)
	align := int64(1)
	if t.Kind == air.Pointer {
		align = int64(t.PointeeAlign())
	}
	return f.derefValue(f.resolve(r), align)
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

// valuePlace gives the place of an operand of memClass; it must not be changed.
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

// resultSlot makes the slot for a result of memClass.
func (f *function) resultSlot(i air.Index) mir.FrameIndex {
	t := f.inst(i).Type
	return f.allocSlot(int64(t.Size()), int64(t.Align()), f.scopeDepth)
}

// storeOperand stores an operand of any class at a place.
func (f *function) storeOperand(p place, r air.Ref) {
	t := f.typeOf(r)
	v := f.resolve(r)
	if v.kind == undef {
		return
	}
	switch classOf(t) {
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

// loadResult makes a result of any class from the place of its bytes.
func (f *function) loadResult(i air.Index, p place) MCValue {
	t := f.inst(i).Type
	switch classOf(t) {
	case noClass:
		return noneValue()
	case memClass:
		slot := f.resultSlot(i)
		to := f.framePlace(slot, 0)
		f.copyMem(to.mem, p.mem, int64(t.Size()), to.align, p.align)
		return frameValue(slot, 0)
	}
	d := f.dest(i)
	f.loadValue(d, p, t)
	return regValue(d)
}
