#!/bin/sh
# Builds programs for riscv64 that are not ours, which the tests of oracle/linux execute and compare with qemu-riscv64:
# busybox as Debian ships it; Lua, SQLite and QuickJS from Debian's sources with the cross compiler. It takes about three
# minutes and 300 MB; what it makes is in ${RVFUZZ_PROGRAMS:-${XDG_CACHE_HOME:-$HOME/.cache}/rvfuzz/programs}.
set -eu
programs=${RVFUZZ_PROGRAMS:-${XDG_CACHE_HOME:-$HOME/.cache}/rvfuzz/programs}
mkdir -p "$programs"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cc="riscv64-linux-gnu-gcc -O1 -w -static"

# An apt of its own, so that the system's stays as it is. The index of a mirror may be older than apt allows.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' | grep -v security | head -n 1)
keys=/usr/share/keyrings/debian-archive-keyring.gpg
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
release=$(. /etc/os-release && echo "$VERSION_CODENAME")
cat >"$work/sources.list" <<LIST
deb-src [signed-by=$keys] $mirror $release main
deb-src [signed-by=$keys] $mirror sid main
deb [arch=riscv64 signed-by=$keys] $mirror sid main
LIST
cat >"$work/apt.conf" <<CONF
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "/nonexistent";
Dir::State::lists "$work/lists";
Dir::Cache "$work/cache";
APT::Architectures {"amd64"; "riscv64";};
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
Acquire::Check-Date "false";
CONF
export APT_CONFIG="$work/apt.conf"
cd "$work"
apt-get update -qq

# fetch PACKAGE unpacks the upstream source of a package, as this release has it or else sid, and enters its folder.
fetch() {
	cd "$work"
	apt-get source -qq --download-only "$1/$release" >/dev/null 2>&1 || apt-get source -qq --download-only "$1" >/dev/null
	mkdir "$1"
	tar -xf "$(ls "$1"_*.orig.tar.*)" -C "$1" --strip-components 1
	cd "$1"
}

apt-get download -qq busybox-static:riscv64
dpkg-deb -x busybox-static_*.deb busybox
cp busybox/usr/bin/busybox "$programs/busybox"

fetch lua5.4
$cc -DLUA_USE_LINUX -o "$programs/lua" $(ls src/*.c | grep -v -e luac.c -e onelua.c) -lm -ldl

fetch sqlite3
./configure --disable-shared >/dev/null
make -s sqlite3.c shell.c >/dev/null
$cc -DSQLITE_OMIT_LOAD_EXTENSION -I. -o "$programs/sqlite3" shell.c sqlite3.c -lpthread -lm

fetch quickjs
cat >main.c <<'MAIN'
#include "quickjs-libc.h"

int main(int argc, char **argv)
{
	JSRuntime *runtime = JS_NewRuntime();
	JSContext *context;
	size_t size;
	uint8_t *text;

	js_std_init_handlers(runtime);
	context = JS_NewContext(runtime);
	js_std_add_helpers(context, argc - 1, argv + 1);
	text = js_load_file(context, &size, argv[1]);
	if (!text)
		return 2;
	if (JS_IsException(JS_Eval(context, (char *)text, size, argv[1], JS_EVAL_TYPE_GLOBAL)))
		js_std_dump_error(context);
	js_std_loop(context);
	return 0;
}
MAIN
$cc -D_GNU_SOURCE -DCONFIG_VERSION='"0"' -I. -o "$programs/quickjs" quickjs.c libregexp.c libunicode.c cutils.c \
	$(ls dtoa.c libbf.c 2>/dev/null) quickjs-libc.c main.c -lm -lpthread -ldl -latomic
ls -l "$programs"
