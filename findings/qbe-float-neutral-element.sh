#!/bin/sh
# QBE 1.2 for riscv64: floating-point operations follow integer rules: x + 0.0 is x, and x / d is x where d has the bits of 1.
#
# Expected: IEEE 754 gives -0.0 + 0.0 = 0.0, whose bits are 0; and 1.0 / 1e-45 in single precision, where 1e-45 is the least
# subnormal number, is infinity. The programs return the highest byte of the bits: 0, and 127 (0x7f).
# Seen: 128 (-0.0 is returned as it came) and 63 (0x3f, of 1.0). With -t amd64_sysv the text has no addition either. Where the
# zero comes from memory, the sum is right.
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
sid qbe=1.2-3 binutils-riscv64-linux-gnu qemu-user=1:11.1.3+ds-1
printf '\t.globl _start\n_start:\tcall f\n\tli a7, 93\n\tecall\n' >start.s
run riscv64-linux-gnu-as -march=rv64gc start.s -o start.o
# expect STATUS LINE SHIFT TYPE runs the function of %x.
expect() {
	cat >f.ssa <<S
data \$minus = { d d_-0.0 }
data \$zero = { d d_0 }
data \$one = { s s_1 }
function w \$g($4 %x) {
@start
	$2
	ret %t
}
export function w \$f() {
@start
	%a =d loadd \$minus
	%b =s loads \$one
	%r =w call \$g($4 %$3)
	ret %r
}
S
	run qbe -t rv64 f.ssa >f.s
	run riscv64-linux-gnu-as -march=rv64gc f.s -o f.o
	run riscv64-linux-gnu-ld --no-relax start.o f.o -o program
	status=0
	run qemu-riscv64 program || status=$?
	echo "$(echo "$2" | grep "%r =" | tr -d "\t"): $status"
	[ "$status" = "$1" ] || { echo "changed: expected $1"; exit 1; }
}
top64='%i =l cast %r
	%t =l shr %i, 56'
top32='%i =w cast %r
	%t =w shr %i, 24'
expect 0 "%z =d loadd \$zero
	%r =d add %x, %z
	$top64" a d
expect 128 "%r =d add %x, d_0
	$top64" a d
expect 63 "%r =s div %x, s_1e-45
	$top32" b s
