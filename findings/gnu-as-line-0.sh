#!/bin/sh
# GNU as 2.40 (and 2.47): .loc with line 0 leaves no row in the line table, so that the code behind it counts as of the line before.
#
# Expected: line 0 says that code is of no line of the source (DWARF 5, 6.2.2), as compilers write it for what they make up
# themselves; llvm-mc has a row for it.
# Seen: GNU as has rows for the lines 5 and 7 and none for 0: the second nop, at 4, belongs to line 5 in objdump -l and in
# debuggers. The same text has two line tables.
#
# Needs: apt-get and dpkg of Debian 12 on amd64. Installs nothing: the packages are unpacked in a temporary folder.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

version='1:19.1.7-3~deb12u1'
apt-get download -qq "llvm-19=$version" "libllvm19=$version" \
	'binutils-riscv64-linux-gnu=2.40-2' libz3-4 libedit2 libxml2 libicu72 libbsd0 libmd0 >/dev/null 2>&1
for deb in *.deb; do dpkg -x "$deb" root; done
export LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu:$work/root/usr/lib/llvm-19/lib"
bin=$work/root/usr/lib/llvm-19/bin
"$bin/llc" --version | sed -n 1p

cat >loc.s <<'S'
	.file 1 "a.c"
	.loc 1 5
	nop
	.loc 1 0
	nop
	.loc 1 7
	nop
S
root/usr/bin/riscv64-linux-gnu-as -mno-relax loc.s -o gnu.o
"$bin/llvm-mc" -triple=riscv64 -filetype=obj loc.s -o llvm.o
expect() {
	echo "$1: $2"
	[ "$2" = "$3" ] || { echo "changed: expected $3"; exit 1; }
}
root/usr/bin/riscv64-linux-gnu-as --version | sed -n 1p
expect 'llvm-mc, lines' "$("$bin/llvm-dwarfdump" --debug-line llvm.o | awk '/^0x/ && !/end_sequence/ { printf "%s ", $2 }')" '5 0 7 '
expect 'GNU as, lines' "$("$bin/llvm-dwarfdump" --debug-line gnu.o | awk '/^0x/ && !/end_sequence/ { printf "%s ", $2 }')" '5 7 '
