#!/bin/sh
# gcc 12.2 and clang 19.1.7 for riscv64 (lp64d) each pass one of two small structs otherwise than the psABI says, and
# otherwise than the other, so that objects of the two do not link to a working program.
#
# Expected, from riscv-cc.adoc, "Hardware Floating-point Calling Convention":
#   struct { int none[0]; float a, b; }   zero-length arrays are ignored while flattening: a in fa0, b in fa1
#   struct { long i : 32; float f; }      one bit-field and one float: i in a0, f in fa0
# Seen: gcc (Debian 12.2.0-13cross1) takes both floats of the first from a0; clang (Debian 1:19.1.7-3~deb12u1) takes f of
# the second from the upper half of a0. On the other struct each does as the psABI says.
#
# Needs: apt-get and dpkg of Debian 12 on amd64. Installs nothing: the packages are unpacked in a temporary folder.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

clang='1:19.1.7-3~deb12u1' gcc='12.2.0-13cross1'
apt-get download -qq "clang-19=$clang" "libclang-cpp19=$clang" "libllvm19=$clang" "libclang-common-19-dev=$clang" \
	"gcc-12-riscv64-linux-gnu=$gcc" "cpp-12-riscv64-linux-gnu=$gcc" \
	libz3-4 libedit2 libxml2 libicu72 libbsd0 libmd0 libmpc3 libmpfr6 libgmp10 libisl23 >/dev/null 2>&1
for deb in *.deb; do dpkg -x "$deb" root; done
export LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu:$work/root/usr/lib/llvm-19/lib"

cat >abi.c <<'C'
struct first { int none[0]; float a, b; };
struct second { long i : 32; float f; };
float second_float(struct first s) { return s.b; }
float float_behind(struct second s) { return s.f; }
C
root/usr/lib/llvm-19/bin/clang --target=riscv64-linux-gnu -O2 -S -o clang.s abi.c
root/usr/bin/riscv64-linux-gnu-gcc-12 -O2 -S -o gcc.s abi.c

# sources FILE NAME prints which argument registers the function reads.
sources() {
	awk -v name="$2:" '$1 == name { on = 1; next } /^\.Lfunc_end|\.size/ { on = 0 } on && $1 ~ /^(srli|fmv|mv|ret|jr)/ { print }' "$1" |
		tr ',\t' '  ' | awk '$1 == "srli" { r = $3 } $1 == "fmv.s" { r = $3 } END { print (r == "" ? "fa0" : r) }'
}
expect() {
	got=$(sources "$1.s" "$2")
	echo "$1: $2 reads $got"
	[ "$got" = "$3" ] || { echo "changed: expected $3"; exit 1; }
}
expect gcc second_float a0
expect clang second_float fa1
expect gcc float_behind fa0
expect clang float_behind a0
