package diff_test

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// inc returns a case: a function that adds one to an i8, called with an argument.
func inc(argument int64) *diff.Case {
	m, err := air.Parse("inc", []byte("fn @inc(i8) i8 {\n  %0 = arg(i8, 0)\n  %1 = add_wrap(%0, <i8, 1>)\n  %2 = ret(%1)\n}\n"))
	if err != nil {
		panic(err)
	}
	return &diff.Case{Module: m, Runs: []gen.Run{{Func: "inc", Args: []*air.Value{air.NewInt(air.I8, argument)}}}}
}

// The verdict says whether anything diverged, whether the case was discarded, and how its runs ended.
func ExampleChecker_Check() {
	v := diff.NewChecker(diff.Config{Self: true}).Check(inc(127))
	fmt.Println(v.Divergence == nil, v.Discarded == "", v.Endings[oracle.Returned])
	// Output: true true 1
}

// The evaluator alone says what a program does.
func ExampleChecker_Evaluate() {
	e, err := diff.NewChecker(diff.Config{}).Evaluate(inc(127))
	if err != nil {
		panic(err)
	}
	fmt.Println(e.Outcomes[0].Ending, e.Result(0))
	// Output: returned <i8, -128>
}

func ExampleChecker_Explain() {
	fmt.Print(diff.NewChecker(diff.Config{}).Explain(inc(127)))
	// Output: all oracles agree
}

// A signature is text in corpus entries, and reads back.
func ExampleParseSignature() {
	s, err := diff.ParseSignature("value/result/shr.i7/arith.shr/register")
	fmt.Println(s.Oracle, s.Tag, s.Site, s.Bucket(), err)
	// Output: value shr.i7 arith.shr wrong-value/shr/arith.shr <nil>
}
