package llvm

import (
	"fmt"
	"math/bits"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
)

// load reads a value of a type from an address, where it has its whole ABI size.
func (f *function) load(t *air.Type, address string, align uint64, volatile bool) string {
	return f.loadAs(t, memoryType(t), address, align, volatile)
}

// pointeeType is memoryType of what a pointer points to: an integer has the bytes of its width there.
func pointeeType(t *air.Type) string {
	if export.ClassOf(t) != export.Integer {
		return memoryType(t)
	}
	bits, _ := export.IntegerOf(t)
	return intType((uint64(bits) + 7) &^ 7)
}

// loadAs reads a value of a type from an address, a scalar or vector as a type of memory.
func (f *function) loadAs(t *air.Type, memory, address string, align uint64, volatile bool) string {
	how := "load "
	if volatile {
		how = "load volatile "
	}
	switch export.ClassOf(t) {
	case export.Empty:
		return ""
	case export.Bytes:
		to := f.alloca(t.Size(), t.Align())
		f.copy("memcpy", to, t.Align(), address, align, fmt.Sprint(t.Size()), volatile)
		return to
	}
	v := f.def("%s%s, ptr %s, align %d", how, memory, address, align)
	return f.fromMemory(t, memory, v)
}

// memoryType returns the type as which a scalar or vector is loaded and stored.
func memoryType(t *air.Type) string {
	switch export.ClassOf(t) {
	case export.Integer:
		return intType(t.Size() * 8)
	case export.Vector:
		if n := t.Elem.BitSize(); n < 8 || n&(n-1) != 0 {
			return intType(t.Size() * 8) // lanes that do not lie at bytes of their own
		}
	}
	return valueType(t)
}

// fromMemory returns the value of what was loaded as a type of memory.
func (f *function) fromMemory(t *air.Type, memory, v string) string {
	if memory == valueType(t) {
		return v
	}
	if export.ClassOf(t) != export.Vector {
		return f.def("trunc %s %s to %s", memory, v, valueType(t))
	}
	whole := intType(t.BitSize())
	if whole != memory {
		v = f.def("trunc %s %s to %s", memory, v, whole)
	}
	return f.def("bitcast %s %s to %s", whole, v, valueType(t))
}

// toMemory returns a value as it is stored: an integer extended by its signedness.
func (f *function) toMemory(t *air.Type, memory, v string) string {
	if memory == valueType(t) {
		return v
	}
	if export.ClassOf(t) == export.Vector {
		whole := intType(t.BitSize())
		v = f.def("bitcast %s %s to %s", valueType(t), v, whole)
		if whole == memory {
			return v
		}
		return f.def("zext %s %s to %s", whole, v, memory)
	}
	return f.def("%s %s %s to %s", extend(t), valueType(t), v, memory)
}

// extend returns the instruction that widens an integer by its signedness.
func extend(t *air.Type) string {
	if isSigned(t) {
		return "sext"
	}
	return "zext"
}

// store writes a value of a type to an address, where it has its whole ABI size.
func (f *function) store(t *air.Type, v, address string, align uint64, volatile bool) {
	f.storeAs(t, memoryType(t), v, address, align, volatile)
}

// storeAs writes a value of a type to an address, a scalar or vector as a type of memory.
func (f *function) storeAs(t *air.Type, memory, v, address string, align uint64, volatile bool) {
	how := "store "
	if volatile {
		how = "store volatile "
	}
	switch export.ClassOf(t) {
	case export.Empty:
	case export.Bytes:
		f.copy("memcpy", address, align, v, t.Align(), fmt.Sprint(t.Size()), volatile)
	default:
		f.line("%s%s %s, ptr %s, align %d", how, memory, f.toMemory(t, memory, v), address, align)
	}
}

// copy writes a call of llvm.memcpy or llvm.memmove.
func (f *function) copy(name, to string, toAlign uint64, from string, fromAlign uint64, size string, volatile bool) {
	f.declarations = append(f.declarations, fmt.Sprintf("declare void @llvm.%s.p0.p0.i64(ptr, ptr, i64, i1 immarg)", name))
	f.line("call void @llvm.%s.p0.p0.i64(ptr align %d %s, ptr align %d %s, i64 %s, i1 %t)", name, toAlign, to, fromAlign, from, size, volatile)
}

// fill writes a call of llvm.memset.
func (f *function) fill(to string, align uint64, value, size string, volatile bool) {
	f.declarations = append(f.declarations, "declare void @llvm.memset.p0.i64(ptr, i8, i64, i1 immarg)")
	f.line("call void @llvm.memset.p0.i64(ptr align %d %s, i8 %s, i64 %s, i1 %t)", align, to, value, size, volatile)
}

// safeByte is what the safe forms write for an undefined value.
const safeByte = "-86" // 0xaa

// offset returns an address so many bytes behind another.
func (f *function) offset(address string, bytes int64) string {
	if bytes == 0 {
		return address
	}
	return f.def("getelementptr inbounds i8, ptr %s, i64 %d", address, bytes)
}

