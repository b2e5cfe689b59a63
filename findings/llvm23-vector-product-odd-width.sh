#!/bin/sh
# LLVM 23.1.4 for riscv64 with V: the product of eight equal lanes of 33 bits is that of twelve.
#
# Expected: vector.reduce.mul of <8 x i33> of 3 is 3^8 = 6561, as without V and with V at -O0.
# Seen: with V and -O2 it is 3^12 = 531441. The program returns bits 6 to 13: 102 of 6561, 111 of 531441.
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
sid llvm-23=1:23.1.4-2 lld-23=1:23.1.4-2 qemu-user=1:11.1.3+ds-1
run llc-23 --version | sed -n 's/^ *\(.*LLVM version\)/\1/p'
printf '\t.globl _start\n_start:\tcall f\n\tli a7, 93\n\tecall\n' >start.s
run llvm-mc-23 -triple=riscv64 -filetype=obj start.s -o start.o
# expect STATUS OPTION... compiles f.ll; the program exits with what f returns.
expect() {
	expected=$1
	shift
	run llc-23 -mtriple=riscv64 -target-abi lp64 -relocation-model=pic -filetype=obj "$@" f.ll -o f.o
	run ld.lld-23 --no-relax start.o f.o -o program
	status=0
	run qemu-riscv64 -cpu max program || status=$?
	echo "llc $*: $status"
	[ "$status" = "$expected" ] || { echo "changed: expected $expected"; exit 1; }
}
cat >f.ll <<'LL'
@x = global i33 3
define i64 @f() {
  %x = load volatile i33, ptr @x
  %a = insertelement <8 x i33> poison, i33 %x, i64 0
  %v = shufflevector <8 x i33> %a, <8 x i33> poison, <8 x i32> zeroinitializer
  %p = call i33 @llvm.vector.reduce.mul.v8i33(<8 x i33> %v)
  %z = zext i33 %p to i64
  %s = lshr i64 %z, 6
  ret i64 %s
}
LL
expect 102 -O2 -mattr=+m
expect 102 -O0 -mattr=+m,+d,+v
expect 111 -O2 -mattr=+m,+d,+v
