#!/bin/sh
# tls.t: the TLS adapter against openssl's server: what it accepts, what it refuses and in which words.
# The client is tests/tools/tlsget.c. Certificates are made here; servers listen on ports the system chooses.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

tlsget=${TLSGET:-$build/native/tests/tools/tlsget}
host=www.example.com
cd "$work" || exit 2

# --- Certificates ------------------------------------------------------------------------------
day() { date -u -d "@$(($(date +%s) + $1 * 86400))" +%Y%m%d%H%M%SZ; }
touch index.txt
cat > ca.cnf <<'END'
[ca]
default_ca = any
[any]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = names
unique_subject = no
[names]
commonName = optional
[req]
distinguished_name = dn
[dn]
[root]
basicConstraints = critical,CA:TRUE
keyUsage = keyCertSign
END
san='subjectAltName=DNS:www.example.com'
ca='basicConstraints=critical,CA:TRUE'

# new_key NAME KIND
new_key() {
	case $2 in
	p256 | p384 | p521) openssl ecparam -genkey -noout -name \
		"$(echo "$2" | sed 's/p256/prime256v1/; s/p384/secp384r1/; s/p521/secp521r1/')" -out "$1.key" ;;
	rsa*) openssl genrsa -out "$1.key" "${2#rsa}" ;;
	ed25519) openssl genpkey -algorithm ed25519 -out "$1.key" ;;
	esac 2>> make.log
}

# root NAME KIND [CN]: a self-signed CA.
root() {
	new_key "$1" "$2"
	openssl req -config ca.cnf -x509 -new -key "$1.key" -sha256 -subj "/CN=${3:-test $1}" -days 60 \
		-extensions root -out "$1.pem" 2>> make.log
}

# issue NAME ISSUER KIND EXTENSIONS [ARGUMENTS OF openssl ca...]: extensions are parted by blanks.
issue() {
	name=$1 issuer=$2 kind=$3
	echo "$4" | tr ' ' '\n' > "$name.ext"
	shift 4
	new_key "$name" "$kind"
	openssl req -config ca.cnf -new -key "$name.key" -subj "/CN=${cn:-$name}" -out "$name.csr" 2>> make.log
	openssl ca -config ca.cnf -batch -notext -in "$name.csr" -cert "$issuer.pem" -keyfile "$issuer.key" \
		-extfile "$name.ext" -startdate "$(day -10)" -enddate "$(day 30)" "$@" -out "$name.pem" 2>> make.log ||
		{ sed 's/^/# /' make.log; echo "Bail out! openssl did not make $name"; exit 1; }
	[ "$issuer" = root ] || [ -f "$name.chain" ] || { cat "$issuer.pem"; cat "$issuer.chain" 2> /dev/null; } > "$name.chain"
}

root root p256
root stranger p256
root twin p256 twins
root other-twin p384 twins
root rsa-root rsa4096
issue inter root p256 "$ca"

