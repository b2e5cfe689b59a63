#!/bin/sh
# GCC 16.2.0 for riscv64: a sum of 257 bits that is stored in a loop lacks its bit 256.
#
# Expected: 1 + (2^256 + 5) as unsigned _BitInt(257) is 2^256 + 6, whether it is stored in a loop or not; the program returns
# 22, which is 16 times bit 256 and the lowest byte.
# Seen: 6 at -O2 and -O3, as soon as the sum, which does not change in the loop, is stored there; 22 at -O0 and -O1, and
# without the loop.
#
# Needs: apt-get and dpkg on amd64, whose sid has these versions. The packages are unpacked in a temporary folder.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# sid PACKAGE... unpacks packages of Debian sid and what they need in root; what is installed stays as it is.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' | grep -v security | head -n 1)
mkdir -p apt/lists/partial apt/cache/archives/partial root
: >apt/status
printf 'Types: deb\nURIs: %s\nSuites: sid\nComponents: main\nTrusted: yes\n' "$mirror" >apt/sid.sources
sid() {
	for step in update "install --download-only -y --no-install-recommends $*"; do
		# shellcheck disable=SC2086
		apt-get -qq -o Dir::Etc::sourcelist="$work/apt/sid.sources" -o Dir::Etc::sourceparts=/dev/null -o Dir::State="$work/apt" \
			-o Dir::State::status="$work/apt/status" -o Dir::Cache="$work/apt/cache" -o Acquire::Check-Valid-Until=false \
			-o Acquire::Check-Date=false $step >/dev/null 2>&1
	done
	for deb in apt/cache/archives/*.deb; do dpkg -x "$deb" root; done
}
# run TOOL ARGUMENT... runs a tool of root with the loader and the libraries of root.
run() {
	"$work/root/usr/lib64/ld-linux-x86-64.so.2" --library-path "$work/root/usr/lib/x86_64-linux-gnu:$work/root/usr/lib/llvm-23/lib" \
		--argv0 "$1" "$work/root/usr/bin/$@"
}
sid gcc-16-riscv64-linux-gnu=16.2.0-3cross1 binutils-riscv64-linux-gnu qemu-user=1:11.1.3+ds-1
gcc=usr/libexec/gcc-cross/riscv64-linux-gnu/16
printf '\t.globl _start\n_start:\tcall f\n\tli a7, 93\n\tecall\n' >start.s
run riscv64-linux-gnu-as start.s -o start.o
# compile FILE.c OPTION... makes FILE.o.
compile() {
	file=$1
	shift
	run "../../$gcc/cc1" -quiet -ffreestanding -march=rv64gc -mabi=lp64d "$@" "$file" -o code.s
	run riscv64-linux-gnu-as -march=rv64gc_zfh code.s -o "${file%.c}.o"
}
# execute FILE.o... prints what f returns, as an exit status.
execute() {
	run riscv64-linux-gnu-ld --no-relax start.o "$@" root/usr/lib/gcc-cross/riscv64-linux-gnu/16/libgcc.a -o program
	status=0
	run qemu-riscv64 -cpu max program || status=$?
	echo "$status"
}
expect() {
	echo "$1: $2"
	[ "$2" = "$3" ] || { echo "changed: expected $3"; exit 1; }
}
cat >sum.c <<'C'
typedef unsigned _BitInt(257) number;
number total;
volatile unsigned char passes;
__attribute__((noipa)) void h(number x) {
	number sum = x + (((number)1 << 256) + 5);
	do
		total = sum;
	while (LOOP && !passes++);
}
int f(void) { h(1); return (unsigned)(total >> 256) * 16 + (unsigned)total; }
C
for way in 0:1:22 1:1:22 2:1:6 3:1:6 2:0:22; do
	level=${way%%:*} rest=${way#*:}
	compile sum.c "-O$level" "-DLOOP=${rest%:*}"
	expect "gcc -O$level, LOOP=${rest%:*}" "$(execute sum.o)" "${rest#*:}"
done
