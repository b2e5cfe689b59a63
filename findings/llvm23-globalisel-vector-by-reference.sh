#!/bin/sh
# LLVM 23.1.4 for riscv64, GlobalISel: a vector argument that is passed in memory lies there in another way than SelectionDAG
# reads it, in one and the same module.
#
# Expected: whichever selector compiles a function, caller and callee agree. The program returns lane 3 of <0, 1, ..., 8>: 3.
# Seen: 6 with -global-isel -global-isel-abort=0, with which a function that GlobalISel cannot compile is left to SelectionDAG.
# The caller puts lanes of 4 bytes 4 bytes apart; the callee, left to SelectionDAG, reads them 8 bytes apart.
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
@out = global [9 x i32] zeroinitializer
define void @g(<9 x i32> %v) noinline {
  store <9 x i32> %v, ptr @out, align 4
  ret void
}
define i64 @f() {
  call void @g(<9 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8>)
  %p = getelementptr [9 x i32], ptr @out, i64 0, i64 3
  %x = load volatile i32, ptr %p
  %z = zext i32 %x to i64
  ret i64 %z
}
LL
expect 3 -O2
expect 3 -O2 -mattr=+d,+v -global-isel -global-isel-abort=0
expect 6 -O2 -global-isel -global-isel-abort=0
