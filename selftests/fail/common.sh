# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the fail-nth tests share. A test says what is to be done (see failnth.c)
# and has a function check, which takes it down again, looks for what is left,
# and does it once more without a failure.

# shellcheck source=selftests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# shellcheck disable=SC2034 # for the tests
TESTDIR=/sys/kernel/debug/ib_client_data_test

# In the headers: "cmdline: slub_debug=A;-,kmemleak_object,kmemleak_scan_area", so
# that only points of the kernel proper count. Where queue pairs are made, the caches
# that rxe_qp_init_req() takes its send queue and its socket from are exempt, too, and
# pages (spare_pages): without these rxe_create_qp() of 6.1 stops timers that are not
# set up, and lockdep turns itself off.

# setup_fail - every allocation counts, and fails without a word
setup_fail()
{
	local attr

	for attr in failslab fail_page_alloc fail_usercopy; do
		put 0 "/sys/kernel/debug/$attr/verbose"
	done
	for attr in failslab fail_page_alloc; do
		put N "/sys/kernel/debug/$attr/ignore-gfp-wait"
	done
	# What kmemleak cannot note down no operation misses: see cmdline.
	if grep -q 1 /sys/kernel/slab/*/failslab; then
		put Y /sys/kernel/debug/failslab/cache-filter
	fi
	expect_log 'kobject_add_internal failed for .* .error: -1[24]'
	put N /sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem
	put 0 /sys/kernel/debug/fail_page_alloc/min-order
}

# spare_pages - slabs and user copies fail, pages do not
spare_pages()
{
	put 20 /sys/kernel/debug/fail_page_alloc/min-order
}

# let_go CLIENTS [LEFTOVERS [SECONDS]] - within 30 s nobody has a reference to data of these
# clients (as in "iser|isert") but core, and there are no such files. The other end of
# a connection notices a little later that it is over. For check.
let_go()
{
	local leftovers=${2:-/dev/null/*} i

	for ((i = 0; i < ${3:-30} * 10; i++)); do
		if ! compgen -G "$leftovers" >/dev/null &&
		   awk -v clients="^($1)$" '$2 ~ clients && $4 > 1 { exit 1 }' \
			/sys/kernel/debug/ib_client_data/slots; then
			return 0
		fi
		sleep 0.1
	done
	compgen -G "$leftovers"
	cat /sys/kernel/debug/ib_client_data/slots
	return 1
}
export -f let_go

# each ERRNOS [-n TIMES] [-s SPARED] OPERATION A B - do it with each point failing in turn;
# ERRNOS are those that may come of it, such as 12,14
each()
{
	local errnos=$1

	shift
	export -f check
	points -e "$errnos" "$@" 'bash -c check'
}

# no_slots - core has no client data of anybody. For check.
no_slots()
{
	! tail -n +2 /sys/kernel/debug/ib_client_data/slots | grep .
}
export -f no_slots

# points OPTION... OPERATION A B - the same without check
points()
{
	printf '+ failnth %s\n' "$*" >&2
	failnth "$@" >"$TEST_DIR/points" 2>&1 || {
		tail -n 15 "$TEST_DIR/points" >&2
		die "failnth failed: $*"
	}
	note "$(tail -n 1 "$TEST_DIR/points"):" \
		"$(sed -n 's/^[0-9]*: //p' "$TEST_DIR/points" | sort | uniq -c |
			awk '{ $1 = $1 " x"; print }' | paste -sd,)"
}
