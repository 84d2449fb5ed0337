#!/bin/sh
# What the built exes are: static, hardened, small, and made only of what their oldest machine has.
set -u
cd "$(dirname "$0")/.." || exit 1
build=${BUILD:-build}
n=0
# ok NAME FILE: passes when FILE, the list of offenders, is empty.
ok() {
	n=$((n + 1))
	if [ -s "$2" ]; then
		echo "not ok $n - $1"
		head -n 20 "$2" | sed 's/^/# /'
	else
		echo "ok $n - $1"
	fi
}
bad=$(mktemp)
trap 'rm -f "$bad"' EXIT
need() { # need TEXT WHAT: an offender, unless the standard input has TEXT.
	grep -q -e "$1" || echo "missing: $2"
}

# --- native: a true static-pie, nothing to inject into ---
exe=$build/native/ddns
{
	readelf -lW "$exe" | grep -e INTERP -e 'RWE'
	readelf -lW "$exe" | need 'DYN ' 'position independent'
	readelf -lW "$exe" | need 'GNU_RELRO' 'RELRO'
	readelf -lW "$exe" | need 'GNU_STACK.* RW  *0x' 'a stack that is not executable'
	readelf -dW "$exe" | grep NEEDED
	readelf -dW "$exe" | need 'NOW' 'BIND_NOW'
} > "$bad" 2>&1
ok 'native: static-pie, RELRO, no interpreter' "$bad"

# --- every Linux exe: no heap, no stdio ---
for t in native arm armhf arm64 mips mipsel; do
	{ nm "$build/$t/ddns.debug" | grep -w -e malloc -e calloc -e realloc -e free -e brk \
		-e printf_core -e vfprintf -e fwrite; } > "$bad" 2>&1
	ok "$t: no heap, no stdio" "$bad"
done

# --- soft-float: no FPU instruction (the kernel would emulate it slowly, or kill) ---
fpu() {
	"$1-objdump" -d --no-show-raw-insn "$2" | awk -F'\t' -v re="$3" '
		/^[0-9a-f]+ </ { fn = $0 }
		$2 ~ re { print fn, $2 }'
}
fpu arm-linux-gnueabi "$build/arm/ddns.debug" '^(v[a-z]|f[a-z]+[sd]$|ldf|stf|lfm|sfm)' > "$bad" 2>&1
ok 'arm: no FPU instruction' "$bad"
for t in mips mipsel; do
	fpu $t-linux-gnu "$build/$t/ddns.debug" \
		'^([a-z0-9.]+[.][sdw]$|[ls][dw]c1|[dm][ft]h?c1|c[ft]c1|bc1)' > "$bad" 2>&1
	ok "$t: no FPU instruction" "$bad"
done

# --- Windows: imports, header, resources ---
imports() {
	"$1-objdump" -p "$2" | awk '
		/DLL Name:/ { dll = toupper($3); sub(/[.]DLL$/, "", dll); next }
		/^$/ { dll = "" }
		dll && NF == 3 && $1 ~ /^[0-9a-f]+$/ { print dll, $3 }
		dll && /Ordinal|<none>/ { print dll, "by ordinal" }'
}
for t in win32 win64; do
	exe=$build/$t/ddns.exe
	case $t in win32) cpu=i686 dll=8540 sub=5.1 ;; win64) cpu=x86_64 dll=8560 sub=5.2 ;; esac
	{
		imports "$cpu"-w64-mingw32 "$exe" | awk 'NR == FNR { may[$1 " " $2]; next } !($0 in may)' \
			tests/xp-imports.txt -
		imports "$cpu"-w64-mingw32 "$exe" | need 'KERNEL32 ExitProcess' 'any import'
	} > "$bad" 2>&1
	ok "$t: imports only what Windows XP has" "$bad"
	"$cpu"-w64-mingw32-objdump -p "$exe" > "$bad.p" 2>&1
	{
		need "^DllCharacteristics.*$dll" "characteristics $dll" < "$bad.p"
		need "^MajorSubsystemVersion.*${sub%.*}" "subsystem $sub" < "$bad.p"
		need "^MinorSubsystemVersion.*${sub#*.}" "subsystem $sub" < "$bad.p"
		need 'Base Relocation Directory' 'relocations' < "$bad.p"
		need requestedExecutionLevel 'manifest' < "$exe"
		tr -d '\000' < "$exe" | need VS_VERSION_INFO 'version resource'
	} > "$bad" 2>&1
	rm -f "$bad.p"
	ok "$t: ASLR, NX, subsystem $sub, manifest, version" "$bad"
done

# --- win32: only instructions of an i586 (long nops are none) ---
{
	i686-w64-mingw32-objdump -d --no-show-raw-insn "$build/win32/ddns.debug" | grep -E \
		'[[:space:]](f?cmov|fu?comi|nop[lw]|[ls]fence|mfence|sysenter|prefetch)|%[xy]?mm[0-9]'
} > "$bad" 2>&1
ok 'win32: no instruction newer than the i586' "$bad"

make -s --no-print-directory BUILD="$build" size > "$bad" 2>&1
status=$?
sed 's/^/# /' "$bad"
[ $status = 0 ] && : > "$bad"
ok 'sizes: none has grown; those over their budget are named above' "$bad"

echo "1..$n"
