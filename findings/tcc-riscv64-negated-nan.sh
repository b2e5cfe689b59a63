#!/bin/sh
# tcc for riscv64: -x keeps the sign of a NaN, and depends on the rounding mode where x is -0.0.
#
# Expected: negation is fneg.d, which changes the sign bit of anything (IEEE 754, 5.5.1): of NaN, 0x7ff8000000000000, it makes
# 0xfff8000000000000, and of -0.0 it makes 0.0 in every rounding mode. The programs return the highest byte: 255 and 0.
# Seen (tcc 0.9.27+git20200814.62c30a4a): 127 and, when rounding down, 128. -x is computed as -0.0 - x, which gives the
# canonical NaN of RISC-V, and -0.0 for a zero difference when rounding down.
#
# Needs: apt-get, gcc, make, binutils-riscv64-linux-gnu and qemu-user-static of Debian 12 on amd64. Installs
# nothing: the source is unpacked and built in a temporary folder.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' | grep -v security | head -n 1)
mkdir -p lists/partial
printf 'Types: deb-src\nURIs: %s\nSuites: bookworm\nComponents: main\nTrusted: yes\n' "$mirror" >tcc.sources
debian() {
	apt-get -qq -o Dir::Etc::sourcelist="$work/tcc.sources" -o Dir::Etc::sourceparts=/dev/null \
		-o Dir::State::lists="$work/lists" "$@" >/dev/null 2>&1
}
debian update
debian source --download-only tcc=0.9.27+git20200814.62c30a4a-1
tar xf tcc_0.9.27+git20200814.62c30a4a.orig.tar.bz2
./configure --enable-cross >/dev/null 2>&1
make riscv64-tcc >/dev/null 2>&1
./riscv64-tcc -v

cat >f.c <<'C'
union { unsigned long bits; double number; } x = { VALUE };
double value(void) { return -x.number; }
C
# The rounding mode is down (2) where the first argument of as says so.
cat >start.s <<'S'
	.globl _start
_start:	li t0, ROUNDING
	fsrm t0
	call value
	fmv.x.d a0, fa0
	srli a0, a0, 56
	li a7, 93
	ecall
S
emulator=$(command -v qemu-riscv64-static || command -v qemu-riscv64)
# expect VALUE ROUNDING STATUS runs a program.
expect() {
	./riscv64-tcc -nostdinc "-DVALUE=$1" -c f.c -o f.o
	riscv64-linux-gnu-as --defsym "ROUNDING=$2" start.s -o start.o
	riscv64-linux-gnu-ld --no-relax start.o f.o -o program
	status=0
	"$emulator" program || status=$?
	echo "$1, rounding mode $2: $status"
	[ "$status" = "$3" ] || { echo "changed: expected $3"; exit 1; }
}
expect 0x3ff8000000000000 0 191
expect 0x7ff8000000000000 0 127
expect 0x8000000000000000 0 0
expect 0x8000000000000000 2 128
