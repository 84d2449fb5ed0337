#!/bin/sh
# anchors.sh OUT.c: write the trust anchors as C, and the date of the set as OUT.date.
# They are the Mozilla roots as the package ca-certificates ships them, not the PC's own list: a root
# that somebody added to this PC must not end up in the exe. BearSSL's own brssl turns them into C.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1
# shellcheck source=tls/common.sh
. "$here/common.sh"
roots=/usr/share/ca-certificates/mozilla
src=$("$here/fetch.sh" bearssl)
version=$(dpkg-query -W -f '${Version}' ca-certificates)
count=$(find $roots -name '*.crt' | wc -l)

k=$({ cat "$0" $roots/*.crt; echo "$src $version"; } | key)
lib=$cache/lib/anchors-$k
if [ ! -d "$lib" ]; then
	echo "# making the trust anchors (once)"
	tmp=$(mktemp -d "$cache/tmp.XXXXXX")
	trap 'rm -rf "$tmp"' EXIT
	trap 'exit 1' HUP INT TERM
	mkdir "$tmp/o" "$tmp/lib"
	(cd "$tmp/o" && find "$src/src" "$src/tools" -name '*.c' | sort |
		xargs -P "$(nproc)" -n 30 "${HOSTCC:-cc}" -w -O0 -I"$src/inc" -I"$src/src" -c)
	"${HOSTCC:-cc}" -o "$tmp/brssl" "$tmp"/o/*.o
	cat $roots/*.crt > "$tmp/roots.pem"
	"$tmp/brssl" ta -q "$tmp/roots.pem" > "$tmp/ta.c"
	# Our names instead of its "static … TAs[N]" and "#define TAs_NUM N".
	{
		echo '#include "bearssl.h"'
		echo 'extern const br_x509_trust_anchor anchors[];'
		echo 'extern const size_t anchors_count;'
		sed -e 's/^static const br_x509_trust_anchor TAs\[[0-9]*\]/const br_x509_trust_anchor anchors[]/' \
			-e 's/^static const unsigned char/static const unsigned char/' \
			-e 's/(unsigned char \*)/(unsigned char *)(size_t)/' -e '/^#define/d' "$tmp/ta.c"
		echo 'const size_t anchors_count = sizeof anchors / sizeof anchors[0];'
	} > "$tmp/lib/anchors.c"
	made=$(grep -c 'BR_X509_TA_CA' "$tmp/lib/anchors.c")
	[ "$made" = "$count" ] || { echo "anchors.sh: $made anchors of $count roots" >&2; exit 1; }
	echo "$version" | sed 's/^\(....\)\(..\)\(..\).*/\1-\2-\3/' > "$tmp/lib/anchors.date"
	publish "$tmp/lib" "$lib"
fi
mkdir -p "$(dirname "$out")"
cp "$lib/anchors.date" "${out%.c}.date.$$" && mv "${out%.c}.date.$$" "${out%.c}.date"
cp "$lib/anchors.c" "$out.$$" && mv "$out.$$" "$out"
