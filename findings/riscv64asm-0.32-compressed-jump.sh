#!/bin/sh
# golang.org/x/arch v0.32.0, riscv64asm: the distance of most c.j is decoded wrong; v0.33.0 is right.
#
# Expected (binutils 2.40 agrees): 0xa009 jumps by 2, 0xa005 by 32, 0xa021 by 8: imm[3:1] is in bits 5 to 3 of the word,
# imm[5] in bit 2.
# Seen: v0.32.0 takes bits 5 to 2 for imm[4:1], so 0xa009 is a jump by 4, 0xa005 one by 34, 0xa021 one by 16. Words in
# which the confused bits are alike, as in 0xbffd (-2), come out right, so that loops of one instruction hide it.
#
# Needs: Go. Builds a program in a temporary folder.
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
	for _, word := range []uint16{0xa009, 0xa005, 0xa021, 0xbffd} {
		inst, err := riscv64asm.Decode([]byte{byte(word), byte(word >> 8)})
		if err != nil {
			panic(err)
		}
		fmt.Printf("%#x %v; ", word, inst)
	}
}
GO
go mod init try >/dev/null 2>&1
expect() {
	go get "golang.org/x/arch@$1" >/dev/null 2>&1
	got=$(go run .)
	echo "$1: $got"
	[ "$got" = "$2" ] || { echo "changed: expected $2"; exit 1; }
}
expect v0.32.0 '0xa009 JAL x0,4; 0xa005 JAL x0,34; 0xa021 JAL x0,16; 0xbffd JAL x0,-2; '
expect v0.33.0 '0xa009 JAL x0,2; 0xa005 JAL x0,32; 0xa021 JAL x0,8; 0xbffd JAL x0,-2; '
