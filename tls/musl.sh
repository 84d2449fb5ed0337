#!/bin/sh
# musl.sh OUT: put musl's lib/ and include/ for the cross compiler $CC (with its ABI flags) into OUT.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1
# shellcheck source=tls/common.sh
. "$here/common.sh"
src=$("$here/fetch.sh" musl)
triplet=$($CC -dumpmachine)

k=$({ echo "$CC"; $CC --version; cat "$0"; echo "$src"; } | key)
lib=$cache/lib/musl-$k
if [ ! -d "$lib" ]; then
	echo "# building musl for $out (once)"
	tmp=$(mktemp -d "$cache/tmp.XXXXXX")
	trap 'rm -rf "$tmp"' EXIT
	trap 'exit 1' HUP INT TERM
	mkdir "$tmp/o"
	cd "$tmp/o"
	# MAKEFLAGS would carry our own variables (V=, TARGET=) into musl's makefile.
	unset MAKEFLAGS MFLAGS MAKELEVEL CFLAGS
	{ "$src/configure" --prefix="$tmp/lib" --syslibdir="$tmp/lib/lib" --disable-shared \
		--target="$triplet" CC="$CC" CFLAGS='-Os -ffunction-sections -fdata-sections' &&
		make -j"$(nproc)" && make install; } < /dev/null > "$tmp/log" 2>&1 || {
		tail -n 20 "$tmp/log" >&2
		exit 1
	}
	rm -rf "$tmp/lib/bin"
	publish "$tmp/lib" "$lib"
	cd "$here/.."
fi
mkdir -p "$out"
cp -R "$lib/." "$out"
