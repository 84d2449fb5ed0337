# lib.sh: what the end-to-end tests share: TAP, a folder that goes away, the loopback provider, its log. Sourced.
# Each test has its own ports and its own folder, so they may run side by side.
# shellcheck shell=sh
cd "$(dirname "$0")/.." || exit 2
top=$PWD
build=${BUILD:-build}
case $build in /*) ;; *) build=$top/$build ;; esac
# shellcheck disable=SC2034  # used by the tests
exe=$build/native/ddns
peer=$build/native/tests/peer
export LC_ALL=C TZ=UTC

mkdir -p "$build/tmp"
work=$(mktemp -d "$build/tmp/$(basename "$0" .t).XXXXXX") || exit 2
pids=

# shellcheck disable=SC2317,SC2329  # called by the trap
at_end() {
	for pid in $pids; do kill "$pid" 2> /dev/null; done
	for pid in $pids; do wait "$pid" 2> /dev/null; done
	[ -n "${KEEP-}" ] || rm -rf "$work"
}
trap at_end EXIT
trap 'exit 1' HUP INT TERM

# result GOOD NAME: one line of TAP. Counted in a file, so that it may stand in a pipe.
result() {
	echo "$1" >> "$work/results"
	if [ "$1" = yes ]; then tap=ok; else tap='not ok'; fi
	echo "$tap $(wc -l < "$work/results") - $2"
}
failed() { grep -qx no "$work/results"; }
done_testing() {
	echo "1..$(wc -l < "$work/results")"
	! failed
	exit
}

# ok NAME COMMAND...: passes when the command does.
ok() {
	name=$1
	shift
	if "$@" > "$work/ok.out" 2>&1; then
		result yes "$name"
	else
		result no "$name"
		echo "#   failed: $*"
		head -n 20 "$work/ok.out" | sed 's/^/#   /'
	fi
}
not() { ! "$@"; }

# is GOT WANT NAME
is() {
	ok "$3" [ "$1" = "$2" ]
	[ "$1" = "$2" ] || printf 'got:  %s\nwant: %s\n' "$1" "$2" | sed 's/^/#   /'
}

# says NAME STATUS PATTERN COMMAND...: the command ends with that status and prints a line that matches.
# What it printed stays in $work/said.
says() {
	name=$1 want=$2 pattern=$3
	shift 3
	"$@" > "$work/said" 2>&1 < /dev/null
	got=$?
	if [ "$got" = "$want" ] && grep -q -e "$pattern" "$work/said"; then
		result yes "$name"
	else
		result no "$name"
		echo "#   exit status $got (want $want), text to match: $pattern; it said:"
		head -n 20 "$work/said" | sed 's/^/#   /'
	fi
}

# wait_for SECONDS COMMAND...: until the command passes; fails when the time is over.
wait_for() {
	left=$(($1 * 50))
	shift
	until "$@" > /dev/null 2>&1; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || return 1
		sleep 0.02
	done
}

now_ms() { date +%s%3N; }

# start_peer DIR [lag=MS]: the loopback provider; sets HTTPS HTTP DNS SILENT HOLE SHUT, url and peer_pid.
start_peer() {
	"$top/tests/env/certs" "$1"
	[ -e "$1/address" ] || echo 203.0.113.7 > "$1/address"
	"$peer" "$@" > "$1/peer.log" 2>&1 < /dev/null &
	peer_pid=$!
	pids="$pids $peer_pid"
	wait_for 5 [ -s "$1/ports" ] || { cat "$1/peer.log" >&2; echo 'Bail out! the loopback provider does not start'; exit 1; }
	# shellcheck source=/dev/null
	. "$1/ports"
	url=https://ddns-peer.example.com:$HTTPS
	requests=$1/requests
}

# head_of_config: the settings that all tests need; sources and accounts are added by the caller.
head_of_config() {
	cat <<-END
		allow = documentation
		ca = root.pem
		dns = 127.0.0.1:$DNS
		log = -
	END
}

# config DIR [LINE...]: DIR/ddns.cfg with two agreeing sources and the accounts read from standard input.
config() {
	dir=$1
	shift
	mkdir -p "$dir"
	[ -e "$dir/root.pem" ] || cp "$work/peer/root.pem" "$dir/root.pem"
	{
		head_of_config
		echo "ipv4 = web $url/ip, web https://ddns-both.example.com:$HTTPS/ip"
		for line; do echo "$line"; done
		cat
	} > "$dir/ddns.cfg"
	chmod 600 "$dir/ddns.cfg"
}

# The accounts most tests use.
cloudflare() { printf '[cloudflare home]\nserver = %s/client/v4\ntoken = %s\nhosts = %s\n' "$url" "${2:-token-home}" "$1"; }
dyndns2() { printf '[dyndns2%s]\nserver = %s\nuser = me\npassword = secret\nhosts = %s\n' "${2:+ $2}" "$url" "$1"; }

# writes [HOST]: how many times a provider was told to write, whatever came of it.
writes() { awk -v host="${1-}" '(/\/update/ || $2 == "PATCH" || $2 == "POST") && (host == "" || $4 == host)' "$requests" | wc -l; }
answer() { dig +short +tries=2 +time=2 @127.0.0.1 -p "$DNS" "$1" "${2:-A}"; }
free_port() { perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport'; }
