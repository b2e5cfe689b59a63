package codegen_test

import (
	"bytes"
	"fmt"
	"math/big"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/eval"
)

// checkBig is like check for integers of up to 128 bits.
func (x *bench) checkBig(f *air.Func, args ...*big.Int) {
	x.t.Helper()
	values := make([]eval.Arg, len(args))
	for n, a := range args {
		values[n] = &air.Value{Type: f.Type.Params[n], Kind: air.IntValue, Big: a}
		if a.IsInt64() {
			values[n] = air.NewInt(f.Type.Params[n], a.Int64())
		}
	}
	want := x.program.Call(f.Name, values)
	if want.Ending == oracle.Illegal {
		return
	}
	call := abi.Classify(f.Type)
	x.machine.SetX(2, stackTop)
	for n, a := range args {
		for _, l := range call.Params[n].Pieces() {
			word := new(big.Int).Rsh(a, uint(8*l.At))
			word.And(word, new(big.Int).SetUint64(^uint64(0)))
			v := int64(word.Uint64())
			if s, _ := f.Type.Params[n].Scalar(); s.Bits <= 64 {
				v = canonical(s, v)
			}
			x.machine.SetX(int(l.Reg), uint64(v))
		}
	}
	sym, _ := x.image.Symbol(f.Name)
	got := x.machine.Call(sym.Addr, 200000)
	result := make([]byte, 16)
	for n := range result {
		result[n] = byte(x.machine.X(10+n/8) >> (8 * (n % 8)))
	}
	result = result[:len(want.Result)]
	for n := range want.Defined {
		result[n] &= want.Defined[n]
	}
	if got.Ending != want.Ending || want.Ending != oracle.Returned && got.Reason != want.Reason ||
		want.Ending == oracle.Returned && !bytes.Equal(result, want.Result) {
		x.t.Fatalf("@%s(%d): evaluator %v %s %x, code %v %s %s %x\n%s", f.Name, args, want.Ending, want.Reason, want.Result,
			got.Ending, got.Reason, got.Place, result, printFunc(x.m, f))
	}
	x.legal++
}

// bigBoundary returns the interesting values of an integer type of any width.
func bigBoundary(t *air.Type) []*big.Int {
	one := big.NewInt(1)
	pow := func(n uint32) *big.Int { return new(big.Int).Lsh(one, uint(n)) }
	var candidates []*big.Int
	for _, n := range []uint32{0, 1, 31, 32, 63, 64, 65, t.Bits / 2, max(t.Bits, 2) - 2, t.Bits - 1, t.Bits} {
		for d := int64(-1); d <= 1; d++ {
			v := pow(n)
			v.Add(v, big.NewInt(d))
			candidates = append(candidates, v, new(big.Int).Neg(v))
		}
	}
	pattern, _ := new(big.Int).SetString("0123456789abcdeffedcba9876543210", 16)
	candidates = append(candidates, pattern, new(big.Int).Rsh(pattern, 60), big.NewInt(7), big.NewInt(-10))
	low, high := new(big.Int), pow(t.Bits)
	if t.Signed {
		low.Neg(pow(t.Bits - 1))
		high = pow(t.Bits - 1)
	}
	seen := map[string]bool{}
	var out []*big.Int
	for _, v := range candidates {
		if v.Cmp(low) >= 0 && v.Cmp(high) < 0 && !seen[v.String()] {
			seen[v.String()] = true
			out = append(out, v)
		}
	}
	return out
}

// sweepBig checks a function on boundary values, and on one in stride of their pairs.
func (x *bench) sweepBig(f *air.Func, stride int) {
	for n, a := range bigBoundary(f.Type.Params[0]) {
		if len(f.Type.Params) == 1 {
			x.checkBig(f, a)
			continue
		}
		for m, b := range bigBoundary(f.Type.Params[1]) {
			if (n*7+m)%stride == 0 {
				x.checkBig(f, a, b)
			}
		}
	}
}

var wideWidths = []uint32{65, 66, 95, 96, 97, 127, 128}

func TestWide(t *testing.T) {
	eachKnob(t, func(t *testing.T, o codegen.Options) {
		for n, bits := range wideWidths {
			if !some(n, o) {
				continue
			}
			for _, signed := range []bool{false, true} {
				x := newBench(t)
				it := air.IntType(signed, bits)
				var funcs []*air.Func
				for _, tag := range binaryTags {
					funcs = append(funcs, x.binaryWide(tag, it)...)
				}
				funcs = append(funcs, x.unaryWide(it)...)
				x.ready(o)
				for _, f := range funcs {
					x.sweepBig(f, 61)
				}
				x.ran(500)
			}
		}
	})
}

func (x *bench) binaryWide(tag air.Tag, t *air.Type) []*air.Func {
	tb := secondType(tag, t)
	name := fmt.Sprintf("%s_%s", tag, t)
	if tag >= air.AddWithOverflow && tag <= air.ShlWithOverflow {
		var out []*air.Func
		for field, r := range []*air.Type{t, air.U1} {
			x.b.Begin(fmt.Sprint(name, "_part", field), x.m.Types.Fn(r, t, tb))
			x.b.Ret(x.b.Field(x.b.Inst(tag, x.m.Types.Tuple(t, air.U1), x.b.Arg(0), x.b.Arg(1)), field))
			out = append(out, x.b.End())
		}
		return out
	}
	r := t
	if tag >= air.CmpLt && tag <= air.CmpNeq {
		r = air.BoolType
	}
	x.b.Begin(name, x.m.Types.Fn(r, t, tb))
	x.b.Ret(x.b.Inst(tag, nil, x.b.Arg(0), x.b.Arg(1)))
	return []*air.Func{x.b.End()}
}

func (x *bench) unaryWide(t *air.Type) []*air.Func {
	var out []*air.Func
	unary := func(tag air.Tag, from, to *air.Type) {
		given := to
		if tag.Row().Form == air.Plain {
			given = nil
		}
		x.b.Begin(fmt.Sprintf("%s_%s_%s", tag, from, to), x.m.Types.Fn(to, from))
		x.b.Ret(x.b.Inst(tag, given, x.b.Arg(0)))
		out = append(out, x.b.End())
	}
	unary(air.Not, t, t)
	unary(air.BitReverse, t, t)
	unary(air.Bitcast, t, air.IntType(!t.Signed, t.Bits))
	for _, tag := range []air.Tag{air.Clz, air.Ctz, air.Popcount} {
		unary(tag, t, countType(t.Bits))
	}
	if t.Signed {
		unary(air.Abs, t, air.IntType(false, t.Bits))
	}
	if t.Bits%8 == 0 {
		unary(air.ByteSwap, t, t)
	}
	for _, w := range []uint32{1, 8, 31, 32, 33, 63, 64, 65, 100, 127, 128} {
		for _, signed := range []bool{false, true} {
			other := air.IntType(signed, w)
			for _, tag := range []air.Tag{air.IntCast, air.IntCastSafe} {
				unary(tag, t, other)
				if w <= 64 {
					unary(tag, other, t)
				}
			}
			if w < t.Bits && signed == t.Signed {
				unary(air.Trunc, t, other)
			}
		}
	}
	return out
}
