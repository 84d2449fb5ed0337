#!/bin/sh
# anchors.t: the built-in trust anchors against openssl's and Perl's reading of the same files: each root that has not
# expired is there, with its name's locator, the kind and the bytes of its key, and nothing else is.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
roots=/usr/share/ca-certificates/mozilla
sed -n '/^const unsigned char anchors_blob/,/^}/p' "$build/gen/anchors.c" | grep -o '0x[0-9a-f]*' | cut -c3- | tr -d '\n' > "$work/blob"
read -r epoch < "$build/gen/epoch"

# Lines "expiry, the row in hexadecimal", of every root.
for f in "$roots"/*.crt; do
	date -u -d "$(openssl x509 -in "$f" -noout -enddate | cut -d= -f2)" +%s | tr '\n' ' '
	openssl x509 -in "$f" -outform DER | perl -MDigest::SHA=sha256 -e '
		local $/; my $der = <STDIN>;
		sub item { # takes an element off: tag, body, whole
			my ($tag, $n) = unpack "CC", $_[0]; my $at = 2;
			if ($n > 128) { my $more = $n - 128; $n = hex unpack "H*", substr $_[0], 2, $more; $at += $more }
			my @got = ($tag, substr($_[0], $at, $n), substr($_[0], 0, $at + $n)); $_[0] = substr $_[0], $at + $n; @got }
		my $tbs = (item((item($der))[1]))[1];
		my @parts; push @parts, [item($tbs)] while length $tbs;
		shift @parts if $parts[0][0] == 0xa0;
		my ($subject, $info) = ($parts[4][2], $parts[5][1]);
		my ($alg, $bits) = ((item($info))[1], (item($info))[1]);
		my $oid = unpack "H*", (item($alg))[1];
		my $key = substr $bits, 1; my $kind;
		if ($oid eq "2a864886f70d010101") {
			my $pair = (item($key))[1];
			my ($n, $e) = map { s/^\0+//r } (item($pair))[1], (item($pair))[1];
			$kind = $e eq "\1\0\1" ? 0 : 0x40; $key = $n . ($kind ? substr("\0\0\0$e", -4) : "");
		} else { $kind = { "2a8648ce3d030107" => 23, "2b81040022" => 24 }->{unpack "H*", (item($alg))[1]} }
		print unpack("H*", substr(sha256($subject), 0, 4) . pack("Cn", $kind, length $key) . $key), "\n"'
done > "$work/rows"

is "$(wc -l < "$work/rows")" "$(find $roots -name '*.crt' | wc -l)" 'every root can be read'
awk -v epoch="$epoch" '$1 >= epoch { print $2 }' "$work/rows" > "$work/live"
ok 'most have not expired' [ "$(wc -l < "$work/live")" -gt 100 ]
tr -d '\n' < "$work/live" > "$work/want"
ok 'the rows are those of the roots that have not expired, in the order of their files' cmp "$work/blob" "$work/want"
done_testing
