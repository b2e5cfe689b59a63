package source_test

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

func ExampleSource_Recorded() {
	s := source.New(source.Case(1, 0, 42))
	s.Record()
	first := [2]int{s.Intn(10), s.Intn(1000)}
	again := source.FromBytes(s.Recorded())
	fmt.Println(first == [2]int{again.Intn(10), again.Intn(1000)}, len(s.Recorded()), "bytes")
	// Output: true 3 bytes
}
