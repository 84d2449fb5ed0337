#!/bin/sh
# anchors.sh OUT.c UNIX: write the trust anchors as C, and the date of the set as OUT.date. Left out are
# those that have expired at that time.
# They are the Mozilla roots as the package ca-certificates ships them, not the PC's own list: a root
# that somebody added to this PC must not end up in the exe.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1
# shellcheck source=tls/common.sh
. "$here/common.sh"
roots=/usr/share/ca-certificates/mozilla
src=$("$here/fetch.sh" bearssl)

mkdir -p "$(dirname "$out")"
tmp=$(mktemp -d "$out.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
# What our code needs of BearSSL here is the hashes.
"${HOSTCC:-cc}" -std=c11 -w -DBASE_NO_BAN -I"$here/../src" -I"$here" -I"$src/inc" -I"$src/src" \
	-o "$tmp/anchors" "$here/host/anchors.c" "$here/ca.c" "$here/trust.c" "$here/cert.c" "$here/reason.c" "$here/hash.c" \
	"$here"/../src/base/*.c "$src"/src/hash/md5.c "$src"/src/hash/sha1.c "$src"/src/hash/sha2*.c \
	"$src/src/mac/hmac.c" "$src"/src/codec/dec*.c "$src"/src/codec/enc*.c
"$tmp/anchors" "$2" $roots/*.crt > "$tmp/anchors.c"
dpkg-query -W -f '${Version}' ca-certificates | sed 's/^\(....\)\(..\)\(..\).*/\1-\2-\3\n/' > "$tmp/anchors.date"
mv "$tmp/anchors.date" "${out%.c}.date"
mv "$tmp/anchors.c" "$out"
