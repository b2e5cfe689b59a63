#!/bin/sh
# LLVM 19.1.7 for riscv64, GlobalISel: a fastcc function passes the ninth argument of a call of a C function in t3.
#
# Expected: how an argument is passed follows from the convention of the function that is called. g is called with 0 to 8 and
# returns the ninth, which C functions find on the stack: 8, as with SelectionDAG, and as where the caller is no fastcc function.
# Seen: 0 with -global-isel where the caller is fastcc, which opt makes of internal functions by itself: the argument is in t3,
# where a fastcc function would look for it.
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

printf '\t.globl _start\n_start:\tcall f\n\tli a7, 93\n\tecall\n' >start.s
"$bin/llvm-mc" -triple=riscv64 -filetype=obj start.s -o start.o
# expect STATUS CONVENTION OPTION... has a caller of that convention.
expect() {
	expected=$1
	convention=$2
	shift 2
	cat >f.ll <<LL
define i64 @g(i64 %a, i64 %b, i64 %c, i64 %d, i64 %e, i64 %f, i64 %h, i64 %i, i64 %ninth) noinline {
  ret i64 %ninth
}
define $convention i64 @h() noinline {
  %r = call i64 @g(i64 0, i64 1, i64 2, i64 3, i64 4, i64 5, i64 6, i64 7, i64 8)
  ret i64 %r
}
define i64 @f() {
  %r = call $convention i64 @h()
  ret i64 %r
}
LL
	"$bin/llc" -mtriple=riscv64 -relocation-model=pic -filetype=obj "$@" f.ll -o f.o
	"$bin/ld.lld" --no-relax start.o f.o -o program
	status=0
	root/usr/bin/qemu-riscv64-static program || status=$?
	echo "caller $convention, llc $*: $status"
	[ "$status" = "$expected" ] || { echo "changed: expected $expected"; exit 1; }
}
expect 8 fastcc -O2
expect 8 ccc -O2 -global-isel
expect 0 fastcc -O2 -global-isel
