#!/bin/sh
# Checks the source: gofmt, vet, staticcheck, functions that no command reaches, and parameters that nothing uses. The
# written exceptions of the last two are in ci/exceptions.txt; an exception that excuses nothing is an error too.
set -eu
cd "$(dirname "$0")/.."
go=${GO:-go}
found=$(mktemp)
trap 'rm -f "$found"' EXIT

unformatted=$(gofmt -l .)
test -z "$unformatted" || { echo "gofmt: $unformatted"; exit 1; }
"$go" vet ./...
"$go" tool staticcheck ./...

module=$("$go" list -m)
"$go" tool deadcode -f '{{range .Funcs}}{{printf "deadcode %s %s\n" $.Path .Name}}{{end}}' ./... >"$found"
# unparam exits 1 when it reports something; the exceptions below decide.
"$go" tool unparam ./... | sed -E 's/^([^:]+):[0-9]+:[0-9]+: /unparam \1 /' >>"$found" || true
sed -i "s#$module/##" "$found"

awk '
	FNR == NR {
		if ($0 ~ /^#/ || NF == 0) next
		split($0, half, /  +# /)
		if (half[2] == "") { print "ci/exceptions.txt:" FNR ": no reason"; bad = 1 }
		pattern[++n] = half[1]
		next
	}
	{
		for (i = 1; i <= n; i++) if (index($0, pattern[i]) == 1) { excused[i]++; next }
		print; bad = 1
	}
	END {
		for (i = 1; i <= n; i++) if (!excused[i]) { print "ci/exceptions.txt excuses nothing: " pattern[i]; bad = 1 }
		exit bad
	}
' ci/exceptions.txt "$found"
