package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

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

// setReg moves a value of intClass or floatClass to a register.
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
		f.leaSymbol(r, v.symbol, v.imm)
	default:
		f.broken("%v cannot be brought into %s", v, r)
	}
}

// setFloatReg moves a constant, a NaN-boxed bit pattern, to a floating-point register.
func (f *function) setFloatReg(r isa.Reg, v MCValue) {
	if v.kind == none || v.kind == undef { // boxed, whatever its width
		f.moveBits(pick(f.opts.Features.Zfh, isa.FCVT_H_W, isa.FCVT_S_W), r, isa.Zero)
		return
	}
	from := isa.Zero
	if v.kind == immediate && v.imm != 0 {
		from = f.temp()
		f.out.LoadImm(from, v.imm)
		defer f.release(from)
	}
	f.out.Real(isa.Inst{Op: isa.FMV_D_X, Rd: r, Rs1: from})
}

// choose emits d = a if m is -1, and b if m is 0, without a branch. d may be a. Where a or b is undefined, so is d.
func (f *function) choose(d, a, b, m isa.Reg) {
	f.ins(isa.XOR, d, a, b)
	f.ins(isa.AND, d, d, m)
	f.ins(isa.XOR, d, d, b)
}

// chooseBits is choose for operands of which the one that is not chosen may be undefined. m is changed.
func (f *function) chooseBits(d, a, b, m isa.Reg) {
	if f.opts.Features.Zicond {
		f.ins(isa.CZERO_EQZ, d, a, m)
		f.ins(isa.CZERO_NEZ, m, b, m)
	} else {
		f.ins(isa.AND, d, a, m)
		f.insImm(isa.XORI, m, m, -1)
		f.ins(isa.AND, m, m, b)
	}
	f.ins(isa.OR, d, d, m)
}

// maskOf emits m = -1 if the bit r is 1, otherwise 0.
func (f *function) maskOf(m, r isa.Reg) { f.ins(isa.SUB, m, isa.Zero, r) }

// canonicalise emits d = the canonical form of the low bits of r.
func (f *function) canonicalise(d, r isa.Reg, s scalar) {
	switch shift := int64(64 - s.bits); {
	case s.bits == 64:
		f.moveRegister(d, r)
	case s.bits == 0:
		f.out.LoadImm(d, 0)
	case s.bits == 32:
		f.insImm(isa.ADDIW, d, r, 0)
	case s.signed && s.bits == 8 && f.opts.Features.Zbb:
		f.moveBits(isa.SEXT_B, d, r)
	case s.signed && s.bits == 16 && f.opts.Features.Zbb:
		f.moveBits(isa.SEXT_H, d, r)
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

// zeroExtended emits d = the low bits of r, zero-extended: for u32 that is not the canonical form.
func (f *function) zeroExtended(d, r isa.Reg, bits uint32) {
	if bits == 64 {
		f.moveRegister(d, r)
		return
	}
	if bits <= 11 {
		f.insImm(isa.ANDI, d, r, 1<<bits-1)
		return
	}
	if bits == 32 && f.opts.Features.Zba {
		f.ins(isa.ADD_UW, d, r, isa.Zero)
		return
	}
	f.insImm(isa.SLLI, d, r, int64(64-bits))
	f.insImm(isa.SRLI, d, d, int64(64-bits))
}

// loadOp returns the integer load of a size (1, 2, 4, 8) and signedness.
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

// chunks returns the sizes of the accesses that make up one of size bytes, from the lowest on.
func chunks(size, align int64) (list [8]int64, n int) {
	chunk := min(align, 8)
	for at := int64(0); at < size; n++ {
		for chunk > size-at {
			chunk /= 2
		}
		list[n] = chunk
		at += chunk
	}
	return list, n
}

// loadInt loads at most 8 bytes.
func (f *function) loadInt(d isa.Reg, p place, size int64, signed bool) {
	list, n := chunks(size, p.align)
	at := size - list[n-1]
	if n == 1 {
		f.out.Load(loadOp(size, signed), d, p.mem)
		return
	}
	t := f.temp()
	f.out.Load(loadOp(list[n-1], signed), t, p.mem.Offset(at))
	for k := n - 2; k >= 0; k-- {
		at -= list[k]
		low := f.temp()
		f.out.Load(loadOp(list[k], false), low, p.mem.Offset(at))
		f.insImm(isa.SLLI, t, t, 8*list[k])
		f.ins(isa.OR, t, t, low)
		f.release(low)
	}
	f.moveRegister(d, t)
	f.release(t)
}

// storeInt stores the low size bytes, at most 8.
func (f *function) storeInt(r isa.Reg, p place, size int64) {
	if _, n := chunks(size, p.align); n == 1 {
		f.storeChunks(r, r, p, size)
		return
	}
	t := f.temp()
	f.storeChunks(r, t, p, size)
	f.release(t)
}

// storeChunks is storeInt with a scratch register, which may be r.
func (f *function) storeChunks(r, t isa.Reg, p place, size int64) {
	list, n := chunks(size, p.align)
	for k, at := 0, int64(0); k < n; k++ {
		f.out.Store(storeOp(list[k]), r, p.mem.Offset(at))
		at += list[k]
		if k < n-1 {
			f.insImm(isa.SRLI, t, r, 8*list[k])
			r = t
		}
	}
}

// loadValue loads a value of intClass or floatClass, canonical.
func (f *function) loadValue(d isa.Reg, p place, t *air.Type) {
	size := int64(t.Size())
	if d.IsFloat() {
		f.loadFloat(d, p, t)
		return
	}
	s, _ := scalarOf(t)
	f.loadInt(d, p, size, s.signed || s.bits == 32)
	if int64(s.bits) != 8*size {
		f.canonicalise(d, d, s)
	}
}

func (f *function) loadFloat(d isa.Reg, p place, t *air.Type) {
	size, format := int64(t.Size()), precisionOf(t)
	if p.align >= size {
		f.out.Load(format.op(isa.FLW), d, p.mem)
		return
	}
	bits := f.temp()
	f.loadInt(bits, p, size, false)
	f.moveBits(format.op(isa.FMV_W_X), d, bits)
	f.release(bits)
}

// storeValue stores a register as a value of a type: its whole ABI size.
func (f *function) storeValue(r isa.Reg, p place, t *air.Type) {
	size := int64(t.Size())
	if !r.IsFloat() {
		f.storeInt(r, p, size)
		return
	}
	format := precisionOf(t)
	if p.align >= size {
		f.out.Store(format.op(isa.FSW), r, p.mem)
		return
	}
	bits := f.temp()
	f.moveBits(format.op(isa.FMV_X_W), bits, r)
	f.storeInt(bits, p, size)
	f.release(bits)
}

// storePiece stores a piece of an argument into a slot whose size is a multiple of 8.
func (f *function) storePiece(r isa.Reg, m mir.Mem, size int64) {
	switch {
	case r.IsFloat() && size == 2 && !f.opts.Features.Zfh:
		t := f.temp()
		f.moveBits(isa.FMV_X_W, t, r)
		f.out.Store(isa.SH, t, m)
		f.release(t)
	case r.IsFloat():
		f.out.Store(precisionOfSize(size).op(isa.FSW), r, m)
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
		f.out.Load(precisionOfSize(size).op(isa.FLW), r, m)
	case size == 1 || size == 2 || size == 4:
		f.out.Load(loadOp(size, true), r, m)
	default:
		f.out.Load(isa.LD, r, m)
	}
}
