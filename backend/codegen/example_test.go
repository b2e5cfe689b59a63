package codegen_test

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
	"github.com/rvfuzz/rvfuzz/backend/legalize"
	"github.com/rvfuzz/rvfuzz/backend/liveness"
)

func ExampleGenerator_Generate() {
	m, err := air.Parse("inc.air", []byte(`
fn @inc(u32) u32 {
  %0 = arg(u32, 0)
  %1 = add_wrap(%0, <u32, 1>)
  %2 = ret(%1)
}
`))
	if err != nil {
		panic(err)
	}
	f := legalize.Legalize(m.Func("inc"), nil)
	code, err := codegen.NewGenerator().Generate(f, m, liveness.Analyze(f.Func), codegen.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Print(code)
	// Output:
	// func @inc {
	//   slot args_frame sp
	//   prologue
	//   addiw a0,a0,1
	// .L0:
	//   epilogue
	//   ret
	// }
}