// move returns the pointer operand of an instruction so many bytes further on.
func (f *function) move(in *air.Inst, bytes int64) string {
	if bytes == 0 {
		return f.op(in, 0)
	}
	return f.def("getelementptr %si8, ptr %s, i64 %d", f.flag(in, "inbounds"), f.op(in, 0), bytes)
}

// alignAt returns the alignment of an address so many bytes behind an aligned one.
func alignAt(align, offset uint64) uint64 {
	if offset == 0 {
		return max(align, 1)
	}
	return min(max(align, 1), uint64(1)<<bits.TrailingZeros64(offset))
}

func (f *function) isUndef(r air.Ref) bool {
	v := f.f.Value(r)
	return v != nil && v.Kind == air.Undef
}

// bitField is where a pointer to packed bits points: bits of an integer at its address.
type bitField struct {
	host   string // type of the integer
	bits   uint64 // of host
	offset uint64
	align  uint64
}

func (f *function) bitFieldOf(t *air.Type) bitField {
	b := bitField{bits: uint64(t.HostSize) * 8, offset: uint64(t.BitOffset), align: max(uint64(t.PointerAlign), 1)}
	if t.VectorIndex == air.RuntimeIndex {
		f.unsupported("a pointer to a lane whose index is not in its type")
	}
	if t.VectorIndex >= 0 {
		b.offset = uint64(t.VectorIndex) * t.Elem.BitSize()
		b.bits = (b.offset + t.Elem.BitSize() + 7) &^ 7
	}
	b.host = intType(b.bits)
	return b
}

func loadFrom(f *function, in *air.Inst) string {
	p := f.typeOf(in, 0)
	if !p.IsBitPointer() {
		return f.loadAs(in.Type, pointeeType(in.Type), f.op(in, 0), p.PointeeAlign(), p.Volatile)
	}
	b := f.bitFieldOf(p)
	host := f.def("load %s%s, ptr %s, align %d", volatile(p), b.host, f.op(in, 0), b.align)
	return f.takeBits(in.Type, host, b.bits, b.offset)
}

func volatile(t *air.Type) string {
	if t.Volatile {
		return "volatile "
	}
	return ""
}

// takeBits returns the value of a type that lies at an offset in an integer of some width.
func (f *function) takeBits(t *air.Type, host string, width, offset uint64) string {
	if offset > 0 {
		host = f.def("lshr i%d %s, %d", width, host, offset)
	}
	return f.fromBits(t, f.resize(host, width, t.BitSize(), "zext"))
}

// resize returns an integer of one width as one of another: its low bits, or extended.
func (f *function) resize(v string, from, to uint64, extend string) string {
	switch {
	case from > to:
		return f.def("trunc i%d %s to i%d", from, v, to)
	case from < to:
		return f.def("%s i%d %s to i%d", extend, from, v, to)
	}
	return v
}

// fromBits returns the value whose bits are an integer of its width.
func (f *function) fromBits(t *air.Type, v string) string {
	switch whole := intType(t.BitSize()); export.ClassOf(t) {
	case export.Integer:
		bits, _ := export.IntegerOf(t)
		return f.resize(v, t.BitSize(), uint64(bits), "zext") // a flag has one bit of a byte
	case export.Address:
		return f.def("inttoptr %s %s to ptr", whole, v)
	case export.Bytes:
		to := f.alloca(t.Size(), t.Align())
		f.line("store %s %s, ptr %s, align %d", whole, v, to, t.Align())
		return to
	default:
		return f.def("bitcast %s %s to %s", whole, v, valueType(t))
	}
}

// toBits returns the bits of a value as an integer of its width.
func (f *function) toBits(t *air.Type, v string) string {
	switch whole := intType(t.BitSize()); export.ClassOf(t) {
	case export.Integer:
		bits, _ := export.IntegerOf(t)
		return f.resize(v, uint64(bits), t.BitSize(), "zext")
	case export.Address:
		return f.def("ptrtoint ptr %s to %s", v, whole)
	case export.Bytes:
		return f.def("load %s, ptr %s, align %d", whole, v, t.Align())
	default:
		return f.def("bitcast %s %s to %s", valueType(t), v, whole)
	}
}

func storeTo(f *function, in *air.Inst) string {
	p, t := f.typeOf(in, 0), f.typeOf(in, 1)
	switch {
	case export.ClassOf(t) == export.Empty:
	case p.IsBitPointer():
		b := f.bitFieldOf(p)
		old := f.def("load %s%s, ptr %s, align %d", volatile(p), b.host, f.op(in, 0), b.align)
		all := f.putBits(old, t, f.op(in, 1), b.bits, b.offset)
		f.line("store %s%s %s, ptr %s, align %d", volatile(p), b.host, all, f.op(in, 0), b.align)
	case in.Tag == air.StoreSafe && f.isUndef(in.Ops[1]):
		f.fill(f.op(in, 0), p.PointeeAlign(), safeByte, fmt.Sprint(t.Size()), p.Volatile)
	default:
		f.storeAs(t, pointeeType(t), f.op(in, 1), f.op(in, 0), p.PointeeAlign(), p.Volatile)
	}
	return ""
}

