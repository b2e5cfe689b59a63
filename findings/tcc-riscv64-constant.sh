#!/bin/sh
# tcc for riscv64: constants of more than 32 bits whose low half is between 0x7ff80000 and 0x7fffffff are loaded wrong.
#
# Expected: 0xffffffff7fffffff, which is ~0x80000000ul, and 0x17ff80000 as written; 0x17ff7ffff is right.
# Seen (tcc 0.9.27+git20200814.62c30a4a): 0xfffffffe7fffffff and 0x7ff80000. load() of riscv64-gen.c rounds the low half
# by adding 1 << 19 to an int, which overflows for these numbers, and the carry into the high half is lost.
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

# The program writes what the functions return in hexadecimal.
cat >f.c <<'C'
unsigned long f(void) { return ~0x80000000ul; }
unsigned long g(void) { return 0x17ff80000ul; }
unsigned long h(void) { return 0x17ff7fffful; }
C
cat >start.s <<'S'
	.globl _start
_start:	la s1, table
1:	ld t0, (s1)
	beqz t0, 4f
	jalr t0
	li s2, 60
	la s3, line
2:	srl t1, a0, s2
	andi t1, t1, 15
	li t2, 10
	blt t1, t2, 3f
	addi t1, t1, 39
3:	addi t1, t1, 48
	sb t1, (s3)
	addi s3, s3, 1
	addi s2, s2, -4
	bgez s2, 2b
	li a0, 1
	la a1, line
	li a2, 17
	li a7, 64
	ecall
	addi s1, s1, 8
	j 1b
4:	li a0, 0
	li a7, 93
	ecall
	.data
	.align 3
table:	.dword f, g, h, 0
line:	.ascii "0123456789abcdef\n"
S
./riscv64-tcc -nostdinc -c f.c -o f.o
riscv64-linux-gnu-as start.s -o start.o
riscv64-linux-gnu-ld --no-relax start.o f.o -o program
emulator=$(command -v qemu-riscv64-static || command -v qemu-riscv64)
"$emulator" program >got
printf 'fffffffe7fffffff\n000000007ff80000\n000000017ff7ffff\n' >seen
paste got seen
cmp got seen || { echo "changed"; exit 1; }
