// Package rv64 is the reference machine: it executes riscv64 code (RVA22U64 and
// the ratified scalar extensions around it) exactly as the manual says, and can
// hold the code to the rules that a compiler must keep: memory, calling
// convention, definedness of every bit, canonical values.
//
// It decodes with a switch of its own and shares nothing with the encoder and
// the backend that it judges.
//
//	m := rv64.New(rv64.Config{Checks: rv64.CheckAll})
//	m.Map(rv64.Region{Name: "text", Addr: 0x10000, Size: 8, Rights: rv64.Read | rv64.Exec, Data: code, Defined: true})
//	m.Map(rv64.Region{Name: "stack", Addr: 0x70000000, Size: 1 << 16, Rights: rv64.Read | rv64.Write})
//	m.SetX(2, 0x70000000+1<<16) // sp
//	m.SetX(10, 41)              // a0
//	result := m.Call(0x10000, 1000)
//
// A machine is reused by Reset, which costs no more than what was touched.
package rv64
