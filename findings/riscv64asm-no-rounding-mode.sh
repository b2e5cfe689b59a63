#!/bin/sh
# golang.org/x/arch v0.33.0, riscv64asm: a decoded instruction does not tell its rounding mode.
#
# Expected: fcvt.w.s a0,fa1,rtz, which C's (int)x is, and fcvt.w.s a0,fa1, which rounds as fcsr says, are told apart, as aq and
# rl of atomics are. GNU objdump writes rtz.
# Seen: the Inst of both has the same operation and operands, and so both texts are the same; only Inst.Enc, the word itself,
# differs. The reserved modes 5 and 6 decode without an error too.
#
# Needs: Go.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >main.go <<'GO'
package main

import (
	"encoding/binary"
	"fmt"

	"golang.org/x/arch/riscv64/riscv64asm"
)

func main() {
	for mode := range uint32(8) {
		inst, err := riscv64asm.Decode(binary.LittleEndian.AppendUint32(nil, 0xc0058553|mode<<12))
		fmt.Println(inst, riscv64asm.GNUSyntax(inst), err)
	}
}
GO
go mod init try >/dev/null 2>&1
go get golang.org/x/arch@v0.33.0 >/dev/null 2>&1
go run . | sort | uniq -c >seen
cat seen
[ "$(awk '{ $1 = $1; print }' seen)" = '8 FCVT.W.S x10,f11 fcvt.w.s x10,f11 <nil>' ] || { echo 'changed: expected one text for all eight'; exit 1; }
