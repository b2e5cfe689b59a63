package mutants_test

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/fuzz/mutants"
)

func ExampleSelect() {
	all, err := mutants.Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	chosen, err := mutants.Select(all, []string{"gt-not-swapped", "eval/abs"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range chosen {
		fmt.Printf("%s: %s\n", d.Name(), d.Note)
	}
	// Output:
	// product/gt-not-swapped: cmp_gt keeps the operand order of cmp_lt (Zig d3f75522d7).
	// eval/abs: abs of the least number is zero.
}
