package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// Bits that lie anywhere within a host in memory: the fields of packed structs, the lanes of vectors of less than
// bytes, and what bit pointers point to. They are read and written in words of at most 64 bits, each
// through the bytes that hold it.

// chunk is up to 64 bits of a host: those from offset on of the size bytes (1 to 9) at a place.
type chunk struct {
	at     place
	size   int64
	offset int64
	bits   int64
}

// chunkOf returns the chunk for up to 64 bits from an offset on in a host of hostSize bytes: where possible a word that
// is loaded at once.
func chunkOf(host place, hostSize, offset, bits int64) chunk {
	first, last := offset/8, (offset+bits-1)/8
	for size := int64(1); size <= 8; size *= 2 {
		at := first &^ (size - 1)
		if last < at+size && at+size <= hostSize && host.at(at).align >= size {
			return chunk{host.at(at), size, offset - 8*at, bits}
		}
	}
	return chunk{host.at(first), last - first + 1, offset - 8*first, bits}
}

// loadChunk emits d = the bits of a chunk, with others above them.
func (f *function) loadChunk(d isa.Reg, c chunk) {
	if c.size&(c.size-1) == 0 && c.size <= c.at.align {
		f.out.Load(loadOp(c.size, false), d, c.at.mem)
		if c.offset > 0 {
			f.insImm(isa.SRLI, d, d, c.offset)
		}
		return
	}
	t := f.temp()
	f.out.Load(isa.LBU, d, c.at.mem)
	if c.offset > 0 {
		f.insImm(isa.SRLI, d, d, c.offset)
	}
	for n := int64(1); n < c.size; n++ {
		f.out.Load(isa.LBU, t, c.at.mem.Offset(n))
		f.insImm(isa.SLLI, t, t, 8*n-c.offset)
		f.ins(isa.OR, d, d, t)
	}
	f.release(t)
}

// storeChunk replaces the bits of a chunk by w, which has no others. w is changed.
func (f *function) storeChunk(w isa.Reg, c chunk) {
	if c.size&(c.size-1) == 0 && c.size <= c.at.align {
		host, mask := f.temp(), f.temp()
		f.out.Load(loadOp(c.size, false), host, c.at.mem)
		f.insertBits(host, w, mask, c.offset, c.bits)
		f.out.Store(storeOp(c.size), host, c.at.mem)
		f.release(host)
		f.release(mask)
		return
	}
	host, part := f.temp(), f.temp()
	done := int64(0)
	for n := range c.size {
		low := pick(n == 0, c.offset, 0)
		bits := min(8-low, c.bits-done)
		f.moveRegister(part, w)
		f.zeroExtended(part, part, uint32(bits))
		f.storeByte(part, host, c.at.at(n), low, bits)
		done += bits
		if done < 64 {
			f.insImm(isa.SRLI, w, w, bits)
		}
	}
	f.release(host)
	f.release(part)
}

// storeByte replaces some bits of a byte by part, which is changed.
func (f *function) storeByte(part, host isa.Reg, at place, low, bits int64) {
	if bits < 8 {
		f.out.Load(isa.LBU, host, at.mem)
		f.insImm(isa.ANDI, host, host, 0xff&^((1<<bits-1)<<low))
		if low > 0 {
			f.insImm(isa.SLLI, part, part, low)
		}
		f.ins(isa.OR, part, part, host)
	}
	f.out.Store(isa.SB, part, at.mem)
}

// insertBits emits host = host with its bits from offset on replaced by w. w is changed.
func (f *function) insertBits(host, w, mask isa.Reg, offset, bits int64) {
	ones := int64(-1)
	if bits < 64 {
		ones = 1<<bits - 1
	}
	f.out.LoadImm(mask, ^(ones << offset))
	f.ins(isa.AND, host, host, mask)
	if offset > 0 {
		f.insImm(isa.SLLI, w, w, offset)
	}
	f.ins(isa.OR, host, host, w)
}

// bitsToValue converts the low bits of an integer register to a value of a type.
func (f *function) bitsToValue(d, w isa.Reg, t *air.Type) {
	if d.IsFloat() {
		f.out.Real(isa.Inst{Op: precisionOf(t).op(isa.FMV_W_X), Rd: d, Rs1: w})
		return
	}
	s, _ := scalarOf(t)
	f.canonicalise(d, w, s)
}

