package rv64_test

import (
	"encoding/binary"
	"fmt"

	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// A function that adds one to its argument is called.
func ExampleMachine() {
	var code []byte
	for _, word := range []uint32{0x00150513, 0x00008067} { // addi a0,a0,1; ret
		code = binary.LittleEndian.AppendUint32(code, word)
	}
	m := rv64.New(rv64.Config{Checks: rv64.CheckAll})
	for _, r := range []rv64.Region{
		{Name: "text", Addr: 0x10000, Size: 8, Rights: rv64.Read | rv64.Exec, Data: code, Defined: true},
		{Name: "stack", Addr: 0x70000000, Size: 1 << 16, Rights: rv64.Read | rv64.Write},
	} {
		if err := m.Map(r); err != nil {
			fmt.Println(err)
			return
		}
	}
	m.SetX(2, 0x70000000+1<<16) // sp
	m.SetX(10, 41)              // a0
	halt := m.Call(0x10000, 1000)
	fmt.Println(halt.Ending, m.X(10), halt.Steps)
	// Output: returned 42 2
}

// A function that changes a register of its caller breaks a rule.
func ExampleChecks() {
	code := binary.LittleEndian.AppendUint32(nil, 0x00100493) // li s1,1
	code = binary.LittleEndian.AppendUint32(code, 0x00008067) // ret
	m := rv64.New(rv64.Config{Checks: rv64.CheckCalls})
	if err := m.Map(rv64.Region{Name: "text", Addr: 0x10000, Size: 8, Rights: rv64.Read | rv64.Exec, Data: code}); err != nil {
		fmt.Println(err)
		return
	}
	m.SetX(9, 7) // s1
	halt := m.Call(0x10000, 1000)
	fmt.Println(halt.Ending, halt.Reason)
	fmt.Println(halt.Place)
	// Output:
	// broken rule callee-saved
	// pc 0x10004 (text+0x4): s1 is 0x1 at a return, was 0x7 at the call
}
