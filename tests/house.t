#!/bin/sh
# house.t: the rules that hold the house up (design §2), checked on the sources and on the objects of the last native build.
# shellcheck disable=SC2046,SC2086,SC2016  # lists of words, and words of other languages
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
list=$work/list

# none NAME: passes when $list, the list of offenders, is empty.
none() {
	ok "$1" [ ! -s "$list" ]
	head -n 20 "$list" | sed 's/^/#   /'
}
# tls/host and pack.c run where ddns is built and are no part of it.
sources=$(find src tls \( -name '*.c' -o -name '*.h' \) ! -path 'tls/host/*' ! -path '*/recipes/*' | sort)
[ -n "$sources" ] || exit 1

# --- the top level ---
git --git-dir=.git ls-files 2> /dev/null | cut -d/ -f1 | sort -u | grep -v -e '^\.' |
	grep -vx -e src -e tls -e tests -e Makefile -e ddns.cfg -e README.md > "$list"
none 'top level: nothing but the six names'
for name in src tls tests Makefile ddns.cfg README.md; do [ -e $name ] || echo "$name is missing"; done > "$list"
none 'top level: all six are there'

# --- who may include whom: a folder those left of it in base < config, proto, report < address, decide, provider < net < main ---
awk '
	BEGIN {
		may["base"] = "base"
		may["config"] = may["proto"] = may["report"] = "base"
		may["address"] = may["provider"] = "base config proto report"
		may["decide"] = "base config report"
		may["net"] = "base config proto report address decide provider"
		may["os"] = "base os"
		may["tls"] = "base"
		may["main.c"] = may["net"] " net os"
		# What is asked for by name besides.
		also["report config/conf.h"] = also["proto config/conf.h"] = also["os limits.h"] = 1
		also["net tls.h"] = also["main.c tls.h"] = also["net os/os.h"] = 1
	}
	/^#[ \t]*include[ \t]*"/ {
		split(FILENAME, path, "/")
		from = path[1] == "tls" ? "tls" : path[2]
		split($0, quoted, "\"")
		file = quoted[2]
		to = file
		sub(/\/.*/, "", to)
		if (file !~ /\//) {
			# its own folder, the generated build.h, or one of the two at the top
			if (file == "limits.h" || file == "build.h" || (from " " file) in also || from == "os" || from == "tls") next
		}
		if (to == from || (from " " file) in also || index(" " may[from] " ", " " to " ")) next
		print FILENAME ":" FNR ": " from " may not include " file
	}' $sources > "$list"
none 'include table'

grep -nE '^#[[:space:]]*include[[:space:]]*<' $sources | grep -v '^src/os/\(posix\|win\)/' |
	grep -vE '^src/base/base\.h:.*<(limits|stdbool|stddef|stdint|string)\.h>' | grep -vE '^tls/[a-z_0-9]*\.c:.*<bearssl\.h>' > "$list"
none 'system headers only in src/os, bearssl.h only in tls'
grep -nE '^#[[:space:]]*(if|ifdef|elif|ifndef).*(_WIN|__linux|__unix|__APPLE|__MINGW|__arm|__mips|__x86|__i386)' $sources |
	grep -v -e '^src/os/' -e '^tls/' > "$list"
none 'no platform #if outside src/os and tls'
grep -lE '\bos_[a-z_]+\(' $sources | grep -v -e '^src/os/' -e '^src/net/loop\.[ch]$' -e '^src/net/setup\.[ch]$' -e '^src/main\.c$' > "$list"
none 'only net/loop.c, net/setup.c and main.c call the system'
grep -nE '\b(malloc|calloc|realloc|strdup|alloca|v?s?n?printf|strcpy|strcat|gets|system|popen)[[:space:]]*\(' $sources |
	grep -v poison > "$list"
none 'no heap, no stdio, no unbounded copy, no shell'
grep -nwE '(float|double|long double)' $sources | grep -v '[/*].*\(float\|double\)' > "$list"
none 'no floating point'
grep -nE '^[[:space:]]*typedef' $sources | grep -v -e '^src/os/win/' > "$list"
none 'no typedef'
grep -nEwi 'TODO|FIXME|XXX|not implemented|placeholder|stub' $sources > "$list"
none 'nothing left open'

# --- shape ---
wc -l $sources | awk '$2 != "total" && $1 > 400 { print $2, $1 " lines" }' > "$list"
none 'no file above 400 lines'
awk '
	/^\{/ { from = FNR - 1 }
	/^\}/ && from { if (FNR - from + 1 > 60) print FILENAME ":" from ": " FNR - from + 1 " lines"; from = 0 }
