#!/bin/sh
# canary.t: no secret of any provider is ever written. Every provider of `ddns providers` gets the section that `providers NAME`
# prints, filled with canaries, and is sent to a server that throws back what it is sent (tests/echo.js): by the provider's own
# URLs, in a network namespace of our own, where all names lead to it. Then everything written is searched.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
command -v node > /dev/null && command -v ip > /dev/null || "$top/tests/env/need" sdk test || exit 1
if [ "${1-}" != inside ]; then
	rm -rf "$work"
	root=$([ "$(id -u)" = 0 ] || echo -r)
	# shellcheck disable=SC2086  # perhaps nothing
	exec unshare $root -n sh "$top/tests/canary.t" inside
fi
ip link set lo up

# --- the keys: canaries, and where a key must be a key, a real one whose lines are looked for ---
openssl genrsa -out "$work/rsa.pem" 2048 2> /dev/null
printf '{"type":"service_account","client_email":"me@example.com","private_key_id":"1","private_key":"%s\\n"}\n' \
	"$(awk '{ printf "%s\\n", $0 }' "$work/rsa.pem")" > "$work/google.json"
chmod 600 "$work/rsa.pem" "$work/google.json"
# canary PROVIDER SETTING: how that setting is filled.
canary() {
	case $1/$2 in
	*/server) [ "$1" = rfc2136 ] && echo 127.0.0.1:53 || echo "https://$1.example.com" ;;
	*/user | */id) echo "me@example.com" ;;
	*/zone_id | */record_id | */service) echo 1234 ;;
	*/region) echo eu-frankfurt-1 ;;
	rfc2136/secret) printf 'KNRYa1b2KNRYc3d4' | base64 ;;
	google*/secret | gcloud/secret) echo @google.json ;;
	transip/key | oracle/key | oci/key) echo @rsa.pem ;;
	*) echo "KNRYa1b2+KNRYc3d4/KNRYe5f6=$(echo "$2" | cksum | cut -c1-2)" ;;
	esac
}

# --- one section for each provider, as `providers NAME` prints it ---
"$exe" providers | cut -f1 > "$work/ids"
ok 'there are providers' [ "$(wc -l < "$work/ids")" -ge 100 ]
mkdir "$work/sections" "$work/checks"
while read -r id; do
	"$exe" providers "$id" > "$work/help"
	# Needed settings stand there as NAME = …, those that may be given as # NAME = …
	sed -n '/^\[/,$p' "$work/help" | while read -r line; do
		name=${line%% =*}
		case $line in
		'#'*) ;;
		*' = …'*) echo "$name = $(canary "$id" "$name")" ;;
		*) echo "$line" ;;
		esac
	done > "$work/sections/$id"
	cp "$work/sections/$id" "$work/ddns.cfg"
	chmod 600 "$work/ddns.cfg"
	"$exe" -c "$work/ddns.cfg" check > "$work/checks/$id" 2>&1 || echo "$id: $(cat "$work/checks/$id")"
done < "$work/ids" > "$work/refused"
ok 'the section of each passes check once it is filled' [ ! -s "$work/refused" ]
sed 's/^/#   /' "$work/refused"

