package codegen_test

import (
	"fmt"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
)

// weighted builds @name(a0, a1, ...) = the sum of its parameters times 3, 5, 7, ...
func (x *bench) weighted(name string, types ...*air.Type) *air.Func {
	x.b.Begin(name, x.m.Types.Fn(air.U64, types...))
	var args []air.Ref
	for n := range types {
		args = append(args, x.b.Arg(n))
	}
	x.b.Ret(x.weightedSum(args))
	return x.b.End()
}

// weightedSum joins values of any type that asWord knows.
func (x *bench) weightedSum(values []air.Ref) air.Ref {
	sum := x.b.Int(air.U64, 1)
	for n, v := range values {
		sum = x.b.Inst(air.AddWrap, nil, sum, x.b.Inst(air.MulWrap, nil, x.asWord(v), x.b.Int(air.U64, int64(2*n+3))))
	}
	return sum
}

// asWord converts a value to u64: the bits of a float, the joined fields of a struct.
func (x *bench) asWord(v air.Ref) air.Ref {
	t := x.b.TypeOf(v)
	switch {
	case t == air.U64:
		return v
	case t.Kind == air.Float:
		return x.asWord(x.b.Inst(air.Bitcast, air.IntType(false, t.Bits), v))
	case t.Kind == air.Struct:
		var fields []air.Ref
		for n := range t.Fields {
			fields = append(fields, x.b.Field(v, n))
		}
		return x.weightedSum(fields)
	case t.Kind == air.Int && t.Bits > 64:
		return x.b.Inst(air.Trunc, air.U64, x.b.Inst(air.Bitcast, air.IntType(false, t.Bits), v))
	case t.Signed:
		return x.asWord(x.b.Inst(air.Bitcast, air.IntType(false, t.Bits), v))
	}
	return x.b.Inst(air.IntCast, air.U64, v)
}

// fromWord makes a value of a type from the low bits of a u64.
func (x *bench) fromWord(t *air.Type, v air.Ref) air.Ref {
	switch {
	case t == air.U64:
		return v
	case t.Kind == air.Float:
		return x.b.Inst(air.Bitcast, t, x.fromWord(air.IntType(false, t.Bits), v))
	case t.Kind == air.Struct:
		var fields []air.Ref
		for n := range t.Fields {
			fields = append(fields, x.fromWord(t.Fields[n].Type, x.b.Inst(air.MulWrap, nil, v, x.b.Int(air.U64, int64(2*n+1)))))
		}
		return x.b.Inst(air.AggregateInit, t, fields...)
	case t.Bits > 64:
		return x.b.Inst(air.IntCast, t, v)
	case t.Signed:
		return x.b.Inst(air.Bitcast, t, x.fromWord(air.IntType(false, t.Bits), v))
	}
	return x.b.Inst(air.Trunc, t, v)
}

// shuffles are orders in which the parameters of a caller become the arguments of a callee.
var shuffles = []func(n, count int) int{
	func(n, _ int) int { return n },
	func(n, count int) int { return (n + 1) % count },
	func(n, count int) int { return count - 1 - n },
	func(n, count int) int { return n ^ 1%count },
	func(n, _ int) int { return n / 2 },
	func(n, count int) int { return (n*3 + 1) % count },
}

// TestCallPermutations passes parameters on in other orders; the arguments die in the call or are used after it.
func TestCallPermutations(t *testing.T) {
	eachKnob(t, func(t *testing.T, o codegen.Options) {
		x := newBench(t)
		var callers []*air.Func
		for _, count := range []int{1, 2, 3, 4, 8, 9, 10, 13} {
			types := make([]*air.Type, count)
			for n := range types {
				types[n] = air.U64
			}
			callee := x.weighted(fmt.Sprint("callee", count), types...)
			for k, shuffle := range shuffles {
				for _, living := range []bool{false, true} {
					callers = append(callers, x.permute(fmt.Sprint("caller_", count, "_", k, "_", living), callee, shuffle, living))
				}
			}
		}
		x.ready(o)
		for _, f := range callers {
			x.check(f, 0x1234)
			x.check(f, -1)
		}
		x.ran(2 * len(callers))
	})
}

