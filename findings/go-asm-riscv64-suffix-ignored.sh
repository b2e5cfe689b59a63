#!/bin/sh
# go1.26.8, go tool asm for riscv64: a suffix that an instruction does not have is passed over.
#
# Expected: FCVTWS.RUP rounds up, so FADDS.RTZ rounds towards zero or is refused; FENCE.TSO is fence.tso (0x8330000f); any
# other suffix is an error, as it is for other architectures.
# Seen: without a message FADDS.RTZ is FADDS, whose rounding mode is to the nearest (field rm 0, and not 7 for that of
# fcsr); FENCE.TSO is a full fence; LRW.AQ and LRW.NONE are LRW, which sets aq anyway.
#
# Needs: Go, which fetches go1.26.8 where it is another version.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export GOTOOLCHAIN=go1.26.8 GOOS=linux GOARCH=riscv64
# word TEXT prints the instruction word of a line of assembly.
word() {
	printf 'TEXT f(SB), 4, $0-0\n\t%s\n\tRET\n' "$1" >f.s
	go tool asm -p f -o f.o f.s
	go tool objdump f.o | awk '$1 == "f.s:2" { print $3 }'
}
expect() {
	got=$(word "$1")
	echo "$1: $got"
	[ "$got" = "$2" ] || { echo "changed: expected $2"; exit 1; }
}
go version
expect 'FCVTWS.RUP F11, X10' c005b553
expect 'FADDS F12, F11, F10' 00c58553
expect 'FADDS.RTZ F12, F11, F10' 00c58553
expect 'FENCE' 0ff0000f
expect 'FENCE.TSO' 0ff0000f
expect 'LRW (X11), X10' 1405a52f
expect 'LRW.AQ (X11), X10' 1405a52f
expect 'LRW.NONE (X11), X10' 1405a52f
