#!/bin/sh
# golang.org/x/arch v0.33.0, riscv64asm: 16-bit hints are errors, and the all-zero word is an instruction.
#
# Expected: hints (c.li x0, c.mv x0, c.slli by 0, ...) are legal instructions that do nothing (unprivileged manual, 27.6: all
# of them, c.addi with an immediate of 0 too); the 16-bit word 0 is defined as illegal. GNU objdump has both so.
# Seen: Decode returns an error for hints, as for what is reserved; c.nop 5 loses its immediate; the word 0, which unused memory
# is full of, decodes as CSRRW x0,CYCLE,x0, the 32-bit word 0xc0001073 that assemblers emit for unimp.
#
# Needs: Go.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >main.go <<'GO'
package main

import (
	"fmt"

	"golang.org/x/arch/riscv64/riscv64asm"
)

func main() {
	for _, word := range []uint16{0x4005, 0x802a, 0x0502, 0x0501, 0x8401, 0x0015, 0x0000} {
		inst, err := riscv64asm.Decode([]byte{byte(word), byte(word >> 8)})
		fmt.Printf("%04x %v %v\n", word, inst, err)
	}
}
GO
go mod init try >/dev/null 2>&1
go get golang.org/x/arch@v0.33.0 >/dev/null 2>&1
go run . | tee seen
cat >expected <<'S'
4005 Op(0) unknown instruction
802a Op(0) unknown instruction
0502 Op(0) unknown instruction
0501 Op(0) unknown instruction
8401 Op(0) unknown instruction
0015 ADDI x0,x0,0 <nil>
0000 CSRRW x0,CYCLE,x0 <nil>
S
diff expected seen || { echo 'changed'; exit 1; }
