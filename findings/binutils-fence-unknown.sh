#!/bin/sh
# GNU binutils 2.40 for riscv64: objdump prints a fence with an empty set as text that as does not read.
#
# Expected: what objdump -d prints for a legal word assembles back to that word. A fence whose predecessor or successor
# set is empty is legal: it is a hint.
# Seen (Debian 2.40-2): 0x0000000f is printed "fence unknown,unknown", which as refuses as illegal operands. LLVM writes
# the empty set as 0 in both directions; as 2.40 refuses that too, so the word has no text but .insn.
#
# Needs: apt-get and dpkg of Debian 12 on amd64. Installs nothing: the packages are unpacked in a temporary folder.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

apt-get download -qq 'binutils-riscv64-linux-gnu=2.40-2' >/dev/null 2>&1
dpkg -x ./*.deb root
export LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu"
as=root/usr/bin/riscv64-linux-gnu-as
"$as" --version | head -n 1

echo '.insn 0x0000000f' | "$as" -o fence.o -
text=$(root/usr/bin/riscv64-linux-gnu-objdump -d fence.o | awk '$2 == "0000000f" { print $3, $4 }')
echo "objdump prints: $text"
[ "$text" = 'fence unknown,unknown' ] || { echo 'changed: expected fence unknown,unknown'; exit 1; }
for line in "$text" 'fence 0,0'; do
	if said=$(echo "$line" | "$as" -o again.o - 2>&1); then
		echo "changed: as reads $line"
		exit 1
	fi
	echo "as says: $(echo "$said" | tail -n 1)"
done
