#!/bin/sh
# Installs the third-party assemblers, disassemblers, emulators and cross compilers that the tests compare rvfuzz with, the
# browser that they look at its page with, and what validates its reports.
# Tests whose tool is missing skip and say so.
set -eu
packages="gcc-riscv64-linux-gnu binutils-riscv64-linux-gnu libc6-dev-riscv64-cross qemu-user llvm-19 clang-19 csmith libcsmith-dev gdb-multiarch mold chromium libxml2-utils"
missing=""
for package in $packages; do
	dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
apt-get update -qq
# shellcheck disable=SC2086 # a list of words is meant
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing >/dev/null
