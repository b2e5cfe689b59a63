package diff_test

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
)

func ExampleChecker_Explain() {
	m, err := air.Parse("inc", []byte("fn @inc(i8) i8 {\n  %0 = arg(i8, 0)\n  %1 = add_wrap(%0, <i8, 1>)\n  %2 = ret(%1)\n}\n"))
	if err != nil {
		panic(err)
	}
	run := gen.Run{Func: "inc", Args: []*air.Value{air.NewInt(air.I8, 127)}}
	fmt.Print(diff.NewChecker(diff.Config{}).Explain(&diff.Case{Module: m, Runs: []gen.Run{run}}))
	// Output: all oracles agree
}
