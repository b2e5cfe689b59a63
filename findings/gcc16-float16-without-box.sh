#!/bin/sh
# GCC 16.2.0 for riscv64: a _Float16 argument that comes out of a packed struct is not NaN-boxed, as objects with Zfh expect.
#
# Expected: the psABI passes a _Float16 in fa0 with ones above its 16 bits, so that code for rv64gc and for rv64gc_zfh, which
# have one ABI, can be linked. The program returns 2 * 1.5, which is 3, as at -O0 and where the member is aligned.
# Seen: 255, the low byte of the largest int, which is what NaN becomes. At -O1 and -O2 the bits are moved by fmv.s.x with
# zeros above them.
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
sid gcc-16-riscv64-linux-gnu=16.2.0-3cross1 binutils-riscv64-linux-gnu qemu-user=1:11.1.3+ds-1
gcc=usr/libexec/gcc-cross/riscv64-linux-gnu/16
printf '\t.globl _start\n_start:\tcall f\n\tli a7, 93\n\tecall\n' >start.s
run riscv64-linux-gnu-as start.s -o start.o
# compile FILE.c OPTION... makes FILE.o.
compile() {
	file=$1
	shift
	run "../../$gcc/cc1" -quiet -ffreestanding -march=rv64gc -mabi=lp64d "$@" "$file" -o code.s
	run riscv64-linux-gnu-as -march=rv64gc_zfh code.s -o "${file%.c}.o"
}
# execute FILE.o... prints what f returns, as an exit status.
execute() {
	run riscv64-linux-gnu-ld --no-relax start.o "$@" root/usr/lib/gcc-cross/riscv64-linux-gnu/16/libgcc.a -o program
	status=0
	run qemu-riscv64 -cpu max program || status=$?
	echo "$status"
}
expect() {
	echo "$1: $2"
	[ "$2" = "$3" ] || { echo "changed: expected $3"; exit 1; }
}
cat >packed.c <<'C'
struct __attribute__((packed)) p { char c; _Float16 h; } x = { 0, 1.5f16 };
int g(_Float16);
int f(void) { return g(x.h); }
C
sed 's/ __attribute__((packed))//' packed.c >aligned.c
echo 'int g(_Float16 h) { return (int)(h * 2); }' >callee.c
compile callee.c -O2 -march=rv64gc_zfh
for level in 0:3 1:255 2:255; do
	compile packed.c "-O${level%:*}" -march=rv64gc
	expect "gcc -O${level%:*}, packed" "$(execute packed.o callee.o)" "${level#*:}"
	compile aligned.c "-O${level%:*}" -march=rv64gc
	expect "gcc -O${level%:*}, aligned" "$(execute aligned.o callee.o)" 3
done
