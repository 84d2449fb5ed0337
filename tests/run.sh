#!/bin/sh
# run.sh: `make run`: the real program against a provider of its own on this machine, from first start to a change of address.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
tests/env/need run || exit 1

step=0
say() { printf '%s\n' "$*"; }
begin() {
	step=$((step + 1))
	say ''
	say "$step. $*"
	from=$(now_ms)
}
took() { say "   ($(($(now_ms) - from)) ms)"; }
indent() { sed 's/^/   | /'; }
# Shows a command and what it prints; the status of the whole is the worst seen.
worst=0
show() {
	say "   \$ ddns $*"
	"$exe" -c "$work/ddns.cfg" "$@" > "$work/said" 2>&1 < /dev/null
	status=$?
	indent < "$work/said"
	[ $status = 0 ] || { worst=1; say "   it ended with status $status, which is not as it should be"; }
}
# now NAME WANT: what DNS answers.
now() {
	got=$(answer "$1")
	say "   DNS: $1 is ${got:-unknown}"
	[ "$got" = "$2" ] || { worst=1; say "   but it should be $2"; }
}

begin 'A provider is started on this machine: HTTPS with certificates made for it, and the DNS server of its zones.'
start_peer "$work/peer" lag=300
say "   https://ddns-peer.example.com:$HTTPS takes updates as Cloudflare and as DynDNS v2 do, DNS is 127.0.0.1 port $DNS."
say '   This machine has the address 203.0.113.7, say two servers that echo it.'
took

begin 'A configuration, as a user would write it:'
{ cloudflare home.example.com; dyndns2 home.example.net; } | config "$work"
cp "$work/peer/root.pem" "$work/"
indent < "$work/ddns.cfg"
show check
took

begin 'First start: DNS still has an old address, so both names are updated, and proven by asking DNS.'
now home.example.com 198.51.100.1
show once
now home.example.com 203.0.113.7
now home.example.net 203.0.113.7
took

begin 'Started again with nothing changed: no provider is asked for anything.'
before=$(writes "")
show once
[ "$(writes "")" = "$before" ] || { worst=1; say '   but something was sent.'; }
took

begin 'It runs in the background; the address changes to 203.0.113.99, and both names follow.'
say "   \$ ddns run &       (it looks every 5 minutes and when the network changes; SIGHUP makes it look now)"
"$exe" -c "$work/ddns.cfg" run > "$work/log" 2>&1 < /dev/null &
pid=$!
pids="$pids $pid"
wait_for 5 grep -q 'address is 203.0.113.7' "$work/log"
echo 203.0.113.99 > "$work/peer/address"
kill -HUP $pid
wait_for 10 sh -c "[ \$(grep -c ': live' '$work/log') -ge 2 ]" || worst=1
indent < "$work/log"
now home.example.com 203.0.113.99
now home.example.net 203.0.113.99
kill $pid
wait $pid || { worst=1; say '   it did not end with status 0'; }
say '   stopped by SIGTERM.'
took

begin 'What the provider saw:'
grep -v -e DNS "$requests" | awk 'NR == 1 { t = $1 } { printf "%6d ms  %s %s %s %s %s\n", $1 - t, $2, $3, $4, $5, $6 }' |
	sed 's/  TLS - - - \(.*\)/  TLS handshake, \1/; s/ - - / /; s/[0-9a-f]\{32\}/ID/g' | indent

begin 'The state at a glance:'
show status

say ''
if [ $worst = 0 ]; then say 'All went as it should.'; else say 'Something went wrong, see above.'; fi
exit $worst
