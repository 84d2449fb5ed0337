#!/bin/sh
# once.t: one round over TLS through the loopback provider by every kind of exe that can run here, and the other commands.
# shellcheck disable=SC2016  # the variables are perl's
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

start_peer "$work/peer"

# round TARGET LAST COMMAND...: publishes 203.0.113.LAST by an exe of its target, then finds nothing to do.
round() {
	target=$1 last=$2
	shift 2
	echo "203.0.113.$last" > "$work/peer/address"
	{ cloudflare home.example.com; dyndns2 "home.example.net, $target.example.net"; } | config "$work/$target"
	cd "$work/$target" || exit 2
	says "$target: once publishes" 0 "home.example.com.*203.0.113.$last" "$@" -c ddns.cfg once
	is "$(answer home.example.com)" "203.0.113.$last" "$target: DNS answers it (Cloudflare)"
	is "$(answer home.example.net)" "203.0.113.$last" "$target: DNS answers it (DynDNS v2)"
	is "$(answer "$target.example.net")" "203.0.113.$last" "$target: DNS answers a name that is new"
	ok "$target: the live address was proven" grep -q ': live' "$work/said"
	before=$(writes "")
	says "$target: once again has nothing to do" 0 '' "$@" -c ddns.cfg once
	is "$(writes "")" "$before" "$target: and writes nothing"
	says "$target: status says all is right" 0 "home.example.com.*203.0.113.$last" "$@" -c ddns.cfg status
	cd "$top" || exit 2
}
round native 11 "$exe"
round win32 12 "$top/tests/env/wine32" "$build/win32/ddns.exe"
round win64 13 "$top/tests/env/wine64" "$build/win64/ddns.exe"
round armhf 14 "$top/tests/env/qemu" armhf "$build/armhf/ddns"
is "$(curl -s "http://127.0.0.1:$HTTP/records" | grep -v '203\.0\.113\.' | sort | cksum)" \
	"$(printf '%s\n' 'ddns-peer.example.com A 300 127.0.0.1' 'ddns-peer6.example.com AAAA 300 ::1' \
		'ddns-both.example.com A 300 127.0.0.1' 'ddns-both.example.com AAAA 300 ::1' \
		'ns.example.com A 300 127.0.0.1' 'home.example.com TXT 120 v=spf1 -all' 'www.example.com A 3600 192.0.2.80' \
		'xhome.example.com A 3600 192.0.2.81' 'www.example.net A 3600 192.0.2.82' | sort | cksum)" \
	'the other records are as they were'

# --- both families, and a session that is resumed ---
echo 2001:db8::7 > "$work/peer/address6"
{ echo "ipv6 = web https://ddns-peer6.example.com:$HTTPS/ip6"; cloudflare both.example.com; } | config "$work/both"
says 'both families: once' 0 'both.example.com' "$exe" -c "$work/both/ddns.cfg" once
is "$(answer both.example.com A) $(answer both.example.com AAAA)" '203.0.113.14 2001:db8::7' 'both families: DNS answers both'

# --- the other commands ---
cfg=$work/native/ddns.cfg
echo 203.0.113.11 > "$work/peer/address"
says 'version: names itself, BearSSL and the target' 0 'BearSSL 0\.6' "$exe" version
ok 'version: target' grep -q native "$work/said"
says 'help: lists the commands' 0 'once' "$exe" help
for command in run once check ip status providers version help; do
	ok "help: $command" grep -q "^ *$command" "$work/said"
done
says 'providers: lists them' 0 '^cloudflare' "$exe" providers
for p in dyndns2 noip dyn duckdns powerdns rfc2136; do ok "providers: $p" grep -q "^${p}[[:blank:]]" "$work/said"; done
says 'providers NAME: a section to paste' 0 '^\[cloudflare\]' "$exe" providers cloudflare
ok 'providers NAME: what it needs' grep -q '^token' "$work/said"
says 'providers NAME: unknown' 2 cloudflair "$exe" providers cloudflair
says 'an unknown command' 2 'ddns help' "$exe" onse
says 'an unknown option' 2 'help' "$exe" --frobnicate
says 'no configuration file' 2 'none.cfg' "$exe" -c "$work/none.cfg" check
lines=$(wc -l < "$requests")
says 'check: says what would be done' 0 'home.example.com' "$exe" -c "$cfg" check
is "$(wc -l < "$requests")" "$lines" 'check: no traffic'
says 'ip: a line for each source' 0 '203.0.113.11' "$exe" -c "$cfg" ip
is "$(grep -c '203\.0\.113\.11' "$work/said")" 2 'ip: both sources'

json() { perl -MJSON::PP -e 'my $r = decode_json(join "", <STDIN>); my @r = ref $r eq "ARRAY" ? @$r : @{$r->{records}}; print eval $ARGV[0]' "$1"; }
"$exe" -c "$cfg" status --json > "$work/status.json"
is "$?" 0 'status --json: exit status'
is "$(json 'scalar @r' < "$work/status.json")" 3 'status --json: is JSON, with every record'
is "$(json 'join " ", sort map { "$_->{host}/$_->{type}/$_->{address}" } @r' < "$work/status.json")" \
	'home.example.com/A/203.0.113.11 home.example.net/A/203.0.113.11 native.example.net/A/203.0.113.11' 'status --json: names and addresses'
cloudflare new.example.com | config "$work/new"
says 'status of a record that was never published' 1 'new.example.com' "$exe" -c "$work/new/ddns.cfg" status
done_testing
