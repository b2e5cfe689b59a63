#!/bin/sh
# qemu-riscv64 11.1.3: vfwmaccbf16.vf takes a register that holds no boxed bfloat16 for the number 4.25e37.
#
# Expected: a narrower value without ones above it counts as the canonical NaN (unprivileged manual, "NaN Boxing of Narrower
# Values"), which for bfloat16 is 0x7fc0: the product with 0 is NaN, 0x7fc0 in the upper half of the result. The program returns the
# lower byte of that half: 192, as for a boxed NaN.
# Seen: 0. The register counts as 0x7e00, the canonical NaN of half precision, which is a finite bfloat16.
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
# expect STATUS BITS multiplies the bits of fa0 by 0.
expect() {
	cat >program.s <<S
	.globl _start
_start:	vsetivli zero, 1, e16, m1, ta, ma
	li a0, $2
	fmv.d.x fa0, a0
	vmv.v.i v2, 0
	vmv.v.i v4, 0
	vmv.v.i v5, 0
	vfwmaccbf16.vf v4, fa0, v2
	vsetivli zero, 1, e32, m1, ta, ma
	vmv.x.s a0, v4
	srli a0, a0, 16
	andi a0, a0, 255
	li a7, 93
	ecall
S
	run riscv64-linux-gnu-as -march=rv64gcv_zvfbfwma program.s -o program.o
	run riscv64-linux-gnu-ld program.o -o program
	status=0
	run qemu-riscv64 -cpu max program || status=$?
	echo "fa0 = $2: $status"
	[ "$status" = "$1" ] || { echo "changed: expected $1"; exit 1; }
}
expect 192 '0xffffffffffff7fc0'
expect 0 '0xffffffffffff3f80'
expect 0 '0x0000000000003f80'
