package linux

import (
	"testing"

	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// testProcess is a process whose first instruction is an ecall, and the halt of its last system call.
type testProcess struct {
	*thread
	last rv64.Halt
}

// newTestProcess returns a process that has a little memory and executes words, by default an ecall.
func newTestProcess(t testing.TB, config Config, words ...uint32) *testProcess {
	t.Helper()
	if len(words) == 0 {
		words = []uint32{ecall}
	}
	first, err := newProcess(mustParse(t, smallest(words...)), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(first.close)
	return &testProcess{thread: first}
}

// system makes a process do one system call.
func (p *testProcess) system(number uint64, arguments ...uint64) uint64 {
	p.m.PC = p.x.entry
	p.m.SetX(17, number)
	for i := range 6 {
		p.m.SetX(10+i, 0)
	}
	for i, a := range arguments {
		p.m.SetX(10+i, a)
	}
	p.last = p.m.Run(1)
	p.takeSignals()
	return p.m.X(10)
}

// The instructions of test programs.

const ecall = 0x73

func iType(imm int32, rs1, funct3, rd, opcode uint32) uint32 {
	return uint32(imm)<<20 | rs1<<15 | funct3<<12 | rd<<7 | opcode
}

func addi(rd, rs1 uint32, imm int32) uint32 { return iType(imm, rs1, 0, rd, 0x13) }

// sd returns sd rs2,imm(rs1), for an imm from 0 to 31.
func sd(rs2, rs1, imm uint32) uint32 { return rs2<<20 | rs1<<15 | 3<<12 | imm<<7 | 0x23 }

// Addresses are reused when all have been used once.
func TestMapForEver(t *testing.T) {
	p := newTestProcess(t, Config{MemoryLimit: 64 << 20, StackSize: 1 << 16})
	const size = 8 << 20
	keep := p.system(sysMmap, 0, size, 0, anonymous, allBits, 0)
	p.nextMap = userSpace - 5*size
	for i := range 10 {
		at := p.system(sysMmap, 0, size, 0, anonymous, allBits, 0)
		if at >= userSpace || at == keep {
			t.Fatalf("round %d: %#x", i, at)
		}
		p.system(sysMunmap, at, size)
	}
}