// valueToBits returns a scratch register with the bits of a value of a bit size, zero-extended.
func (f *function) valueToBits(r air.Ref, bits int64) isa.Reg {
	v := f.use(r)
	w := f.temp()
	if v.IsFloat() {
		f.out.Real(isa.Inst{Op: precisionOf(f.typeOf(r)).op(isa.FMV_X_W), Rd: w, Rs1: v})
		v = w
	}
	f.zeroExtended(w, v, uint32(bits))
	return w
}

// bitsResult makes a result from the bits of a host at an offset.
func (f *function) bitsResult(i air.Index, host place, hostSize, offset int64) MCValue {
	t := f.inst(i).Type
	bits := int64(t.BitSize())
	if f.classOf(t) == memClass {
		return f.bitsToMemory(i, host, hostSize, offset, bits)
	}
	d := f.dest(i)
	w := d
	if d.IsFloat() {
		w = f.temp()
	}
	f.loadChunk(w, chunkOf(host, hostSize, offset, bits))
	f.bitsToValue(d, w, t)
	return regValue(d)
}

// bitsToMemory copies bits to the start of a result in memory, word by word; an integer is extended.
func (f *function) bitsToMemory(i air.Index, host place, hostSize, offset, bits int64) MCValue {
	t := f.inst(i).Type
	if !inBits(t) {
		f.fail(t.String() + " among packed bits")
		return noneValue()
	}
	to := f.newResult(i)
	signed := false
	if s, ok := t.Scalar(); ok {
		signed = s.Signed
	}
	w := f.temp()
	size := int64(t.Size())
	for at := int64(0); at < size; at += 8 {
		n := min(bits-8*at, 64)
		switch {
		case n > 0:
			f.loadChunk(w, chunkOf(host, hostSize, offset+8*at, n))
			if n < 64 {
				f.canonicaliseWord(w, n, signed)
			}
		case signed:
			f.insImm(isa.SRAI, w, w, 63)
		default:
			f.out.LoadImm(w, 0)
		}
		f.storeInt(w, to.at(at), min(size-at, 8))
	}
	f.release(w)
	return to.value()
}

// canonicaliseWord extends the low bits of a word of a value in memory.
func (f *function) canonicaliseWord(w isa.Reg, bits int64, signed bool) {
	f.insImm(isa.SLLI, w, w, 64-bits)
	f.insImm(pick(signed, isa.SRAI, isa.SRLI), w, w, 64-bits)
}

// inBits reports whether a type of memClass holds its bits without gaps from the lowest on, as it does when packed.
func inBits(t *air.Type) bool {
	s, ok := t.Scalar()
	return ok && s.Kind == air.Int || t.Kind == air.Vector || t.Kind == air.Float || t.IsPacked()
}

// storeBitsAt replaces the bits of a host at an offset by those of an operand.
func (f *function) storeBitsAt(host place, hostSize, offset int64, r air.Ref) {
	t := f.typeOf(r)
	bits := int64(t.BitSize())
	if f.classOf(t) != memClass {
		w := f.valueToBits(r, bits)
		f.storeChunk(w, chunkOf(host, hostSize, offset, bits))
		return
	}
	if !inBits(t) {
		f.fail(t.String() + " among packed bits")
		return
	}
	from := f.valuePlace(r)
	w := f.temp()
	for at := int64(0); 8*at < bits; at += 8 {
		n := min(bits-8*at, 64)
		f.loadInt(w, from.at(at), min(int64(t.Size())-at, 8), false)
		if n < 64 {
			f.zeroExtended(w, w, uint32(n))
		}
		f.storeChunk(w, chunkOf(host, hostSize, offset+8*at, n))
	}
	f.release(w)
}

// bitHost returns the host behind a bit pointer, its size, and the offset of the pointee in it.
func (f *function) bitHost(r air.Ref) (host place, size, offset int64) {
	t := f.typeOf(r)
	size, offset = int64(t.HostSize), int64(t.BitOffset)
	if t.VectorIndex >= 0 {
		offset = int64(t.VectorIndex) * int64(t.Elem.BitSize())
		size = (size*int64(t.Elem.BitSize()) + 7) / 8
	}
	host = f.deref(r)
	host.align = max(int64(t.PointerAlign), 1)
	return host, size, offset
}

