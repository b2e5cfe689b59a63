#!/bin/sh
# elfutils 0.196, eu-objdump -d for riscv64: reserved words are shown as instructions that no RISC-V has, and fcvt.s.d loses
# its rounding mode.
#
# Expected (binutils 2.47 agrees): the major opcode OP-IMM-32 has addiw, slliw, srliw and sraiw, with shifts of up to 31; its other
# words are reserved, as are c.ldsp to x0, c.jr of x0 and c.lui of 0. addiw a0,zero,5 has that name. fcvt.s.d rounds, so that its
# mode is shown as that of fadd.s is.
# Seen: andiw, oriw, xoriw, sltiw and sltiuw, which look like instructions because andi, ori, ... exist; slliw by 32; liw for
# addiw of x0, which no assembler takes; ld zero, jr zero and lui zero,0x0; fcvt.s.d fa0,fa1 whatever its mode is.
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
sid elfutils=0.196-1 binutils-riscv64-linux-gnu
run eu-objdump --version | head -n 1

cat >words.s <<'S'
	.insn 4, 0x0005751b
	.insn 4, 0x0005651b
	.insn 4, 0x0005451b
	.insn 4, 0x0005251b
	.insn 4, 0x0005351b
	.insn 4, 0x0205151b
	addiw a0, zero, 5
	.insn 2, 0x6002
	.insn 2, 0x8002
	.insn 2, 0x6001
	fcvt.s.d fa0, fa1, rtz
	fadd.s fa0, fa1, fa2, rtz
S
run riscv64-linux-gnu-as -march=rv64gc words.s -o words.o
# Columns: address, bytes, text.
seen=$(run eu-objdump -d words.o | sed -n 's/^ *[0-9a-f]*: *\([0-9a-f][0-9a-f] \)* *//p' | awk '{ printf "%s %s; ", $1, $2 }')
echo "eu-objdump: $seen"
right=$(run riscv64-linux-gnu-objdump -d words.o | sed -n 's/^ *[0-9a-f]*:\t[0-9a-f]* *\t//p' | awk '{ printf "%s %s; ", $1, $2 }')
echo "objdump:    $right"
expected='andiw a0,a0,0; oriw a0,a0,0; xoriw a0,a0,0; sltiw a0,a0,0; sltiuw a0,a0,0; slliw a0,a0,0x20; liw a0,5; ld zero,0(sp); jr zero; lui zero,0x0; fcvt.s.d fa0,fa1; fadd.s fa0,fa1,fa2,rtz; '
[ "$seen" = "$expected" ] || { echo "changed: expected $expected"; exit 1; }
expected='.insn 4,; .insn 4,; .insn 4,; .insn 4,; .insn 4,; .insn 4,; addiw a0,zero,5; .insn 2,; .insn 2,; .insn 2,; fcvt.s.d fa0,fa1,rtz; fadd.s fa0,fa1,fa2,rtz; '
[ "$right" = "$expected" ] || { echo "changed: expected $expected of objdump"; exit 1; }
