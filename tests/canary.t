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
		push @{$r->{hosts}}, $1 if m{=\s*(?:[A-Z]+ )?https?://([^/?\s]+)};
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
(
	cd "$work" || exit
	openssl ecparam -name prime256v1 -genkey -noout -out key.pem
	{ printf 'basicConstraints=critical,CA:TRUE\n'; printf 'subjectAltName='; sed 's/ .*//; s/^/DNS:/' paths | paste -sd,; } > ext
	openssl req -new -key key.pem -subj '/CN=canary' -out csr
	openssl x509 -req -in csr -signkey key.pem -days 30 -sha256 -extfile ext -out cert.pem
) > "$work/openssl.log" 2>&1
cp "$work/cert.pem" "$work/root.pem"
node "$top/tests/echo.js" "$work" > "$work/echo.log" 2>&1 < /dev/null &
pids="$pids $!"
wait_for 5 [ -e "$work/ready" ] || { cat "$work/echo.log"; exit 1; }
