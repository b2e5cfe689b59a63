package eval_test

import (
	"fmt"
	"log"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle/eval"
)

// A text is parsed and verified, prepared once, and its functions are called with constants.
func Example() {
	m, err := air.Parse("average.air", []byte(`
var @calls: u32 = 0

fn @average(u8, u8) u8 {
  %0 = arg(u8, 0)
  %1 = arg(u8, 1)
  %2 = load(u32, <*u32, @calls>)
  %3 = add(%2, <u32, 1>)
  %4 = store(<*u32, @calls>, %3)
  %5 = add_safe(%0, %1)
  %6 = shr(%5, <u3, 1>)
  %7 = ret(%6)
}
`))
	if err == nil {
		err = air.Verify(m)
	}
	if err != nil {
		log.Fatal(err)
	}
	p, err := eval.New(m, eval.Config{})
	if err != nil {
		log.Fatal(err)
	}
	for _, second := range []int64{20, 250} {
		o := p.Continue("average", []eval.Arg{air.NewInt(air.U8, 10), air.NewInt(air.U8, second)})
		fmt.Printf("%v %v %q %q\n", o.Ending, o.Result, o.Reason, o.Place)
		fmt.Println("@"+o.Globals[0].Name, o.Globals[0].Bytes)
	}
	// Output:
	// returned [15] "" ""
	// @calls [1 0 0 0]
	// panicked [] "integer_overflow" "func @average, %5: add_safe"
	// @calls [2 0 0 0]
}
