package backend_test

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
)

const increment = `
fn @inc(u32) u32 {
  %0 = arg(u32, 0)
  %1 = add_wrap(%0, <u32, 1>)
  %2 = ret(%1)
}
`

func ExampleCompile() {
	m, err := air.Parse("inc.air", []byte(increment))
	if err != nil {
		panic(err)
	}
	image, err := backend.Compile(m, backend.Options{})
	if err != nil {
		panic(err)
	}
	inc, _ := image.Symbol("inc")
	code, _ := image.Bytes(inc.Addr, inc.Size)
	fmt.Printf("%#x: % x\n", inc.Addr, code)
	// Output:
	// 0x10000: 1b 05 15 00 67 80 00 00
}

func ExampleText() {
	m, err := air.Parse("inc.air", []byte(increment))
	if err != nil {
		panic(err)
	}
	text, err := backend.Text(m, backend.StageAsm, backend.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Print(text)
	// Output:
	// @inc:
	//                      # %0 done (call.arg)
	//    10000: 0015051b  addiw a0,a0,1
	//                      # %1 done (arith.add_wrap)
	//    10004: 00008067  jalr zero,0(ra)
}
