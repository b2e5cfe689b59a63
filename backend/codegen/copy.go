package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// inlineCopies bounds the loads of an unrolled copy; longer ones loop.
const inlineCopies = 8

// copyMem copies size bytes between places that are equal or do not overlap.
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

// wordCopies is the size from which a copy in pieces smaller than words tests whether both addresses are aligned, to
// copy words first.
const wordCopies = 64

// copyLoop copies whole chunks and returns the number of remaining bytes, which are at dst and src.
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

// copyWords copies the whole words of size bytes, if both addresses are aligned.
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
