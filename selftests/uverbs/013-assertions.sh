#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: breaches of the object layer's rules are reported, with the object
# requires: guest module:ib_uverbs module:ib_uverbs_mock command:uverbs_mock
# requires: fail-nth, a kernel with lockdep
# timeout: 120
# guards: assertions that never bite
# guest: own --warn-ok
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/mock.sh"

[ -e /proc/lockdep ] || skip "this kernel has no lockdep"

REPORT='uverbs: object of type 0x1000, handle 7, .*'

# breach NUMBER NAME CONDITION... - do it; the report says what did not hold
breach()
{
	local number=$1 condition before told=()

	step "$2"
	before=$(log_count 'uverbs: object of type')
	for condition in "${@:3}"; do
		told+=("$(log_count "$REPORT: $condition")")
	done
	run uverbs_mock mock0 mock - "$number"
	for condition in "${@:3}"; do
		log_more "${told[0]}" "$REPORT: $condition" ||
			die "the kernel log has no report of: $condition"
		told=("${told[@]:1}")
	done
	same "reports" $((before + $# - 2)) \
		"$(log_count 'uverbs: object of type')"
}

load ib_uverbs
is_ours ib_uverbs || die "this is the stock ib_uverbs"
expect_log 'WARNING: CPU.*(core/uverbs|uverbs_|rdma_|release_ufile|cleanup_)'
mock_load
mock_add

step "nothing is reported without a breach"
run timeout 60 uverbs_mock mock0 mock - hold </dev/null
same "reports" 0 "$(log_count 'uverbs: object of type')"

breach 0 "a lock given back twice" 'atomic_read\(&_*uobj->usecnt\) > 0' '!ret'
breach 1 "a lock that leaks" '!ret'
breach 4 "a lock taken from who has it" 'atomic_read\(&uobj->usecnt\) == -1'
breach 3 "a reference that leaks" 'kref_read\(&uobj->ref\) == 1 \+'
breach 5 "a commit without begin" 'uverbs_object\(uobj\)->state == UVERBS_BEGUN'
breach 6 "an abort without begin" 'uverbs_object\(uobj\)->state == UVERBS_BEGUN'
expect_log 'refcount_t: underflow'
expect_log 'WARNING: CPU.*lib/refcount.c'
breach 2 "a reference given back twice" 'uverbs_referenced\(uobj, reason\)'
mock_unload
