#!/bin/sh
# Compares how fast cases are made and checked with commit BASE, whose tree must be of 9c8bba4 or later: both trees read
# the same CASES cases of campaign SEED, which this tree writes as corpus entries, since generators differ between commits;
# then each makes as many of its own. Cases on which the verdicts are not equal, since BASE still had a defect or does not
# support something, are named and left out of what is timed. Time is processor time in user mode, the least of ROUNDS
# rounds in turn. A third measure is of this tree with the words kept on which the decoders agreed when the verdicts were
# made, as campaigns after the first of a build have them. The second ratio is that of whole campaigns, each of its own
# cases; the least of the rounds is of one with the words kept. KEEP names a folder for what is built and measured.
set -eu
cd "$(dirname "$0")/.."
. ci/base.sh
cases=${CASES:-8000}
seed=${SEED:-1}
pgo=off
[ ! -f cmd/rvfuzz/default.pgo ] || pgo=$PWD/cmd/rvfuzz/default.pgo
build_both speed -pgo="$pgo"

# What both conclude of each case, without the steps, which are counted in different ways.
"$room/head" --seed "$seed" --export "$cases" "$room/all"
"$room/base" --seed "$seed" "$room/all" "$room/base-verdicts" >/dev/null
"$room/head" --seed "$seed" --words "$room/words" "$room/all" "$room/head-verdicts" >/dev/null
paste -d'|' "$room/base-verdicts" "$room/head-verdicts" | sed 's/ steps=[0-9]*//g' | awk -F'|' -v keep="$room/keep" '
	$1 == $2 && $1 ~ /^agree/ { print NR >keep; equal++; next }
	{ split($1, b, " "); split($2, h, " "); n[b[1] " before, " h[1] " now"]++ }
	END { print equal " equal verdicts of agreement"; for (k in n) print n[k] " left out: " k }'
awk 'FNR == NR { keep[$1]; next } FNR in keep' "$room/keep" "$room/all" >"$room/cases"

for round in $(seq "$rounds"); do
	for tree in base head; do
		printf '%s ' "$tree"
		"$room/$tree" --seed "$seed" "$room/cases" "$room/$tree-timed"
	done
	printf 'kept '
	"$room/head" --seed "$seed" --words "$room/words" "$room/cases" "$room/kept-timed"
done | awk '
	{ check[$1] = least(check[$1], $2); make[$1] = least(make[$1], $3); size[$1] = $4 }
	function least(a, b) { return a == "" || b < a ? b : a }
	function whole(t) { return check[t] + make[t] }
	END {
		n = split("base head kept", trees, " ")
		for (i = 1; i <= n; i++) {
			t = trees[i]
			printf "%s: %.1f us to check a case, %.1f us to make one of %.0f instructions; %.0f cases a second\n", t, check[t], make[t], size[t], 1e6 / whole(t)
		}
		for (i = 2; i <= n; i++) {
			t = trees[i]
			printf "ratio %.2f; %.2f of checking alone (%s)\n", whole("base") / whole(t), check["base"] / check[t], t
		}
	}'
sed 's/ steps=[0-9]*//' "$room/base-timed" >"$room/base-ends"
for tree in head kept; do
	sed 's/ steps=[0-9]*//' "$room/$tree-timed" | cmp "$room/base-ends" - || { echo "speed: verdicts differ"; exit 1; }
done

campaign() { # prints the seconds in user mode of a campaign by a tree's rvfuzz
	tree=$1
	shift
	rm -rf "$room/work"
	( "$room/$tree-rvfuzz" run --jobs 1 --cases "$cases" --seed "$seed" --workdir "$room/work" "$@" >"$room/log" 2>&1 || [ $? = 5 ] || cat "$room/log"
	times ) | awk -v tree="$tree" 'END { split($1, t, /[ms]/); print tree, t[1] * 60 + t[2] }'
}
mkdir -p "$room/none"
cp "$(ls corpus/behavior/*.txtar | head -1)" "$room/none/"
for round in $(seq "$rounds"); do
	campaign base --seeds "$room/none" --known "$room/none"
	campaign head --builtin-seeds=false --seeds "$room/none" --known "$room/none"
done | awk -v cases="$cases" '
	{ if (!($1 in t) || $2 < t[$1]) t[$1] = $2 }
	END { printf "whole campaigns: base %.0f, head %.0f cases a second; ratio %.2f\n", cases / t["base"], cases / t["head"], t["base"] / t["head"] }'
