#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: what port-diff prints makes of the stock files those that are compiled
# guards: a difference shown to whoever reviews a port that is not the port
# guest: none
# timeout: 600
#
# For each build/<KERNEL> whose modules were built from ulps/ as it is, and each
# ULP: the difference, applied by patch(1) to copies of the stock files, must give
# the files in build/<KERNEL>/modules, and beside these there may be ours only.
# Needs spatch and patch. Exit status 0: so it is, 1: not, 4: nothing to look at.
set -u -o pipefail
cd "$(dirname "$0")/../.." || exit 1
for command in spatch patch; do
	command -v "$command" >/dev/null && continue
	echo "SKIP no $command: make modules and make mutations install it" >&2
	exit 4
done
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 143' INT TERM HUP

rc=0 compared=0
fail()
{
	echo "FAILED: $*"
	rc=1
}

# current ULP COMPILED - the modules were built from the ULP as it is here
current()
{
	local file

	[ -s "$2/../../ib_client_data.ko" ] || return 1
	for file in "$1"/*; do
		cmp -s "$file" "$2/${file##*/}" || return 1
	done
}

# patched SOURCE ULP TREE - the stock files below TREE, with what port-diff says
patched()
{
	local file stock

	# shellcheck source=/dev/null
	stock=$(. "./$2/port.conf" && echo "$FROM")
	mkdir -p "$3/$stock" || return 1
	# shellcheck source=/dev/null
	for file in $(. "./$2/port.conf" && echo "$SOURCES ${HEADERS-}"); do
		cp "$1/$stock/$file" "$3/$stock/" || return 1
	done
	timeout 120 scripts/port --diff --kernel-source "$1" "$2" >"$3.diff" &&
		[ -s "$3.diff" ] &&
		patch -s -t -F 0 -p1 -d "$3" <"$3.diff" &&
		mv "$3/$stock" "$3/files"
}

# compare ULP TREE COMPILED - the files of the kernel are equal, the others ours
compare()
{
	local file name

	for file in "$2"/files/*; do
		cmp "$file" "$3/${file##*/}" ||
			fail "$3/${file##*/} is not what port-diff shows"
		compared=$((compared + 1))
	done
	for file in "$3"/*.[ch]; do
		name=${file##*/}
		[[ $name == *.mod.c ]] || [ -e "$2/files/$name" ] ||
			[ -e "$1/$name" ] || fail "$file is from nowhere"
	done
}

for dir in build/*; do
	[ -f "$dir/source/Makefile" ] || continue
	source=$(realpath "$dir/source")
	for ulp in ulps/*; do
		compiled=$dir/modules/$ulp
		if ! current "$ulp" "$compiled"; then
			echo "not compiled as it is: $ulp, for ${dir#build/}"
			continue
		fi
		tree=$tmp/${source//\//-}/${ulp##*/}
		if [ ! -d "$tree/files" ] && ! patched "$source" "$ulp" "$tree"; then
			fail "port-diff of $ulp, ${dir#build/}, cannot be applied"
			continue
		fi
		compare "$ulp" "$tree" "$compiled"
	done
done
[ "$compared" != 0 ] || {
	echo "SKIP no modules are built from ulps/ as it is: make modules" >&2
	exit 4
}
echo "$compared files are what port-diff shows"
exit "$rc"
