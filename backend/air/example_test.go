package air_test

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

func ExampleBuilder() {
	m := air.NewModule()
	b := air.NewBuilder(m)
	b.Begin("clamp", m.Types.Fn(air.I32, air.I32))
	x := b.Arg(0)
	result := b.Block(air.I32, func(block air.Index) {
		b.CondBr(b.Inst(air.CmpGt, nil, x, b.Int(air.I32, 100)),
			func() { b.Br(block, b.Int(air.I32, 100)) },
			func() { b.Br(block, x) })
	})
	b.Ret(result)
	b.End()
	fmt.Printf("%s", air.Print(m))
	// Output:
	// fn @clamp(i32) i32 {
	//   %0 = arg(i32, 0)
	//   %1 = block(i32, {
	//     %2 = cmp_gt(%0, <i32, 100>)
	//     %3 = cond_br(%2, {
	//       %4 = br(%1, <i32, 100>)
	//     }, {
	//       %5 = br(%1, %0)
	//     })
	//   })
	//   %6 = ret(%1)
	// }
}

func ExampleParse() {
	m, err := air.Parse("max.air", []byte(`
fn @max(i32, i32) i32 {
  %0 = arg(i32, 0)
  %1 = arg(i32, 1)
  %2 = max(%0, %1)
  %3 = ret(%2)
}`))
	fmt.Println(err)
	fmt.Println(m.Func("max").InstText(2))

	_, err = air.Parse("bad.air", []byte("fn @f() u8 {\n  %0 = ret(<u8, red>)\n}"))
	fmt.Println(err)
	// Output:
	// <nil>
	// %2 = max(%0, %1)
	// bad.air:2:17: expected a value of u8, found "red"
}

func ExampleVerify() {
	m, _ := air.Parse("narrow.air", []byte(`
fn @narrow(u32) u8 {
  %0 = arg(u32, 0)
  %1 = trunc(u16, %0)
  %2 = ret(%1)
}`))
	fmt.Println(air.Verify(m))
	// Output: func @narrow, %2: ret: it returns u16 from a function of u8
}

func ExampleReachable() {
	m, _ := air.Parse("two.air", []byte(`
var @used: u8 = 1
var @unused: u8 = 2
fn @f() u8 {
  %0 = load(u8, <*u8, @used>)
  %1 = ret(%0)
}`))
	for _, g := range air.Reachable(m, "f").Globals {
		fmt.Println(g.Name)
	}
	// Output: used
}
