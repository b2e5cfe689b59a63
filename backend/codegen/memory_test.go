package codegen_test

import (
	"fmt"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
)

// global adds a variable of a type with an initial value per byte pattern.
func (x *bench) global(name string, t *air.Type, init *air.Value) *air.Global {
	g := &air.Global{Name: name, Type: t, Init: init}
	x.m.Globals = append(x.m.Globals, g)
	return g
}

// array makes an array constant of integers.
func (x *bench) array(elem *air.Type, values ...int64) *air.Value {
	t := x.m.Types.Array(uint64(len(values)), elem)
	v := &air.Value{Type: t, Kind: air.AggregateValue}
	for _, n := range values {
		v.Elems = append(v.Elems, air.NewInt(elem, n))
	}
	return v
}

// TestAtomics works on elements of an array, so that damage to neighbours in a word is seen. The array fills whole
// words, because an access to 1 or 2 bytes reads and writes the word around them.
func TestAtomics(t *testing.T) {
	eachKnob(t, func(t *testing.T, o codegen.Options) {
		for _, elem := range []*air.Type{air.U8, air.I8, air.U16, air.I16, air.U32, air.I32, air.U64, air.I64, air.IntType(false, 7), air.IntType(true, 12)} {
			x := newBench(t)
			g := x.global("cells", x.m.Types.Array(8, elem), x.array(elem, 1, 2, 3, 4, 5, 6, 7, 8))
			pointer := x.m.Types.Pointer(elem)
			var funcs []*air.Func
			for at := range 5 {
				address := func() air.Ref { return x.b.Address(pointer, g.Name, int64(at)*int64(elem.Size())) }
				orders := []air.Order{air.Monotonic, air.Acquire, air.Release, air.AcqRel, air.SeqCst}
				for op := air.Xchg; op <= air.OpMin; op++ {
					x.b.Begin(fmt.Sprint("rmw", op, "_", at), x.m.Types.Fn(elem, elem))
					extra := &air.AtomicExtra{Order: orders[int(op)%5], Operation: op}
					x.b.Ret(x.b.InstExtra(air.AtomicRmw, elem, 0, extra, address(), x.b.Arg(0)))
					funcs = append(funcs, x.b.End())
				}
				x.b.Begin(fmt.Sprint("cas_", at), x.m.Types.Fn(elem, elem, elem))
				extra := &air.AtomicExtra{Order: orders[at], Failure: air.Monotonic}
				p, q := x.b.Arg(0), x.b.Arg(1)
				old := x.b.InstExtra(air.CmpxchgStrong, x.m.Types.Optional(elem), 0, extra, address(), p, q)
				x.b.CondBr(x.b.Inst(air.IsNull, nil, old), func() { x.b.Ret(x.b.Int(elem, 0)) },
					func() { x.b.Ret(x.b.Inst(air.OptionalPayload, elem, old)) })
				funcs = append(funcs, x.b.End())
				x.b.Begin(fmt.Sprint("exchange_", at), x.m.Types.Fn(elem, elem))
				replacement := x.b.Arg(0)
				v := x.b.InstExtra(air.AtomicLoad, elem, 0, &air.AtomicExtra{Order: air.SeqCst}, address())
				x.b.Inst(air.AtomicStoreSeqCst, nil, address(), replacement)
				x.b.Ret(v)
				funcs = append(funcs, x.b.End())
			}
			x.ready(o)
			for _, f := range funcs {
				for _, a := range boundary(elem) {
					if len(f.Type.Params) == 1 {
						x.check(f, a)
						continue
					}
					x.check(f, a, 3)
					x.check(f, 3, a)
				}
			}
			x.ran(500)
		}
	})
}

// TestBitPointers loads, stores and extracts every field of packed structs, through pointers and by value.
func TestBitPointers(t *testing.T) {
	layouts := [][]uint32{{3, 5}, {1, 7, 8, 16}, {13, 20, 31}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 19}, {7, 64, 9}, {33, 31}, {24, 24, 24, 24}, {5, 60, 63}, {12, 12}, {20, 20}}
	eachKnob(t, func(t *testing.T, o codegen.Options) {
		for n, widths := range layouts {
			x := newBench(t)
			packed := x.packed(fmt.Sprint("Packed", n), widths)
			bits := packed.Elem.Bits
			host := x.global("host", packed, air.NewInt(packed, 0x0123456789abcdef&(1<<min(bits-1, 62)-1)))
			var funcs []*air.Func
			for field := range widths {
				funcs = append(funcs, x.bitFunctions(host, packed, field)...)
			}
			x.ready(o)
			for _, f := range funcs {
				for _, a := range boundary(f.Type.Params[0]) {
					x.check(f, a)
				}
			}
			x.ran(20 * len(widths))
		}
	})
}