// loadBits loads through a bit pointer.
func (f *function) loadBits(i air.Index) error {
	host, size, offset := f.bitHost(f.inst(i).Ops[0])
	return f.finish(i, f.bitsResult(i, host, size, offset))
}

// storeBits stores through a bit pointer.
func (f *function) storeBits(i air.Index) error {
	in := f.inst(i)
	host, size, offset := f.bitHost(in.Ops[0])
	f.storeBitsAt(host, size, offset, in.Ops[1])
	return f.finish(i, noneValue())
}

// packedFieldVal extracts a field of a packed struct or union.
func (f *function) packedFieldVal(i air.Index, t *air.Type, field int) error {
	in := f.inst(i)
	offset := int64(t.FieldBitOffset(field))
	if f.classOf(t) == memClass {
		return f.finish(i, f.bitsResult(i, f.valuePlace(in.Ops[0]), int64(t.Size()), offset))
	}
	if f.classOf(in.Type) == memClass {
		return f.fieldOfWord(i, offset)
	}
	w := f.copyOf(in.Ops[0])
	d := f.dest(i)
	if offset > 0 {
		f.insImm(isa.SRLI, w, w, offset)
	}
	f.bitsToValue(d, w, in.Type)
	return f.finish(i, regValue(d))
}

// fieldOfWord extracts a field that is held in memory, a vector, from a packed value in a register.
func (f *function) fieldOfWord(i air.Index, offset int64) error {
	in := f.inst(i)
	host := f.framePlace(f.tempSlot(8, 8), 0)
	f.out.Store(isa.SD, f.use(in.Ops[0]), host.mem)
	return f.finish(i, f.bitsResult(i, host, 8, offset))
}

// packedInit joins the bits of the fields of a packed struct, or of the elements of a vector.
func (f *function) packedInit(i air.Index) error {
	t := f.inst(i).Type
	if f.classOf(t) == memClass {
		return f.packedInMemory(i)
	}
	d := f.take(intClass, f.uses[i].crossesCall)
	f.out.LoadImm(d, 0)
	offset := int64(0)
	for _, r := range f.inst(i).Ops {
		bits := int64(f.typeOf(r).BitSize())
		if bits == 0 || f.resolve(r).kind == undef {
			offset += bits
			continue
		}
		locked := f.regs.locked
		w := f.packedOperand(r, bits)
		if offset > 0 {
			f.insImm(isa.SLLI, w, w, offset)
		}
		f.ins(isa.OR, d, d, w)
		f.releaseSince(locked)
		offset += bits
	}
	s, _ := scalarOf(t)
	f.canonicalise(d, d, s)
	return f.finish(i, regValue(d))
}

// packedOperand returns a scratch register with the bits of an operand of at most 64.
func (f *function) packedOperand(r air.Ref, bits int64) isa.Reg {
	t := f.typeOf(r)
	if f.classOf(t) != memClass {
		return f.valueToBits(r, bits)
	}
	if !inBits(t) {
		f.fail(t.String() + " among packed bits")
	}
	w := f.temp()
	f.loadChunk(w, chunkOf(f.valuePlace(r), int64(t.Size()), 0, bits))
	f.zeroExtended(w, w, uint32(bits))
	return w
}

// packedInMemory is packedInit for a value of memClass.
func (f *function) packedInMemory(i air.Index) error {
	t := f.inst(i).Type
	p := f.newResult(i)
	size := int64(t.Size())
	f.fillMem(p, size, 0)
	offset := int64(0)
	for _, r := range f.inst(i).Ops {
		bits := int64(f.typeOf(r).BitSize())
		if bits > 0 && f.resolve(r).kind != undef {
			locked := f.regs.locked
			f.storeBitsAt(p, size, offset, r)
			f.releaseSince(locked)
		}
		offset += bits
	}
	if s, ok := t.Scalar(); ok && s.Signed && t.BitSize() < 8*t.Size() {
		return f.unsupported(t.String())
	}
	return f.finish(i, p.value())
}
