#!/bin/sh
# clang 19.1.7 for riscv64 (lp64d): a function does not find a float behind a _BitInt in a struct that it is passed, and an
# unsigned _BitInt of 17 to 31 bits is extended by its highest bit.
#
# Expected: the caller passes b in fa0, and the callee stores it where the struct has it, at byte 4; an unsigned number is
# extended with zeros, as gcc 16 does, whose callees rely on it.
# Seen (Debian 1:19.1.7-3~deb12u1): the callee stores b at byte 6 and returns what byte 4 happens to hold; optimised, it
# returns a constant. The result of narrow is extended with copies of bit 30. clang 23.1.4 does the first too, and
# extends with zeros.
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

cat >bits.c <<'C'
struct s { unsigned _BitInt(24) a; _Float16 b; };
void put(struct s *to, struct s x) { *to = x; }
_Float16 get(struct s x) { return x.b; }
unsigned long offset(void) { return __builtin_offsetof(struct s, b); }
unsigned _BitInt(31) narrow(unsigned _BitInt(31) *x) { return *x; }
C
root/usr/lib/llvm-19/bin/clang --version | head -n 1
root/usr/lib/llvm-19/bin/clang --target=riscv64-linux-gnu -O2 -S -o bits.s bits.c

# body NAME prints the instructions of a function on one line.
body() {
	awk -v name="$1:" '$1 == name { on = 1; next } /^\.Lfunc_end/ { on = 0 } on && $1 !~ /^[.#]/ { print }' bits.s |
		tr -s '[:space:]' ' ' | sed 's/^ //; s/ $//'
}
expect() {
	got=$(body "$1")
	echo "$1: $got"
	[ "$got" = "$2" ] || { echo "changed: expected $2"; exit 1; }
}
expect offset 'li a0, 4 ret'
expect put 'fmv.x.w a2, fa0 sh a1, 0(a0) srli a1, a1, 16 sb a1, 2(a0) sh a2, 6(a0) ret'
expect get 'li a0, -1 fmv.w.x fa0, a0 ret'
expect narrow 'lw a0, 0(a0) slli a0, a0, 33 srai a0, a0, 33 ret'
