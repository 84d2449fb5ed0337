#!/bin/sh
# sim.t: the core in the simulated world of tests/sim, from fixed seeds, for as long as the time given to it: plain for many
# days, and with the sanitizers for some. `make sim YEARS=N` plays longer.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

# play TARGET SEED SECONDS
play() {
	"$build/$1/tests/sim" days=10 seed="$2" seconds="$3" 2>&1 | sed "s/^\(ok\|not ok\) [0-9]* -/& $1:/; s/^1\.\.[0-9]*$/played/"
}
{
	play native 1 "${SIM_SECONDS:-12}"
	play asan 1000 5
} | awk '
	/^(ok|not ok) / { sub(/ok [0-9]+/, "ok " ++n) }
	/^not ok / { failed++ }
	/^played$/ { played++; next }
	{ print }
	END {
		if (played != 2) print "not ok " ++n " - the simulator died"
		print "1.." n
		exit failed || played != 2
	}'
