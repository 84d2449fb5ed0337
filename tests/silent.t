#!/bin/sh
# silent.t: 20 accounts whose servers are silent or gone do not delay the good one, the last of the file.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

start_peer "$work/peer"
{
	i=0
	while [ $i -lt 20 ]; do
		i=$((i + 1))
		port=$SILENT
		[ $i -le 10 ] || port=$HOLE
		printf '[dyndns2 dead%s]\nserver = https://ddns-peer.example.com:%s\nuser = me\npassword = secret\nhosts = d%s.example.net\n' \
			$i "$port" $i
	done
	dyndns2 home.example.net good
} | config "$work/a"
began=$(now_ms)
"$exe" -c "$work/a/ddns.cfg" run > "$work/log" 2>&1 < /dev/null &
pid=$!
pids="$pids $pid"
wait_for 5 grep -q 'home.example.net 203.0.113.7 good' "$requests"
took=$(awk -v began="$began" '/home.example.net 203.0.113.7 good/ { print $1 - began }' "$requests")
echo "# published ${took:-not at all} ms after the start"
ok 'the good account is published within a second of the start' [ "${took:-9999}" -lt 1000 ]
is "$(grep -c 'd[0-9]*.example.net' "$requests")" "$(grep -c 'DNS.*d[0-9]*.example.net' "$requests")" 'the dead ones got nothing through'
kill "$pid"
wait "$pid"
is "$?" 0 'and the run ends cleanly with 20 exchanges under way'
! failed || sed 's/^/# /' "$work/log"
done_testing
