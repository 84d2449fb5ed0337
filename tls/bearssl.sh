#!/bin/sh
# bearssl.sh OUT: put libbearssl.a and inc/ into the folder OUT, built with $CC $CFLAGS (both part of
# the cache's key) and the include flags $INC (not part: they name folders of this clone).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1
# shellcheck source=tls/common.sh
. "$here/common.sh"
src=$("$here/fetch.sh" bearssl)

k=$({ echo "$CC $CFLAGS"; $CC --version; cat "$0" "$here/bearssl-config.h"
	cd "$src" && find src inc -name '*.[ch]' | sort | xargs sha256sum; } | key)
lib=$cache/lib/bearssl-$k
if [ ! -d "$lib" ]; then
	echo "# building BearSSL for $out (once)"
	tmp=$(mktemp -d "$cache/tmp.XXXXXX")
	trap 'rm -rf "$tmp"' EXIT
	trap 'exit 1' HUP INT TERM
	mkdir "$tmp/o" "$tmp/lib"
	abs=
	for i in ${INC-}; do
		case $i in -* | /*) abs="$abs $i" ;; *) abs="$abs $PWD/$i" ;; esac
	done
	# compile FLAGS: the files named on standard input. Their names are unique over its folders, so one
	# flat folder of objects will do.
	# shellcheck disable=SC2086  # lists of flags
	compile() {
		(cd "$tmp/o" && xargs -P "$(nproc)" -n 12 $CC $CFLAGS "$@" $abs -w -include "$here/bearssl-config.h" \
			-I"$src/inc" -I"$src/src" -ffile-prefix-map="$src"=bearssl -c)
	}
	find "$src/src" -name '*.c' | sort | compile
	# Where a handshake spends its time. On 64-bit machines -O3 saves 40 % of that with P-256 and 20 %
	# with P-384, for 8 KB; on 32 bits nothing. The sources never branch on secrets; that -O3 keeps it
	# so was read in the x86-64 code of i31_add, i31_sub and ccopy, and by branch counts in ec_p256_m31.
	case $($CC -dM -E - < /dev/null) in *'__SIZEOF_POINTER__ 8'*)
		for f in ec/ec_p256_m31 int/i31_add int/i31_sub int/i31_montmul codec/ccopy; do
			echo "$src/src/$f.c"
		done | compile -O3 ;;
	esac
	# The compiler's own ar also indexes LTO objects.
	(cd "$tmp/o" && "${AR:-ar}" rcsD ../lib/libbearssl.a ./*.o)
	cp -R "$src/inc" "$tmp/lib/inc"
	chmod -R u+w "$tmp/lib"
	publish "$tmp/lib" "$lib"
fi
mkdir -p "$out"
cp -R "$lib/." "$out"
