#!/bin/sh
# Replays the tests of Zig's own suites under all checks, where their dumps are at hand.
set -eu
data=${ZIG_AIR:-../shared/data/zig-air}
if [ ! -d "$data" ]; then
	echo "skipped: Zig's suites, since there are no dumps at $data"
	exit 0
fi
for folder in debug debug-safe-inst std-debug; do
	echo "Zig's suite $folder:"
	bin/rvfuzz test --reasons "$data/$folder"
done
