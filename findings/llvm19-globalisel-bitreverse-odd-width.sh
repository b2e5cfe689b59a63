#!/bin/sh
# LLVM 19.1.7 for riscv64, GlobalISel: llvm.bitreverse of an integer whose width is no power of two is computed wrong.
#
# Expected: bitreverse.i9 of 1 is 0x100, as SelectionDAG computes it.
# Seen (Debian 1:19.1.7-3~deb12u1): with -global-isel it is 0. The swaps of nibbles, pairs and bits are masked with 0xf0,
# 0xcc and 0xaa, the masks of 8 bits, so that what they should move of bit 8 is lost. The widths 8, 16 and 32 are right.
#
# Needs: apt-get and dpkg of Debian 12 on amd64. Installs nothing: the packages are unpacked in a temporary folder.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

version='1:19.1.7-3~deb12u1'
apt-get download -qq "llvm-19=$version" "libllvm19=$version" "lld-19=$version" \
	'qemu-user-static=1:7.2+dfsg-7+deb12u18+b3' libz3-4 libedit2 libxml2 libicu72 libbsd0 libmd0 >/dev/null 2>&1
for deb in *.deb; do dpkg -x "$deb" root; done
export LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu:$work/root/usr/lib/llvm-19/lib"
bin=$work/root/usr/lib/llvm-19/bin
"$bin/llc" --version | sed -n 1p

# The program exits with the reversed bits shifted right by the shift, which must fit in 8 bits.
cat >start.s <<'S'
	.globl _start
_start:	call f
	li a7, 93
	ecall
S
"$bin/llvm-mc" -triple=riscv64 -filetype=obj start.s -o start.o

# reversed WIDTH SHIFT [FLAG] prints bitreverse.iWIDTH(1) >> SHIFT.
reversed() {
	cat >f.ll <<LL
declare i$1 @llvm.bitreverse.i$1(i$1)
@one = global i$1 1
define i64 @f() {
  %x = load volatile i$1, ptr @one
  %r = call i$1 @llvm.bitreverse.i$1(i$1 %x)
  %z = zext i$1 %r to i64
  %s = lshr i64 %z, $2
  ret i64 %s
}
LL
	"$bin/llc" -mtriple=riscv64 -relocation-model=pic -filetype=obj $3 f.ll -o f.o
	"$bin/ld.lld" --no-relax start.o f.o -o program
	status=0
	root/usr/bin/qemu-riscv64-static program || status=$?
	echo "$status"
}
expect() {
	got=$(reversed "$1" "$2" "$3")
	echo "bitreverse.i$1(1) >> $2${3:+ with $3}: $got"
	[ "$got" = "$4" ] || { echo "changed: expected $4"; exit 1; }
}
for width in 8 16 32; do expect "$width" "$((width - 1))" -global-isel 1; done
for width in 9 13 17; do
	expect "$width" "$((width - 1))" '' 1
	expect "$width" "$((width - 1))" -global-isel 0
done
