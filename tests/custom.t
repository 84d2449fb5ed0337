#!/bin/sh
# custom.t: recipes of one's own. The examples of README.md are taken from there, checked, and played against an invented API
# (tests/api.pl), by ddns.cfg alone and as recipe = FILE; recipes with a mistake are refused with file, line and what to write.
# shellcheck disable=SC2016  # sed scripts
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
start_peer "$work/peer"

# --- README: its examples, as they stand there ---
# Blocks of the section on providers: one that begins with a section is a ddns.cfg; one that does not, and comes after it, is
# the file it names as recipe.
mkdir -p "$work/readme"
awk -v dir="$work/readme" '
	/^##/ { inside = /^### Adding a provider/ }
	!inside { next }
	!/^    / { if (/./) open = 0; next }
	{
		sub(/^    /, "")
		if (!open) {
			open = 1
			out = ""
			if (/^\[/) out = sprintf("%s/%d.cfg", dir, ++n)
			else if (file != "") out = dir "/" file
			file = ""
		}
		if ($1 == "recipe") file = $3
		if (out != "") print > out
	}' README.md
is "$(find "$work/readme" -name '*.cfg' | wc -l)" 3 'README: three examples of recipes'
for name in mine two; do echo right > "$work/readme/$name.token"; done
echo update-pw > "$work/readme/myhost.password"
chmod 600 "$work"/readme/*
check() { says "README: check accepts $1" 0 "$2.*\.cfg is right\|$2" "$exe" -c "$work/readme/$1.cfg" check; }
check 1 '^me.example.net A by custom mine'
check 2 '^home.example.net A by custom two'
check 3 '^nas.myhost.example A by myhost'
ok 'README: the recipe in a file is the whole recipe' [ -s "$work/readme/myhost.recipe" ]

# --- played ---
mkdir -p "$work/api"
perl "$top/tests/api.pl" "$work/api" > "$work/api/log" 2>&1 < /dev/null &
pids="$pids $!"
wait_for 5 [ -s "$work/api/port" ]
api=http://127.0.0.1:$(cat "$work/api/port")
records=$work/api/records
asked=$work/api/requests
cat > "$records" <<-END
	r10 www A 192.0.2.80 300
	r11 home A 198.51.100.1 300
	r12 home AAAA 2001:db8::1 300
	r13 @ A 192.0.2.1 300
END
others() { grep -v '^r11 \|^r104 ' "$records"; }
others > "$work/others"

# play DIR: a folder with README's examples; the API's place is given by `server`, the rest is as printed.
play() {
	dir=$work/$1
	mkdir -p "$dir"
	cp "$work"/readme/* "$dir"
	echo "${2-203.0.113.7}" > "$dir/address"
	for n in 2 3; do
		{
			DNS=$DNS head_of_config | grep -v '^ca ='
			printf 'ipv4 = file address\nverify = no\n'
			sed "1a server = $api$([ $n = 2 ] && echo /v2)" "$work/readme/$n.cfg"
		} > "$dir/$n.cfg"
		chmod 600 "$dir/$n.cfg"
	done
}
# shellcheck disable=SC2317  # called by says
once() { "$exe" -v -c "$dir/$1.cfg" once; }
asks() { wc -l < "$asked"; }

play first
says 'two steps: changed' 0 'home.example.net.*203.0.113.7' once 2
is "$(grep home "$records")" "r11 home A 203.0.113.7 300
r12 home AAAA 2001:db8::1 300" 'two steps: that record, and only its address'
is "$(cat "$asked")" 'GET /v2/zones/example.net/records?type=A 200
PATCH /v2/zones/example.net/records/r11 200' 'two steps: two requests'
n=$(asks)
says 'two steps: again' 0 '' once 2
is "$(asks)" "$n" 'two steps: nothing to do, nothing asked'
rm -f "$dir/ddns.state"
says 'two steps: already right there' 0 'home.example.net' once 2
is "$(tail -n +$((n + 1)) "$asked")" 'GET /v2/zones/example.net/records?type=A 200' 'two steps: seen, and not written'

play new
sed -i 's/^hosts = .*/hosts = new.example.net/' "$dir/2.cfg"
n=$(asks)
says 'two steps: created' 0 'new.example.net.*203.0.113.7' once 2
is "$(tail -n +$((n + 1)) "$asked" | awk '{ print $1, $3 }' | xargs)" 'GET 200 POST 200' 'two steps: looked for, then made'
is "$(tail -n 1 "$records")" 'r104 new A 203.0.113.7 3600' 'two steps: as it should be'
ok 'two steps: every other record is as it was' sh -c "grep -v '^r11 \|^r104 ' '$records' | cmp - '$work/others'"

play wrong 203.0.113.9
printf 'canary-wrong-token\n' > "$dir/two.token"
says 'a wrong token: said, with the setting to change' 1 'credentials refused (.*): correct token' once 2
ok 'a wrong token: the account is stopped' grep -q 'stopped until' "$work/said"
n=$(asks)
for i in 1 2; do says "a wrong token: still so after restart $i" 1 '' once 2; done
is "$(asks)" "$n" 'a wrong token: it is not tried again'
says 'a wrong token: status says why' 1 'paused.*correct token in \[custom two\]' "$exe" -c "$dir/2.cfg" status
"$exe" -c "$dir/2.cfg" status --json >> "$work/said" 2>&1
ok 'a wrong token: it is nowhere to be read' not grep -q canary-wrong "$work/said" "$dir/ddns.state"
echo right > "$dir/two.token"
says 'the right token: goes on at once' 0 'home.example.net.*203.0.113.9' once 2

play zone 203.0.113.10
sed -i 's/example\.net$/example.org/' "$dir/2.cfg"
says 'an unknown zone: said, with the setting to change' 1 'zone example.org is not yours.*: correct hosts, zone' once 2

play file
says 'recipe = FILE: changed' 0 'nas.myhost.example.*203.0.113.7' once 3
is "$(tail -n 1 "$asked")" 'GET /nic/update?hostname=nas.myhost.example&myip=203.0.113.7 200' 'recipe = FILE: as its base recipe asks'
play filewrong
echo other > "$dir/myhost.password"
says 'recipe = FILE: a wrong password' 1 'credentials refused.*: correct user and password' once 3
n=$(asks)
says 'recipe = FILE: stopped, after a restart too' 1 '' once 3
is "$(asks)" "$n" 'recipe = FILE: it is not tried again'
# The same two-step recipe as a file.
play moved
{
	sed -n '/^ipv4\|^verify\|^allow\|^dns\|^log/p' "$dir/2.cfg"
	printf '[other]\nhosts = home.example.net\nzone = example.net\ntoken = @two.token\nserver = %s/v2\nrecipe = two.recipe\n' "$api"
} > "$dir/4.cfg"
chmod 600 "$dir/4.cfg"
sed '1,/^token/d' "$work/readme/2.cfg" > "$dir/two.recipe"
echo 203.0.113.11 > "$dir/address"
says 'the two-step recipe as a file' 0 'home.example.net.*203.0.113.11' once 4
is "$(grep r11 "$records")" 'r11 home A 203.0.113.11 300' 'the two-step recipe as a file: written'

# --- mistakes ---
# wrong NAME SCRIPT WORDS: README's example after that sed script is refused with exactly these words, one line each; in a file
# of its own with the same words and the file's own lines.
inline=$work/wrong
mkdir -p "$inline"
cp "$work"/readme/* "$inline"
first=$(grep -n '^base' "$work/readme/2.cfg" | cut -d: -f1)
lines() { sed "s/^\([0-9]*\): /$1:\1: /"; }
wrong() {
	sed "$2" "$work/readme/2.cfg" > "$inline/ddns.cfg"
	chmod 600 "$inline/ddns.cfg"
	"$exe" -c "$inline/ddns.cfg" check > "$work/said" 2>&1
	status=$?
	is "$status
$(sed "s,^$inline/,," "$work/said")" "2
$(echo "$3" | lines ddns.cfg)" "a mistake: $1"
	sed '1,/^token/d' "$inline/ddns.cfg" > "$inline/own.recipe"
	printf '[other]\nhosts = home.example.net\nzone = example.net\ntoken = @two.token\nrecipe = own.recipe\n' > "$inline/file.cfg"
	"$exe" -c "$inline/file.cfg" check > "$work/said" 2>&1
	status=$?
	is "$status
$(cat "$work/said")" "2
$(echo "$3" | awk -F: -v by=$((first - 1)) -v OFS=: '{ $1 -= by } 1' | lines own.recipe)" "a mistake in a file: $1"
}
wrong 'no such method' 's/^find = GET/find = FETCH/' "13: 'FETCH' is no method: write one of GET POST PUT PATCH DELETE"
wrong 'a body that is no JSON' '20s/}$//' '20: the body is not JSON'
wrong 'an address bare in JSON' '20s/"{ip}"/{ip}/' '20: {ip} stands bare in JSON and is no number: put it in quotes'
wrong 'a name misspelt' 's/{token}/{tokn}/' '6: {tokn} is no setting, capture or built-in name here: did you mean {token}?'
wrong 'a name nobody knows' 's/{rid}/{colour}/' \
	'19: {colour} is no setting, capture or built-in name here: write need NAME = help for a setting'
wrong 'a brace left open' '15s/}//' "15: a '{' is not closed: write {NAME}"
wrong 'a quote left open' 's/^auth = /&"/' '10: a quote is not closed: write it before and after'
wrong 'a path with a hole' 's/error\.code/error..code/' \
	"7: 'error..code' is no path: write names parted by single dots, such as a.b.0.c"
wrong 'a header without its name' 's/^header X-Api-Token/header/' "6: 'header': write KEY NAME = value"
wrong 'a header that is not the recipe'"'"'s' 's/X-Api-Token/Host/' "6: the header Host is ddns's own: leave it out"
wrong 'a name where none belongs' 's/^ok  /ok so/' "9: 'ok' takes no name: write KEY = value"
wrong 'nothing behind =' 's/ = error.message/ =/' '8: say has no value: write one, or leave the line out'
wrong 'twice the same' 's/^say .*/code = status/' "8: 'code' is given twice: leave one of them out"
wrong 'out of its place' 's/^wait .*/rows = records/' \
	"12: 'rows' belongs into a phase: write it below set = …, find = … or another one"
wrong 'too late' 's/^edit/gap = 5m\n&/' "19: 'gap' belongs before the first phase"
wrong 'no such time' 's/^wait .*/gap = soon/' '12: gap is a time such as 30s, 5m or 6d'
wrong 'too large a batch' 's/^wait .*/batch = 1000/' '12: batch is a number from 1 to 128'
wrong 'no such signature' 's/^wait .*/sign = md5 {token}/' \
	"12: no signature scheme 'md5': write one of acs3 aliyun aws bce ding dnsme huawei jwt nfsn oci ovh tc3 todaynic transip volc"
wrong 'a signature without its words' 's/^wait .*/sign = aws {token}/' '12: write sign = aws ID SECRET REGION SERVICE'
wrong 'like nobody' 's/^wait .*/like = dyndsn/' \
	"12: no recipe 'dyndsn' that is not itself like another: \`ddns providers\` lists them"
wrong 'a capture of a built-in name' 's/let old/let ip/' '18: {ip} has a value already: let another name have this one'
wrong 'words that nothing is compared with' '/^code/d' \
	"$(for n in 12 18 20; do echo "$n: ok = words are compared with what code = PATH finds in JSON: write code"; done)"
wrong 'nothing is written' '/^edit/,$d' '18: nothing is ever written: add set = METHOD URL, or find with edit and add'
wrong 'in the clear, and no words' 's,https:,http:,; /^ok/d' \
	"$(for n in 12 18 20; do echo "$n: http:// needs ok = words that only the provider would answer"; done)"
wrong 'a reply may not choose the server' 's,PATCH /.*,PATCH https://{rid}.example.net/,' \
	'19: {rid} may not choose the host: only settings may'

# Misspelt keys: in ddns.cfg they could be settings, in a file they cannot.
sed 's/^find =/fnd =/' "$work/readme/2.cfg" > "$inline/ddns.cfg"
says 'a mistake: a misspelt key' 2 "ddns.cfg:13: \[custom\] takes no 'fnd' — did you mean 'find'?" "$exe" -c "$inline/ddns.cfg" check
sed '1,/^token/d; s/^find =/fnd =/' "$work/readme/2.cfg" > "$inline/own.recipe"
says 'a mistake in a file: a misspelt key' 2 "^own.recipe:9: 'fnd' is not a key of a recipe; did you mean 'find'?" \
	"$exe" -c "$inline/file.cfg" check
sed 's/^token.*//' "$work/readme/2.cfg" > "$inline/ddns.cfg"
says 'a mistake: a credential left out' 2 'ddns.cfg:1: token is missing — add token = …: API token' "$exe" -c "$inline/ddns.cfg" check
rm "$inline/own.recipe"
"$exe" -c "$inline/file.cfg" check > "$work/said" 2>&1
is "$? $(cat "$work/said")" "2 $inline/file.cfg:1: recipe = own.recipe: no such file — write the path of a recipe, relative to ddns.cfg" \
	'a mistake: no such file'
{ cat "$work/readme/2.cfg"; echo 'recipe = myhost.recipe'; } > "$inline/ddns.cfg"
says 'a mistake: a recipe here and in a file' 2 'ddns.cfg:5: recipe = FILE holds the recipe — remove this and' \
	"$exe" -c "$inline/ddns.cfg" check
done_testing
