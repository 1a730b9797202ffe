#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a device whose driver is unbound goes at once whatever a program holds
# requires: guest module:ib_uverbs module:ib_uverbs_mock command:uverbs_mock
# timeout: 120
# guards: an unbinding that waits for programs, a driver that cannot be bound again
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/mock.sh"

load ib_uverbs
is_ours ib_uverbs || die "this is the stock ib_uverbs"
mock_load
mock_add

step "unbound while a program has one of everything"
mock_holder exit
within 10 mock_unbind
kill -0 "$HOLDER" || die "the program has ended"
gone /sys/class/infiniband/mock0 || die "mock0 is still there"
! uverbs_node mock0 || die "mock0 can still be opened"
note "$(cat $MOCK/log)"
grep -qE ' pd .*context device $' $MOCK/log || die "it went before its context"
first=$HOLDER
exec 8>&7

step "bound again while the program is still there"
mock_bind
mock_holder
kill -0 "$first" || die "the first program has ended"

step "both programs end"
mock_ended
grep -q 'context $' $MOCK/log || die "the second context is still there"
put "" $MOCK/log
exec 8>&-
wait "$first" || die "the first program failed: status $?"
same "what the driver did for the first program" "" "$(cat $MOCK/log)"

step "unbound without any program"
within 10 mock_unbind
mock_bind
mock_unload
