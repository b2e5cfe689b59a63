#!/bin/sh
# qemu-riscv64 11.1.3: a load of Zalasr (lb.aq, lh.aq, lw.aq, ld.aq) with rd x0 leaves the loaded value in x0.
#
# Expected: x0 is 0 whatever is written to it.
# Seen: after ld.aq of a 7 to zero, mv a0,zero is 7.
#
# Needs: what ci/tools-newest.sh makes.
set -eu
newest=${RVFUZZ_NEWEST:-${XDG_CACHE_HOME:-$HOME/.cache}/rvfuzz/newest}/bin-outside
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

"$newest/qemu-riscv64" --version | head -n 1
# run INSTRUCTION prints what a0 is after mv a0,zero.
run() {
	cat >program.s <<S
	.globl _start
_start:	addi sp, sp, -16
	li a7, 93
	li a1, 7
	sd a1, 0(sp)
	$1
	mv a0, zero
	ecall
S
	"$newest/riscv64-linux-gnu-as" -march=rv64gc_zalasr program.s -o program.o
	"$newest/riscv64-linux-gnu-ld" program.o -o program
	status=0
	"$newest/qemu-riscv64" -cpu max,zalasr=true program || status=$?
	echo "$status"
}
expect() {
	got=$(run "$1")
	echo "$1: $got"
	[ "$got" = "$2" ] || { echo "changed: expected $2"; exit 1; }
}
expect 'ld zero, (sp)' 0
expect 'ld.aq t0, (sp)' 0
expect 'ld.aq zero, (sp)' 7
