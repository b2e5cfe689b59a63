package llvm

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
)

// Optionals and error unions: a payload, and a flag for its presence. The flag 0 means null for an optional, success
// for an error union, whose flag is the error code.

// flagSet returns whether the flag of a value is not 0, as an i1.
func (f *function) flagSet(t *air.Type, value string) string {
	switch export.ClassOf(t) {
	case export.Empty:
		return "false" // ?noreturn is null
	case export.Bytes:
		offset, flag := t.FlagPlace()
		return f.nonZero(flag, f.load(flag, f.offset(value, int64(offset)), alignAt(t.Align(), offset), false))
	}
	return f.nonZero(t, value)
}

func (f *function) nonZero(t *air.Type, v string) string {
	if export.ClassOf(t) == export.Address {
		return f.def("icmp ne ptr %s, null", v)
	}
	return f.def("icmp ne %s %s, 0", valueType(t), v)
}

// flagSetAt is flagSet of what lies at an address.
func (f *function) flagSetAt(t *air.Type, address string) string {
	offset, flag := t.FlagPlace()
	if export.ClassOf(flag) == export.Empty {
		return "false"
	}
	return f.nonZero(flag, f.load(flag, f.offset(address, int64(offset)), 1, false))
}

// flagSetOf is flagSet of operand 0, or of what that points to.
func (f *function) flagSetOf(in *air.Inst, throughPointer bool) string {
	if throughPointer {
		return f.flagSetAt(f.typeOf(in, 0).Elem, f.op(in, 0))
	}
	return f.flagSet(f.typeOf(in, 0), f.op(in, 0))
}

// testFlag says is_null, is_err and their opposites, of a value or through a pointer.
func testFlag(set, throughPointer bool) handler {
	return func(f *function, in *air.Inst) string {
		v := f.flagSetOf(in, throughPointer)
		if set {
			return v
		}
		return f.def("xor i1 %s, true", v)
	}
}

func payload(f *function, in *air.Inst) string {
	return f.payloadOf(f.typeOf(in, 0), in.Type, f.op(in, 0))
}

// payloadOf returns the payload of a value that has one.
func (f *function) payloadOf(t, elem *air.Type, value string) string {
	switch {
	case export.ClassOf(elem) == export.Empty:
		return ""
	case export.ClassOf(t) != export.Bytes:
		return value
	}
	return f.partOf(t, part{typ: elem, offset: t.PayloadOffset()}, value)
}

func payloadPtr(f *function, in *air.Inst) string {
	return f.move(in, int64(f.typeOf(in, 0).Elem.PayloadOffset()))
}

// presentFlag returns the flag of a value with a payload.
func presentFlag(t *air.Type) string {
	if t.Kind == air.Optional {
		return "1"
	}
	return "0"
}

// hasOwnFlag reports whether a payload needs a flag set beside it.
func hasOwnFlag(t *air.Type) bool {
	return t.Kind == air.ErrorUnion || t.Kind == air.Optional && (t.OptionalRepr() == air.PayloadFlag || t.OptionalRepr() == air.FlagOnly)
}

func payloadPtrSet(f *function, in *air.Inst) string {
	t := f.typeOf(in, 0).Elem
	if hasOwnFlag(t) {
		offset, flag := t.FlagPlace()
		f.store(flag, presentFlag(t), f.offset(f.op(in, 0), int64(offset)), 1, false)
	}
	return payloadPtr(f, in)
}

func wrapPayload(f *function, in *air.Inst) string {
	t, elem := in.Type, f.typeOf(in, 0)
	switch {
	case export.ClassOf(t) != export.Bytes && export.ClassOf(elem) == export.Empty:
		return presentFlag(t)
	case !hasOwnFlag(t):
		return f.op(in, 0)
	}
	to := f.alloca(t.Size(), t.Align())
	f.store(elem, f.op(in, 0), f.offset(to, int64(t.PayloadOffset())), alignAt(t.Align(), t.PayloadOffset()), false)
	f.setFlag(t, to, presentFlag(t))
	return to
}

func (f *function) setFlag(t *air.Type, address, value string) {
	offset, flag := t.FlagPlace()
	f.store(flag, value, f.offset(address, int64(offset)), alignAt(t.Align(), offset), false)
}

func wrapError(f *function, in *air.Inst) string {
	if export.ClassOf(in.Type) == export.Integer {
		return f.op(in, 0)
	}
	to := f.alloca(in.Type.Size(), in.Type.Align())
	f.setFlag(in.Type, to, f.op(in, 0))
	return to
}

func errorOf(f *function, in *air.Inst) string {
	t := f.typeOf(in, 0)
	if export.ClassOf(t) == export.Integer {
		return f.op(in, 0)
	}
	offset, flag := t.FlagPlace()
	return f.load(flag, f.offset(f.op(in, 0), int64(offset)), alignAt(t.Align(), offset), false)
}

func errorOfPtr(f *function, in *air.Inst) string {
	offset, flag := f.typeOf(in, 0).Elem.FlagPlace()
	return f.load(flag, f.offset(f.op(in, 0), int64(offset)), 1, false)
}

// try says try and try_ptr: where there is an error, its body runs and does not come back.
func try(f *function, in *air.Inst) string {
	t := f.typeOf(in, 0)
	throughPointer := in.Tag == air.TryPtr || in.Tag == air.TryPtrCold
	otherwise := f.branch(f.flagSetOf(in, throughPointer))
	f.instructions(in.Bodies[0])
	f.block(otherwise)
	if throughPointer {
		return f.offset(f.op(in, 0), int64(t.Elem.PayloadOffset()))
	}
	return f.payloadOf(t, in.Type, f.op(in, 0))
}

// optionalOf returns the optional of a type that holds a value where a condition holds, and null elsewhere.
func (f *function) optionalOf(t *air.Type, present, value string) string {
	if !hasOwnFlag(t) {
		null := "0"
		if export.ClassOf(t) == export.Address {
			null = "null"
		}
		return f.def("select i1 %s, %s %s, %s %s", present, valueType(t), value, valueType(t), null)
	}
	to := f.alloca(t.Size(), t.Align())
	f.store(t.Elem, value, to, t.Align(), false)
	f.setFlag(t, to, f.def("zext i1 %s to i8", present))
	return to
}

// equalOptionals compares optionals with a flag beside a scalar payload.
func (f *function) equalOptionals(in *air.Inst) string {
	t := f.typeOf(in, 0)
	if class := export.ClassOf(t.Elem); class == export.Bytes || class == export.Vector {
		f.unsupported(fmt.Sprintf("a comparison of %s", t))
		return ""
	}
	x, y := f.flagSet(t, f.op(in, 0)), f.flagSet(t, f.op(in, 1))
	p := part{typ: t.Elem}
	same := f.equal(t.Elem, f.partOf(t, p, f.op(in, 0)), f.partOf(t, p, f.op(in, 1)))
	flags := f.def("icmp eq i1 %s, %s", x, y)
	// Both select, since the payload of null is undefined.
	same = f.def("select i1 %s, i1 %s, i1 true", x, same)
	same = f.def("select i1 %s, i1 %s, i1 false", flags, same)
	if in.Tag == air.CmpNeq || in.Tag == air.CmpNeqOptimized {
		return f.def("xor i1 %s, true", same)
	}
	return same
}

func (f *function) equal(t *air.Type, x, y string) string {
	if t.Kind == air.Float {
		return f.def("fcmp oeq %s %s, %s", valueType(t), x, y)
	}
	return f.def("icmp eq %s %s, %s", valueType(t), x, y)
}
