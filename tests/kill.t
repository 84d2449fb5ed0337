#!/bin/sh
# kill.t: kill -9 at random moments of a cycle, 200 times: the state file can always be read, and no change of address is
# ever written twice. SEED=N repeats a run.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

phases=10
kills=20        # in a phase; each phase has names of its own, since a record may be written 12 times an hour,
per_address=10  # and an attempt that was cut short counts as one
start_peer "$work/peer"
seed=${SEED:-$(($(date +%s) % 100000))}
echo "# SEED=$seed"

# How long a whole cycle takes, to kill in all of it.
dyndns2 first.example.net | config "$work/a"
began=$(now_ms)
"$exe" -c "$work/a/ddns.cfg" once > "$work/log" 2>&1
cycle=$(($(now_ms) - began))
echo "# a cycle takes $cycle ms"

unreadable=0 finished=0 killed=0 last=100
phase=0
while [ $phase -lt $phases ]; do
	phase=$((phase + 1))
	{ cloudflare "k$phase.example.com"; dyndns2 "k$phase.example.net, l$phase.example.net"; } | config "$work/a"
	cut=0 changed=
	# shellcheck disable=SC2013  # words are wanted
	for after in $(awk -v seed="$seed$phase" -v n=$((kills * 20)) -v ms="$cycle" \
		'BEGIN { srand(seed); while (n--) printf "%.4f ", (1 + rand() * ms * 1.8) / 1000 }'); do
		[ $cut -lt $kills ] || break
		if [ $((cut % per_address)) = 0 ] && [ "$changed" != $cut ]; then
			changed=$cut last=$((last + 1))
			echo "203.0.113.$last" > "$work/peer/address"
		fi
		timeout -s KILL "$after" "$exe" -c "$work/a/ddns.cfg" once > "$work/log" 2>&1
		if [ $? = 137 ]; then cut=$((cut + 1)); else finished=$((finished + 1)); fi
		"$exe" -c "$work/a/ddns.cfg" status > "$work/status" 2>&1
		if [ $? = 2 ] || grep -q 'cannot be used' "$work/status" || [ -e "$work/a/ddns.state.bad" ]; then
			unreadable=$((unreadable + 1))
			sed 's/^/# /' "$work/status"
		fi
	done
	killed=$((killed + cut))
	says "phase $phase: a last round brings all right" 0 '' "$exe" -c "$work/a/ddns.cfg" once
	for host in k$phase.example.com k$phase.example.net l$phase.example.net; do
		is "$(answer $host)" "203.0.113.$last" "phase $phase: $host has the last address"
	done
	says "phase $phase: the state is right" 0 "203.0.113.$last" "$exe" -c "$work/a/ddns.cfg" status
done
echo "# $finished more runs had ended before their kill"
is $killed $((phases * kills)) 'so many runs were killed'
is "$unreadable" 0 'the state file could be read after every kill'
awk '/\/update/ || $2 == "PATCH" || $2 == "POST" { n[$4 " " $5]++ } END { for (w in n) if (n[w] > 1) print w, n[w] " times" }' \
	"$requests" > "$work/repeated"
ok 'no change was written twice' not grep . "$work/repeated"
sed 's/^/# /' "$work/repeated"
done_testing
