package mir_test

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

func ExampleFunction() {
	f := &mir.Function{Name: "sum"}
	again := f.NewLabel()
	f.Prologue()
	f.LoadImm(isa.A1, 0)
	f.Bind(again)
	f.Real(isa.Inst{Op: isa.ADD, Rd: isa.A1, Rs1: isa.A1, Rs2: isa.A0})
	f.AddImm(isa.A0, isa.A0, -1)
	f.Branch(isa.BNE, isa.A0, isa.Zero, again)
	f.Epilogue()
	f.Ret()
	fmt.Println(mir.Verify(f))
	fmt.Print(f)
	// Output:
	// <nil>
	// func @sum {
	//   prologue
	//   load_imm a1, 0
	// .L0:
	//   add a1,a1,a0
	//   add_imm a0, a0, -1
	//   branch bne a0, zero, .L0
	//   epilogue
	//   ret
	// }
}
