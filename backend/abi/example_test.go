package abi_test

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
)

func ExampleClassify() {
	types := air.NewTypeTable()
	fn := types.FnOf(air.Type{Elem: air.F64, Params: []*air.Type{air.I32, air.F32, types.Array(3, air.U64)}, CallC: true})
	call := abi.Classify(fn)
	for _, p := range call.Params {
		for _, piece := range p.Pieces() {
			fmt.Println(p.Type, piece.Reg, piece.Size, p.ByRef)
		}
	}
	fmt.Println(call.Result.Pieces()[0].Reg)
	// Output:
	// i32 a0 4 false
	// f32 fa0 4 false
	// [3]u64 a1 8 true
	// fa0
}
