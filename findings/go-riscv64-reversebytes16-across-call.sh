#!/bin/sh
# go1.26.8 for riscv64 with GORISCV64=rva22u64: the result of bits.ReverseBytes16 is 0 after a call.
#
# Expected: bits.ReverseBytes16(1) is 0x0100 under every GORISCV64; the program prints it shifted by 8, which is 1.
# Seen: 0 with rva22u64 and rva23u64, where the result is used behind a call only, whose argument is computed; 1 with rva20u64, and
# without the call. REV8 leaves the two bytes at the top of the register, but counts as a uint16, of which the compiler saves the
# lowest 16 bits over the call (MOVH, MOVHU), before SRLI $48 moves them there. golang/go issue 80577 is about such saves.
#
# Needs: Go, which fetches go1.26.8 where it is another version, and apt-get and dpkg on amd64, whose sid has this qemu. It is
# unpacked in a temporary folder.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# sid PACKAGE... unpacks packages of Debian sid and what they need in root; what is installed stays as it is.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' | grep -v security | head -n 1)
mkdir -p apt/lists/partial apt/cache/archives/partial root
: >apt/status
printf 'Types: deb\nURIs: %s\nSuites: sid\nComponents: main\nTrusted: yes\n' "$mirror" >apt/sid.sources
sid() {
	for step in update "install --download-only -y --no-install-recommends $*"; do
		# shellcheck disable=SC2086
		apt-get -qq -o Dir::Etc::sourcelist="$work/apt/sid.sources" -o Dir::Etc::sourceparts=/dev/null -o Dir::State="$work/apt" \
			-o Dir::State::status="$work/apt/status" -o Dir::Cache="$work/apt/cache" -o Acquire::Check-Valid-Until=false \
			-o Acquire::Check-Date=false $step >/dev/null 2>&1
	done
	for deb in apt/cache/archives/*.deb; do dpkg -x "$deb" root; done
}
sid qemu-user=1:11.1.3+ds-1
cat >main.go <<'GO'
package main

import (
	"math/bits"
	"os"
)

//go:noinline
func elsewhere(int) {}

//go:noinline
func swap(x *uint16, negate bool) uint16 {
	swapped := bits.ReverseBytes16(*x)
	elsewhere(len(os.Args) + 1)
	if negate {
		return ^swapped
	}
	return swapped
}

func main() {
	one := uint16(1)
	os.Exit(int(swap(&one, false) >> 8))
}
GO
grep -v '	elsewhere' main.go >plain.go
export GOTOOLCHAIN=go1.26.8 GOOS=linux GOARCH=riscv64 CGO_ENABLED=0
go version
for case in main:rva20u64:1 main:rva22u64:0 main:rva23u64:0 plain:rva22u64:1; do
	file=${case%%:*} rest=${case#*:}
	GORISCV64=${rest%:*} go build -o program "$file.go"
	status=0
	root/usr/bin/qemu-riscv64 -cpu max program || status=$?
	echo "$file.go, ${rest%:*}: $status"
	[ "$status" = "${rest#*:}" ] || { echo "changed: expected ${rest#*:}"; exit 1; }
done
