#!/bin/sh
# bench.sh: `make bench`: sizes of the built exes, resident memory after an update, and CPU and wall time of the same work
# done by ddns, curl and inadyn against the loopback provider, beside the budgets of design §9. RUNS=N, default 15.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
tests/env/need peers > /dev/null || exit 1
measure=$build/native/tests/tools/measure
runs=${RUNS:-15}
verdict=0

say() { printf '%s\n' "$*"; }
# budget WHAT GOT LIMIT UNIT
budget() {
	if [ "$2" -le "$3" ]; then mark=within; else mark='OVER the budget:'; fi
	printf '  %-44s %8s %s, %s %s %s\n' "$1" "$2" "$4" "$mark" "$3" "$4"
}

say 'Sizes'
make -s --no-print-directory BUILD="$build" size || :

start_peer "$work/peer"

# --- resident memory ---
# memory NAME PID: after the update, idle. Rss counts the exe's own pages too, which the system may take back at any time;
# what is private and written cannot be had again.
memory() {
	rss=$(awk '/^Rss:/ { print $2 }' "/proc/$2/smaps_rollup")
	private=$(awk '/^Private_Dirty:/ { print $2 }' "/proc/$2/smaps_rollup")
	peak=$(awk '/^VmHWM:/ { print $2 }' "/proc/$2/status")
	printf '  %-12s %6s KiB resident, %6s KiB of it private and written, %6s KiB at the peak\n' "$1" "$rss" "$private" "$peak"
}
inadyn_conf() {
	cat <<-END
		period = 300
		ca-trust-file = $work/peer/root.pem
		allow-ipv6 = false
		custom peer {
			ssl = true
			username = me
			password = secret
			checkip-server = "localhost:$HTTPS"
			checkip-path = /ip
			checkip-ssl = true
			ddns-server = "localhost:$HTTPS"
			ddns-path = "/nic/update?hostname=%h&myip=%i"
			ddns-response = { "good", "nochg" }
			hostname = $1
		}
	END
}
say ''
say 'Memory, idle after an update over TLS'
dyndns2 home.example.net | config "$work/run"
"$exe" -c "$work/run/ddns.cfg" run > "$work/run/log" 2>&1 < /dev/null &
ours=$!
pids="$pids $ours"
wait_for 10 grep -q ': live' "$work/run/log" || { cat "$work/run/log"; exit 1; }
inadyn_conf two.example.net > "$work/inadyn.conf"
mkdir "$work/cache"
inadyn -n -C --no-pidfile --cache-dir="$work/cache" -f "$work/inadyn.conf" > "$work/inadyn.log" 2>&1 < /dev/null &
theirs=$!
wait_for 10 grep -q two.example.net "$requests"
sleep 0.5
memory ddns $ours
resident=$rss
memory inadyn $theirs
kill $ours
kill -9 $theirs # it does not end by SIGTERM while it waits
wait $ours $theirs 2> /dev/null
budget 'ddns, resident' "$resident" 300 KiB

# --- time ---
# timed NAME BEFORE COMMAND...: sets wall and cpu (microseconds).
timed() {
	name=$1
	shift
	# shellcheck disable=SC2046
	set -- $("$measure" "$runs" "$@")
	wall=$1 cpu=$2
	printf '  %-44s %6s us CPU %7s us wall %6s KiB peak\n' "$name" "$2" "$1" "$3"
	[ "$4" = 0 ] || { say "    $4 of $runs runs failed"; verdict=1; }
}
percent() { echo $(($1 * 100 / $2)); }

say ''
say "Time, medians of $runs runs"
timed 'starting nothing (true)' : true

mkdir -p "$work/one"
dyndns2 home.example.net | config "$work/one" 'confirm = 1' 'verify = no'
sed -i "s|^ipv4 = .*|ipv4 = web https://localhost:$HTTPS/ip|; s|ddns-peer.example.com|localhost|" "$work/one/ddns.cfg"
timed 'one HTTPS exchange: ddns ip' : "$exe" -c "$work/one/ddns.cfg" ip
ours_cpu=$cpu ours_wall=$wall
timed 'one HTTPS exchange: curl' : curl -s --cacert "$work/peer/root.pem" "https://localhost:$HTTPS/ip"
budget 'CPU of one exchange against curl' "$(percent "$ours_cpu" "$cpu")" 30 %
say "  wall time of one exchange against curl: $(percent "$ours_wall" "$wall") %"

# The whole cycle: what is the address, then the update. Each run has another address and knows nothing of the last.
change="echo 203.0.113.\$RUN > '$work/peer/address'; rm -rf '$work'/one/ddns.state* '$work/cache'; mkdir '$work/cache'"
timed 'update cycle: ddns once' "$change" "$exe" -c "$work/one/ddns.cfg" once
ours_cpu=$cpu ours_wall=$wall
inadyn_conf home.example.net > "$work/inadyn.conf"
timed 'update cycle: inadyn' "$change" inadyn -1 -n -C --no-pidfile --cache-dir="$work/cache" -f "$work/inadyn.conf"
inadyn_cpu=$cpu inadyn_wall=$wall
timed 'update cycle: curl, both requests in one' "$change" curl -s --cacert "$work/peer/root.pem" -u me:secret \
	"https://localhost:$HTTPS/ip" "https://localhost:$HTTPS/nic/update?hostname=home.example.net&myip=203.0.113.200"
budget 'CPU of a cycle against inadyn' "$(percent "$ours_cpu" "$inadyn_cpu")" 50 %
say "  wall time of a cycle against inadyn: $(percent "$ours_wall" "$inadyn_wall") %, against curl: $(percent "$ours_wall" "$wall") %"
sed -i '/^verify/d; s/^confirm = 1/confirm = 2/' "$work/one/ddns.cfg"
sed -i "s|^ipv4 = .*|&, web https://ddns-peer.example.com:$HTTPS/ip|" "$work/one/ddns.cfg"
timed 'the same with two sources and proof: ddns' "$change" "$exe" -c "$work/one/ddns.cfg" once
exit $verdict
