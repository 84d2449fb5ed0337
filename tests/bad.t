#!/bin/sh
# bad.t: wrong configurations, damaged state files, misbehaving servers, wrong credentials: a clear word, nothing lost,
# nothing published, nothing asked twice, and no secret anywhere.
# shellcheck disable=SC2046,SC2086,SC2016  # lists of words, and words of other languages
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

start_peer "$work/peer"

# --- configurations ---

# wrong NAME LINE PATTERN: check refuses the text on standard input, naming line and matter.
wrong() {
	mkdir -p "$work/wrong"
	cat > "$work/wrong/ddns.cfg"
	says "config: $1" 2 "ddns\.cfg:$2: .*$3" "$exe" -c "$work/wrong/ddns.cfg" check
}
good_section() { printf '[dyndns2]\nserver = https://dyn.example.net\nuser = me\npassword = secret\nhosts = home.example.net\n'; }

{ printf 'interval = 5m\ninterval = 10m\n'; good_section; } | wrong 'a key twice' 2 'interval'
{ printf 'intervall = 5m\n'; good_section; } | wrong 'an unknown key, the nearest is named' 1 "intervall.*interval"
{ good_section; echo 'pasword = x'; } | wrong 'an unknown account key, the nearest is named' 6 'pasword.*password'
{ printf 'interval = soon\n'; good_section; } | wrong 'a value that is no duration' 1 'soon'
{ printf 'interval = 5s\n'; good_section; } | wrong 'a value below its least' 1 '30'
{ printf 'verify = perhaps\n'; good_section; } | wrong 'a value that is neither yes nor no' 1 'yes'
{ printf 'ipv4 = wed https://x.example\n'; good_section; } | wrong 'an unknown address source' 1 'wed.*web'
{ printf 'allow = everything\n'; good_section; } | wrong 'an unknown address class' 1 'everything'
good_section | grep -v password | wrong 'a missing credential' 1 'password'
good_section | grep -v hosts | wrong 'no hosts' 1 'hosts'
good_section | grep -v server | wrong 'no server' 1 'server'
good_section | sed 's/dyndns2/dyndms2/' | wrong 'an unknown provider, the nearest is named' 1 'dyndms2.*dyndns2'
good_section | sed 's/^server.*/server = http:\/\/dyn.example.net/' | wrong 'credentials over plain http' 2 'https'
good_section | sed 's/home.example.net/home_/; s/hosts = .*/hosts = -home..net/' | wrong 'no host name' 5 'home..net'
good_section | sed 's/^password.*/password = @no-such-file/' | wrong 'a secret whose file is missing' 4 'no such file'
good_section | sed 's/^password.*/password = $NO_SUCH_VARIABLE/' | wrong 'a secret whose variable is missing' 4 'not set'
good_section | sed 's/^hosts.*/just words/' | wrong 'a line without =' 5 '='
{ good_section; echo '[dyndns2'; } | wrong 'an open bracket' 6 ']'
{ good_section; good_section; } | wrong 'the same section twice' 6 'dyndns2'
{ printf 'log = caf\351\n'; good_section; } | wrong 'not UTF-8' 1 'UTF-8'
{ good_section; awk 'BEGIN { printf "zone = "; for (i = 0; i < 5000; i++) printf "x"; print "" }'; } | wrong 'a line over the limit' 6 '4096'
awk 'BEGIN { for (i = 1; i <= 65; i++) printf "[dyndns2 a%d]\nserver = https://dyn.example.net\nuser = me\npassword = s\nhosts = h%d.example.net\n", i, i }' |
	wrong 'too many accounts' 321 '64'
awk 'BEGIN { for (a = 1; a <= 4; a++) {
	printf "[dyndns2 a%d]\nserver = https://dyn.example.net\nuser = me\npassword = s\nhosts = x.example.net", a
	for (i = 1; i <= 150; i++) printf ", h%d-%d.example.net", a, i
	print "" } }' | wrong 'too many hosts' 20 '512'
awk 'BEGIN { for (i = 0; i < 9000; i++) print "# filler" }' > "$work/wrong/ddns.cfg"
says 'config: a file over the limit' 2 '65536\|64 K' "$exe" -c "$work/wrong/ddns.cfg" check
: > "$work/wrong/ddns.cfg"
says 'config: an empty file' 2 'account\|section' "$exe" -c "$work/wrong/ddns.cfg" check
printf 'intervall = 5m\n[dyndns2]\nuser = me\nfoo = 1\n' > "$work/wrong/ddns.cfg"
"$exe" -c "$work/wrong/ddns.cfg" check > "$work/said" 2>&1
is "$(grep -c 'ddns\.cfg:[0-9]*:' "$work/said")" "$(grep -c . "$work/said")" 'config: every mistake has its line'
ok 'config: all mistakes are told, not only the first' [ "$(wc -l < "$work/said")" -ge 4 ]
says 'config: run refuses a wrong one too' 2 'ddns\.cfg:1:' "$exe" -c "$work/wrong/ddns.cfg" run
good_section | sed 's/$/\r/' > "$work/wrong/ddns.cfg"
says 'config: CRLF is fine' 0 'home.example.net' "$exe" -c "$work/wrong/ddns.cfg" check
{ printf '\357\273\277'; good_section; } > "$work/wrong/ddns.cfg"
says 'config: a BOM is fine' 0 'home.example.net' "$exe" -c "$work/wrong/ddns.cfg" check