# --- the server: its certificate has every host of the recipes; it knows where each reads words ---
perl - src/provider/recipes/*.txt > "$work/paths" <<'END'
	my (%recipe, $r, %paths);
	while (<>) {
		if (/^\[(.*)\]/) { $r = $recipe{$1} = {hosts => [], words => [], id => $1}; next }
		$r->{like} = $1 if /^like\s*=\s*(\S+)/;
		push @{$r->{words}}, $1 =~ /"[^"]*"|\S+/g if /^\s*(?:code|say)\s*=\s*(.*\S)/;
		push @{$r->{hosts}}, $1 if !/^site/ && m{=\s*(?:[A-Z]+ )?https?://([^/?\s]+)};
	}
	sub spread {
		my $h = shift;
		$h =~ s/\{region\}/eu-frankfurt-1/;
		return $h =~ /^(.*)\{([^|}]*)\|([^}]*)\}(.*)$/ ? ("$1$2$4", "$1$3$4") : $h;
	}
	for my $r (values %recipe) {
		my $p = $recipe{$r->{like} // ''};
		my @words = (@{$r->{words}}, $p ? @{$p->{words}} : ());
		my @hosts = @{$r->{hosts}} ? @{$r->{hosts}} : $p ? @{$p->{hosts}} : ();
		push @{$paths{$_}}, @words for map { spread($_) } @hosts, "$r->{id}.example.com";
	}
	print "$_ @{$paths{$_}}\n" for sort keys %paths;
END
names=$(cut -d' ' -f1 "$work/paths" | grep -v 'example\.com$' | sed 's/^/DNS:/' | paste -sd,)
"$top/tests/env/certs" "$work" "DNS:*.example.com,$names"
node "$top/tests/echo.js" "$work" > "$work/echo.log" 2>&1 < /dev/null &
pids="$pids $!"
wait_for 5 [ -e "$work/ready" ] || { cat "$work/echo.log"; exit 1; }

# --- the play: 48 accounts a configuration ---
head='allow = documentation
ca = root.pem
dns = 127.0.0.1
ipv4 = file address
verify = no
log_level = debug'
echo 203.0.113.7 > "$work/address"
split -l 48 -d "$work/ids" "$work/part."
for part in "$work"/part.*; do
	{
		printf '%s\n' "$head" 'log = ddns.log'
		while read -r id; do cat "$work/sections/$id"; done < "$part"
	} > "$work/text.cfg"
	sed 's/^log = .*/&.json\nlog_format = json/' "$work/text.cfg" > "$work/json.cfg"
	chmod 600 "$work"/*.cfg
	for mode in words coded raw away; do
		out=$work/out/$mode.${part##*.}
		mkdir -p "$out"
		echo $mode > "$work/mode"
		for format in text json; do
			rm -f "$work/ddns.state" "$work"/ddns.log*
			timeout 100 "$exe" -v -c "$work/$format.cfg" once > "$out/once.$format" 2>&1 < /dev/null
			"$exe" -v -c "$work/$format.cfg" status > "$out/status.$format" 2>&1
			"$exe" -v -c "$work/$format.cfg" status --json > "$out/status.json.$format" 2>&1
			cp "$work/ddns.state" "$out/state.$format"
			cat "$work"/ddns.log* > "$out/log.$format"
		done
	done
done

# --- was it a test at all? ---
hosts() { cut -d' ' -f1 "$work/requests" | sort -u | wc -l; }
ok "every host of the recipes was asked ($(hosts))" [ "$(hosts)" -ge 100 ]
bare=$(awk '$3 > 0 { print $1 }' "$work/requests" | sort -u | wc -l)
ok "most of them saw the secret itself, others a signature ($bare)" [ "$bare" -ge 90 ]
for mode in words coded raw away; do
	while read -r id; do grep -q "\[$id\]" "$work/out/$mode".*/once.text || echo "$id"; done < "$work/ids" > "$work/silent"
	ok "$mode: every provider had something to say" [ ! -s "$work/silent" ]
	sed 's/^/#   /' "$work/silent"
done
ok 'servers did throw secrets back, and they were struck out' [ "$(cat "$work"/out/words.*/once.text | grep -c -F '***')" -ge 90 ]
ok 'states were written' [ "$(cat "$work"/out/*/state.* | wc -l)" -gt 500 ]
ok 'logs were written, text and JSON' sh -c "grep -q ' error ' '$work'/out/words.00/log.text && grep -q '^{' '$work'/out/words.00/log.json"

# --- the search: canaries as they are or in part, in base64 at any offset, and pieces of the keys ---
{
	openssl rsa -in "$work/rsa.pem" -traditional 2> /dev/null | cat - "$work/rsa.pem" | grep -v -e ----- | sed 's/................/&\n/g' | grep '^.\{16\}'
} > "$work/pieces"
# leaks IN...: lines that hold a canary.
leaks() {
	grep -rnE -e 'KNRY[0-9a-f]{4}' -e 'S05SW|tOUll|LTlJZ' "$@"
	grep -rnF -f "$work/pieces" "$@"
}
coded() { printf %s "$1" | base64 -w0; }
# What the search would find, and what not: that it can is shown first.
for text in 'x KNRYa1b2 x' "$(coded KNRYa1b2)" "$(coded xKNRYa1b2)" "$(coded me:KNRYe5f6)" "$(sed -n 3p "$work/rsa.pem" | cut -c17-)" '+%2BKNRYc3d4'; do
	echo "$text" > "$work/planted"
	leaks "$work/planted" > "$work/found" || :
	ok "the search finds $text" [ -s "$work/found" ]
done
leaks "$work/out" "$work/checks" > "$work/leaked"
ok 'no secret of any provider in output, log, state or status' [ ! -s "$work/leaked" ]
cut -c1-300 "$work/leaked" | head -n 20 | sed 's/^/#   /'
done_testing
