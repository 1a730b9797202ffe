#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a model of the client-data protocol holds, and its faults are found
# guards: races of look-up, allocation and removal that no test run may meet
# guest: none
# timeout: 600
#
# Runs where the sources are: needs spin and gcc, no kernel and no root.
# Meant to take less than a minute of processor time, which it prints; with three,
# somebody has made it too large, and it fails.
# Exit status 0: verified, 1: not, 4: no spin.
# shellcheck disable=SC2317 # check calls what is named to it
set -u
here=$(cd "$(dirname "$0")" && pwd)
command -v spin >/dev/null || {
	echo "SKIP no spin: apt-get install spin" >&2
	exit 4
}
gcc=$(command -v gcc || command -v gcc-12) || {
	echo "SKIP no gcc: apt-get install gcc" >&2
	exit 4
}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 143' INT TERM HUP
begin=$EPOCHREALTIME
checks=0
rc=0

# seconds SINCE - "1.2 s"
seconds()
{
	local us=$((10#${EPOCHREALTIME/./} - 10#${1/./}))

	printf '%d.%d s' $((us / 1000000)) $((us / 100000 % 10))
}

# verify DEFINES GCC-OPTIONS PAN-OPTIONS - pan's answer in the file out
verify()
{
	# shellcheck disable=SC2086 # options are words
	{
		cp "$here/client_data.pml" . &&
		spin -P"$gcc -E -x c" -a $1 client_data.pml &&
		"$gcc" -w "${O:--O1}" $2 -o pan pan.c &&
		timeout 300 ./pan -m100000 $3
	} >out 2>&1
}

# value PATTERN - the number before it in pan's answer
value()
{
	sed -nE "s/^[[:space:]]*([0-9.]+)[[:space:]]+$1.*/\\1/p" out | head -n 1
}

# why - what pan objects to
why()
{
	sed -n 's/^pan:[0-9]*: *//p' out | sed 's/ (at depth.*//' | head -n 1
}

clean()
{
	grep -q 'errors: 0$' out &&
	! grep -q -e 'max search depth' -e 'out of memory' out
}

# holds TEXT DEFINES GCC-OPTIONS PAN-OPTIONS - no error in any reachable state
holds()
{
	local t=$EPOCHREALTIME

	verify "$2" "$3" "$4"
	if ! clean; then
		echo "FAILED: $1: $(why)"
		tail -n 30 out
		if [ -f client_data.pml.trail ]; then
			echo "how it comes to that:"
			timeout 60 ./pan -r -v 2>&1 | tail -n 60
		fi
		return 1
	fi
	printf '%8s   holds: %s: %d states, %.0f MB\n' "$(seconds "$t")" "$1" \
		"$(value 'states, stored')" "$(value 'total actual memory usage')"
}

# The same, and every step of the processes is taken in some run; or else it
# would prove little.
covers()
{
	local left

	holds "$@" || return 1
	left=$(sed -n '/^unreached in proctype/,/^unreached in claim/p' out |
		grep 'state [0-9]' | grep -v -e '"-end-"')
	[ -z "$left" ] && return
	echo "FAILED: $1: steps that are never taken:"
	echo "$left"
	return 1
}

# caught TEXT WHAT DEFINES GCC-OPTIONS PAN-OPTIONS - the fault is found, by the
# property that it breaks: pan's objection has WHAT
caught()
{
	local t=$EPOCHREALTIME

	verify "$3" "$4" "$5"
	if ! grep -q 'errors: 1$' out || [[ $(why) != *"$2"* ]]; then
		echo "FAILED: not found: $1: $(why)"
		tail -n 5 out
		return 1
	fi
	printf '%8s   found: %s: %s\n' "$(seconds "$t")" "$1" "$(why)"
}

# check FUNCTION ARGUMENT... - in a directory of its own, two at a time
check()
{
	local id=$checks

	checks=$((checks + 1))
	mkdir "$tmp/$id"
	[ "$(jobs -pr | wc -l)" -lt 2 ] || wait -n
	(cd "$tmp/$id" && "$@" >"$tmp/$id.text"; echo $? >"$tmp/$id.status") &
}

# same_names - what the model and its documentation call functions of core/ are some
same_names()
{
	local document=$here/../../Documentation/client-data-protocol.rst name n=0

	[ -f "$document" ] || {
		echo "FAILED: no $document"
		return 1
	}
	while read -r name; do
		n=$((n + 1))
		grep -qE "^([a-z].*[ *])?$name\\(" "$here"/../../core/*.c && continue
		echo "FAILED: no function $name() in core/"
		return 1
	done < <({
		sed -n 's/^inline \(ib_[a-z_]*\).*/\1/p' "$here/client_data.pml"
		sed -n '/^step of the model/,/^RCU is modelled/p' "$document" |
			grep -oE '\bib_[a-z_]*client_data[a-z_]*'
	} | sort -u)
	[ "$n" -ge 20 ] || {
		echo "FAILED: only $n functions of core/ are named"
		return 1
	}
	echo "names of $n functions are those of core/"
}

