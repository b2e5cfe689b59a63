#!/bin/sh
# Prints every native fuzz target of the module, one a line: its package and its function.
cd "$(dirname "$0")/.." || exit 1
for package in $(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n 1 dirname | sort -u); do
	sed -n "s#^func \(Fuzz[A-Za-z0-9_]*\)(.*#$package \1#p" "$package"/*_test.go
done
