#!/bin/sh
# Replays the tests of Zig's own suites under all checks, where their dumps are at hand. Some tests of the standard
# library execute some hundred million instructions: STEPS and TIME bound each.
set -eu
steps=${STEPS:-10000000000} time=${TIME:-30m}
data=${ZIG_AIR:-../shared/data/zig-air}
if [ ! -d "$data" ]; then
	echo "skipped: Zig's suites, since there are no dumps at $data"
	exit 0
fi
for folder in debug debug-safe-inst std-debug; do
	echo "Zig's suite $folder:"
	bin/rvfuzz test --reasons --case-steps "$steps" --case-time "$time" "$data/$folder"
done