safety='-DSAFETY -DNOCLAIM -DNOFAIR'
live=
ends='-a -f -N removal_ends'
waits='-a -f -N waiting_ends'
rivals='-DNDEV=1 -DNLIFE=1 -DSLEEPERS=2 -DATOMICS=1 -DCYCLES=2 -DMORE_GETS'
again='-DNDEV=1 -DNLIFE=2 -DSLEEPERS=1 -DATOMICS=1 -DCYCLES=2'
two='-DNDEV=2 -DNLIFE=1 -DSLEEPERS=1 -DATOMICS=1 -DCYCLES=1'
few='-DNDEV=2 -DNLIFE=1 -DSLEEPERS=1 -DATOMICS=0 -DCYCLES=1'
pair='-DNDEV=1 -DNLIFE=1 -DSLEEPERS=2 -DATOMICS=0 -DCYCLES=1'
mixed='-DNDEV=1 -DNLIFE=2 -DSLEEPERS=1 -DATOMICS=1 -DCYCLES=1'

O=-O2 check holds "safety: 2 devices, 2 users" "$two" "$safety" ''
O=-O2 check covers "safety: 1 device, 3 users, client registered twice" \
	"$rivals" "$safety" ''
check holds "safety: 1 device added twice, 2 users, client registered twice" \
	"$again" "$safety" ''
# Of each device, and of each time that it is there.
for look in 0 1; do
	check holds "removal ends: 2 devices, 1 user, slot $look" \
		"$few -DLOOK=$look" "$live" "$ends"
	check holds "removal ends: 1 device added twice, 2 users, slot $look" \
		"$mixed -DLOOK=$look" "$live" "$ends"
done
check holds "removal ends: 1 device, 2 rivals" "$pair" "$live" "$ends"
check holds "waiting for another's allocation ends" "$pair" "$live" "$waits"

check caught "core drops its reference without a grace period" \
	'(kref[slot]>0)' "$two -DNO_GRACE_PERIOD" "$safety" ''
check caught "free before the wait" 'data_memory' "$two -DFREE_BEFORE_WAIT" "$safety" ''
check caught "look-up not stopped by removal" \
	'before>>slot' "$two -DLOOKUP_NOT_STOPPED" "$safety" ''
check caught "removal does not wait for an allocation" \
	'slot_memory' "$two -DNO_ATTEMPT_WAIT" "$safety" ''
check caught "neither an allocation nor a removal wakes who waits" \
	'acceptance cycle' "$pair -DNO_WAKE" "$live" "$waits"
check caught "the last put wakes nobody" 'acceptance cycle' "$few -DNO_COMPLETE" "$live" "$ends"
wait

same_names || rc=1
for ((id = 0; id < checks; id++)); do
	cat "$tmp/$id.text"
	[ "$(cat "$tmp/$id.status")" = 0 ] || rc=1
done
# In this shell: what a subshell has waited for is less.
times >"$tmp/times"
used=$(awk -F'[ms ]+' '{ sum += $1 * 60 + $2 + $3 * 60 + $4 }
	END { printf "%d", sum }' "$tmp/times")
printf '%8s   in all, %s s of the processors\n' "$(seconds "$begin")" "$used"
[ "$used" -le 60 ] || echo "more than a minute: a slow machine, or a model to make smaller"
[ "$used" -le 180 ] || rc=1
exit "$rc"
