package asm_test

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/isa/asm"
)

func ExampleAssemble() {
	p, err := asm.Assemble("add.s", []byte("f:\tadd a0,a0,a1\n\tret\n"), asm.Options{Compress: true})
	f, _ := p.Symbol("f")
	fmt.Printf("% x %d %v\n", p.Image, f, err)
	_, err = asm.Assemble("bad.s", []byte("f:\n\tbeqz a0,g\n\taddi a0,a0,5000\n"), asm.Options{})
	fmt.Println(err)
	// Output:
	// 2e 95 82 80 0 <nil>
	// bad.s:3:13: addi: immediate 5000 is outside -2048..2047
}
