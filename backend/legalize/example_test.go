package legalize_test

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/legalize"
)

func ExampleLegalize() {
	m, err := air.Parse("square.air", []byte(`
fn @square(f16) f16 {
  %0 = arg(f16, 0)
  %1 = mul(%0, %0)
  %2 = ret(%1)
}
`))
	if err != nil {
		panic(err)
	}
	legal := legalize.Legalize(m.Func("square"), nil)
	fmt.Print(legal.Func)
	fmt.Printf("%%5 is made for %%%d\n", legal.SourceOf(5))
	// Output:
	// fn @square(f16) f16 {
	//   %0 = arg(f16, 0)
	//   %3 = fpext(f32, %0)
	//   %4 = fpext(f32, %0)
	//   %5 = mul(%3, %4)
	//   %1 = fptrunc(f16, %5)
	//   %2 = ret(%1)
	// }
	// %5 is made for %1
}