issue ec root p256 "$san"
issue p384 root p384 "$san"
issue p521 root p521 "$san"
issue rsa root rsa2048 "$san"
issue rsa3072 root rsa3072 "$san"
issue deep inter p256 "$san"
issue star root p256 'subjectAltName=DNS:*.example.com'
issue star-com root p256 'subjectAltName=DNS:*.com'
issue many root p256 "subjectAltName=$(seq -f 'DNS:name%g.example.org' -s, 1 400),DNS:www.example.com"
cn=$host issue cn-only root p256 'keyUsage=digitalSignature'
cn=$host issue cn-and-other root p256 'subjectAltName=DNS:other.example.com'
issue by-ip root p256 'subjectAltName=IP:127.0.0.1,IP:::1'
issue ip-as-name root p256 'subjectAltName=DNS:127.0.0.1'
issue expired root p256 "$san" -startdate "$(day -30)" -enddate "$(day -10)"
issue future root p256 "$san" -startdate "$(day 10)"
issue old-inter root p256 "$ca" -startdate "$(day -90)" -enddate "$(day -60)"
issue under-old old-inter p256 "$san"
issue expired-other root p256 'subjectAltName=DNS:other.example.com' -startdate "$(day -30)" -enddate "$(day -10)"
issue unknown stranger p256 "$san"
issue expired-unknown stranger p256 "$san" -startdate "$(day -30)" -enddate "$(day -10)"
issue sha1 root p256 "$san" -md sha1
issue sha1-inter root p256 "$ca" -md sha1
issue under-sha1 sha1-inter p256 "$san"
issue rsa1024 root rsa1024 "$san"
issue weak-inter root rsa1024 "$ca"
issue under-weak weak-inter p256 "$san"
issue client root p256 "$san extendedKeyUsage=clientAuth"
issue both root p256 "$san extendedKeyUsage=clientAuth,serverAuth"
issue any root p256 "$san extendedKeyUsage=anyExtendedKeyUsage"
issue client-inter root p256 "$ca extendedKeyUsage=clientAuth"
issue under-client client-inter p256 "$san"
issue not-ca root p256 'basicConstraints=CA:FALSE'
issue under-not-ca not-ca p256 "$san"
issue no-sign root p256 "$ca keyUsage=digitalSignature"
issue under-no-sign no-sign p256 "$san"
issue short-inter root p256 'basicConstraints=critical,CA:TRUE,pathlen:0'
issue below short-inter p256 "$ca"
issue too-deep below p256 "$san"
issue bound root p256 "$ca nameConstraints=permitted;DNS:example.org"
issue under-bound bound p256 "$san"
issue under-twin twin p256 "$san"
issue under-other-twin other-twin p384 "$san"
issue under-rsa rsa-root p256 "$san"
# The stranger's name and key, signed by the root.
cp stranger.key cross.key
cn='test stranger' issue cross root key-is-there "$ca"
issue no-use root rsa2048 "$san keyUsage=keyEncipherment"
openssl req -config ca.cnf -x509 -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout self.key -subj "/CN=$host" \
	-addext "$san" -days 60 -out self.pem 2>> make.log
cat ec.pem > twice.chain && cp ec.pem twice.pem && cp ec.key twice.key
cat ec.pem inter.pem > deep-twice.chain
cp deep.pem repeat.pem && cp deep.key repeat.key && cat deep.pem inter.pem root.pem > repeat.chain
cp deep.pem sent.pem && cp deep.key sent.key && cat inter.pem root.pem > sent.chain
cp unknown.pem crossed.pem && cp unknown.key crossed.key && cat cross.pem > crossed.chain
cp unknown.pem crossed-sent.pem && cp unknown.key crossed-sent.key && cat cross.pem root.pem > crossed-sent.chain
cp deep.pem gap.pem && cp deep.key gap.key && : > gap.chain
cp deep.pem mixed.pem && cp deep.key mixed.key && cat stranger.pem inter.pem > mixed.chain
cp deep.pem extra.pem && cp deep.key extra.key && cat inter.pem root.pem expired.pem > extra.chain
cp ec.pem stolen.pem && cp ec.key stolen.key
new_key ed ed25519
openssl req -config ca.cnf -x509 -new -key ed.key -subj '/CN=ed' -extensions root -days 9 -out ed.pem 2>> make.log

# --- Servers and the client --------------------------------------------------------------------
server=
stop() {
	[ -z "$server" ] || { kill "$server"; wait "$server"; } 2> /dev/null
	server=
}

# serve NAME [ARGUMENTS...]: openssl with that certificate; sets port.
serve() {
	stop
	cert=$1
	shift
	[ -s "$cert.chain" ] && set -- "$@" -cert_chain "$cert.chain"
	: > server.log
	openssl s_server -accept 127.0.0.1:0 -cert "$cert.pem" -key "$cert.key" -www -cipher 'ALL:@SECLEVEL=0' "$@" \
		> server.log 2>&1 < /dev/null &
	server=$!
	pids="$pids $server"
	wait_for 5 grep -q ACCEPT server.log || sed 's/^/# /' server.log
	port=$(sed -n 's/^ACCEPT .*://p' server.log)
}

# The extensions of the ClientHello, by number, as a server with -tlsextdebug saw them.
extensions() { sed -n 's/^TLS client extension.*(id=\([0-9]*\)).*/\1/p' server.log | tr '\n' ' '; }

crlf=$(printf '\r\n\r')
# shellcheck disable=SC2317,SC2329  # called by says
get() { "$tlsget" 127.0.0.1 "$port" "$@" --send "GET / HTTP/1.0$crlf"; }
# shellcheck disable=SC2317,SC2329
with_root() { get "$@" --ca root.pem; }

