package oracle_test

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// Two executions of one program are compared by what they did, whoever executed it.
func ExampleCompare() {
	want := oracle.Outcome{Result: []byte{3, 0}, Defined: []byte{0xff, 0}} // the second byte may hold anything
	got := oracle.Outcome{Result: []byte{3, 9}}
	fmt.Println(oracle.Compare(&want, &got, nil))
	got.Result[0] = 0x3d
	fmt.Println(oracle.Compare(&want, &got, nil))
	fmt.Println(oracle.Compare(&want, &oracle.Outcome{Ending: oracle.Trapped, Reason: "load-access"}, nil))
	// Output:
	// <nil>
	// result: want 0x??03, got 0x093d
	// ending: want returned, got trapped load-access
}
