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
comp_channel async_event'

# in_order REASON RANKS - what was freed was so in this order, newest first inside a
# rank and for this reason, and none was forgotten. One of the driver's own comes after
# what is newer: it may stand on that.
in_order()
{
	note "$(cat $MOCK/log)"
	awk -v reason="$1" -v ranks="$2" '
		function wrong(what)
		{
			print what
			bad = 1
		}
		BEGIN {
			lines = split(ranks, line, "\n")
			for (i = 1; i <= lines; i++) {
				words = split(line[i], word, " ")
				for (j = 1; j <= words; j++)
					rank[word[j]] = i
			}
		}
		# TYPE is the driver that does it, TYPE:HANDLE:REASON who asks it;
		# handles were given out in order, and descriptors have none
		{
			for (i = 1; i <= NF; i++) {
				parts = split($i, part, ":")
				name = part[1]
				if (!(name in rank))
					wrong("no rank has " $i)
				if (name == "own" && parts > 1) {
					own[part[2]] = i
					if (owns++ && part[2] + 0 >= newest_own)
						wrong($i " is newer than " newest_own)
					newest_own = part[2] + 0
					last = rank[name]
					newest = -1
				} else if (parts > 1 && rank[name] <= rank["cq"]) {
					at[part[2]] = i
				} else if (rank[name] > rank["cq"]) {
					late[i]
				}
				if (rank[name] < last)
					wrong($i " came late")
				if (rank[name] > last)
					newest = -1
				last = rank[name]
				seen[name] = 1
				if (parts == 1)
					continue
				if (part[3] != reason)
					wrong($i " is not because of " reason)
				if (name ~ /^(comp_channel|async_event)$/)
					continue
				if (newest >= 0 && part[2] + 0 >= newest)
					wrong($i " is newer than " newest)
				if (newest >= 0)
					compared++
				newest = part[2] + 0
			}
		}
		END {
			for (name in rank)
				if (!(name in seen))
					wrong(name " was not freed")
			if (compared < 10)
				wrong("no rank has more than one")
			for (o in own) {
				for (s in at) {
					if ((s + 0 > o + 0) != (at[s] < own[o]))
						wrong(s " and the driver\47s own " o)
					pairs++
				}
				for (i in late)
					if (i + 0 < own[o])
						wrong("too early for the driver\47s own " o)
			}
			if (owns < 2 || pairs < 20)
				wrong("not enough of the driver\47s own")
			exit bad
		}' $MOCK/log >&2 || die "that is not the release order"
}

# told_to REASON TYPE... - each type was freed for this reason
told_to()
{
	local reason=$1 type

	note "$(cat $MOCK/log)"
	for type in "${@:2}"; do
		grep -qE "(^| )$type:[0-9]+:$reason " $MOCK/log ||
			die "no $type was freed because of $reason"
	done
}

# times WHAT - how often the driver did it
times()
{
	awk -v what="$1" -v RS=' ' '$1 == what { n++ } END { print n + 0 }' \
		$MOCK/log
}

load ib_uverbs
is_ours ib_uverbs || die "this is the stock ib_uverbs"
mock_load
mock_add
put 1 $MOCK/watch

step "a program ends"
mock_holder
mock_ended
in_order close "mapping
$RANKS
context"

# disassociate: the operation, of a driver that has it
for own in '' disassociate; do
	step "the device goes${own:+ whose driver has a part in that}"
	put $((${#own} > 0)) $MOCK/disassociate
	mock_add
	mock_holder
	put 0 $MOCK/device
	in_order driver_remove "$RANKS
mapping
$own
context
device"
	happened=$(cat $MOCK/log)
	same "areas closed" 2 "$(times mapping)"
	same "contexts told" $((${#own} > 0)) "$(times disassociate)"
	mock_ended
	same "what the driver did" "$happened" "$(cat $MOCK/log)"
done
put 0 $MOCK/disassociate
mock_add

step "a program destroys"
put "" $MOCK/log
run uverbs_mock mock0 mock - destroy
types=$(tr '\n' ' ' <<<"$RANKS")
# shellcheck disable=SC2086 # words are meant
told_to destroy ${types%comp_channel*}
told_to close comp_channel async_event

step "creations fail when all is made"
put "" $MOCK/log
run uverbs_mock mock0 mock - abort
# The others are made by commands of which no step can fail after that.
told_to abort own flow mw qp ah rwq_table wq srq mr cq xrcd pd comp_channel
put 0 $MOCK/watch

step "the driver refuses a region at first"
mock_holder
put "mr 1" $MOCK/refuse
mock_ended
note "$(cat $MOCK/log)"
# the PD waits for the region, the context for both
grep -qE ' mr pd context $' $MOCK/log || die "the region was not tried again"
same "regions destroyed" 3 "$(times mr)"

step "the driver refuses its own object for ever"
expect_log 'the driver does not destroy the object'
mock_holder
put "own 1000" $MOCK/refuse
mock_ended
put "own 0" $MOCK/refuse
! grep -q own $MOCK/log || die "it did not refuse"
grep -q 'context $' $MOCK/log || die "the context is still there"
same "reports" 2 "$(log_count 'uverbs: the driver does not destroy the object of type 0x1000 with handle [0-9]+: -(16|EBUSY)')"

step "the driver refuses a CQ for ever, and tells of it"
put "cq 1000" $MOCK/refuse
run uverbs_mock mock0 mock - kept
put "cq 0" $MOCK/refuse
put 0 $MOCK/kept

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
