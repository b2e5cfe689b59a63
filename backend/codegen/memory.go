package codegen

import (
	"math/bits"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/backend/promote"
	"github.com/rvfuzz/rvfuzz/isa"
)

// undefinedByte is the byte that store_safe and memset_safe write for undefined.
const undefinedByte = 0xaa

// alloc allocates memory that is live as long as the function.
func (f *function) alloc(i air.Index) error {
	t := f.inst(i).Type
	if role, r := f.opts.Plan.Of(i); role == promote.Variable || role == promote.Cleared {
		return f.allocHome(i, r, role == promote.Cleared)
	}
	size := max(int64(t.Elem.Size()), 1)
	return f.finish(i, leaFrameValue(f.pinSlot(size, int64(t.PointeeAlign())), 0))
}

// load loads the value behind a pointer.
func (f *function) load(i air.Index) error {
	in := f.inst(i)
	switch v := f.resolve(in.Ops[0]); {
	case v.kind == variable:
		return f.loadHome(i, v.reg)
	case f.typeOf(in.Ops[0]).IsBitPointer():
		return f.loadBits(i)
	}
	return f.finish(i, f.loadPointee(i, f.deref(in.Ops[0])))
}

// store stores a value behind a pointer. A store of undefined writes nothing, store_safe a pattern.
func (f *function) store(i air.Index) error {
	in := f.inst(i)
	t := f.typeOf(in.Ops[1])
	if !t.HasBits() {
		return f.finish(i, noneValue())
	}
	if v := f.resolve(in.Ops[0]); v.kind == variable {
		return f.storeHome(i, v.reg)
	}
	bit := f.typeOf(in.Ops[0]).IsBitPointer()
	switch {
	case f.resolve(in.Ops[1]).kind == undef:
		if in.Tag == air.StoreSafe && !bit {
			f.fillMem(f.deref(in.Ops[0]), int64(t.Size()), undefinedByte)
		}
	case bit:
		return f.storeBits(i)
	default:
		f.storePointee(f.deref(in.Ops[0]), in.Ops[1])
	}
	return f.finish(i, noneValue())
}

// span is the destination or source of a block operation: an address, and the length in bytes, known or in a register.
type span struct {
	mem    place
	known  bool
	size   int64
	stride int64 // of the elements, which the length is a multiple of
	bytes  isa.Reg
}

// spanOf returns the memory of a slice or a pointer to an array.
func (f *function) spanOf(r air.Ref) span {
	t := f.typeOf(r)
	if !t.IsSlice() {
		size := int64(0)
		if t.Elem.Kind == air.Array {
			size = int64(t.Elem.Len * t.Elem.Elem.Size())
		}
		return span{mem: f.deref(r), known: true, size: size, stride: max(size, 1)}
	}
	stride := int64(t.Elem.Size())
	align := int64(t.PointeeAlign())
	if v := f.fn.Value(r); v != nil && v.Kind == air.SliceValue && v.Elems[1].Kind == air.IntValue {
		p := f.derefValue(f.constValue(v.Elems[0]), align)
		return span{mem: p, known: true, size: v.Elems[1].Int * stride, stride: stride}
	}
	p := f.valuePlace(r)
	base, n := f.temp(), f.temp()
	f.out.Load(isa.LD, base, p.mem)
	f.out.Load(isa.LD, n, p.mem.Offset(8))
	f.multiply(n, n, stride)
	return span{mem: place{mir.RegMem(base, 0), align}, bytes: n, stride: stride}
}

// multiply emits d = r * n.
func (f *function) multiply(d, r isa.Reg, n int64) {
	switch {
	case n == 1:
		f.moveRegister(d, r)
	case n > 0 && n&(n-1) == 0:
		f.insImm(isa.SLLI, d, r, int64(bits.TrailingZeros64(uint64(n))))
	default:
		t := f.temp()
		f.out.LoadImm(t, n)
		f.ins(isa.MUL, d, r, t)
		f.release(t)
	}
}

// endOf emits the address after a span.
func (f *function) endOf(end, start isa.Reg, s span) {
	if s.known {
		f.out.AddImm(end, start, s.size)
		return
	}
	f.ins(isa.ADD, end, start, s.bytes)
}

// addressOf returns a scratch register with the start of a span.
func (f *function) addressOf(s span) isa.Reg {
	if s.mem.mem.Frame == mir.NoFrame && s.mem.mem.Disp == 0 && f.regs.temps.Has(s.mem.mem.Reg) {
		return s.mem.mem.Reg
	}
	r := f.temp()
	f.leaMem(r, s.mem.mem)
	return r
}

// memset fills a span with an element value.
func (f *function) memset(i air.Index) error {
	in := f.inst(i)
	v := f.resolve(in.Ops[1])
	elem := f.typeOf(in.Ops[1])
	s := f.spanOf(in.Ops[0])
	if v.kind == undef && in.Tag == air.Memset || !elem.HasBits() || s.known && s.size == 0 {
		return f.finish(i, noneValue())
	}
	at := f.addressOf(s)
	end := f.temp()
	f.endOf(end, at, s)
	if !s.known {
		f.release(s.bytes)
	}
	stride := int64(elem.Size())
	again, done := f.out.NewLabel(), f.out.NewLabel()
	write := f.elementWriter(in.Ops[1], v, elem, min(s.mem.align, stride&-stride)) // of every element, not only the first
	if v.kind == undef {
		stride = 1
	}
	f.out.Bind(again)
	f.out.Branch(isa.BEQ, at, end, done)
	write(at)
	f.out.AddImm(at, at, stride)
	f.out.Jump(again)
	f.out.Bind(done)
	return f.finish(i, noneValue())
}

