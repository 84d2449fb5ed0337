#!/bin/sh
# stop.t: SIGTERM and SIGINT end a run cleanly within a second, whatever it is doing.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

start_peer "$work/peer"

# stopped NAME SIGNAL DIR: the run of DIR, pid in $pid, ends with status 0 within a second, and its state can be read.
stopped() {
	began=$(now_ms)
	kill "-$2" "$pid"
	wait "$pid"
	status=$?
	took=$(($(now_ms) - began))
	is "$status" 0 "$1, SIG$2: exit status"
	ok "$1, SIG$2: within a second ($took ms)" [ "$took" -lt 1000 ]
	"$exe" -c "$3/ddns.cfg" status > "$work/said" 2>&1
	ok "$1, SIG$2: the state can be read" [ $? != 2 ]
	! failed || sed 's/^/# /' "$3/log"
}

# begin DIR: in the background. A shell without job control has SIGINT ignored in such children; perl sets it right.
begin() {
	perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' "$exe" -v -c "$1/ddns.cfg" run > "$1/log" 2>&1 < /dev/null &
	pid=$!
	pids="$pids $pid"
}

for signal in TERM INT; do
	dir=$work/idle-$signal
	dyndns2 "idle-$signal.example.net" | config "$dir"
	begin "$dir"
	wait_for 5 grep -q "idle-$signal.example.net.*good" "$requests"
	wait_for 5 grep -q ': live' "$dir/log"
	sleep 0.2
	stopped idle $signal "$dir"
	says "idle, SIG$signal: what was published is remembered" 0 '203.0.113.7' "$exe" -c "$dir/ddns.cfg" status

	dir=$work/exchange-$signal
	dyndns2 "silent.example.net" | config "$dir"
	before=$(grep -c mischief "$requests")
	begin "$dir"
	wait_for 5 sh -c "[ \$(grep -c mischief '$requests') -gt $before ]"
	stopped 'in an exchange' $signal "$dir"

	dir=$work/connect-$signal
	dyndns2 "hole.example.net" | sed "s/:$HTTPS/:$HOLE/" | config "$dir"
	begin "$dir"
	sleep 0.5
	stopped 'while connecting' $signal "$dir"

	dir=$work/resolve-$signal
	dyndns2 "home.example.net" | config "$dir"
	sed -i "s/^dns = .*/dns = 127.0.0.1:$SILENT/" "$dir/ddns.cfg"
	begin "$dir"
	sleep 0.5
	stopped 'while resolving' $signal "$dir"
done
done_testing
