# Sourced by the scripts of this folder: where others' sources and what is built from them are kept,
# outside the clone, so that a fresh clone need not fetch and build them again.
# Entries are named by the hash of all that went into them and never change.
# shellcheck shell=sh
export LC_ALL=C
cache=${DDNS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ddns}
mkdir -p "$cache/src" "$cache/lib"

# publish TMP FINAL: a finished folder appears under its name at once, or another run's copy stays.
publish() {
	mv -T "$1" "$2" 2> /dev/null || [ -d "$2" ]
}

# hash of the standard input, short enough for a file name.
key() {
	sha256sum | cut -c1-24
}

# Debian's repositories as this system's apt knows them, whatever the format of its sources:
# lines "URI SUITE". Other vendors' are left out by their suites' names and, should one slip through,
# by debian_keys.
export debian_keys=/usr/share/keyrings/debian-archive-keyring.gpg
debian_repos() {
	# shellcheck disable=SC2016  # apt's own variables
	apt-get indextargets --no-release-info --format '$(REPO_URI) $(RELEASE)' \
		'Created-By: Packages' 'Component: main' | sort -u |
		grep -E " ($(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)|stable)(-updates|-security)?\$"
}
