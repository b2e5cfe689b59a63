package isa_test

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/isa"
)

func Example() {
	in := isa.Inst{Op: isa.ADDI, Rd: isa.A0, Rs1: isa.SP, Imm: 16}
	word, err := isa.Encode(in)
	fmt.Printf("%08x %v\n", word, err)
	back, err := isa.Decode(word)
	fmt.Println(back, err)
	_, err = isa.Encode(isa.Inst{Op: isa.ADDI, Rd: isa.A0, Rs1: isa.SP, Imm: 2048})
	fmt.Println(err)
	// Output:
	// 01010513 <nil>
	// addi a0,sp,16 <nil>
	// isa: addi: immediate 2048 is outside -2048..2047
}

func ExampleParse() {
	for _, line := range []string{"fadd.s fa0,fa1,fa2,rtz", "mv a0,a1", "amoadd.w.aq a0,a1,(a2)", "c.addi a0,40"} {
		in, err := isa.Parse(line)
		fmt.Println(in, err)
	}
	// Output:
	// fadd.s fa0,fa1,fa2,rtz <nil>
	// addi a0,a1,0 <nil>
	// amoadd.w.aq a0,a1,(a2) <nil>
	// op? isa: column 11: c.addi: immediate 40 is outside -32..31
}

func ExampleCompress() {
	short, ok := isa.Compress(isa.Inst{Op: isa.LD, Rd: isa.A0, Rs1: isa.SP, Imm: 8}, isa.RVC)
	fmt.Println(short, ok)
	long, ok := isa.Expand(short)
	fmt.Println(long, ok)
	// Output:
	// c.ldsp a0,8(sp) true
	// ld a0,8(sp) true
}

func ExamplePatch() {
	code, _ := isa.Append(nil, isa.Inst{Op: isa.AUIPC, Rd: isa.RA})
	code, _ = isa.Append(code, isa.Inst{Op: isa.JALR, Rd: isa.RA, Rs1: isa.RA})
	fmt.Println(isa.Patch(code, isa.PatchCall, 0x12345678))
	distance, _ := isa.Extract(code, isa.PatchCall)
	fmt.Printf("% x %#x\n", code, distance)
	fmt.Println(isa.Patch(code, isa.PatchCall, 0x7ffff800))
	// Output:
	// <nil>
	// 97 50 34 12 e7 80 80 67 0x12345678
	// isa: patch call: 0x7ffff800 is outside -0x80000800..0x7ffff7ff
}