// permute makes values from one parameter and passes them shuffled; living values are summed up after the call.
func (x *bench) permute(name string, callee *air.Func, shuffle func(n, count int) int, living bool) *air.Func {
	count := len(callee.Type.Params)
	x.b.Begin(name, x.m.Types.Fn(air.U64, air.U64))
	seed := x.b.Arg(0)
	var values, args []air.Ref
	for n := range count {
		v := x.b.Inst(air.MulWrap, nil, seed, x.b.Int(air.U64, int64(n*n+1)))
		values = append(values, x.fromWord(callee.Type.Params[n], v))
	}
	for n := range count {
		k := shuffle(n, count) % count
		if callee.Type.Params[k] != callee.Type.Params[n] {
			k = n
		}
		args = append(args, values[k])
	}
	result := x.b.Call(x.b.FuncRef(callee), args...)
	if living {
		result = x.b.Inst(air.Xor, nil, result, x.weightedSum(values))
	}
	x.b.Ret(result)
	return x.b.End()
}

// TestCallTypes passes every kind of value, in registers, by reference and on the stack, directly and through a
// pointer, and returns each.
func TestCallTypes(t *testing.T) {
	eachKnob(t, func(t *testing.T, o codegen.Options) {
		for _, c := range []bool{false, true} {
			x := newBench(t)
			small := x.m.Types.Tuple(air.U64, air.U32)
			large := x.m.Types.Tuple(air.U64, air.U32, air.I8, air.U64)
			one := x.m.Types.Tuple(air.IntType(false, 9))
			kinds := []*air.Type{air.U64, air.I8, air.F64, air.U32, air.F32, small, air.IntType(true, 33), air.IntType(false, 128), large, one}
			if c {
				kinds = []*air.Type{air.U64, air.I8, air.F64, air.U32, air.F32, air.IntType(true, 33), air.IntType(false, 128)}
			}
			var checks []*air.Func
			for rotate := range kinds {
				var types []*air.Type
				for n := range 14 {
					types = append(types, kinds[(n*(rotate+1)+rotate)%len(kinds)])
				}
				checks = append(checks, x.callTypes(fmt.Sprint("many", rotate), types, kinds[rotate], c)...)
			}
			x.ready(o)
			for _, f := range checks {
				x.check(f, 0x0123456789abcdef)
				x.check(f, -2)
			}
			x.ran(2 * len(checks))
		}
	})
}

// callTypes builds a callee with parameters of the types and a result, and callers of it.
func (x *bench) callTypes(name string, types []*air.Type, result *air.Type, c bool) []*air.Func {
	fn := x.m.Types.FnOf(air.Type{Elem: result, Params: types, CallC: c})
	callee := x.b.Begin(name, fn)
	var args []air.Ref
	for n := range types {
		args = append(args, x.b.Arg(n))
	}
	x.b.Ret(x.fromWord(result, x.weightedSum(args)))
	x.b.End()
	var out []*air.Func
	for _, indirect := range []bool{false, true} {
		x.b.Begin(fmt.Sprint(name, "_indirect_", indirect), x.m.Types.Fn(air.U64, air.U64))
		seed := x.b.Arg(0)
		target := x.b.FuncRef(callee)
		if indirect {
			pointer := x.m.Types.ConstPointer(fn)
			slot := x.b.Alloc(pointer)
			x.b.Store(slot, x.b.Address(pointer, callee.Name, 0))
			target = x.b.Load(slot)
		}
		var values []air.Ref
		for n, t := range types {
			values = append(values, x.fromWord(t, x.b.Inst(air.MulWrap, nil, seed, x.b.Int(air.U64, int64(n+1)))))
		}
		r := x.b.Call(target, values...)
		x.b.Ret(x.b.Inst(air.Xor, nil, x.asWord(r), x.weightedSum(values)))
		out = append(out, x.b.End())
	}
	return out
}

