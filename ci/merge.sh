#!/bin/sh
# Merges what the shards of a campaign found: sh ci/merge.sh OUT SHARD..., where each SHARD is the workdir of one. OUT gets
#
#   summary.md   a page: cases, and the buckets of all shards together, each with the number of cases that showed it
#   findings     the entries, each program once
#   SHARD.*      the report of each shard as HTML, JUnit and SARIF
#
# A bucket that several shards have is one bucket. A folder without a campaign is named in the summary, and its shard counts as
# failed. The exit status is 3 if there is one, or else 1 if a shard has a new or flaky bucket, or else 0.
# RVFUZZ is the command to use.
set -u
rvfuzz=${RVFUZZ:-bin/rvfuzz}
[ $# -ge 2 ] || { echo "usage: sh ci/merge.sh OUT SHARD..." >&2; exit 2; }
out=$1
shift
mkdir -p "$out" || exit 3
[ -z "$(ls -A "$out")" ] || { echo "$out is not empty" >&2; exit 2; }
lists=$(mktemp -d) || exit 3
trap 'rm -rf "$lists"' EXIT
status=0 good=0 found=
for shard in "$@"; do
	name=$(basename "$shard")
	[ ! -e "$lists/$name.txt" ] || { echo "two shards are called $name" >&2; exit 2; }
	if ! "$rvfuzz" report "$shard" -o "$lists/$name.txt"; then
		status=3
		echo "$name" >>"$lists/lost"
		: >"$lists/$name.txt"
		continue
	fi
	good=$((good + 1))
	for form in html junit.xml sarif; do
		"$rvfuzz" report "$shard" -o "$out/$name.$form" || exit 3
	done
	"$rvfuzz" triage "$shard" >>"$lists/buckets"
	case $? in
	0 | 5) ;;
	1) [ "$status" -ne 0 ] || status=1 ;;
	*) exit 3 ;;
	esac
	[ ! -d "$shard/findings" ] || found=1
done
[ -z "$found" ] || for shard in "$@"; do [ ! -d "$shard/findings" ] || echo "$shard/findings"; done |
	xargs "$rvfuzz" corpus merge -o "$out/findings" >/dev/null || exit 3
{
	echo "## rvfuzz: $good of $# shards"
	echo
	[ ! -e "$lists/lost" ] || sed 's/^/> **no campaign in the folder of shard /; s/$/**/' "$lists/lost"
	cat "$lists"/*.txt | sed -n 's/^campaign [0-9]* shard [0-9]*: \([0-9]*\) cases.*/\1/p' | awk '{ n += $1 } END { printf "%d cases\n\n", n }'
	echo "| state | bucket | cases | shards |"
	echo "|---|---|--:|--:|"
	# STATE COUNT cases ... INSTRUCTIONS instructions NAME FILE
	sed -n 's/^\(new\|flaky\|known\|gone\) *\([0-9]*\) cases\{0,1\} .* instructions\{0,1\}  \([^ ]*\).*/\1 \2 \3/p' "$lists/buckets" 2>/dev/null |
		awk '{ key = $1 " | `" $3 "`"; n[key] += $2; shards[key]++ } END { for (k in n) print "| " k " | " n[k] " | " shards[k] " |" }' | sort
} >"$out/summary.md"
cat "$out/summary.md"
exit "$status"
