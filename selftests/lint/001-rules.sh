#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: the rules of lint/ find each planted bug and nothing else
# guards: a rule that finds nothing any more, or cries wolf
# guest: none
# timeout: 120
#
# Runs where the sources are: needs spatch, no kernel and no root. Lines of
# lint/planted/*.c that end with a rule's name in a comment are its bugs. Exit
# status 0: all as marked, 1: not, 4: no spatch.
set -u -o pipefail
cd "$(dirname "$0")/../../lint" || exit 1
command -v spatch >/dev/null || {
	echo "SKIP no spatch: apt-get install coccinelle" >&2
	exit 4
}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 143' INT TERM HUP

./rules planted/*.c >"$tmp/found"
rc=$?
[ "$rc" -le 1 ] || { echo "FAILED: lint/rules: exit status $rc"; exit 1; }
sed -E 's/^([^:]+:[0-9]+): ([^:]+):.*/\1 \2/' "$tmp/found" | sort >"$tmp/got"
grep -n -E '/\* [a-z-]+ \*/$' planted/*.c |
	sed -E 's,^([^:]+:[0-9]+):.*/\* ([a-z-]+) \*/$,\1 \2,' |
	sort >"$tmp/marked"

rc=0
while read -r what; do
	echo "FAILED: not found: $what"
	rc=1
done < <(comm -23 "$tmp/marked" "$tmp/got")
while read -r what; do
	echo "FAILED: found where nothing is wrong: $what"
	rc=1
done < <(comm -13 "$tmp/marked" "$tmp/got")

# A rule that nothing is planted for proves nothing.
for rule in *.cocci; do
	rule=${rule%.cocci}
	n=$(grep -c " $rule\$" "$tmp/marked")
	echo "$rule: $n planted bugs"
	[ "$n" -ge 5 ] || { echo "FAILED: too few bugs planted for $rule"; rc=1; }
done
exit "$rc"