// TestPressure keeps many values alive across calls, branches and loops.
func TestPressure(t *testing.T) {
	eachKnob(t, func(t *testing.T, o codegen.Options) {
		x := newBench(t)
		leaf := x.weighted("leaf", air.U64, air.U64)
		var checks []*air.Func
		for _, live := range []int{1, 5, 12, 31, 40} {
			x.b.Begin(fmt.Sprint("pressure", live), x.m.Types.Fn(air.U64, air.U64))
			seed := x.b.Arg(0)
			var values []air.Ref
			for n := range live {
				values = append(values, x.b.Inst(air.MulWrap, nil, seed, x.b.Int(air.U64, int64(n+3))))
			}
			counter, sum := x.b.Alloc(air.U64), x.b.Alloc(air.U64)
			x.b.Store(counter, x.b.Int(air.U64, 0))
			x.b.Store(sum, seed)
			x.b.Block(air.VoidType, func(done air.Index) {
				x.b.Loop(func(loop air.Index) {
					n := x.b.Load(counter)
					x.b.CondBr(x.b.Inst(air.CmpGte, nil, n, x.b.Int(air.U64, 4)), func() { x.b.Br(done, x.b.Void()) }, func() {
						odd := x.b.Inst(air.Trunc, air.U1, n)
						picked := x.b.Block(air.U64, func(end air.Index) {
							x.b.CondBr(x.b.Inst(air.CmpEq, nil, odd, x.b.Int(air.U1, 1)),
								func() { x.b.Br(end, x.b.Call(x.b.FuncRef(leaf), n, values[live/2])) },
								func() { x.b.Br(end, values[live/3]) })
						})
						x.b.Store(sum, x.b.Inst(air.Xor, nil, x.b.Load(sum), picked))
						x.b.Store(counter, x.b.Inst(air.AddWrap, nil, n, x.b.Int(air.U64, 1)))
						x.b.Repeat(loop)
					})
				})
			})
			x.b.Ret(x.b.Inst(air.Xor, nil, x.b.Load(sum), x.weightedSum(values)))
			checks = append(checks, x.b.End())
		}
		x.ready(o)
		for _, f := range checks {
			x.check(f, 3)
			x.check(f, -77)
		}
		x.ran(2 * len(checks))
	})
}

// TestTailCall recurses so deeply that only calls that pop their frame stay within the stack.
func TestTailCall(t *testing.T) {
	eachKnob(t, func(t *testing.T, o codegen.Options) {
		x := newBench(t)
		triple := x.m.Types.Tuple(air.U64, air.U64, air.U64)
		for n, result := range []*air.Type{air.U64, triple} {
			fn := x.m.Types.Fn(result, air.U64, air.U64, air.U32)
			self := x.b.Begin(fmt.Sprint("down", n), fn)
			count, sum, step := x.b.Arg(0), x.b.Arg(1), x.b.Arg(2)
			x.b.CondBr(x.b.Inst(air.CmpEq, nil, count, x.b.Int(air.U64, 0)),
				func() { x.b.Ret(x.fromWord(result, sum)) },
				func() {
					wide := x.b.Inst(air.IntCast, air.U64, step)
					next := x.b.Inst(air.AddWrap, nil, x.b.Inst(air.MulWrap, nil, sum, x.b.Int(air.U64, 3)), wide)
					left := x.b.Inst(air.Sub, nil, count, x.b.Int(air.U64, 1))
					x.b.Ret(x.b.Inst(air.CallAlwaysTail, result, x.b.FuncRef(self), left, next, step))
				})
			x.b.End()
			x.b.Begin(fmt.Sprint("start", n), x.m.Types.Fn(air.U64, air.U32))
			step = x.b.Arg(0)
			r := x.b.Call(x.b.FuncRef(self), x.b.Int(air.U64, 9000), x.b.Int(air.U64, 1), step)
			x.b.Ret(x.asWord(r))
			x.b.End()
		}
		x.ready(o)
		for _, name := range []string{"start0", "start1"} {
			x.check(x.m.Func(name), 7)
		}
		x.ran(2)
	})
}
