#!/bin/sh
# Compares how fast functions of Zig's dumps compile with commit BASE, whose tree must be of 9c8bba4 or later: machine
# instructions per second of processor time in user mode, each the most of ROUNDS rounds in turn, of the functions that
# both trees compile, and the time of `rvfuzz compile -c` from AIR text. DUMPS is the folder of the dumps, KEEP one for
# what is built and measured.
set -eu
cd "$(dirname "$0")/.."
. ci/base.sh
dumps=${DUMPS:-../shared/data/zig-air/debug}
mkdir -p "$room/text"
build_both throughput

"$room/base" --list "$dumps" | sort >"$room/base-list"
"$room/head" --list "$dumps" | sort >"$room/head-list"
comm -12 "$room/base-list" "$room/head-list" >"$room/list"
echo "$(wc -l <"$room/list") functions"
for round in $(seq "$rounds"); do
	for tree in base head; do
		printf '%s ' "$tree"
		"$room/$tree" --rounds 20 "$room/list" "$dumps"
	done
done | awk '
	$2 > speed[$1] { speed[$1] = $2; bytes[$1] = $3; allocs[$1] = $4 }
	END {
		for (i = 1; i <= 2; i++) {
			t = i == 1 ? "base" : "head"
			printf "%s: %.2f million instructions a second; %d bytes and %.2f allocations for an AIR instruction\n", t, speed[t] / 1000, bytes[t], allocs[t]
		}
		printf "ratio %.2f\n", speed["head"] / speed["base"]
	}'

# The largest texts: what starting the program takes does not count.
"$room/base" --text "$room/text" "$room/list" "$dumps"
texts=$(ls -S "$room"/text/*.air | head -8)
for round in $(seq "$rounds"); do
	for tree in base head; do
		( for text in $texts; do "$room/$tree-rvfuzz" compile -c "$text" -o "$room/out.o"; done; times ) |
			awk -v tree="$tree" 'END { split($1, t, /[ms]/); print tree, t[1] * 60 + t[2] }'
	done
done | awk '
	!($1 in t) || $2 < t[$1] { t[$1] = $2 }
	END { printf "compile -c from text: base %.2f s, head %.2f s; ratio %.2f\n", t["base"], t["head"], t["base"] / t["head"] }'
