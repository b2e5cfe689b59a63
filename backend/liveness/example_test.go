package liveness_test

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/liveness"
)

func ExampleAnalyze() {
	m, err := air.Parse("f.air", []byte(`
fn @f(u32) u32 {
  %0 = arg(u32, 0)
  %1 = add_wrap(%0, %0)
  %2 = cmp_eq(%1, <u32, 0>)
  %3 = cond_br(%2, {
    %4 = ret(%1)
  }, {
    %5 = ret(<u32, 7>)
  })
}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	f := m.Func("f")
	live := liveness.Analyze(f)
	fmt.Println(live.Dies(1, 0), live.Dies(1, 1), live.ArmDeaths(3, 1), liveness.Verify(f, live))
	fmt.Print(liveness.Format(f, live))
	// Output:
	// false true [1] <nil>
	// %0 = arg
	// %1 = add_wrap dies %0
	// %2 = cmp_eq
	// %3! = cond_br dies %2; arm 0:; arm 1: %1
	//   %4! = ret dies %1
	//   %5! = ret
}
