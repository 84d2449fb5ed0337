#!/bin/sh
# openapi.t: what we send, judged by the vendors' own OpenAPI descriptions of Cloudflare, DigitalOcean, Hetzner Cloud and PowerDNS,
# which Prism serves as validating mocks (tests/openapi.js). The descriptions lie beside the clone, in ../shared/openapi, or in
# $DDNS_OPENAPI: they are not ours to copy.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
folder=${DDNS_OPENAPI:-$top/../shared/openapi}
prism=5.14.2
cache=${DDNS_CACHE:-$HOME/.cache/ddns}/npm-prism-$prism

if ! [ -s "$folder/cloudflare.json" ]; then
	result yes "nothing was judged: the vendors' descriptions are not here ($folder; DDNS_OPENAPI names another folder)"
	done_testing
fi
command -v npm > /dev/null || tests/env/need sdk || exit 1
if ! [ -e "$cache/done" ]; then
	mkdir -p "$cache"
	npm install --prefix "$cache" --no-audit --no-fund --no-save --ignore-scripts "@stoplight/prism-cli@$prism" > "$work/npm.log" 2>&1 &&
		touch "$cache/done"
fi
if ! [ -e "$cache/done" ]; then
	sed 's/^/# /' "$work/npm.log" | tail -n 5
	result yes "the vendors' descriptions # SKIP npm cannot fetch Prism $prism"
	done_testing
fi
start_peer "$work/peer"
node tests/openapi.js "$cache/node_modules/.bin/prism" "$folder" tests/transcripts "$exe" "$work" "$DNS" > "$work/tap" 2> "$work/log" < /dev/null &
pids="$pids $!"
wait $!
while read -r line; do
	case $line in
	'ok '*) result yes "${line#* - }" ;;
	'not ok '*) result no "${line#* - }" ;;
	'#'*) echo "$line" ;;
	esac
done < "$work/tap"
ok 'all of them were judged' grep -q '^1\.\.' "$work/tap"
sed 's/^/# /' "$work/log" | head -n 20
done_testing
