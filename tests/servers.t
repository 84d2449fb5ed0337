#!/bin/sh
# servers.t: real servers on loopback: PowerDNS's HTTP API behind nginx with TLS, BIND 9 and Knot with TSIG, each checked by dig.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
tests/env/need servers test || exit 1
PATH=$PATH:/usr/sbin:/sbin

"$top/tests/env/certs" "$work/peer"

# spawn NAME COMMAND...: a server in the background, its words in $work/NAME.log.
spawn() {
	log=$work/$1.log
	shift
	"$@" > "$log" 2>&1 < /dev/null &
	pids="$pids $!"
}

zone() {
	cat <<-END
		\$TTL 300
		@ IN SOA ns.$1. hostmaster.$1. 1 7200 900 1209600 60
		@ IN NS ns.$1.
		ns IN A 127.0.0.1
		@ IN MX 10 mail.$1.
		home IN TXT "v=spf1 -all"
		home IN A 198.51.100.1
		www IN A 192.0.2.80
		mail IN A 192.0.2.25
	END
}

# account DIR PORT: a configuration whose address is in DIR/address, whose resolver is the server, its account on stdin.
account() {
	mkdir -p "$1"
	cp "$work/peer/root.pem" "$1/root.pem"
	echo 203.0.113.7 > "$1/address"
	{
		DNS=$2 head_of_config
		echo 'ipv4 = file address'
		cat
	} > "$1/ddns.cfg"
}
ask() { dig +short +tries=2 +time=2 @127.0.0.1 -p "$1" "$2" "${3-A}"; }
# others PORT ZONE: every record but the updated ones and the serial.
others() { dig +tries=2 +time=2 +noall +answer @127.0.0.1 -p "$1" "$2" AXFR | grep -v -e SOA -e '^\(home\|new\)\.[^[:space:]]*[[:space:]].*IN[[:space:]]A[[:space:]]' | sort; }

