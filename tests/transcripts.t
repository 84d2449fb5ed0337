#!/bin/sh
# transcripts.t: LIST names every transcript, every provider has some, and each shows success and failure.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

(cd tests/transcripts && find . -name '*.txt' | sed 's,^\./,,' | LC_ALL=C sort) > "$work/files"
ok 'LIST names every transcript (tests/transcripts/README says how it is made)' cmp tests/transcripts/LIST "$work/files"

# A section that only says what it is like is another name; rfc2136 is not HTTP: t_rfc2136 has its dialogs.
awk -v members="$work/members" -v first="$work/first" '
	function flush() { if (id != "" && lines > 0 && id != "rfc2136") print id > (like ? members : first) }
	/^[ \t]*#/ { next }
	/^\[/ { flush(); id = substr($0, 2, index($0, "]") - 2); lines = like = 0; next }
	/^like[ \t]*=/ { like = 1; next }
	/=/ { lines++ }
	END { flush() }' src/provider/recipes/*.txt
cat "$work/first" "$work/members" > "$work/ids"
ok 'there are recipes' [ -s "$work/ids" ]
while read -r id; do [ -d "tests/transcripts/$id" ] || echo "$id"; done < "$work/ids" > "$work/without"
ok 'every recipe has transcripts' [ ! -s "$work/without" ]
sed 's/^/#   /' "$work/without"

# verdicts PATTERN IDS: those none of whose transcripts ends so
verdicts() {
	while read -r id; do
		grep -qsE "^= [^ ]+ A+ $1" "tests/transcripts/$id"/*.txt || echo "$id"
	done < "$2"
}
verdicts '(changed|same)$' "$work/ids" > "$work/without"
ok 'every recipe is seen to succeed' [ ! -s "$work/without" ]
sed 's/^/#   /' "$work/without"
verdicts '(auth|config|abuse|wait|retry|proto) ' "$work/first" > "$work/without"
ok 'every recipe that is not like another is seen to fail' [ ! -s "$work/without" ]
sed 's/^/#   /' "$work/without"
done_testing
