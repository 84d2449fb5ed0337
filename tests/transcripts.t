#!/bin/sh
# transcripts.t: LIST names every transcript, every provider has some, and each shows success and failure.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

(cd tests/transcripts && find . -name '*.txt' | sed 's,^\./,,' | LC_ALL=C sort) > "$work/files"
ok 'LIST names every transcript (tests/transcripts/README says how it is made)' cmp tests/transcripts/LIST "$work/files"

# A section that only says what it is like is another name; rfc2136 is not HTTP: t_rfc2136 has its dialogs.
awk '
	function flush() { if (id != "" && lines > 0 && id != "rfc2136") print id }
	/^[ \t]*#/ { next }
	/^\[/ { flush(); id = substr($0, 2, index($0, "]") - 2); lines = 0; next }
	/=/ && !/^like[ \t]*=/ { lines++ }
	END { flush() }' src/provider/recipes/*.txt | LC_ALL=C sort -u > "$work/ids"
ok 'there are recipes' [ -s "$work/ids" ]
while read -r id; do [ -d "tests/transcripts/$id" ] || echo "$id"; done < "$work/ids" > "$work/without"
ok 'every recipe has transcripts' [ ! -s "$work/without" ]
sed 's/^/#   /' "$work/without"

# verdicts PATTERN: ids none of whose transcripts ends so
verdicts() {
	while read -r id; do
		grep -qsE "^= [^ ]+ A+ $1" "tests/transcripts/$id"/*.txt || echo "$id"
	done < "$work/ids"
}
verdicts '(changed|same)$' > "$work/without"
ok 'every recipe is seen to succeed' [ ! -s "$work/without" ]
sed 's/^/#   /' "$work/without"
verdicts '(auth|config|abuse|wait|retry|proto) ' > "$work/without"
ok 'every recipe is seen to fail' [ ! -s "$work/without" ]
sed 's/^/#   /' "$work/without"
done_testing
