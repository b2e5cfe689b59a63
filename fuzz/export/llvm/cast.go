package llvm

import (
	"fmt"
	"math/big"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
)

// predicates are those of integers, without signedness, and of floats.
var predicates = map[air.Tag][2]string{
	air.CmpLt: {"lt", "olt"}, air.CmpLte: {"le", "ole"}, air.CmpEq: {"eq", "oeq"}, air.CmpGte: {"ge", "oge"}, air.CmpGt: {"gt", "ogt"},
	air.CmpNeq:         {"ne", "une"},
	air.CmpLtOptimized: {"lt", "olt"}, air.CmpLteOptimized: {"le", "ole"}, air.CmpEqOptimized: {"eq", "oeq"},
	air.CmpGteOptimized: {"ge", "oge"}, air.CmpGtOptimized: {"gt", "ogt"}, air.CmpNeqOptimized: {"ne", "une"},
}

func compare(f *function, in *air.Inst) string { return f.compareBy(in, in.Tag) }

func compareVector(f *function, in *air.Inst) string {
	return f.compareBy(in, in.Extra.(*air.CompareExtra).Predicate)
}

func (f *function) compareBy(in *air.Inst, tag air.Tag) string {
	t, p := f.typeOf(in, 0), predicates[tag]
	switch export.ClassOf(t) {
	case export.Empty:
		if in.Type.Kind == air.Vector && !in.Type.HasBits() {
			return ""
		}
		holds := tag == air.CmpEq || tag == air.CmpLte || tag == air.CmpGte
		return splat(in.Type, fmt.Sprint(holds))
	case export.Bytes:
		if t.Kind == air.Optional && t.OptionalRepr() == air.PayloadFlag {
			return f.equalOptionals(in)
		}
		f.unsupported("a comparison of " + t.String())
		return ""
	}
	if isFloat(t) {
		return f.def("fcmp %s %s %s, %s", p[1], valueType(t), f.op(in, 0), f.op(in, 1))
	}
	predicate := p[0]
	if predicate != "eq" && predicate != "ne" {
		predicate = signedName(t, predicate)
	}
	return f.def("icmp %s %s %s, %s", predicate, valueType(t), f.op(in, 0), f.op(in, 1))
}

// oneOf returns whether a code is one of some constants.
func (f *function) oneOf(t *air.Type, code string, values []string) string {
	is := "false"
	for _, v := range values {
		is = f.def("or i1 %s, %s", is, f.compare("eq", t, code, v))
	}
	return is
}

func errorSetHasValue(f *function, in *air.Inst) string {
	t, set := f.typeOf(in, 0), in.Extra.(*air.ErrorSetExtra).Set
	if set.Errors == nil {
		below := f.compare("ult", t, f.op(in, 0), fmt.Sprint(len(f.Module.ErrorNames)))
		return f.def("and i1 %s, %s", below, f.compare("ne", t, f.op(in, 0), "0"))
	}
	var codes []string
	for _, e := range set.Errors {
		codes = append(codes, fmt.Sprint(e.Value))
	}
	return f.oneOf(t, f.op(in, 0), codes)
}

func belowErrorsLen(f *function, in *air.Inst) string {
	return f.compare("ult", f.typeOf(in, 0), f.op(in, 0), fmt.Sprint(len(f.Module.ErrorNames)))
}

// memberValues returns the values of the members of an enum.
func memberValues(t *air.Type) (values []string) {
	for i := range t.Members {
		values = append(values, t.Members[i].Value.String())
	}
	return values
}

func isNamedEnumValue(f *function, in *air.Inst) string {
	t := f.typeOf(in, 0)
	if export.ClassOf(t) == export.Empty {
		return fmt.Sprint(len(t.Members) > 0)
	}
	return f.oneOf(t, f.op(in, 0), memberValues(t))
}

// intCast says intcast: to another width or signedness of a value that fits.
func intCast(f *function, in *air.Inst) string {
	from, to := f.typeOf(in, 0), in.Type
	switch {
	case export.ClassOf(to) == export.Empty:
		return ""
	case export.ClassOf(from) == export.Empty:
		return splat(to, "0")
	}
	n, m := widthOf(from), widthOf(to)
	switch {
	case n < m && isSigned(from) && isSigned(to):
		return f.resizeLike(to, f.op(in, 0), n, m, "sext")
	case n < m && isSigned(from):
		return f.resizeLike(to, f.op(in, 0), n, m, "zext "+f.flag(in, "nneg"))
	case n < m:
		return f.resizeLike(to, f.op(in, 0), n, m, "zext")
	case n == m:
		return f.op(in, 0)
	}
	flags := "nuw"
	if isSigned(from) && isSigned(to) {
		flags = "nsw"
	}
	return f.def("trunc %s%s %s to %s", f.flag(in, flags), valueType(from), f.op(in, 0), valueType(to))
}

