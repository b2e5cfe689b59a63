#!/bin/sh
# Runs every native fuzz target of the module, one after the other, each for FUZZTIME (10s). Inputs that only reach
# something new are not minimised (-fuzzminimizetime=1x): by default the engine spends up to a minute on each of them.
# A failing input is minimised by rvfuzz itself or stays as it is; go test prints where it wrote it.
set -u
cd "$(dirname "$0")/.."
go=${GO:-go}
sh ci/targets.sh | {
	status=0
	while read -r package target; do
		echo "== $target $package"
		"$go" test -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-10s}" -fuzzminimizetime=1x "$package" </dev/null || status=1
	done
	exit "$status"
}
