#!/bin/sh
# fetch.sh NAME: print the folder that holds the source of NAME (bearssl or musl), fetching it once.
# Bytes are trusted by their SHA-256 below, wherever they came from. BEARSSL=DIR or MUSL=DIR in the
# environment names an unpacked source instead.
set -eu
cd "$(dirname "$0")"
# shellcheck source=tls/common.sh
. ./common.sh

case $1 in
bearssl) own=${BEARSSL-} url=https://www.bearssl.org/bearssl-0.6.tar.gz
	sums='102a625bd8f6155260867a50c508df8d8c3f796985dd744df1a68e5cd1a79004
		6705bba1714961b41a728dfc5debbe348d2966c117649392f8c8139efc83ff14' ;;
musl) own=${MUSL-} url=https://musl.libc.org/releases/musl-1.2.3.tar.gz
	sums='7d5b0b6062521e4627e099e4c9dc8248d32a30285e959b7eecaa780cf8cfd4a4' ;;
*) echo "fetch.sh: no source called $1" >&2; exit 2 ;;
esac
[ -z "$own" ] || { cd "$own"; pwd; exit; }

# The first sum is Debian's tar, the second upstream's: the name of the folder tells which it is.
for sum in $sums; do
	[ ! -d "$cache/src/$1-$sum" ] || { echo "$cache/src/$1-$sum"; exit; }
done

tmp=$(mktemp -d "$cache/tmp.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

# apt with a state of its own, so that nothing of the system's changes and no root is needed.
from_debian() {
	command -v apt-get > /dev/null || return 1
	apt=$tmp/apt
	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
	debian_repos | sed "s|^|deb-src [signed-by=$debian_keys] |; s|\$| main|" > "$apt/src.list"
	cat > "$apt/conf" <<-EOF
		Dir::Etc::SourceList "/dev/null";
		Dir::Etc::SourceParts "$apt";
		Dir::State::Lists "$apt/lists";
		Dir::Cache "$apt/cache";
		APT::Sandbox::User "root";
	EOF
	# An update that fails in part may still have brought the list we need.
	APT_CONFIG=$apt/conf apt-get -qq update < /dev/null || :
	(cd "$tmp" && APT_CONFIG=$apt/conf apt-get -qq source --download-only "$1" < /dev/null)
}

from_upstream() {
	(cd "$tmp" && { curl -fsSLO "$url" || wget -q "$url"; }) 2> /dev/null
}

for from in from_debian from_upstream; do
	echo "# fetching the source of $1 ($from)" >&2
	$from "$1" >&2 || continue
	for f in "$tmp/$1"*.tar.*; do
		[ -f "$f" ] || continue
		got=$(sha256sum < "$f") got=${got%% *}
		case $sums in *"$got"*) ;; *) continue ;; esac
		mkdir "$tmp/x"
		tar -xf "$f" -C "$tmp/x" --strip-components=1
		publish "$tmp/x" "$cache/src/$1-$got"
		echo "$cache/src/$1-$got"
		exit
	done
	echo "fetch.sh: nothing with a known SHA-256 came $from" >&2
done
echo "fetch.sh: could not fetch $1; give it by $(echo "$1" | tr '[:lower:]' '[:upper:]')=DIR" >&2
exit 1
