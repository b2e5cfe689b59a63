#!/bin/sh
# LLVM 23.1.4, opt -O3: a switch on 3 bits becomes a shift by as many bits as the number has.
#
# Expected: the switch below is 1 for 0, 0 for 1 and 2, and 3 for all else; the program returns 3 for 7, as without opt.
# Seen: 0. The seven results of 7 bits become a table in 49 bits, from which the entry for 7 is taken by lshr i49 49, which is
# poison. The table has no entry for the largest value, and no check for it either. Not of riscv64 only.
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
@x = global i8 7
define i64 @f() noinline {
  %x = load volatile i8, ptr @x
  %t = trunc i8 %x to i3
  %r = call i7 @g(i3 %t)
  %z = zext i7 %r to i64
  ret i64 %z
}
define internal i7 @g(i3 %x) noinline {
  switch i3 %x, label %other [
    i3 0, label %one
    i3 1, label %zero
    i3 2, label %zero
  ]
one:
  br label %end
zero:
  br label %end
other:
  br label %end
end:
  %r = phi i7 [ 1, %one ], [ 0, %zero ], [ 3, %other ]
  ret i7 %r
}
LL
expect 3 -O2 -mattr=+m
run opt-23 -O3 -mtriple=riscv64 -mattr=+m -S f.ll -o optimised.ll
grep -n 'lshr i49' optimised.ll
mv optimised.ll f.ll
expect 0 -O2 -mattr=+m