// intCastSafe compares the value with that of the result, both one bit wider than the wider of the types.
func intCastSafe(f *function, in *air.Inst) string {
	from, to := f.typeOf(in, 0), in.Type
	if export.ClassOf(from) == export.Empty {
		return intCast(f, in)
	}
	wide := max(widthOf(from), widthOf(to)) + 1
	value := f.resizeLike(from, f.op(in, 0), widthOf(from), wide, extend(from))
	result, again := "", splatWidth(from, wide, 0)
	if export.ClassOf(to) != export.Empty {
		result = f.resizeLike(from, value, wide, widthOf(to), "zext")
		again = f.resizeLike(from, result, widthOf(to), wide, extend(to))
	}
	f.panicIf(f.any(from, f.def("icmp ne %s %s, %s", withWidth(from, wide), value, again)), export.IntegerOutOfBounds)
	if to.Kind == air.Enum && to.Exhaustive && export.ClassOf(to) != export.Empty {
		named := f.oneOf(to, result, memberValues(to))
		f.panicIf(f.def("xor i1 %s, true", named), export.InvalidEnumValue)
	}
	return result
}

func truncate(f *function, in *air.Inst) string {
	t := f.typeOf(in, 0)
	return f.resizeLike(t, f.op(in, 0), widthOf(t), widthOf(in.Type), "zext")
}

func intFromBool(f *function, in *air.Inst) string {
	t := f.typeOf(in, 0)
	return f.resizeLike(t, f.op(in, 0), 1, widthOf(in.Type), "zext")
}

func intFromPtr(f *function, in *air.Inst) string {
	address := f.op(in, 0)
	if f.typeOf(in, 0).IsSlice() {
		address = f.slicePart(address, 0)
	}
	return f.def("ptrtoint ptr %s to i64", address)
}

// bitcast reads the bits of a value as another type.
func bitcast(f *function, in *air.Inst) string {
	from, to := f.typeOf(in, 0), in.Type
	v := f.op(in, 0)
	switch {
	case export.ClassOf(from) == export.Empty:
		return f.constant(air.NewUndef(to))
	case isLanewise(from, to):
		return f.relay(from, to, v)
	case export.ClassOf(from) == export.Address && export.ClassOf(to) == export.Address:
		return v
	case export.ClassOf(from) == export.Bytes && export.ClassOf(to) == export.Bytes:
		if from.Align() >= to.Align() && from.Size() >= to.Size() {
			return v
		}
		copied := f.alloca(max(from.Size(), to.Size()), to.Align())
		f.copy("memcpy", copied, to.Align(), v, from.Align(), fmt.Sprint(min(from.Size(), to.Size())), false)
		return copied
	}
	if export.ClassOf(from) == export.Vector && lane(from).IsPointerLike() || export.ClassOf(to) == export.Vector && lane(to).IsPointerLike() {
		f.unsupported("a bitcast of vectors of addresses")
		return ""
	}
	return f.fromBits(to, f.toBits(from, v))
}

// isLanewise reports whether a bitcast goes between an array, whose elements lie at their size, and a vector.
func isLanewise(from, to *air.Type) bool {
	mixed := from.Kind == air.Array && to.Kind == air.Vector || from.Kind == air.Vector && to.Kind == air.Array
	return mixed && from.Len == to.Len && from.Elem.BitSize() == to.Elem.BitSize()
}

// relay copies the elements of an array to a vector, or back.
func (f *function) relay(from, to *air.Type, v string) string {
	if from.Kind == air.Array {
		result := "undef"
		for i := range from.Len {
			e := f.partOf(from, part{typ: from.Elem, offset: i * from.Elem.Size()}, v)
			e = f.recast(from.Elem, to.Elem, e)
			result = f.def("insertelement %s %s, %s %s, i64 %d", valueType(to), result, valueType(to.Elem), e, i)
		}
		return result
	}
	result := f.alloca(to.Size(), to.Align())
	for i := range from.Len {
		e := f.def("extractelement %s %s, i64 %d", valueType(from), v, i)
		e = f.recast(from.Elem, to.Elem, e)
		f.store(to.Elem, e, f.offset(result, int64(i*to.Elem.Size())), alignAt(to.Align(), i*to.Elem.Size()), false)
	}
	return result
}