# accepts / refuses NAME CERTIFICATE [PATTERN] [-- ARGUMENTS OF THE SERVER...]
accepts() {
	what=$1 cert=$2
	shift 2
	serve "$cert" "$@"
	says "$what" 0 '^ok [1-9][0-9]* full$' with_root $host
}
refuses() {
	what=$1 cert=$2 reason=$3
	shift 3
	serve "$cert" "$@"
	says "$what" 1 "^refused: $reason" with_root $host
}

accepts 'EC, P-256' ec
accepts 'EC, P-384' p384
accepts 'EC, P-521' p521
accepts 'RSA, 2048 bits' rsa
accepts 'RSA, 3072 bits' rsa3072
accepts 'with an intermediate' deep
accepts 'a wildcard' star
accepts 'the name after 400 others' many
accepts 'extended key usage with serverAuth' both
accepts 'any extended key usage' any
accepts 'the leaf sent twice' twice
accepts 'the leaf sent twice, then intermediate and root' repeat
accepts 'the root is sent, too' sent
accepts 'a root signed by ours' crossed
accepts 'and ours is sent, too' crossed-sent
accepts 'what comes after the anchor does not matter' extra
for suite in ECDHE-ECDSA-CHACHA20-POLY1305 ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES256-GCM-SHA384; do
	accepts "$suite" ec -cipher $suite
done
for suite in ECDHE-RSA-CHACHA20-POLY1305 ECDHE-RSA-AES128-GCM-SHA256 ECDHE-RSA-AES256-GCM-SHA384; do
	accepts "$suite" rsa -cipher $suite
done
for curve in X25519 P-256 P-384 P-521; do
	accepts "ECDHE on $curve" ec -named_curve $curve
done
refuses 'no cipher suite in common' rsa 'the server found no TLS version or cipher suite in common: TLS 1.2 with ECDHE' -cipher AES128-SHA256

# --- Names -------------------------------------------------------------------------------------
serve star
says 'a wildcard covers one label only' 1 '^refused: certificate is for other names than a.www.example.com' with_root a.www.example.com
says 'and not none' 1 '^refused: certificate is for other names than example.com:' with_root example.com
says 'case and a final dot do not matter' 0 '^ok' with_root WWW.Example.COM.
says 'nor does a punycode label' 0 '^ok' with_root bücher.example.com
refuses 'a wildcard of a whole top level' star-com 'certificate is for other names'
serve ec
says 'a wrong name' 1 '^refused: certificate is for other names than example.com: check the host name' with_root example.com
refuses 'a name only in the CN' cn-only "certificate of $host has no subject alternative name"
refuses 'the CN beside a SAN' cn-and-other 'certificate is for other names'
serve by-ip -tlsextdebug
says 'an IPv4 address in the SAN' 0 '^ok' with_root 127.0.0.1
is "$(extensions)" '65281 13 10 11 ' 'no SNI is sent for an address'
says 'an IPv6 address in the SAN' 0 '^ok' with_root ::1
says 'another address' 1 '^refused: certificate is for other names than 127.0.0.2' with_root 127.0.0.2
says 'another IPv6 address' 1 '^refused: certificate is for other names than ::2' with_root ::2
serve ip-as-name
says 'an address as dNSName' 1 '^refused: certificate is for other names than 127.0.0.1' with_root 127.0.0.1
says 'no host name' 1 '^no start: not a host name: \*.example.com' with_root '*.example.com'

# --- Dates -------------------------------------------------------------------------------------
refuses 'expired' expired "date: certificate of $host expired on 20.*Z; if that is in the future, set this machine's clock"
says 'expired, dates not known' 0 '^ok' with_root $host --any-date
refuses 'not yet valid' future "date: certificate of $host is valid only from 20.*Z: check this machine's clock"
says 'not yet valid, dates not known' 0 '^ok' with_root $host --any-date
refuses 'an expired intermediate' under-old "date: certificate of $host expired on"
says 'periods that do not meet, dates not known' 0 '^ok' with_root $host --any-date
refuses 'expired and a wrong name: the name is the reason' expired-other 'certificate is for other names'
says 'any date, but the name counts' 1 '^refused: certificate is for other names' with_root $host --any-date
refuses 'expired and unknown: unknown is the reason' expired-unknown "certificate of $host: issuer is not among the trusted"
says 'any date, but the issuer counts' 1 '^refused: .*issuer is not among the trusted roots' with_root $host --any-date
serve ec
says 'a clock at 1970' 1 '^refused: date: certificate of .* is valid only from' with_root $host --time 0
says 'a clock ahead' 1 '^refused: date: certificate of .* expired on' with_root $host --time 4102444800

