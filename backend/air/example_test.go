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
