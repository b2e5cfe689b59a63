#!/bin/sh
# The night's work, within HOURS in all (5, for a hosted job of six): a long campaign (which goes on if this night's was
# interrupted), the planted defects, a fresh sample of random mutations, the oracles against qemu, and a part of a slice of
# all 32-bit words. Everything runs, whatever fails; the exit status is that of the first failure, and known issues are
# none. At the end it prints one page, which stays in WORKDIR/DATE/page.txt: what ran, what was found, and what is new
# since the night before.
# RVFUZZ is the command to use instead of building it.
set -u
all=$(awk "BEGIN { print int(${HOURS:-5} * 3600) }")
[ "$all" -ge 20 ] || { echo "HOURS=${HOURS:-}: at least 20 seconds are needed" >&2; exit 2; }
root=${WORKDIR:-work}
night=$(date +%Y%m%d)
work=$root/$night
page=$work/page.txt
mkdir -p "$work" || exit 3
: >"$work/steps.txt" || exit 3
status=0

# step NAME PERCENT COMMAND... runs a command for a share of the time. One that does not end by itself is interrupted,
# and has then done what the time allowed.
step() {
	name=$1 limit=$((all * $2 / 100))
	shift 2
	echo "== $*"
	began=$(date +%s)
	timeout --signal=INT --kill-after=60 "$limit" "$@"
	code=$?
	what="status $code"
	case $code in
	0) what=ok ;;
	124 | 130) code=0 what="as far as the time went" ;;
	esac
	printf '%-14s %6ds of %ds  %s\n' "$name" "$(($(date +%s) - began))" "$limit" "$what" >>"$work/steps.txt"
	[ "$status" -ne 0 ] || status=$code
}

rvfuzz=${RVFUZZ:-bin/rvfuzz}
[ -n "${RVFUZZ:-}" ] || step build 5 make build
set -- --seeds corpus/behavior
zig=${ZIG_AIR:-../shared/data/zig-air}/debug
[ -d "$zig" ] && set -- "$@" --seeds "$zig" --splice "$zig"
[ -e "$work/progress.json" ] && set -- "$@" --resume
step campaign 60 "$rvfuzz" run --duration "$((all * 57 / 100))s" --seed "$night" --workdir "$work" --known-ok --json "$@"
hunt=$((all * 12 / 100 / $(find fuzz/mutants/defects/product -name '*.txt' | wc -l)))
step mutants 15 "$rvfuzz" mutants --time "$((hunt > 60 ? 60 : hunt + 1))s" --seeds 1
# The sample is another one every night, most of it on the same cases. That some survive is no failure; the page lists them
# for a person.
sample=$work/sample.txt
planted=$((all / 150 + 1))
took=$((all * 8 / 100 / planted))
step sample 10 sh -c 'file=$1; shift; "$@" >"$file" 2>&1; code=$?; cat "$file"; [ "$code" -eq 4 ] && [ -s "$file" ] || exit "$code"' \
	sh "$sample" "$rvfuzz" mutants --operators "$planted" --pick "$night" --time "$((took > 60 ? 60 : took + 1))s" --seeds 1 --first
tail -n 1 "$sample" | grep 'defects found' >"$work/score.txt"
step versus-qemu 6 "$rvfuzz" isa versus-qemu --duration "$((all * 5 / 100))s" --seed "$night"
step words 8 "$rvfuzz" isa exhaust --resume --shard "$(($(date +%j | sed 's/^0*//') % 16))/16"

# The names of the buckets of this night, and of the last one before that has them.
"$rvfuzz" triage "$work" >"$work/triage.txt" 2>&1
sed -n 's/^\(new\|flaky\) .* instructions  \([^ ]*\)  .*/\2/p' "$work/triage.txt" | sort >"$work/buckets.txt"
before=$(find "$root" -mindepth 2 -maxdepth 2 -name buckets.txt ! -path "$work/*" | sort | tail -n 1)
{
	echo "rvfuzz, the night of $night: exit status $status"
	"$rvfuzz" version 2>/dev/null | head -n 1
	echo
	echo "What ran"
	sed 's/^/  /' "$work/steps.txt"
	echo
	echo "What was found"
	head -n 30 "$work/triage.txt" | sed 's/^/  /'
	echo
	echo "Random mutations found, night by night"
	for score in $(find "$root" -mindepth 2 -maxdepth 2 -name score.txt -size +0 | sort | tail -n 14); do
		printf '  %s  %s\n' "$(basename "$(dirname "$score")")" "$(cat "$score")"
	done
	grep ' 0/1 ' "$sample" | while read -r name rest; do
		echo "  survived: $(grep "^$name [^ ]" "$sample" | head -n 1)"
	done
	echo
	echo "New since $([ -n "$before" ] && basename "$(dirname "$before")" || echo 'ever: there is no night before')"
	sort "${before:-/dev/null}" | comm -23 "$work/buckets.txt" - | sed 's/^/  /' | grep . || echo "  nothing"
} >"$page"
cat "$page"
exit "$status"