// packed defines a packed struct of integers, every third of them signed.
func (x *bench) packed(name string, widths []uint32) *air.Type {
	t := x.m.Types.Define(name, air.Struct)
	t.Container = air.Packed
	bits := uint32(0)
	for n, w := range widths {
		t.Fields = append(t.Fields, air.Field{Name: fmt.Sprint("f", n), Type: air.IntType(n%3 == 2, w)})
		bits += w
	}
	t.Elem = x.m.Types.Int(false, bits)
	return t
}

// bitFunctions builds functions that store to a field, and load it in two ways.
func (x *bench) bitFunctions(host *air.Global, packed *air.Type, field int) []*air.Func {
	t := packed.Fields[field].Type
	whole := x.m.Types.Pointer(packed)
	pointer := x.m.Types.PointerTo(air.Type{Elem: t, PointerAlign: uint32(packed.Align()), HostSize: (packed.Elem.Bits + 7) / 8,
		BitOffset: uint32(packed.FieldBitOffset(field)), VectorIndex: -1})
	var out []*air.Func
	x.b.Begin(fmt.Sprint("exchange", field), x.m.Types.Fn(t, t))
	v := x.b.Arg(0)
	p := x.b.InstN(air.StructFieldPtr, pointer, uint32(field), x.b.Address(whole, host.Name, 0))
	old := x.b.Load(p)
	x.b.Store(p, v)
	x.b.Ret(old)
	out = append(out, x.b.End())
	x.b.Begin(fmt.Sprint("value", field), x.m.Types.Fn(t, air.U8))
	x.b.Arg(0)
	x.b.Ret(x.b.Field(x.b.Load(x.b.Address(whole, host.Name, 0)), field))
	out = append(out, x.b.End())
	x.b.Begin(fmt.Sprint("init", field), x.m.Types.Fn(t, t))
	v = x.b.Arg(0)
	var fields []air.Ref
	for n := range packed.Fields {
		if n == field {
			fields = append(fields, v)
		} else {
			fields = append(fields, x.b.Int(packed.Fields[n].Type, 1))
		}
	}
	x.b.Store(x.b.Address(whole, host.Name, 0), x.b.Inst(air.AggregateInit, packed, fields...))
	x.b.Ret(x.b.Field(x.b.Load(x.b.Address(whole, host.Name, 0)), field))
	return append(out, x.b.End())
}

// TestBlockCopies fills, copies and moves slices of every length from 0 on, at all distances.
func TestBlockCopies(t *testing.T) {
	eachKnob(t, func(t *testing.T, o codegen.Options) {
		for _, elem := range []*air.Type{air.U8, air.U16, air.U32, air.U64, air.IntType(true, 24)} {
			x := newBench(t)
			const length = 20
			var values []int64
			for n := range int64(length) {
				values = append(values, n*n%120)
			}
			g := x.global("buffer", x.m.Types.Array(length, elem), x.array(elem, values...))
			source := x.global("source", g.Type, g.Init)
			source.Const = true
			slice := x.m.Types.Slice(elem)
			many := x.m.Types.ManyPointer(elem)
			at := func(name string, n, size air.Ref) air.Ref {
				p := x.b.Inst(air.PtrAdd, many, x.b.Address(many, name, 0), n)
				return x.b.Inst(air.SliceOf, slice, p, size)
			}
			for _, tag := range []air.Tag{air.Memmove, air.Memcpy, air.Memset} {
				x.b.Begin(tag.String(), x.m.Types.Fn(air.VoidType, air.USize, air.USize, air.USize))
				to, from, size := x.b.Arg(0), x.b.Arg(1), x.b.Arg(2)
				d := at("buffer", to, size)
				switch tag {
				case air.Memmove:
					x.b.Inst(tag, nil, d, at("buffer", from, size))
				case air.Memcpy:
					x.b.Inst(tag, nil, d, at("source", from, size))
				default:
					x.b.Inst(tag, nil, d, x.b.Inst(air.Trunc, air.IntType(false, elem.Bits), from))
				}
				x.b.Ret(x.b.Void())
				x.b.End()
				if tag == air.Memset && elem.Signed {
					x.m.Funcs = x.m.Funcs[:len(x.m.Funcs)-1]
				}
			}
			x.ready(o)
			for _, f := range x.m.Funcs {
				for _, size := range []int64{0, 1, 2, 3, 7, 8, 9, 11} {
					for _, to := range []int64{0, 1, 4, 9} {
						for _, from := range []int64{0, 1, 3, 4, 5, 9} {
							x.check(f, to, from, size)
						}
					}
				}
			}
			x.ran(300)
		}
	})
}