# --- state files ---

{ cloudflare home.example.com; dyndns2 home.example.net; } | config "$work/state"
cfg=$work/state/ddns.cfg
says 'state: published' 0 '' "$exe" -c "$cfg" once
cp "$work/state/ddns.state" "$work/good.state"
before=$(writes "")
# damaged NAME: the file on standard input is kept aside and said; what is published is learnt from DNS, not sent again.
damaged() {
	cat > "$work/damaged.state"
	rm -f "$work"/state/ddns.state*
	cp "$work/damaged.state" "$work/state/ddns.state"
	says "state: $1: said" 0 'ddns\.state' "$exe" -c "$cfg" once
	is "$(writes "")" "$before" "state: $1: nothing was sent again"
	kept=$(find "$work/state" -name 'ddns.state?*' -exec cmp -s {} "$work/damaged.state" \; -print)
	ok "state: $1: kept aside ($(basename "${kept:-no file}"))" [ -n "$kept" ]
	says "state: $1: relearnt" 0 '203.0.113.7' "$exe" -c "$cfg" status
}
head -c 100 "$work/good.state" | damaged 'truncated'
grep -v '^end' "$work/good.state" | damaged 'without its end'
sed 's/203\.0\.113\.7/203.0.113.8/' "$work/good.state" | damaged 'edited'
: | damaged 'empty'
head -c 3000 /dev/urandom | damaged 'noise'
{ cat "$work/good.state"; echo more; } | damaged 'with more behind its end'
awk 'BEGIN { for (i = 0; i < 20000; i++) print "record and more" }' | damaged 'over the limit'
rm -f "$work"/state/ddns.state*
says 'state: gone' 0 '' "$exe" -c "$cfg" once
is "$(writes "")" "$before" 'state: gone: nothing was sent again'

# --- address sources: each in a folder of its own, all at the same time ---

# batch_once NAME...: `once` in each folder $work/NAME, side by side; waits for all. Status in NAME/exit, words in NAME/log.
batch_once() {
	list=
	for name; do
		(
			timeout 100 "$exe" -v -c "$work/$name/ddns.cfg" once > "$work/$name/log" 2>&1 < /dev/null
			echo $? > "$work/$name/exit"
		) &
		list="$list $!"
	done
	wait $list
}
echoes='html cookie 403 429 500 1034 302 two zeros private cgnat zero v6 mapped escape nothttp cut chunk-cut lengths record
	reset closed silent endless headers drip big'
for m in $echoes; do
	dyndns2 "echo-$m.example.net" | config "$work/echo-$m"
	sed -i "s|^ipv4 = .*|ipv4 = web $url/echo/$m|" "$work/echo-$m/ddns.cfg"
done
tokens='html 403 500 302 two escape json-cut nothttp cut chunk-cut lengths record reset closed silent endless headers limited narrow nobody'
for m in $tokens; do cloudflare www.example.com "$m" | config "$work/token-$m"; done
labels='nohost abuse nine11 badagent notfqdn numhost dnserr donator good127 chatty nothing limited html 403 500 302 nothttp cut
	chunk-cut lengths record reset closed silent endless'
for m in $labels; do dyndns2 "$m.example.net" | config "$work/label-$m"; done
before=$(curl -s "http://127.0.0.1:$HTTP/records" | cksum)
batch_once $(printf 'echo-%s ' $echoes) $(printf 'token-%s ' $tokens) $(printf 'label-%s ' $labels)
for m in $echoes; do
	is "$(cat "$work/echo-$m/exit")" 1 "source $m: not believed"
	ok "source $m: said so" grep -q 'no IPv4 address' "$work/echo-$m/log"
done
is "$(writes "" | grep -c echo-)" 0 'sources: no provider was asked to write anything'
ok 'source escape: no control byte reaches the log' not grep -q "$(printf '\033')" "$work/echo-escape/log"

# --- providers ---
for m in $tokens; do is "$(cat "$work/token-$m/exit")" 1 "Cloudflare $m: is no success"; done
for m in $labels; do is "$(cat "$work/label-$m/exit")" 1 "DynDNS v2 $m: is no success"; done
is "$(curl -s "http://127.0.0.1:$HTTP/records" | cksum)" "$before" 'providers: no record was changed'
ok 'providers: no control byte reaches the log' not grep -q "$(printf '\033')" "$work"/token-*/log "$work"/label-*/log