# --- Trust -------------------------------------------------------------------------------------
refuses 'an unknown CA' unknown "certificate of $host: issuer is not among the trusted roots; for a private CA set ca = FILE"
says 'and without ca' 1 '^refused: .*issuer is not among the trusted roots' get $host
cat root.pem stranger.pem > both-roots.pem
says 'until it is trusted' 0 '^ok' get $host --ca both-roots.pem
cat twin.pem other-twin.pem > twins.pem
for name in under-twin under-other-twin; do
	serve $name
	says "two roots of the same name: $name" 0 '^ok' get $host --ca twins.pem
done
says 'the other twin alone' 0 '^ok' get $host --ca other-twin.pem
says 'the wrong twin alone' 1 '^refused: .*issuer is not among the trusted roots' get $host --ca twin.pem
serve under-rsa
says 'a root of RSA, 4096 bits' 0 '^ok' get $host --ca rsa-root.pem
refuses 'self-signed' self 'certificate of .*: issuer is not among the trusted roots'
says 'until it is trusted itself' 0 '^ok' get $host --ca self.pem
refuses 'a missing intermediate' gap 'certificate of .*: issuer is not among the trusted roots'
says 'until that one is trusted' 0 '^ok' get $host --ca inter.pem
refuses 'a chain out of order' mixed "certificate of $host: the server sends a chain out of order or with a gap"
serve under-not-ca
says 'a certificate that is no CA vouches for itself only' 1 '^refused: ' get $host --ca not-ca.pem
refuses 'signed by a certificate that is no CA' under-not-ca "certificate of $host is signed by a certificate that is not a CA's"
refuses 'signed by a CA that may not sign' under-no-sign "certificate of $host: the key usage of its issuer forbids that"
refuses 'deeper than the path length' too-deep "certificate of $host is signed by a certificate that is not a CA's"
refuses 'name constraints' under-bound "certificate of $host: its issuer has name constraints, which ddns cannot check"
refuses 'signed with SHA-1' sha1 "certificate of $host is signed with SHA-1 or MD5"
refuses 'an intermediate signed with SHA-1' under-sha1 "certificate of $host is signed with SHA-1 or MD5"
refuses 'RSA, 1024 bits' rsa1024 "certificate of $host, or its issuer's, has an RSA key of less than 2048 bits"
refuses 'an intermediate of RSA, 1024 bits' under-weak "certificate of $host, or its issuer's, has an RSA key of less than 2048"
refuses 'for clients only' client "certificate of $host is not for servers: its extended key usage lacks serverAuth"
refuses 'an intermediate for clients only' under-client "certificate of $host: its issuer may not issue for servers"
refuses 'a key that may not sign' no-use "certificate of $host: its key usage forbids signatures"
says 'ca without a certificate' 1 '^bad ca: no certificate in it: PEM is wanted' get $host --ca ca.cnf
cat root.pem ed.pem > root-ed.pem
says 'ca with an unknown kind of key' 1 '^bad ca: certificate 2 has a key of a kind' get $host --ca root-ed.pem

# --- The protocol ------------------------------------------------------------------------------
refuses 'TLS 1.1 only' ec 'the server found no TLS version or cipher suite in common: TLS 1.2 with ECDHE' -tls1_1
refuses 'TLS 1.3 only' ec 'the server refuses TLS 1.2 (protocol_version): it must allow it, ddns has no other' -tls1_3

serve ec -tlsextdebug -msg -cipher ECDHE-ECDSA-AES128-GCM-SHA256
long=$(printf '%03950d' 0)
says 'a request of 4 KB' 0 '^ok' "$tlsget" 127.0.0.1 "$port" $host --ca root.pem --send "GET /$long HTTP/1.0$crlf"
ok 'goes out in one record' grep -q '^ *17 03 03 0f 9[0-9a-f]' server.log
is "$(extensions)" '65281 0 13 10 11 ' 'extensions sent: renegotiation, SNI, signatures, curves, points; no max_fragment_length'
ok 'signatures offered: ECDSA and RSA with SHA-256, 384, 512' grep -q ' 00 0c 04 03 05 03 06 03-04 01 05 01 06 01 ' server.log

