#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: the rules of lint/ miss none of the puts of our ULPs when it is gone
# guards: rules that find the bugs planted for them and not those of real code
# guest: none
# timeout: 300
#
# Of the files of ulps/, and of what the ports made of the kernel's where modules
# have been built, makes copies each of which lacks one put: one of core's, or one
# that lint/references says is one. The rules must find each. Needs spatch, no
# kernel and no root. Exit status 0: all found, 1: not, 4: no spatch.
set -u -o pipefail
cd "$(dirname "$0")/../.." || exit 1
command -v spatch >/dev/null || {
	echo "SKIP no spatch: apt-get install coccinelle" >&2
	exit 4
}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 143' INT TERM HUP

# Calls that rules cannot miss: FUNCTION REASON.
hidden='
isert_connect_release	ends what the count of the connection keeps
nvme_rdma_destroy_queue_ib	looks at run time whether the queue has its device
iser_free_ib_conn_res	looks at run time whether the connection has its device
srp_remove_target	ends what a work item of its own is queued for
'

rc=0
fail()
{
	echo "FAILED: $*"
	rc=1
}

# The planted ULP is not there, nor are the modules of tests.
named=$(awk '!/^(#|$)/ && $2 !~ /^(ulp|test|torture)_/ { print $1, $2 }' \
	lint/references)
puts=$(awk '$1 ~ /^(puts|drops|ends)$/ { print $2 }' <<<"$named" | paste -sd'|')

mapfile -t files < <(printf '%s\n' ulps/*/*.c)
ported=no
for dir in build/*/modules; do
	# The last to be ported is there.
	[ -f "$dir/ulps/srpt/ib_srpt.c" ] || continue
	ported=${dir%/modules}
	while IFS= read -r file; do
		[ -f "${file#"$dir/"}" ] || files+=("$file")
	done < <(find "$dir/ulps" -name '*.c' ! -name '*.mod.c')
	break
done
echo "ported files: $ported"

# A name that nothing bears makes a rule blind without a word.
while read -r _ name; do
	[ "$ported" != no ] || break
	grep -qE "^([a-z].*[ *])?$name\(" "${files[@]}" ||
		fail "lint/references: no function $name()"
done <<<"$named"

# What was a put becomes an empty statement.
n=0 copies=()
while IFS=: read -r file line text; do
	n=$((n + 1))
	mkdir "$tmp/$n"
	copies+=("$tmp/$n/${file##*/}")
	sed "${line}s/.*/;/" "$file" >"${copies[-1]}"
	echo "$n $file:$line: ${text//$'\t'/}" >>"$tmp/list"
done < <(grep -nE "^[[:space:]]+(ib_put_client_data|$puts)\(.*\);\$" \
	"${files[@]}")
[ "$n" -ge 13 ] || fail "only $n puts in ${#files[@]} files"

lint/rules "${copies[@]}" >"$tmp/found"
[ $? -le 1 ] || { fail "lint/rules"; exit 1; }
found=0
while read -r n where; do
	name=${where##*: }
	name=${name%%(*}
	reason=$(sed -n "s/^$name	//p" <<<"$hidden")
	if grep -q "^$tmp/$n/[^:]*:[0-9]*: missing-put: " "$tmp/found"; then
		found=$((found + 1))
	elif [ -n "$reason" ]; then
		echo "not found: $where $name() $reason"
	else
		fail "not found: $where"
	fi
done <"$tmp/list"
echo "$found of $(wc -l <"$tmp/list") puts are missed where they are gone"
exit "$rc"
