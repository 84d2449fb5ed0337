#!/bin/sh
# sign.t: request signatures against second implementations: curl, openssl, and the vendors' own SDKs from npm, which sign the
# very same request again (tests/sign.js). Our side is tests/tools/sign.c.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

tool=$build/native/tests/tools/sign
time=1704164645 # 2024-01-02T03:04:05Z
nonce=00112233445566778899
cd "$work" || exit 2
for size in 2048 3072 4096; do openssl genrsa -out rsa$size.pem $size 2> /dev/null; done

# header NAME: of the standard input
header() { tr -d '\r' | sed -n "s/^$1: //Ip"; }
hmac() { printf %s "$3" | openssl dgst "-$1" -hmac "$2" | sed 's/.*= //'; }
hmac_64() { printf %s "$3" | openssl dgst "-$1" -hmac "$2" -binary | base64 -w0; }
encoded() { printf %s "$1" | sed 's/%/%25/g; s/+/%2B/g; s,/,%2F,g; s/=/%3D/g; s/&/%26/g'; }

# --- curl --aws-sigv4: what it sends is caught, and signed again by us at its time ---
# catch PORT: answers one request on that port and keeps it in the file `caught`.
cat > catch.pl <<'END'
use IO::Socket::INET;
my $port = shift;
my $l = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1', LocalPort => $port, ReuseAddr => 1) or die;
open my $ready, '>', 'ready'; close $ready;
my $c = $l->accept; my $text = '';
while (sysread $c, my $part, 4096) {
    $text .= $part;
    last if $text =~ /^(.*?\r\n\r\n)(.*)$/s && length $2 >= ($1 =~ /content-length: (\d+)/i ? $1 : 0);
}
open my $out, '>', 'caught'; print $out $text; close $out;
print $c "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
END
# curl_aws METHOD PATH TYPE BODY
curl_aws() {
	port=$(free_port)
	rm -f ready caught
	perl catch.pl "$port" &
	pid=$!
	wait_for 5 [ -e ready ]
	url=http://route53.amazonaws.com$2
	set -- "$1" "$2" "$3" "$4" --request "$1"
	[ -z "$3" ] || set -- "$@" --header "Content-Type: $3" --data-binary "$4"
	type=$3 body=$4 method=$1 path=$2
	shift 4
	curl -s -m 10 --noproxy '*' --connect-to "::127.0.0.1:$port" --aws-sigv4 aws:amz:us-east-1:route53 --user AKIDEXAMPLE:secret/KEY+1 "$@" "$url" > /dev/null
	wait "$pid"
	stamp=$(header X-Amz-Date < caught)
	at=$(date -u -d "$(echo "$stamp" | sed 's/\(....\)\(..\)\(..\)T\(..\)\(..\)\(..\)Z/\1-\2-\3 \4:\5:\6/')" +%s)
	"$tool" aws "$at" $nonce "$method" "$url" "$type" "$body" AKIDEXAMPLE secret/KEY+1 us-east-1 route53 > our
	is "$(header Authorization < our)" "$(header Authorization < caught)" "curl: $method $path"
}
curl_aws GET /2013-04-01/hostedzone '' ''
curl_aws GET '/2013-04-01/hostedzonesbyname?dnsname=example.com.&maxitems=1' '' ''
curl_aws POST /2013-04-01/hostedzone/Z1PA6795UKMFR9/rrset application/xml '<?xml version="1.0"?><ChangeResourceRecordSetsRequest/>'

# --- openssl: one hash, or HMAC ---
"$tool" dnsme $time $nonce GET 'https://api.dnsmadeeasy.com/V2.0/dns/managed/name?domainname=example.com' '' '' key0001 secret0001 > our
is "$(header x-dnsme-hmac < our)" "$(hmac sha1 secret0001 'Tue, 02 Jan 2024 03:04:05 GMT')" 'dnsme: HMAC-SHA1 of the date'
is "$(header x-dnsme-requestDate < our)" 'Tue, 02 Jan 2024 03:04:05 GMT' 'dnsme: date'

form='name=www&type=A'
"$tool" nfsn $time $nonce POST https://api.nearlyfreespeech.net/dns/example.com/listRRs application/x-www-form-urlencoded "$form" me key0001 > our
salt=0011223344556677
hash=$(printf %s "$form" | openssl dgst -sha1 | sed 's/.*= //')
hash=$(printf %s "me;$time;$salt;key0001;/dns/example.com/listRRs;$hash" | openssl dgst -sha1 | sed 's/.*= //')
is "$(header X-NFSN-Authentication < our)" "me;$time;$salt;$hash" 'nfsn: SHA-1 of SHA-1'

"$tool" ding $time $nonce POST 'https://oapi.dingtalk.com/robot/send?access_token=t' application/json '{}' SEC0001 > our
is "$(head -n 1 our)" "https://oapi.dingtalk.com/robot/send?access_token=t&timestamp=${time}000&sign=$(encoded "$(hmac_64 sha256 SEC0001 "${time}000
SEC0001")")" 'ding: HMAC-SHA256 of time and secret'