func (f *function) recast(from, to *air.Type, v string) string {
	if from == to {
		return v
	}
	return f.fromBits(to, f.toBits(from, v))
}

func selectValue(f *function, in *air.Inst) string {
	return f.choose(in.Type, f.op(in, 0), f.op(in, 1), f.op(in, 2))
}

func splatValue(f *function, in *air.Inst) string {
	t := in.Type
	first := f.def("insertelement %s undef, %s %s, i64 0", valueType(t), valueType(t.Elem), f.op(in, 0))
	return f.def("shufflevector %s %s, %s undef, <%d x i32> zeroinitializer", valueType(t), first, valueType(t), t.Len)
}

// shuffle says shuffle. Operands of different lengths are first widened to the same. A lane without a source takes the
// first one, since LLVM would make poison of it.
func shuffle(f *function, in *air.Inst) string {
	a, b := f.typeOf(in, 0), f.typeOf(in, 1)
	n := max(a.Len, b.Len)
	x, y := f.widened(a, f.op(in, 0), n), f.widened(b, f.op(in, 1), n)
	if a.Len == 0 || b.Len == 0 {
		f.unsupported("a shuffle of a vector without lanes")
		return ""
	}
	mask := make([]uint64, len(in.Extra.(*air.ShuffleExtra).Mask))
	for i, m := range in.Extra.(*air.ShuffleExtra).Mask {
		switch {
		case m == air.UndefinedLane:
		case m >= 0:
			mask[i] = uint64(m)
		default:
			mask[i] = n + uint64(^m)
		}
	}
	typ := fmt.Sprintf("<%d x %s>", n, valueType(a.Elem))
	return f.def("shufflevector %s %s, %s %s, %s", typ, x, typ, y, maskText(mask))
}

func maskText(mask []uint64) string {
	text := fmt.Sprintf("<%d x i32> <", len(mask))
	for i, m := range mask {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("i32 %d", m)
	}
	return text + ">"
}

// widened returns a vector with copies of its first lane behind it, up to n lanes.
func (f *function) widened(t *air.Type, v string, n uint64) string {
	if t.Len == n || t.Len == 0 {
		return v
	}
	mask := make([]uint64, n)
	for i := range t.Len {
		mask[i] = i
	}
	return f.def("shufflevector %s %s, %s undef, %s", valueType(t), v, valueType(t), maskText(mask))
}

// reduce folds the lanes of a vector from the first to the last.
func reduce(f *function, in *air.Inst) string {
	t, op := f.typeOf(in, 0), in.Extra.(*air.ReduceExtra).Operation
	v := f.op(in, 0)
	if isFloat(t) {
		return f.reduceFloat(t, op, v)
	}
	name := map[air.Operation]string{air.OpAdd: "add", air.OpMul: "mul", air.OpAnd: "and", air.OpOr: "or", air.OpXor: "xor"}[op]
	switch op {
	case air.OpMin:
		name = signedName(t, "min")
	case air.OpMax:
		name = signedName(t, "max")
	}
	return f.call(valueType(t.Elem), "llvm.vector.reduce."+name+"."+suffix(t), []string{valueType(t)}, v)
}

// reduceFloat uses the ordered intrinsics of LLVM for sums and products, and writes out minima and maxima.
func (f *function) reduceFloat(t *air.Type, op air.Operation, v string) string {
	elem, format := valueType(t.Elem), formatOf(t)
	if t.Len == 1 {
		return f.def("extractelement %s %s, i64 0", valueType(t), v)
	}
	switch op {
	case air.OpAdd:
		start := floatConstant(t.Elem, format.negative(new(big.Int)))
		return f.canonical(t.Elem, f.call(elem, "llvm.vector.reduce.fadd."+suffix(t), []string{elem, valueType(t)}, start, v))
	case air.OpMul:
		start := floatConstant(t.Elem, format.power(0))
		return f.canonical(t.Elem, f.call(elem, "llvm.vector.reduce.fmul."+suffix(t), []string{elem, valueType(t)}, start, v))
	}
	result := f.def("extractelement %s %s, i64 0", valueType(t), v)
	for i := uint64(1); i < t.Len; i++ {
		next := f.def("extractelement %s %s, i64 %d", valueType(t), v, i)
		result = f.extreme(op.String(), t.Elem, result, next)
	}
	return result
}
