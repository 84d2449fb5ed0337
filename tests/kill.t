#!/bin/sh
# kill.t: kill -9 at random moments of a cycle, 200 times: the state file can always be read, and no change of address is
# ever written twice. SEED=N repeats a run's moments.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

# Each phase has an address and names of its own: a record may be written 12 times an hour, and an attempt that was cut
# short counts as one.
phases=20
kills=10
start_peer "$work/peer"
seed=${SEED:-$(($(date +%s) % 100000))}
echo "# SEED=$seed"

# How long a whole cycle takes, to kill in all of it. From then on each run that ended before its kill shortens the range
# of the moments and each kill widens it: about two of three runs are killed, however busy the machine is.
dyndns2 first.example.net | config "$work/a"
began=$(now_ms)
"$exe" -c "$work/a/ddns.cfg" once > "$work/log" 2>&1
range=$((($(now_ms) - began) * 1000))

# one_run MOMENT: `once`, killed after so many thousandths of the range.
one_run() {
	"$exe" -c "$work/a/ddns.cfg" once > "$work/log" 2>&1 < /dev/null &
	pid=$!
	sleep "$(printf '0.%06d' $((500 + range * $1 / 1000)))"
	kill -9 $pid 2> /dev/null
	wait $pid 2> /dev/null
	if [ $? = 137 ]; then
		cut=$((cut + 1)) range=$((range * 21 / 20))
	else
		finished=$((finished + 1)) range=$((range * 9 / 10))
	fi
	[ $range -lt 900000 ] || range=900000
}

unreadable=0 finished=0 killed=0 phase=0
while [ $phase -lt $phases ]; do
	phase=$((phase + 1)) cut=0
	{ cloudflare "k$phase.example.com"; dyndns2 "k$phase.example.net, l$phase.example.net"; } | config "$work/a"
	echo "203.0.113.$phase" > "$work/peer/address"
	# shellcheck disable=SC2013  # words are wanted
	for moment in $(awk -v seed="$seed$phase" -v n=$((kills * 20)) 'BEGIN { srand(seed); while (n--) print int(rand() * 1000) }'); do
		[ $cut -lt $kills ] || break
		one_run "$moment"
		"$exe" -c "$work/a/ddns.cfg" status > "$work/status" 2>&1
		if [ $? = 2 ] || grep -q 'cannot be used' "$work/status" || [ -e "$work/a/ddns.state.bad" ]; then
			unreadable=$((unreadable + 1))
			sed 's/^/# /' "$work/status"
		fi
	done
	killed=$((killed + cut))
	says "phase $phase: a last round brings all right" 0 '' "$exe" -c "$work/a/ddns.cfg" once
	is "$(answer "k$phase.example.com") $(answer "k$phase.example.net") $(answer "l$phase.example.net")" \
		"203.0.113.$phase 203.0.113.$phase 203.0.113.$phase" "phase $phase: DNS answers it"
	says "phase $phase: the state is right" 0 "203.0.113.$phase" "$exe" -c "$work/a/ddns.cfg" status
done
echo "# $finished more runs had ended before their kill"
is $killed $((phases * kills)) 'so many runs were killed'
is $unreadable 0 'the state file could be read after every kill'
awk '/\/update/ || $2 == "PATCH" || $2 == "POST" { n[$4 " " $5]++ } END { for (w in n) if (n[w] > 1) print w, n[w] " times" }' \
	"$requests" > "$work/repeated"
ok 'no change was written twice' not grep . "$work/repeated"
sed 's/^/# /' "$work/repeated"
done_testing