query='Domain=example.com&Host=%40&Type=AAAA&Value=2001%3Adb8%3A%3A7'
"$tool" todaynic $time $nonce GET "https://api.now.cn/api/Dns/AddDomainRecord?$query" '' '' id0001 secret0001 > our
sorted="AccessInstanceID=id0001&Domain=example.com&Host=%40&SignatureMethod=HMAC-SHA1&SignatureNonce=$nonce&Timestamp=2024-01-02T03%3A04%3A05Z&Type=AAAA&Value=2001%3Adb8%3A%3A7"
is "$(sed -n '1s/.*&Signature=//p' our)" "$(encoded "$(hmac_64 sha1 'secret0001&' "GET&%2F&$(encoded "$sorted")")")" 'todaynic: HMAC-SHA1 of the sorted query'

# --- openssl: RSA ---
token='{"login":"me","nonce":"00112233445566778899","read_only":false}'
printf %s "$token" > body
for size in 2048 3072 4096; do
	openssl rsa -in rsa$size.pem -pubout -out pub.pem 2> /dev/null
	openssl rsa -in rsa$size.pem -traditional -out old.pem 2> /dev/null
	for key in rsa$size.pem old.pem; do
		"$tool" transip $time $nonce POST https://api.transip.nl/v6/auth application/json "$token" @$key > our
		header Signature < our | base64 -d > signature
		ok "transip: $size bits, $key, SHA-512" openssl dgst -sha512 -verify pub.pem -signature signature body
	done
	"$tool" oci $time $nonce GET 'https://dns.eu-frankfurt-1.oci.oraclecloud.com/20180115/zones/example.com' '' '' t/u/f @rsa$size.pem > our
	header Authorization < our | sed 's/.*signature="//; s/"$//' | base64 -d > signature
	printf 'date: Tue, 02 Jan 2024 03:04:05 GMT\n(request-target): get /20180115/zones/example.com\nhost: dns.eu-frankfurt-1.oci.oraclecloud.com' > signed
	ok "oci: $size bits, SHA-256" openssl dgst -sha256 -verify pub.pem -signature signature signed
done
printf %s "$(cat rsa2048.pem)" > bare.pem
"$tool" transip $time $nonce POST https://api.transip.nl/v6/auth application/json "$token" @rsa2048.pem > our
"$tool" transip $time $nonce POST https://api.transip.nl/v6/auth application/json "$token" @bare.pem > bare
ok 'transip: a key without its last line end, as @FILE gives it' cmp our bare
openssl ecparam -name prime256v1 -genkey -noout -out ec.pem
openssl rsa -in rsa2048.pem -aes128 -passout pass:x -out locked.pem 2> /dev/null
openssl pkcs8 -topk8 -in rsa2048.pem -passout pass:x -out locked8.pem
says 'an EC key is told apart' 1 'is no RSA key' "$tool" transip $time $nonce POST https://h.example/ '' '' @ec.pem
says 'a key with a passphrase, PKCS#8' 1 'has a passphrase' "$tool" transip $time $nonce POST https://h.example/ '' '' @locked8.pem
says 'a public key' 1 'there is no private key' "$tool" transip $time $nonce POST https://h.example/ '' '' @pub.pem

# --- the vendors' SDKs, kept outside of the clone ---
sdks='@alicloud/openapi-util@0.3.3 @aws-crypto/sha256-js@5.2.0 @baiducloud/sdk@1.0.7 @huaweicloud/huaweicloud-sdk-core@3.1.211
	@smithy/signature-v4@5.7.5 @volcengine/openapi@1.36.2 http-signature@1.4.0 jws@4.0.1 ovh@2.0.3 tencentcloud-sdk-nodejs-common@4.1.220'
cache=${DDNS_CACHE:-$HOME/.cache/ddns}/npm-$(echo "$sdks" | cksum | cut -d' ' -f1)
command -v npm > /dev/null || "$top/tests/env/need" sdk
if ! [ -e "$cache/done" ]; then
	mkdir -p "$cache"
	# shellcheck disable=SC2086
	npm install --prefix "$cache" --no-audit --no-fund --no-save --ignore-scripts $sdks > npm.log 2>&1 && touch "$cache/done"
fi
if [ -e "$cache/done" ]; then
	NODE_PATH=$cache/node_modules node "$top/tests/sign.js" "$tool" "$work" > sdk.tap 2> sdk.log
	ok 'the SDKs were all asked' grep -q '^1\.\.' sdk.tap
	while read -r line; do
		case $line in
		'ok '*) result yes "${line#* - }" ;;
		'not ok '*) result no "${line#* - }" ;;
		'#'*) echo "$line" ;;
		esac
	done < sdk.tap
	sed 's/^/# /' sdk.log | head -n 20
else
	sed 's/^/# /' npm.log | tail -n 5
	result yes "the vendors' SDKs # SKIP npm cannot fetch them"
fi
done_testing