serve ec
says 'a session is resumed' 0 '^ok [0-9]* resumed' with_root $host --twice
is "$(sed -n 's/^ok [0-9]* //p' said | tr '\n' ' ')" 'full resumed ' 'after a full handshake'
says 'not one whose dates were not looked at' 0 '^ok' with_root $host --twice --any-date
is "$(sed -n 's/^ok [0-9]* //p' said | tr '\n' ' ')" 'full full ' 'both in full'
serve ec -no_cache
says 'a server without sessions' 0 '^ok' with_root $host --twice
is "$(sed -n 's/^ok [0-9]* //p' said | tr '\n' ' ')" 'full full ' 'twice in full'
says 'hanging up in mid-reply ends well' 0 '^ok' with_root $host --hang-up

# --- A bad line, and servers that are none -----------------------------------------------------
# relay TO LIMIT: passes one connection on and closes both after LIMIT bytes from the server (0: all); then prints how
# many those were.  drip TO 0: the same a byte at a time.  canned HEX: answers the first bytes with these.
cat > line.pl <<'END'
use strict; use IO::Socket::INET; use IO::Select;
$| = 1;
my ($mode, $what, $limit) = @ARGV;
my $l = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1') or die;
print "ACCEPT 127.0.0.1:", $l->sockport, "\n";
while (my $c = $l->accept) {
	if ($mode eq 'canned') { sysread $c, my $x, 4096; syswrite $c, pack('H*', $what); sysread $c, $x, 4096; next }
	my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$what") or die;
	my ($sel, $n) = (IO::Select->new($c, $s), 0);
	RUN: while (1) {
		for my $from ($sel->can_read) {
			my $max = $mode eq 'drip' ? 1 : $from == $s && $limit ? $limit - $n : 65536;
			sysread($from, my $x, $max) or last RUN;
			$n += length $x if $from == $s;
			syswrite $from == $s ? $c : $s, $x;
			last RUN if $limit && $n >= $limit;
		}
	}
	close $_ for $c, $s;
	print "bytes $n\n";
}
END
# line MODE ...: sets port, keeps the one before in behind.
line() {
	: > line.log
	perl line.pl "$@" > line.log 2>&1 &
	line=$!
	pids="$pids $line"
	wait_for 5 grep -q ACCEPT line.log
	behind=$port
	port=$(sed -n 's/^ACCEPT .*://p' line.log)
}
unline() { kill "$line"; wait "$line" 2> /dev/null; port=$behind; }

serve rsa -cipher ECDHE-RSA-AES128-GCM-SHA256 # RSA: an ECDSA signature is not always of the same length
line relay "$port" 0
says 'through a wire' 0 '^ok [0-9]* full' with_root $host
wait_for 5 grep -q bytes line.log
all=$(sed -n 's/^bytes //p' line.log)
unline
line drip "$port" 0
says 'a byte at a time' 0 '^ok [0-9]* full' with_root $host
unline
# The last record is close_notify: 5 of header, 8 of nonce, 2 of alert, 16 of tag.
line relay "$port" $((all - 31))
says 'cut before close_notify' 1 '^refused: the connection ended without close_notify: the reply may be cut short' with_root $host
unline
line relay "$port" $((all - 32))
says 'cut in mid-record' 1 '^refused: the connection was cut in mid-record' with_root $host
unline
line relay "$port" $((all - 29))
says 'cut in the last header' 1 '^refused: the connection was cut in mid-record' with_root $host
unline
line relay "$port" 200
says 'cut in the handshake' 1 '^refused: the server closed the connection during the TLS handshake' with_root $host
unline
stop

# canned NAME REASON HEX
canned() {
	line canned "$3"
	says "$1" 1 "^refused: $2" with_root $host
	unline
}
canned 'plain HTTP' "$host does not speak TLS on this port" "$(printf 'HTTP/1.1 400 Bad Request\r\n\r\n' | od -An -v -tx1 | tr -d ' \n')"
canned 'a ServerHello of TLS 1.0' 'the server speaks only a TLS older than 1.2, which is refused' \
	"160301002a020000260301$(printf '%064d' 0)00c02f00"
canned 'an alert: internal_error' 'the server had an internal error' 15030300020250
canned 'an alert: unrecognized_name' "the server does not know the name $host" 15030300020270
canned 'an alert without words' 'the server refused with TLS alert 90' 1503030002025a
canned 'a handshake record of garbage' 'the server broke the TLS protocol (BearSSL error [0-9]*)' 1603030004ffffffff

done_testing
