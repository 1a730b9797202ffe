#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a context ends in release order, whatever the driver refuses
# requires: guest module:ib_uverbs module:ib_uverbs_mock command:uverbs_mock
# timeout: 120
# guards: an object destroyed before its users, a cleanup that does not end
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/mock.sh"

# Types by rank; one line is one rank. What stands in one may come in any order.
RANKS='own
flow
mw
qp
ah
rwq_table
wq
srq
mr
cq
xrcd dm counters flow_action
pd
context'

# in_order - what was destroyed was so in this order, and none was forgotten
in_order()
{
	note "$(cat $MOCK/log)"
	awk -v ranks="$RANKS" '
		BEGIN {
			lines = split(ranks, line, "\n")
			for (i = 1; i <= lines; i++) {
				words = split(line[i], word, " ")
				for (j = 1; j <= words; j++)
					rank[word[j]] = i
			}
		}
		{
			for (i = 1; i <= NF; i++) {
				if (!($i in rank)) {
					print "no rank has " $i
					bad = 1
				}
				if (rank[$i] < last) {
					print $i " came late"
					bad = 1
				}
				last = rank[$i]
				seen[$i] = 1
			}
		}
		END {
			for (name in rank)
				if (!(name in seen)) {
					print name " was not destroyed"
					bad = 1
				}
			exit bad
		}' $MOCK/log >&2 || die "that is not the release order"
}

# start HOLDER - with one of everything, until exec 7>&- lets go
holder()
{
	rm -f "$TEST_DIR/say"
	mkfifo "$TEST_DIR/say"
	uverbs_mock mock0 mock - hold <"$TEST_DIR/say" >"$TEST_DIR/heard" &
	HOLDER=$!
	_jobs+=("$HOLDER")
	exec 7>"$TEST_DIR/say"
	wait_for 60 grep -q held "$TEST_DIR/heard"
	put "" $MOCK/log
}

# ended - it lets go, and has nothing to complain of
ended()
{
	exec 7>&-
	wait "$HOLDER" || die "the program failed: status $?"
}

load ib_uverbs
is_ours ib_uverbs || die "this is the stock ib_uverbs"
mock_load
mock_add

step "a program ends"
holder
ended
in_order

step "the device goes"
holder
put 0 $MOCK/device
in_order
ended
mock_add

step "the driver refuses a region at first"
holder
put "mr 1" $MOCK/refuse
ended
note "$(cat $MOCK/log)"
# the PD waits for the region, the context for both
grep -qE ' mr pd context $' $MOCK/log || die "the region was not tried again"
same "regions destroyed" 3 "$(tr ' ' '\n' <$MOCK/log | grep -cx mr)"

step "the driver refuses its own object for ever"
expect_log 'the driver does not destroy the object'
holder
put "own 1000" $MOCK/refuse
ended
put "own 0" $MOCK/refuse
! grep -q own $MOCK/log || die "it did not refuse"
grep -q 'context $' $MOCK/log || die "the context is still there"
same "reports" 1 "$(log_count 'uverbs: the driver does not destroy the object of type 0x1000 with handle [0-9]+: -(16|EBUSY)')"

step "the driver refuses a command"
put "own 2" $MOCK/refuse
run uverbs_mock mock0 mock - refused

step "the driver does not undo what it made"
expect_log 'cannot undo an object'
put "mr 1" $MOCK/refuse
run uverbs_mock mock0 mock - undone
log_has 'uverbs: cannot undo an object of type 0x[0-9a-f]+: -(16|EBUSY)' ||
	die "nobody was told"
mock_unload