' $(echo "$sources" | grep '\.c$') > "$list"
none 'no function above 60 lines'
for f in $sources; do
	case $(head -n 1 "$f") in "/* $(basename "$f"): "*) ;; *) echo "$f: $(head -n 1 "$f")" ;; esac
done > "$list"
none 'every file opens with its name and purpose'
grep -nE '	' $sources | cut -c1-80 > "$list"
none 'no tabs'

# --- prefix = file stem: what a file gives to others begins with its name ---
objects=$build/native/obj
nm -A --defined-only "$objects"/src/base/*.o "$objects"/src/config/*.o "$objects"/src/address/*.o "$objects"/src/decide/*.o \
	"$objects"/src/proto/*.o "$objects"/src/provider/*.o "$objects"/src/report/*.o "$objects"/src/net/*.o > "$work/nm" 2>&1
ok 'objects of a native build are there' [ -s "$work/nm" ]

# --- purity: pure objects call mem*, strlen, helpers of the compiler, and each other ---
find "$objects/src" -name '*.o' ! -path '*/os/*' ! -name main.o ! -name loop.o ! -name setup.o | sort > "$work/pure"
nm --defined-only -g $(find "$objects" -name '*.o' ! -path '*/os/*' ! -path '*/tests/*') | awk 'NF == 3 { print $3 }' | sort -u > "$work/own"
nm -A -u $(cat "$work/pure") | awk '{ print $NF, $1 }' | sort -u |
	grep -vE '^(mem(cpy|move|set|cmp|chr)|strlen|__[a-z_0-9]+|_GLOBAL_OFFSET_TABLE_) ' |
	awk 'NR == FNR { own[$1]; next } !($1 in own)' "$work/own" - > "$list"
none 'purity: only mem*, strlen and our own symbols'
nm "$build/native/ddns.debug" | grep -wE 'malloc|calloc|realloc|free|printf|fprintf|vfprintf|fopen' > "$list"
none 'the native exe has no malloc and no stdio'

# --- ddns.cfg names every setting of the table, at its default, and no other ---
awk '/^[[:space:]]*\{.*\.key = "/ || /^[[:space:]]*\{"/ { if (match($0, /"[a-z_0-9]+"/)) print substr($0, RSTART + 1, RLENGTH - 2) }' \
	$(grep -l 'conf_settings\[\]' src/config/*.c) | sort -u > "$work/settings"
ok 'the settings table can be read' [ -s "$work/settings" ]
# The examples at its end come after the account settings and hold recipe keys too.
sed -n '/^#\[custom/q; s/^#\([a-z_0-9]*\)[[:space:]]*=.*/\1/p' ddns.cfg | sort -u > "$work/documented"
diff "$work/settings" "$work/documented" | grep '^[<>]' | sed 's/^</not in ddns.cfg:/; s/^>/no setting:/' > "$list"
none 'ddns.cfg lists the settings, all and no other'
awk '/\.key = "/ { split($0, k, "\""); key = k[2] }
	match($0, /\.otherwise = "[^"]*"/) { print "#" key " = " substr($0, RSTART + 14, RLENGTH - 15) }' src/config/settings.c |
	while read -r line; do grep -qxF -e "$line" ddns.cfg || echo "missing: $line"; done > "$list"
none 'ddns.cfg shows every default'
grep -nvE '^(#.*)?$' ddns.cfg > "$list"
none 'ddns.cfg: every line is commented out'
ok 'ddns.cfg is accepted once an account is added' sh -c "
	mkdir -p '$work/cfg' && { cat ddns.cfg; printf '[duckdns]\ntoken = t\nhosts = me.duckdns.org\n'; } > '$work/cfg/ddns.cfg' &&
	'$exe' -c '$work/cfg/ddns.cfg' check"
mkdir -p "$work/sections"
sed -n '/^# ---- Sections to start from/,$ { s/^#\([^ ]\)/\1/; p }' ddns.cfg > "$work/sections/ddns.cfg"
# shellcheck disable=SC2013  # words are wanted
for f in $(grep -o '@[a-z.]*' "$work/sections/ddns.cfg"); do printf 'c2VjcmV0' > "$work/sections/${f#@}"; done
says 'ddns.cfg: the sections to start from are accepted as they are' 0 'home.example.com' env NOIP_PASSWORD=x "$exe" -c "$work/sections/ddns.cfg" check
done_testing
