# Sourced by wine32 and wine64, which differ in BITS and in how `wine` and `wineserver` are reached.
# usage: wine32 EXE ARGS...   run an exe; its status and its stdout, Wine's own words left out
#        wine32 --wait        until all exes of the prefix have ended, and its server with them
# WINEPREFIX (default build/wine/32) is made from the warm copy when it is missing: a test that
# changes Wine's settings, or runs in a network namespace of its own (sockets belong to the server),
# names one of its own there. The server goes by itself 3 s after the last exe.
# shellcheck shell=sh
clone=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tls/common.sh
. "$clone/tls/common.sh"
build=$(cd "$clone" && mkdir -p "${BUILD:-build}" && cd "${BUILD:-build}" && pwd)
export LC_ALL=C.UTF-8 # Wine turns names that are not ASCII by it
WINEPREFIX=${WINEPREFIX:-$build/wine/$BITS}
case $WINEPREFIX in /*) ;; *) WINEPREFIX=$PWD/$WINEPREFIX ;; esac
export WINEPREFIX WINEDEBUG="${WINEDEBUG--all}" WINEDLLOVERRIDES='mscoree,mshtml='

warm=$cache/wineprefix-$BITS
if [ ! -d "$WINEPREFIX" ] && [ -d "$warm" ]; then
	mkdir -p "$(dirname "$WINEPREFIX")"
	new=$WINEPREFIX.$$
	# The DLLs (700 MB) are never written to, so they can be hard links; the registry is.
	cp -al "$warm" "$new" 2> /dev/null || { rm -rf "$new"; cp -a "$warm" "$new"; }
	for f in "$warm"/*.reg; do cp --remove-destination "$f" "$new/"; done
	mv -T "$new" "$WINEPREFIX" 2> /dev/null || rm -rf "$new"
fi