// putBits returns an integer of some width with a value at an offset.
func (f *function) putBits(host string, t *air.Type, v string, width, offset uint64) string {
	n := t.BitSize()
	v = f.resize(f.toBits(t, v), n, width, "zext")
	if offset > 0 {
		v = f.def("shl i%d %s, %d", width, v, offset)
	}
	if n < width {
		mask := strings.Repeat("1", int(width-n-offset)) + strings.Repeat("0", int(n)) + strings.Repeat("1", int(offset))
		host = f.def("and i%d %s, %s", width, host, binary(mask))
		return f.def("or i%d %s, %s", width, host, v)
	}
	return v
}

func alloc(f *function, in *air.Inst) string {
	return f.alloca(in.Type.Elem.Size(), in.Type.PointeeAlign())
}

func retPtr(f *function, in *air.Inst) string {
	if f.result == "" {
		f.result = f.alloca(in.Type.Elem.Size(), max(in.Type.PointeeAlign(), 16))
	}
	return f.result
}

// extent is what memset or memcpy works on: an address and, unless it is a many-item pointer, a number of elements.
type extent struct {
	address, count string
	elem           *air.Type
	align          uint64
}

func (f *function) extentOf(in *air.Inst, n int) extent {
	t := f.typeOf(in, n)
	e := extent{address: f.op(in, n), elem: t.Element(), align: t.PointeeAlign()}
	switch {
	case t.IsSlice():
		e.count = f.slicePart(e.address, 8)
		e.address = f.slicePart(e.address, 0)
	case t.PointerSize == air.One && t.Elem.Kind == air.Array:
		e.count = fmt.Sprint(t.Elem.Len)
	}
	return e
}

// slicePart reads the address (offset 0) or length (offset 8) of a slice in memory.
func (f *function) slicePart(slice string, offset int64) string {
	typ := "ptr"
	if offset == 8 {
		typ = "i64"
	}
	return f.def("load %s, ptr %s, align 8", typ, f.offset(slice, offset))
}

func memset(f *function, in *air.Inst) string {
	to, t := f.extentOf(in, 0), f.typeOf(in, 1)
	isVolatile := f.typeOf(in, 0).Volatile
	size := t.Size()
	switch {
	case export.ClassOf(t) == export.Empty:
	case in.Tag == air.MemsetSafe && f.isUndef(in.Ops[1]):
		f.fill(to.address, to.align, safeByte, f.def("mul i64 %s, %d", to.count, size), isVolatile)
	case size == 1 && export.ClassOf(t) == export.Integer:
		f.fill(to.address, to.align, f.toMemory(t, "i8", f.op(in, 1)), to.count, isVolatile)
	default:
		f.each(to.count, func(i string) {
			at := f.def("getelementptr inbounds [%d x i8], ptr %s, i64 %s", size, to.address, i)
			f.store(t, f.op(in, 1), at, alignAt(to.align, size), isVolatile)
		})
	}
	return ""
}

// each writes a loop over the numbers below a count.
func (f *function) each(count string, do func(i string)) {
	head, body, done := f.newLabel(), f.newLabel(), f.newLabel()
	before, i, next := f.label, f.temp(), f.temp()
	f.block(head)
	f.line("%s = phi i64 [ 0, %%%s ], [ %s, %%%s.end ]", i, before, next, body)
	more := f.def("icmp ult i64 %s, %s", i, count)
	f.terminate("br i1 %s, label %%%s, label %%%s", more, body, done)
	f.block(body)
	do(i)
	f.block(body + ".end")
	f.line("%s = add nuw i64 %s, 1", next, i)
	f.terminate("br label %%%s", head)
	f.block(done)
}

func copyMemory(name string) handler {
	return func(f *function, in *air.Inst) string {
		to, from := f.extentOf(in, 0), f.extentOf(in, 1)
		count := to.count
		if count == "" {
			count = from.count
		}
		if size := to.elem.Size(); size > 0 {
			bytes := f.def("mul i64 %s, %d", count, size)
			f.copy(name, to.address, to.align, from.address, from.align, bytes, f.typeOf(in, 0).Volatile || f.typeOf(in, 1).Volatile)
		}
		return ""
	}
}

func vectorStoreElem(f *function, in *air.Inst) string {
	p := f.typeOf(in, 0)
	old := f.load(p.Elem, f.op(in, 0), p.PointeeAlign(), p.Volatile)
	index := f.typeOf(in, 1)
	changed := f.def("insertelement %s %s, %s %s, %s %s", valueType(p.Elem), old, valueType(p.Elem.Elem), f.op(in, 2), valueType(index), f.op(in, 1))
	f.store(p.Elem, changed, f.op(in, 0), p.PointeeAlign(), p.Volatile)
	return ""
}