stopped=$(printf 'token-%s ' narrow nobody 302; printf 'label-%s ' nohost abuse badagent notfqdn numhost donator good127 403)
waiting='token-limited label-limited label-nine11 label-dnserr'
for m in $stopped; do ok "$m: the account is stopped" grep -q 'stopped until' "$work/$m/log"; done
for m in $waiting; do ok "$m: it waits, and says how long" grep -q 'next try in' "$work/$m/log"; done
lines=$(grep -c -e /update -e /client/ "$requests")
batch_once $stopped $waiting
is "$(grep -c -e /update -e /client/ "$requests")" "$lines" 'after a restart none of them is asked again'
for m in $stopped; do says "$m: status tells why" 1 'stopped\|paused' "$exe" -c "$work/$m/ddns.cfg" status; done

# --- a reply that is lost: written, but the provider hung up. DNS is asked before anything is sent again.
dyndns2 lost.example.net | config "$work/lost"
says 'a lost reply' 1 'lost.example.net' "$exe" -c "$work/lost/ddns.cfg" once
is "$(answer lost.example.net)" 203.0.113.7 'a lost reply: it was written'
"$exe" -c "$work/lost/ddns.cfg" once > "$work/said" 2>&1
is "$(writes lost.example.net)" 1 'a lost reply: not written again'

# --- sources that disagree, and one that makes up for another ---
echo 203.0.113.77 > "$work/peer/address6"
dyndns2 disagree.example.net | config "$work/disagree"
sed -i "s|^ipv4 = .*|ipv4 = web $url/ip, web $url/ip6|" "$work/disagree/ddns.cfg"
says 'sources that disagree' 1 'disagree.*203.0.113.7' "$exe" -c "$work/disagree/ddns.cfg" once
is "$(writes disagree.example.net)" 0 'sources that disagree: nothing is published'
dyndns2 over.example.net | config "$work/over"
sed -i "s|^ipv4 = .*|ipv4 = web $url/echo/html, web $url/ip, web https://ddns-both.example.com:$HTTPS/ip|" "$work/over/ddns.cfg"
says 'a bad source among good ones' 0 'over.example.net.*203.0.113.7' "$exe" -c "$work/over/ddns.cfg" once

# --- TLS: an anchor that signed nothing here, and a name that is not in the certificate ---
dyndns2 tls.example.net | config "$work/tls"
cp "$work/peer/other.pem" "$work/tls/root.pem"
says 'an unknown CA' 1 'certificate' "$exe" -c "$work/tls/ddns.cfg" once
is "$(writes tls.example.net)" 0 'an unknown CA: nothing is sent'

# --- wrong credentials, and right ones again ---
dyndns2 creds.example.net | sed 's/= secret/= canary-password/' | config "$work/creds"
cfg=$work/creds/ddns.cfg
says 'a wrong password' 1 'stopped until' "$exe" -v -c "$cfg" once
cp "$work/said" "$work/creds/said.1"
says 'a wrong password: stopped after a restart' 1 '' "$exe" -v -c "$cfg" once
is "$(writes creds.example.net)" 1 'a wrong password: asked once'
sed -i 's/^interval.*//; s/^allow = .*/allow = documentation loopback/' "$cfg"
"$exe" -c "$cfg" once > /dev/null 2>&1
is "$(writes creds.example.net)" 1 'a wrong password: another setting does not wake it'
sed -i 's/canary-password/secret/' "$cfg"
says 'the right password: goes on at once' 0 'creds.example.net.*203.0.113.7' "$exe" -v -c "$cfg" once

# --- secrets: in no output, log or state, at the highest level ---
printf '%s' canary-file-token > "$work/token.file"
{
	cloudflare home.example.com canary-token
	dyndns2 canary.example.net | sed 's/= secret/= canary-password/; s/= me/= canary-user/'
	printf '[duckdns]\nserver = %s\ntoken = canary-duck\nhosts = canary.duckdns.org\n' "$url"
	printf '[cloudflare file]\nserver = %s/client/v4\ntoken = @../token.file\nhosts = file.example.com\n' "$url"
	printf '[cloudflare env]\nserver = %s/client/v4\ntoken = $CANARY\nhosts = env.example.com\n' "$url"
} | config "$work/secret" 'log_level = debug'
export CANARY=canary-env-token
dir=$work/secret
for command in once once check status 'status --json' ip; do
	"$exe" -v -c "$dir/ddns.cfg" $command >> "$dir/said" 2>&1
done
sed 's/^log = .*/log = ddns.log/; s/^log_level.*/&\nlog_format = json/' "$dir/ddns.cfg" > "$dir/json.cfg"
rm -f "$dir/ddns.state"
"$exe" -v -c "$dir/json.cfg" once >> "$dir/said" 2>&1
ok 'secrets: there was a log to look at' [ -s "$dir/ddns.log" ]
ok 'secrets: there was something to say' [ "$(grep -c . "$dir/said")" -gt 20 ]
find "$dir" -type f ! -name '*.cfg' -exec grep -l -e 'canary-\(token\|password\|user\|duck\|file\|env\)' -e Y2FuYXJ5 {} + > "$work/leaks"
ok 'secrets: in no output, log or state' [ ! -s "$work/leaks" ]
sed 's/^/# /' "$work/leaks"
is "$(stat -c %a "$dir/ddns.state" "$dir/ddns.log" | sort -u)" 600 'state and log are the owner'"'"'s alone'
done_testing
