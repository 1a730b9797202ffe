# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Packages from Debian's archive, downloaded and unpacked but not installed.
# Source it after step.sh.

# candidate PACKAGE - the version that apt would install
candidate()
{
	# apt takes a name with a dot for a pattern when there is no such package
	apt-cache policy "$1" 2>/dev/null | awk -v name="$1:" '
		/^[^ ]/ { mine = $1 == name }
		mine && $1 == "Candidate:" && $2 != "(none)" { print $2 }' |
		grep .
}

# fetch PACKAGE VERSION - download into the cache
fetch()
{
	local tmp rc

	compgen -G "$CACHE/$1_${2/:/%3a}_*.deb" >/dev/null && return
	mkdir -p "$CACHE"
	tmp=$(mktemp -d "$CACHE/.fetch.XXXXXX") || return 1
	(cd "$tmp" && apt-get -q -o APT::Sandbox::User=root \
		-o Acquire::Retries=3 download "$1=$2") &&
		mv "$tmp"/*.deb "$CACHE/"
	rc=$?
	rm -rf "$tmp"
	return "$rc"
}

# unpack PACKAGE VERSION DIR - what was fetched
unpack()
{
	local debs=("$CACHE/$1_${2/:/%3a}"_*.deb)

	mkdir -p "$3" && dpkg-deb -x "${debs[0]}" "$3"
}

# source_tarball SERIES VERSION DIR - prints the path of linux-source's tarball;
# the installed one if it is of that version, else unpacked below DIR
source_tarball()
{
	local tar=/usr/src/linux-source-$1.tar.xz

	if [ -e "$tar" ] && [ "$(dpkg-query -W -f '${Version}' \
			"linux-source-$1" 2>/dev/null)" = "$2" ]; then
		echo "$tar"
		return
	fi
	fetch "linux-source-$1" "$2" >&2 &&
	unpack "linux-source-$1" "$2" "$3" &&
	echo "$3$tar"
}
