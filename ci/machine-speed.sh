#!/bin/sh
# Compares how fast `rvfuzz exec` executes C programs with commit BASE, whose tree must be of 9c8bba4 or later: user time,
# the least of ROUNDS rounds in turn, of the plain engine and of the checking one, beside qemu-riscv64 where there is one.
# PROGRAMS are names of oracle/linux/testdata; KEEP names a folder for what is built and measured. It needs
# riscv64-linux-gnu-gcc and clang-19, for the vectors.
set -eu
cd "$(dirname "$0")/.."
. ci/base.sh
build_rvfuzz
for program in ${PROGRAMS:-sieve integer double fib strings vectors}; do
	case $program in
	vectors) compile="clang-19 --target=riscv64-linux-gnu -march=rv64gcv" ;;
	*) compile=riscv64-linux-gnu-gcc ;;
	esac
	$compile -O2 -static "oracle/linux/testdata/$program.c" -o "$room/$program" -lm
	programs="${programs:-} $program"
done

# spent NAME COMMAND... prints the seconds in user mode of a command, which has to end well.
spent() {
	name=$1
	shift
	("$@" >"$room/out" 2>&1 || { cat "$room/out" >&2; echo "$name: $* failed" >&2; exit 1; }
	times) >"$room/times" || exit 1
	awk -v name="$name" 'END { split($1, t, /[ms]/); print name, t[1] * 60 + t[2] }' "$room/times"
}

for program in $programs; do
	for round in $(seq "$rounds"); do
		for tree in base head; do
			spent "$program plain $tree" "$room/$tree-rvfuzz" exec "$room/$program"
			spent "$program checking $tree" "$room/$tree-rvfuzz" exec --check "$room/$program"
		done
		! command -v qemu-riscv64 >/dev/null || spent "$program qemu x" qemu-riscv64 -cpu rv64,v=true "$room/$program"
	done
done >"$room/spent"
awk '
	!($1 in known) { known[$1]; order[++n] = $1 }
	!(($1, $2, $3) in t) || $4 < t[$1, $2, $3] { t[$1, $2, $3] = $4 }
	END {
		printf "%-10s %-9s %8s %8s %6s %8s\n", "program", "engine", "base s", "head s", "ratio", "x qemu"
		for (i = 1; i <= n; i++)
			for (e = 1; e <= 2; e++) {
				p = order[i]; engine = e == 1 ? "plain" : "checking"
				b = t[p, engine, "base"]; h = t[p, engine, "head"]; q = t[p, "qemu", "x"]
				printf "%-10s %-9s %8.2f %8.2f %6.2f %8s\n", p, engine, b, h, b / h, q ? sprintf("%.1f", h / q) : "-"
			}
	}' "$room/spent"
