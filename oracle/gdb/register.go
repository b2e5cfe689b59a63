package gdb

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// The numbers of the registers in the target description.
const (
	firstFloat   = 33 // after pc
	firstFlags   = firstFloat + 32
	firstVector  = firstFlags + 3
	firstControl = firstVector + 32
)

// pcNumber is the number of pc.
const pcNumber = 32

// integerNames and floatNames are the names of the registers in the ABI.
var (
	integerNames = strings.Fields("zero ra sp gp tp t0 t1 t2 fp s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6")
	floatNames   = strings.Fields("ft0 ft1 ft2 ft3 ft4 ft5 ft6 ft7 fs0 fs1 fa0 fa1 fa2 fa3 fa4 fa5 fa6 fa7 fs2 fs3 fs4 fs5 fs6 fs7 fs8 fs9 fs10 fs11 ft8 ft9 ft10 ft11")
)

// A control register is one that has a number in the description and one in the instruction set.
type controlRegister struct {
	name string
	csr  uint64
}

// flagRegisters are those of the float unit, controlRegisters all others.
var (
	flagRegisters    = []controlRegister{{"fflags", 0x001}, {"frm", 0x002}, {"fcsr", 0x003}}
	controlRegisters = []controlRegister{
		{"vstart", 0x008}, {"vxsat", 0x009}, {"vxrm", 0x00a}, {"vcsr", 0x00f}, {"cycle", 0xc00}, {"time", 0xc01}, {"instret", 0xc02},
		{"vl", 0xc20}, {"vtype", 0xc21}, {"vlenb", 0xc22},
	}
)

// description returns the target description, in XML, of a machine with vector registers of so many bytes.
func description(vlenb uint64) string {
	var b strings.Builder
	number := 0
	reg := func(name string, bits uint64, kind, group string) {
		fmt.Fprintf(&b, `<reg name="%s" bitsize="%d" type="%s" regnum="%d"%s/>`, name, bits, kind, number, group)
		number++
	}
	b.WriteString(`<?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd"><target version="1.0"><architecture>riscv:rv64</architecture><osabi>GNU/Linux</osabi>`)
	b.WriteString(`<feature name="org.gnu.gdb.riscv.cpu">`)
	for i, name := range integerNames {
		kind := "int"
		if i >= 1 && i <= 4 {
			kind = [4]string{"code_ptr", "data_ptr", "data_ptr", "data_ptr"}[i-1]
		}
		reg(name, 64, kind, "")
	}
	reg("pc", 64, "code_ptr", "")
	b.WriteString(`</feature><feature name="org.gnu.gdb.riscv.fpu"><union id="riscv_double"><field name="float" type="ieee_single"/><field name="double" type="ieee_double"/></union>`)
	for _, name := range floatNames {
		reg(name, 64, "riscv_double", "")
	}
	for _, r := range flagRegisters {
		reg(r.name, 32, "int", ` group="float"`)
	}
	b.WriteString(`</feature><feature name="org.gnu.gdb.riscv.vector">`)
	for i, name := range [4]string{"bytes", "shorts", "words", "longs"} {
		fmt.Fprintf(&b, `<vector id="%s" type="uint%d" count="%d"/>`, name, 8<<i, vlenb>>i)
	}
	b.WriteString(`<union id="riscv_vector"><field name="b" type="bytes"/><field name="s" type="shorts"/><field name="w" type="words"/><field name="l" type="longs"/></union>`)
	for i := range 32 {
		reg(fmt.Sprintf("v%d", i), 8*vlenb, "riscv_vector", ` group="vector"`)
	}
	b.WriteString(`</feature><feature name="org.gnu.gdb.riscv.csr">`)
	for _, r := range controlRegisters {
		reg(r.name, 64, "int", ` group="system"`)
	}
	b.WriteString(`</feature></target>`)
	return b.String()
}

// register returns the bytes of a register, or nil if there is none of the number.
func register(m *rv64.Machine, n uint64) []byte {
	value := func(v uint64) []byte { return binary.LittleEndian.AppendUint64(nil, v) }
	switch {
	case n < pcNumber:
		return value(m.X(int(n)))
	case n == pcNumber:
		return value(m.PC)
	case n < firstFlags:
		return value(m.F(int(n - firstFloat)))
	case n < firstVector:
		v, _ := m.CSR(flagRegisters[n-firstFlags].csr)
		return value(v)[:4]
	case n < firstControl:
		return m.V(int(n - firstVector))
	case n < firstControl+uint64(len(controlRegisters)):
		v, _ := m.CSR(controlRegisters[n-firstControl].csr)
		return value(v)
	}
	return nil
}

// setRegister sets a register from bytes, and reports whether they are as many as it has and it can be written.
func setRegister(m *rv64.Machine, n uint64, b []byte) bool {
	if len(b) == 0 || len(b) != len(register(m, n)) {
		return false
	}
	if n >= firstVector && n < firstControl {
		m.SetV(int(n-firstVector), b)
		return true
	}
	var word [8]byte
	copy(word[:], b)
	v := binary.LittleEndian.Uint64(word[:])
	switch {
	case n < pcNumber:
		m.SetX(int(n), v)
	case n == pcNumber:
		m.PC = v &^ 1
	case n < firstFlags:
		m.SetF(int(n-firstFloat), v)
	case n < firstVector:
		return m.SetCSR(flagRegisters[n-firstFlags].csr, v)
	default:
		return m.SetCSR(controlRegisters[n-firstControl].csr, v)
	}
	return true
}
