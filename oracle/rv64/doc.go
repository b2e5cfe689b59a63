// Package rv64 is the reference machine: one riscv64 hart and its memory. It executes code (RVA22U64, V, and the
// ratified scalar extensions around them) exactly as the RISC-V unprivileged manual says, and can check it against the
// rules that a compiler must keep: memory, calling convention, definedness of every bit, canonical values. Package
// linux runs whole programs on it.
//
// It has its own decoder and shares no code with the encoder and the backend that it is an oracle for.
//
//	m := rv64.New(rv64.Config{Checks: rv64.CheckAll})
//	m.Map(rv64.Region{Name: "text", Addr: 0x10000, Size: 8, Rights: rv64.Read | rv64.Exec, Data: code, Defined: true})
//	m.Map(rv64.Region{Name: "stack", Addr: 0x70000000, Size: 1 << 16, Rights: rv64.Read | rv64.Write})
//	m.SetX(2, 0x70000000+1<<16) // sp
//	m.SetX(10, 41)              // a0
//	halt := m.Call(0x10000, 1000)
//
// It has two engines. The plain one (plain.go) runs programs without checks. The checking one (checked.go) has a quick
// way (checked_quick.go) for common instructions with defined operands, and a general way for all others. Both execute
// what is not common by step (step.go). Reset makes a machine ready for the next program, at the cost of the memory
// that was touched.
package rv64
