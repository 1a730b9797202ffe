#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: siw releases pages in a softirq, of a file that others account for
# requires: guest kernel:6.12 module:siw module:ib_uverbs command:uverbs_place
# timeout: 120
# guards: accounting of pins that sleeps, or takes a lock that softirqs take too
. "$(dirname "$0")/common.sh"

# siw of Linux 6.1 pins by means of its own.
TRACING=/sys/kernel/tracing
SLEEPERS='mutex_lock down_read down_write down'

undo()
{
	echo 0 >$TRACING/events/kprobes/enable
	echo >$TRACING/kprobe_events
	echo >$TRACING/trace
}

# trace FUNCTION - when a softirq calls it (a flag of TRACE_FLAG_SOFTIRQ)
trace()
{
	echo "p:in_softirq_$1 $1" >>$TRACING/kprobe_events
	echo 'common_flags & 16' >$TRACING/events/kprobes/in_softirq_"$1"/filter
	echo 1 >$TRACING/events/kprobes/in_softirq_"$1"/enable
}

# traced FUNCTION - how often it was
traced()
{
	grep -c "in_softirq_$1:" $TRACING/trace || :
}

ready siw
is_ours ib_uverbs || die "this is the stock ib_uverbs"
load rdma_ucm
link_add siw0 siw d0
for f in uverbs_umem_free $SLEEPERS; do
	trace "$f"
done
# It is chance whether a softirq has the last reference.
for _ in 1 2 3 4 5; do
	run uverbs_place siw0 siw d0 10.60.0.1 "${ROUNDS:-10}"
	released=$(traced uverbs_umem_free)
	[ "$released" = 0 ] || break
done
note "$released regions were released in a softirq"
[ "$released" -gt 0 ] || die "none was: the test shows nothing"
for f in $SLEEPERS; do
	[ "$(traced "$f")" = 0 ] || {
		tail -n 5 $TRACING/trace >&2
		die "a softirq has called $f()"
	}
done
