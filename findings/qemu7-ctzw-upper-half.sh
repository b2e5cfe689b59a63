#!/bin/sh
# qemu-riscv64 7.2: ctzw of a register whose lower 32 bits are zero counts on into the upper 32 bits.
#
# Expected (Zbb): ctzw looks at the least significant word only; of a word that is zero it is 32.
# Seen (Debian 1:7.2+dfsg-7+deb12u18+b3): of 1 << 40 it is 40. clzw of the same register is 32, as it should be.
#
# Needs: apt-get and dpkg of Debian 12 on amd64. Installs nothing: the packages are unpacked in a temporary folder.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

apt-get download -qq 'qemu-user-static=1:7.2+dfsg-7+deb12u18+b3' 'binutils-riscv64-linux-gnu=2.40-2' >/dev/null 2>&1
for deb in *.deb; do dpkg -x "$deb" root; done
export LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu"
root/usr/bin/qemu-riscv64-static --version | head -n 1

# run INSTRUCTION SHIFT prints what the instruction makes of 1 << SHIFT.
run() {
	cat >program.s <<S
	.globl _start
_start:	li t0, 1
	slli t0, t0, $2
	$1 a0, t0
	li a7, 93
	ecall
S
	root/usr/bin/riscv64-linux-gnu-as -march=rv64i_zbb program.s -o program.o
	root/usr/bin/riscv64-linux-gnu-ld program.o -o program
	status=0
	root/usr/bin/qemu-riscv64-static -cpu rv64,zbb=true program || status=$?
	echo "$status"
}
expect() {
	got=$(run "$1" "$2")
	echo "$1 of 1 << $2: $got"
	[ "$got" = "$3" ] || { echo "changed: expected $3"; exit 1; }
}
expect ctzw 31 31
expect clzw 40 32
expect ctzw 40 40
expect ctzw 63 63
