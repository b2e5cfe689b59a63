package corpus_test

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/corpus"
)

func Example() {
	e, err := corpus.Parse("narrow-add.txtar", []byte(`# A narrow add must be canonical again before it is returned.
target:rv64gc
expect: agree
-- air --
fn @inc(i8) i8 {
  %0 = arg(i8, 0)
  %1 = add_wrap(%0, <i8, 1>)
  %2 = ret(%1)
}
-- run --
@inc( 127 ) == -128
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(e.Module.Func("inc").Type, len(e.Runs), e.Runs[0].Want)
	fmt.Printf("%s", corpus.Format(e))
	// Output:
	// fn (i8) i8 1 == -128
	// # A narrow add must be canonical again before it is returned.
	// expect: agree
	// target: rv64gc
	//
	// -- air --
	// fn @inc(i8) i8 {
	//   %0 = arg(i8, 0)
	//   %1 = add_wrap(%0, <i8, 1>)
	//   %2 = ret(%1)
	// }
	// -- run --
	// @inc(127) == -128
}

func ExampleParse_errors() {
	_, err := corpus.Parse("typo.txtar", []byte("expct: agree\n"))
	fmt.Println(err)
	// Output: typo.txtar:1: unknown key "expct"
}
