#!/bin/sh
# qemu-riscv64 11.1.3: froundnx sets no flag where the next instructions overwrite its result unread.
#
# Expected: froundnx.s of 0.5 is inexact and sets NX (1) in fflags, whatever becomes of its result; so do the other instructions.
# Seen: with the result overwritten in the same block of code, fflags stays 0; with an instruction that reads the result, or a nop
# in place of the overwriting one, it is 1. fdiv.s keeps its flag: it looks as if froundnx counts as free of side effects.
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
sid qemu-user=1:11.1.3+ds-1 binutils-riscv64-linux-gnu
run qemu-riscv64 --version | sed -n 1p
# expect FLAGS FIRST NEXT prints fflags after two instructions.
expect() {
	cat >program.s <<S
	.globl _start
_start:	fsflags zero
	fli.s fa0, 0.5
	fli.s fa2, 3.0
	$2
	$3
	frflags a0
	li a7, 93
	ecall
S
	run riscv64-linux-gnu-as -march=rv64gc_zfa program.s -o program.o
	run riscv64-linux-gnu-ld program.o -o program
	status=0
	run qemu-riscv64 -cpu max program || status=$?
	echo "$2; $3: $status"
	[ "$status" = "$1" ] || { echo "changed: expected $1"; exit 1; }
}
expect 1 'fdiv.s fa1, fa0, fa2' 'fli.s fa1, 1.0'
expect 1 'froundnx.s fa1, fa0' 'nop'
expect 1 'froundnx.s fa1, fa0' 'fmv.x.w a1, fa1'
expect 0 'froundnx.s fa1, fa0' 'fli.s fa1, 1.0'
