#!/bin/sh
# clang 19.1.7 for riscv64: a variadic function does not read the _BitInt(128) that its caller passes.
#
# Expected: caller and callee, compiled by one compiler from one file, agree where a variadic argument is. The psABI
# passes a variadic argument that is twice as wide as a register and aligned to 16 bytes in an aligned pair of registers.
# Seen (Debian 1:19.1.7-3~deb12u1): the caller skips a1 and fills a2 and a3, as for an alignment of 16; the callee's
# va_arg takes the value from a1, as for an alignment of 8, which is also what _Alignof says. In this program
# that is the high half of x, where the low half was asked for. Without the ellipsis both sides use a1 and a2.
#
# Needs: apt-get and dpkg of Debian 12 on amd64. Installs nothing: the packages are unpacked in a temporary folder.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

version='1:19.1.7-3~deb12u1'
apt-get download -qq "clang-19=$version" "libclang-cpp19=$version" "libllvm19=$version" "libclang-common-19-dev=$version" \
	libz3-4 libedit2 libxml2 libicu72 libbsd0 libmd0 >/dev/null
for deb in *.deb; do dpkg -x "$deb" root; done
export LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu:$work/root/usr/lib/llvm-19/lib"

cat >va.c <<'C'
#include <stdarg.h>
unsigned long callee(int n, ...) {
	va_list list;
	va_start(list, n);
	unsigned _BitInt(128) x = va_arg(list, unsigned _BitInt(128));
	va_end(list);
	return (unsigned long)x;
}
unsigned long caller(unsigned _BitInt(128) x) { return callee(1, x); }
unsigned long alignment(void) { return _Alignof(unsigned _BitInt(128)); }
C
root/usr/lib/llvm-19/bin/clang --version | head -n 1
root/usr/lib/llvm-19/bin/clang --target=riscv64-linux-gnu -O1 -S -o va.s va.c

# body NAME prints the instructions of a function, its register saves left out, on one line.
body() {
	awk -v name="$1:" '$1 == name { on = 1; next } /^\.Lfunc_end/ { on = 0 } on && $1 !~ /^[.#]/ { print }' va.s |
		grep -Ev '^[[:space:]]*(sd|addi[[:space:]]+sp)' | tr -s '[:space:]' ' ' | sed 's/^ //; s/ $//'
}
expect() {
	got=$(body "$1")
	echo "$1: $got"
	[ "$got" = "$2" ] || { echo "changed: expected $2"; exit 1; }
}
expect caller 'mv a2, a0 li a0, 0 mv a3, a1 tail callee'
expect callee 'mv a0, a1 ret'
expect alignment 'li a0, 8 ret'
