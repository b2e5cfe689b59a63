#!/bin/sh
# github.com/leanovate/gopter v0.2.11: the generators of numbers have no edge cases.
#
# Expected: as in other libraries for property tests, arbitrary numbers are small, zero or at an end of their type more often
# than by chance, and an arbitrary float64 is now and then -0, an infinity or NaN.
# Seen: of 100,000 numbers of gen.Int64, none has less than 32 bits: they are uniform in all 64; none of gen.Float64 is -0, an
# infinity or NaN. A property that fails for 0, -1 or NaN alone passes for ever. Weighted generators have to add them.
#
# Needs: Go.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >main.go <<'GO'
package main

import (
	"fmt"
	"math"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
)

func main() {
	parameters := gopter.DefaultGenParameters()
	small, special := 0, 0
	for range 100_000 {
		v, _ := gen.Int64()(parameters).Retrieve()
		if x := v.(int64); x > -1<<31 && x < 1<<31 {
			small++
		}
		v, _ = gen.Float64()(parameters).Retrieve()
		if f := v.(float64); math.IsNaN(f) || math.IsInf(f, 0) || f == 0 && math.Signbit(f) {
			special++
		}
	}
	fmt.Println(small, special)
}
GO
go mod init try >/dev/null 2>&1
go get github.com/leanovate/gopter@v0.2.11 >/dev/null 2>&1
seen=$(go run .)
echo "of 100,000 each: numbers of less than 32 bits, and -0, infinities or NaN: $seen"
[ "$seen" = '0 0' ] || { echo 'changed: expected 0 0'; exit 1; }
