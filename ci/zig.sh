#!/bin/sh
# Replays the tests of Zig's own suites under all checks, where their dumps are at hand. Some tests of the standard
# library execute some hundred million instructions: STEPS and TIME bound each. The suites run side by side.
set -eu
steps=${STEPS:-10000000000} time=${TIME:-30m}
data=${ZIG_AIR:-../shared/data/zig-air}
if [ ! -d "$data" ]; then
	echo "skipped: Zig's suites, since there are no dumps at $data"
	exit 0
fi
said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT
suites="debug debug-safe-inst std-debug"
for suite in $suites; do
	(
		status=0
		bin/rvfuzz test --reasons --case-steps "$steps" --case-time "$time" "$data/$suite" >"$said/$suite" 2>&1 || status=$?
		echo "$status" >"$said/$suite.status"
	) &
done
wait
worst=0
for suite in $suites; do
	echo "Zig's suite $suite:"
	cat "$said/$suite"
	status=$(cat "$said/$suite.status")
	[ "$status" = 0 ] || worst=$status
done
exit "$worst"
