package isa

// Reg is a register of one of the three register files: x0..x31 are 0..31, f0..f31 are 32..63, v0..v31 are 64..95.
type Reg uint8

// Integer registers by ABI name.
const (
	Zero Reg = iota
	RA
	SP
	GP
	TP
	T0
	T1
	T2
	S0
	S1
	A0
	A1
	A2
	A3
	A4
	A5
	A6
	A7
	S2
	S3
	S4
	S5
	S6
	S7
	S8
	S9
	S10
	S11
	T3
	T4
	T5
	T6
)

// Floating-point registers by ABI name.
const (
	FT0 Reg = iota + 32
	FT1
	FT2
	FT3
	FT4
	FT5
	FT6
	FT7
	FS0
	FS1
	FA0
	FA1
	FA2
	FA3
	FA4
	FA5
	FA6
	FA7
	FS2
	FS3
	FS4
	FS5
	FS6
	FS7
	FS8
	FS9
	FS10
	FS11
	FT8
	FT9
	FT10
	FT11
)

// V0 is the first vector register, and the mask of masked vector instructions.
const V0 Reg = 64

const numRegs = 96

// X returns integer register n of 0..31.
func X(n int) Reg { return regOf(n, 0) }

// F returns floating-point register n of 0..31.
func F(n int) Reg { return regOf(n, 32) }

// V returns vector register n of 0..31.
func V(n int) Reg { return regOf(n, 64) }

func regOf(n int, file Reg) Reg {
	if uint(n) > 31 {
		panic("isa: register numbers are 0..31")
	}
	return file + Reg(n)
}

// Num returns the number of r in its own file, 0..31.
func (r Reg) Num() uint32 { return uint32(r) & 31 }

// IsInt reports whether r is one of x0..x31.
func (r Reg) IsInt() bool { return r < 32 }

// IsFloat reports whether r is one of f0..f31.
func (r Reg) IsFloat() bool { return r>>5 == 1 }

// IsVector reports whether r is one of v0..v31.
func (r Reg) IsVector() bool { return r>>5 == 2 }

// String returns the ABI name: "a0", "fs1", "v8".
func (r Reg) String() string {
	if r >= numRegs {
		return "reg?"
	}
	return regNames[r]
}

var regNames = [numRegs]string{
	"zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4", "a5",
	"a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6",
	"ft0", "ft1", "ft2", "ft3", "ft4", "ft5", "ft6", "ft7", "fs0", "fs1", "fa0", "fa1", "fa2", "fa3", "fa4", "fa5",
	"fa6", "fa7", "fs2", "fs3", "fs4", "fs5", "fs6", "fs7", "fs8", "fs9", "fs10", "fs11", "ft8", "ft9", "ft10", "ft11",
	"v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15",
	"v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31",
}

// ParseReg returns the register called name: an ABI name, fp for s0, or x5, f5, v5.
func ParseReg(name string) (Reg, bool) { return regByName.find(name) }

var regByName = buildRegNames()

func buildRegNames() *names[Reg] {
	t := newNames[Reg](2*numRegs + 1)
	for r := Reg(0); r < numRegs; r++ {
		t.set(regNames[r], r)
		t.set(string("xfv"[r>>5])+itoa(int64(r.Num())), r)
	}
	t.set("fp", S0)
	return t
}
