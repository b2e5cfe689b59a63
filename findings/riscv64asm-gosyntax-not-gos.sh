#!/bin/sh
# golang.org/x/arch v0.33.0, riscv64asm.GoSyntax: names and forms that Go's assembler (go1.26.8) does not have, and atomics
# without their order.
#
# Expected: the text is that of Go's assembler, as the documentation says.
# Seen: fneg.d is FNESD, where the assembler has FNEGD; fsrm and frflags are FSRM and FRFLAGS, which it has not, where it takes
# CSRRW and CSRRS; lui of 0xfffff in 16 bits is LUI $4294967295, which is out of range; cbo.zero is CBOZERO. And lr.w with aq
# and without are both LRW, amoadd.w in all four orders AMOADDW; in Go's assembler LRW has aq, AMOADDW both bits.
#
# Needs: Go, which fetches go1.26.8 where it is another version.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export GOTOOLCHAIN=go1.26.8 GOFLAGS=-mod=mod
cat >main.go <<'GO'
package main

import (
	"encoding/binary"
	"fmt"

	"golang.org/x/arch/riscv64/riscv64asm"
)

func main() {
	for _, word := range []uint32{0x22b59553, 0x00251073, 0x00102573, 0x757d, 0x0045200f, 0x1005a52f, 0x1405a52f, 0x00c5a52f, 0x06c5a52f} {
		inst, err := riscv64asm.Decode(binary.LittleEndian.AppendUint32(nil, word))
		if err != nil {
			panic(err)
		}
		fmt.Println(riscv64asm.GoSyntax(inst, 0, nil, nil))
	}
}
GO
go mod init try >/dev/null 2>&1
go get golang.org/x/arch@v0.33.0 >/dev/null 2>&1
go run . >seen
cat >expected <<'S'
FNESD F11, F10
FSRM X10, X0
FRFLAGS X10
LUI $4294967295, X10
CBOZERO (X10)
LRW (X11), X10
LRW (X11), X10
AMOADDW X12, (X11), X10
AMOADDW X12, (X11), X10
S
diff expected seen || { echo 'changed'; exit 1; }
cat seen
assemble() {
	printf 'TEXT f(SB), 4, $0-0\n\t%s\n\tRET\n' "$1" >f.s
	GOOS=linux GOARCH=riscv64 go tool asm -p f -o f.o f.s >message 2>&1
}
head -n 5 seen | while read -r line; do
	if assemble "$line"; then
		echo "changed: $line assembles"
		exit 1
	fi
	echo "refused: $line"
done
assemble 'FNEGD F11, F10'
go tool objdump f.o | grep -q 22b59553 || { echo 'changed: FNEGD is another word'; exit 1; }
