#!/bin/sh
# go1.26.8, go tool asm for riscv64: ADD X11, X0, X10 is refused, and go tool objdump writes MOV X11, X10 so.
#
# Expected: add a0,zero,a1 is an instruction like any other; ADD X0, X11, X10 (add a0,a1,zero) and ADD X0, X0, X10 assemble.
# Seen: the assembler makes c.mv of it, keeps the operand X0, and then says "expected no register in rs1 but got register
# X0". Text of the disassembler, which calls the c.mv of a MOV by this name, does not assemble again.
#
# Needs: Go, which fetches go1.26.8 where it is another version.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export GOTOOLCHAIN=go1.26.8 GOOS=linux GOARCH=riscv64
assemble() {
	printf 'TEXT f(SB), 4, $0-0\n\t%s\n\tRET\n' "$1" >f.s
	go tool asm -p f -o f.o f.s
}
text() {
	go tool objdump f.o | awk '$1 == "f.s:2" { $1 = $2 = $3 = ""; sub(/^ */, ""); print }'
}
go version
for line in 'ADD X0, X11, X10' 'ADD X0, X0, X10' 'MOV X11, X10'; do
	assemble "$line"
	echo "$line is shown as $(text)"
done
again=$(text)
[ "$again" = 'ADD X11, X0, X10' ] || { echo 'changed: expected ADD X11, X0, X10'; exit 1; }
if assemble "$again" >message 2>&1; then
	echo "changed: $again assembles"
	exit 1
fi
sed -n 1p message
grep -q 'expected no register in rs1 but got register X0' message || { echo 'changed: another message'; exit 1; }
