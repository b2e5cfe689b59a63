#!/bin/sh
# The night's work, in the order of its worth: a long campaign (which goes on if this
# night's was interrupted), the planted defects, the oracles against qemu, and one slice of
# all 32-bit words. HOURS is the length of the campaign. Everything runs, whatever
# fails; the exit status is that of the first failure.
set -u
hours=${HOURS:-6}
night=$(date +%Y%m%d)
work=${WORKDIR:-work}/$night
status=0
step() {
	echo "== $*"
	"$@" || { code=$?; [ "$status" -ne 0 ] || status=$code; }
}
step make build
resume=""
[ -e "$work/progress.json" ] && resume="--resume"
zig=${ZIG_AIR:-../shared/data/zig-air}/debug
seeds="--seeds corpus/behavior"
[ -d "$zig" ] && seeds="$seeds --seeds $zig"
# shellcheck disable=SC2086 # words are meant
step bin/rvfuzz run --duration "${hours}h" --seed "$night" --workdir "$work" $seeds $resume --json
step bin/rvfuzz mutants --time 60s --seeds 1
step bin/rvfuzz isa versus-qemu --duration 10m --seed "$night"
step bin/rvfuzz isa exhaust --resume --shard "$(($(date +%j) % 16))/16"
exit "$status"
