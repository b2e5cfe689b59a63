#!/bin/sh
# Runs every native fuzz target of the module, one after the other, each for FUZZTIME (10s). Inputs that only reach
# something new are not minimised (-fuzzminimizetime=1x): by default the engine spends up to a minute on each of them.
# A failing input is minimised by rvfuzz itself or stays as it is; go test prints where it wrote it.
set -u
cd "$(dirname "$0")/.."
go=${GO:-go}
status=0
for package in $(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n 1 dirname | sort -u); do
	for target in $(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$package"/*_test.go); do
		echo "== $target $package"
		"$go" test -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-10s}" -fuzzminimizetime=1x "$package" || status=1
	done
done
exit "$status"