// elementWriter prepares the element of a memset and returns a function that emits the store of it at an address. The
// loop must not spill, so registers are taken here.
func (f *function) elementWriter(r air.Ref, v MCValue, elem *air.Type, align int64) func(isa.Reg) {
	if v.kind == undef {
		t := f.temp()
		f.out.LoadImm(t, undefinedByte)
		return func(at isa.Reg) { f.out.Store(isa.SB, t, mir.RegMem(at, 0)) }
	}
	if f.classOf(elem) != memClass {
		reg := f.use(r)
		f.reserve(2)
		return func(at isa.Reg) { f.storeValue(reg, place{mir.RegMem(at, 0), align}, elem) }
	}
	from := f.valuePlace(r)
	f.reserve(4)
	return func(at isa.Reg) {
		f.copyMem(mir.RegMem(at, 0), from.mem, int64(elem.Size()), align, from.align)
	}
}

// reserve frees n scratch registers, so that taking them later spills nothing.
func (f *function) reserve(n int) {
	regs := make([]isa.Reg, 0, 4)
	for range n {
		regs = append(regs, f.temp())
	}
	for _, r := range regs {
		f.release(r)
	}
}

// memcpy copies spans that do not overlap.
func (f *function) memcpy(i air.Index) error {
	in := f.inst(i)
	d := f.spanOf(in.Ops[0])
	s := f.sourceOf(in.Ops[1])
	switch {
	case d.known:
		f.copyMem(d.mem.mem, s.mem, d.size, d.mem.align, s.align)
	case d.stride > 0:
		f.copyForward(d, s)
	}
	return f.finish(i, noneValue())
}

// sourceOf returns the address that a copy reads from; its length is that of the destination.
func (f *function) sourceOf(r air.Ref) place {
	t := f.typeOf(r)
	if !t.IsSlice() {
		return f.deref(r)
	}
	return f.slicePointee(r)
}

// slicePointee returns the place that a slice points to.
func (f *function) slicePointee(r air.Ref) place {
	align := int64(f.typeOf(r).PointeeAlign())
	v := f.resolve(r)
	if v.kind == constant && v.value.Kind == air.SliceValue {
		return f.derefValue(f.constValue(v.value.Elems[0]), align)
	}
	if v.kind == undef {
		return place{mir.RegMem(isa.Zero, 0), align}
	}
	p := f.valuePlace(r)
	t := f.temp()
	f.out.Load(isa.LD, t, p.mem)
	return place{mir.RegMem(t, 0), align}
}

// copyForward copies chunk after chunk from the start.
func (f *function) copyForward(d span, s place) {
	to, from, end, t := f.copyRegisters(d, s)
	f.copyLoopUntil(to, from, end, t, d.chunk(s))
}

// copyRegisters returns scratch registers with both addresses and the end of the destination, and a free one.
func (f *function) copyRegisters(d span, s place) (to, from, end, t isa.Reg) {
	to = f.addressOf(d)
	from = f.addressOf(span{mem: s})
	end = f.temp()
	f.endOf(end, to, d)
	if !d.known {
		f.release(d.bytes)
	}
	return to, from, end, f.temp()
}

func (f *function) copyLoopUntil(to, from, end, t isa.Reg, chunk int64) {
	again, done := f.out.NewLabel(), f.out.NewLabel()
	f.out.Bind(again)
	f.out.Branch(isa.BEQ, to, end, done)
	f.out.Load(loadOp(chunk, false), t, mir.RegMem(from, 0))
	f.out.Store(storeOp(chunk), t, mir.RegMem(to, 0))
	f.insImm(isa.ADDI, from, from, chunk)
	f.insImm(isa.ADDI, to, to, chunk)
	f.out.Jump(again)
	f.out.Bind(done)
}

// memmove copies spans that may overlap: from the end if the destination is above the source.
func (f *function) memmove(i air.Index) error {
	in := f.inst(i)
	d := f.spanOf(in.Ops[0])
	s := f.sourceOf(in.Ops[1])
	if d.known && d.size == 0 || d.stride == 0 {
		return f.finish(i, noneValue())
	}
	to, from, end, t := f.copyRegisters(d, s)
	f.moveOverlapping(to, from, end, t, d.chunk(s))
	return f.finish(i, noneValue())
}

// chunk returns the size of the pieces in which a span can be copied whole.
func (s span) chunk(from place) int64 { return min(s.mem.align, from.align, 8, s.stride&-s.stride) }

func (f *function) moveOverlapping(to, from, end, t isa.Reg, chunk int64) {
	backward, again, done := f.out.NewLabel(), f.out.NewLabel(), f.out.NewLabel()
	f.out.Branch(isa.BLTU, from, to, backward)
	f.copyLoopUntil(to, from, end, t, chunk)
	f.out.Jump(done)
	f.out.Bind(backward)
	f.ins(isa.SUB, t, end, to)
	f.ins(isa.ADD, from, from, t)
	f.out.Bind(again)
	f.out.Branch(isa.BEQ, end, to, done)
	f.insImm(isa.ADDI, from, from, -chunk)
	f.insImm(isa.ADDI, end, end, -chunk)
	f.out.Load(loadOp(chunk, false), t, mir.RegMem(from, 0))
	f.out.Store(storeOp(chunk), t, mir.RegMem(end, 0))
	f.out.Jump(again)
	f.out.Bind(done)
}
