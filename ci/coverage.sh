#!/bin/sh
# Prints the statement coverage of backend/codegen and backend/legalize by CASES generated cases of campaign SEED, which
# starts from nothing but the generator: no seeds and no corpus. OUT, if set, is a file for the profile in the format of
# `go tool cover`, whose lines with a count of 0 are the statements never reached.
set -eu
go=${GO:-go}
cases=${CASES:-20000}
seed=${SEED:-1}
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
module=$($go list -m)
packages=$module/backend/codegen,$module/backend/legalize
mkdir "$room/counts"
$go build -cover -coverpkg="$packages,$module/cmd/rvfuzz" -o "$room/rvfuzz" ./cmd/rvfuzz
GOCOVERDIR="$room/counts" "$room/rvfuzz" run --jobs 1 --cases "$cases" --seed "$seed" --builtin-seeds=false --known-ok \
	--workdir "$room/work" >"$room/log" 2>&1 || { code=$?; cat "$room/log" >&2; exit "$code"; }
$go tool covdata textfmt -pkg="$packages" -i="$room/counts" -o "$room/profile"
[ -z "${OUT:-}" ] || cp "$room/profile" "$OUT"
$go run ./ci/coverage "$module" "$room/profile" ci/unreached.txt