# --- PowerDNS ---
dns=$(free_port) api=$(free_port) tls=$(free_port)
dir=$work/pdns
mkdir -p "$dir"
sqlite3 "$dir/db" < /usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql
cat > "$dir/pdns.conf" <<END
launch=gsqlite3
gsqlite3-database=$dir/db
local-address=127.0.0.1
local-port=$dns
socket-dir=$dir
webserver=yes
webserver-address=127.0.0.1
webserver-port=$api
api=yes
api-key=pdns-secret-canary
allow-axfr-ips=127.0.0.1
disable-syslog=yes
daemon=no
guardian=no
END
cat > "$dir/nginx.conf" <<END
daemon off;
pid $dir/nginx.pid;
error_log $dir/nginx.err;
events { }
http {
	access_log $dir/access.log;
	client_body_temp_path $dir/body; proxy_temp_path $dir/proxy; fastcgi_temp_path $dir/f; uwsgi_temp_path $dir/u; scgi_temp_path $dir/s;
	server {
		listen 127.0.0.1:$tls ssl;
		ssl_certificate $work/peer/cert.pem;
		ssl_certificate_key $work/peer/key.pem;
		ssl_protocols TLSv1.2;
		location / { proxy_pass http://127.0.0.1:$api; }
	}
}
END
zone example.org > "$dir/zone"
pdnsutil --config-dir="$dir" load-zone example.org "$dir/zone" > "$work/load" 2>&1
spawn pdns pdns_server --config-dir="$dir"
spawn nginx nginx -c "$dir/nginx.conf" -e "$dir/nginx.err"
wait_for 10 curl -sf --cacert "$work/peer/root.pem" -H 'X-API-Key: pdns-secret-canary' "https://localhost:$tls/api/v1/servers/localhost"
ok 'PowerDNS and nginx are up' [ "$(ask "$dns" home.example.org)" = 198.51.100.1 ]
others "$dns" example.org > "$work/before"

a=$work/a
powerdns() { printf '[powerdns]\nserver = https://localhost:%s\nkey = %s\nhosts = home.example.org, new.example.org\n' "$tls" "$1"; }
powerdns pdns-secret-canary | account "$a" "$dns"
says 'PowerDNS: once' 0 'home.example.org.*203.0.113.7' "$exe" -v -c "$a/ddns.cfg" once
is "$(ask "$dns" home.example.org) $(ask "$dns" new.example.org)" '203.0.113.7 203.0.113.7' 'PowerDNS: dig sees both names'
ok 'PowerDNS: proven live' grep -q 'live' "$work/said"
others "$dns" example.org > "$work/after"
ok 'PowerDNS: every other record is as it was' diff "$work/before" "$work/after"
n=$(grep -c PATCH "$dir/access.log")
is "$n" 1 'PowerDNS: both names in one request'
says 'PowerDNS: again, nothing to do' 0 '' "$exe" -c "$a/ddns.cfg" once
is "$(grep -c PATCH "$dir/access.log")" "$n" 'PowerDNS: and nothing was sent'
echo 203.0.113.8 > "$a/address"
powerdns wrong-secret-canary | account "$work/b" "$dns"
echo 203.0.113.9 > "$work/b/address"
says 'PowerDNS: a wrong API key' 1 'stopped until' "$exe" -v -c "$work/b/ddns.cfg" once
n=$(grep -c '' "$dir/access.log")
says 'PowerDNS: the account stays paused after a restart' 1 '' "$exe" -c "$work/b/ddns.cfg" once
is "$(grep -c '' "$dir/access.log")" "$n" 'PowerDNS: it sent nothing'
ok 'the keys are in no output' not grep -r 'secret-canary' "$work/said" "$a/ddns.state" "$work/b/ddns.state"
is "$(ask "$dns" home.example.org)" 203.0.113.7 'PowerDNS: the name is as it was'

# --- servers of RFC 2136 with TSIG: the same for each, with $dns and $dir of that server ---
keys() { for hash in sha256 sha512; do tsig-keygen -a hmac-$hash key-$hash > "$dir/$hash.key"; done; }
secret() { sed -n 's/.*secret "\(.*\)";.*/\1/p' "$dir/$1.key"; }
# rfc2136 LABEL ALGORITHM KEY-NAME SECRET HOSTS
rfc2136() {
	printf '[rfc2136 %s]\nserver = 127.0.0.1:%s\nalgorithm = %s\nuser = %s\nsecret = %s\nhosts = %s\n' \
		"$1" "$dns" "$2" "$3" "$4" "$5"
}
# updates SERVER: with each hash two names, one of them new.
updates() {
	ok "$1 is up" [ "$(ask "$dns" home.example.org)" = 198.51.100.1 ]
	others "$dns" example.org > "$work/before"
	last=20
	for hash in sha256 sha512; do
		last=$((last + 1))
		a=$dir/$hash
		rfc2136 $hash hmac-$hash key-$hash "$(secret $hash)" 'home.example.org, new.example.org' | account "$a" "$dns"
		echo 203.0.113.$last > "$a/address"
		says "$1, hmac-$hash: once" 0 "home.example.org.*203.0.113.$last" "$exe" -v -c "$a/ddns.cfg" once
		is "$(ask "$dns" home.example.org) $(ask "$dns" new.example.org)" "203.0.113.$last 203.0.113.$last" "$1, hmac-$hash: dig sees both names"
		ok "$1, hmac-$hash: proven live" grep -q live "$work/said"
		others "$dns" example.org > "$work/after"
		ok "$1, hmac-$hash: every other record is as it was" diff "$work/before" "$work/after"
		ok "$1, hmac-$hash: the secret is in no output" not grep -q -F "$(secret $hash)" "$work/said" "$a/ddns.state"
		serial=$(ask "$dns" example.org SOA)
		says "$1, hmac-$hash: again, nothing to do" 0 '' "$exe" -c "$a/ddns.cfg" once
		rm -f "$a/ddns.state"
		says "$1, hmac-$hash: nor without its state" 0 '' "$exe" -c "$a/ddns.cfg" once
		is "$(ask "$dns" example.org SOA)" "$serial" "$1, hmac-$hash: the zone was not touched again"
	done
	is "$(dig +noall +answer @127.0.0.1 -p "$dns" home.example.org A | awk '{ print $2 }')" 300 "$1: the record keeps its TTL"
	is "$(dig +noall +answer @127.0.0.1 -p "$dns" home.example.org TXT | wc -l)" 1 "$1: and its neighbours of the same name"
}
# refuses SERVER: wrong keys and a zone it does not have.
refuses() {
	wrong=$(printf 'not the secret' | base64)
	rfc2136 wrong hmac-sha256 key-sha256 "$wrong" home.example.org | account "$dir/wrong" "$dns"
	echo 203.0.113.30 > "$dir/wrong/address"
	says "$1: a wrong secret" 1 'BADSIG' "$exe" -c "$dir/wrong/ddns.cfg" once
	ok "$1: and the account is stopped" grep -q 'stopped until' "$work/said"
	says "$1: after a restart too" 1 'paused' "$exe" -c "$dir/wrong/ddns.cfg" status
	rfc2136 wrong hmac-sha256 nokey "$(secret sha256)" home.example.org | account "$dir/nokey" "$dns"
	echo 203.0.113.30 > "$dir/nokey/address"
	says "$1: an unknown key name" 1 'BADKEY' "$exe" -c "$dir/nokey/ddns.cfg" once
	rfc2136 none hmac-sha256 key-sha256 "$(secret sha256)" home.example.com | account "$dir/zone.none" "$dns"
	echo 203.0.113.30 > "$dir/zone.none/address"
	says "$1: a zone it does not have" 1 'home.example.com' "$exe" -c "$dir/zone.none/ddns.cfg" once
	is "$(ask "$dns" home.example.org)" 203.0.113.22 "$1: the name is as it was"
}

# --- BIND 9 ---
dns=$(free_port)
dir=$work/bind
mkdir -p "$dir"
keys
cat "$dir/sha256.key" "$dir/sha512.key" > "$dir/named.conf"
cat >> "$dir/named.conf" <<END
options {
	directory "$dir"; pid-file "$dir/pid"; session-keyfile "$dir/session.key";
	listen-on port $dns { 127.0.0.1; }; listen-on-v6 { none; };
	recursion no; allow-transfer { 127.0.0.1; }; notify no; dnssec-validation no;
};
controls { };
zone "example.org" { type primary; file "$dir/zone"; allow-update { key key-sha256; key key-sha512; }; };
END
zone example.org > "$dir/zone"
chmod 777 "$dir"
spawn named named -c "$dir/named.conf" -g
wait_for 10 dig +tries=1 +time=1 @127.0.0.1 -p "$dns" home.example.org
updates BIND
refuses BIND

# --- Knot DNS ---
dns=$(free_port)
dir=$work/knot
mkdir -p "$dir"
keys
cat > "$dir/knot.conf" <<END
server:
    listen: 127.0.0.1@$dns
    rundir: $dir
database:
    storage: $dir
key:
  - id: key-sha256
    algorithm: hmac-sha256
    secret: $(secret sha256)
  - id: key-sha512
    algorithm: hmac-sha512
    secret: $(secret sha512)
acl:
  - id: write
    key: [ key-sha256, key-sha512 ]
    action: update
  - id: read
    address: 127.0.0.1
    action: transfer
zone:
  - domain: example.org
    storage: $dir
    file: zone
    acl: [ write, read ]
END
zone example.org > "$dir/zone"
spawn knotd knotd -c "$dir/knot.conf"
wait_for 10 dig +tries=1 +time=1 @127.0.0.1 -p "$dns" home.example.org
updates Knot
refuses Knot
done_testing
