#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a program ends while its device goes, and the other way round
# requires: guest module:ib_uverbs module:ib_uverbs_mock command:uverbs_mock
# timeout: 120
# guards: a removal and a close() that both end a context, or neither
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/mock.sh"

# exiting - the program is on its way out, and has not yet arrived
exiting()
{
	local stat

	stat=$(cat "/proc/$HOLDER/stat" 2>/dev/null) || return 1
	# after the name: the state and, as the seventh, PF_EXITING
	# shellcheck disable=SC2086 # words are meant
	set -- ${stat##*) }
	[ "$1" != Z ] && [ "$1" != X ] && [ $(($7 & 4)) != 0 ]
}

# in_the_middle - one side is in the driver, and neither has come to its end
in_the_middle()
{
	case $(cat $MOCK/log) in
	*context*|*device*) return 1 ;;
	*held*) return 0 ;;
	esac
	return 1
}

# ends HOW - the program does: by SIGKILL, or by itself
ends()
{
	if [ "$1" = killed ]; then
		run kill -KILL "$HOLDER"
	else
		exec 7>&-
	fi
}

# goes - the device does, in the background; not by a parameter, as these wait for
# each other
goes()
{
	mock_unbind 7>&- &
	REMOVER=$!
	_jobs+=("$REMOVER")
}

# no_node - the removal has come to ib_uverbs; for wait_for
no_node()
{
	! uverbs_node mock0
}

# both_meet - they do, and neither has ended; go on
both_meet()
{
	wait_for 10 exiting || die "the program does not end, or did not wait"
	# whoever does not wait for the other has come to its end after this
	sleep 0.3
	exiting || die "the program did not wait"
	! removed || die "the removal did not wait"
	in_the_middle || die "nobody was in the middle: $(cat $MOCK/log)"
	put "" $MOCK/hold
}

# both_end HOW REASON - so they do, and what there was is destroyed once, for this reason
both_end()
{
	local status=0 wanted=0

	wait_for 30 removed || die "the device is still there"
	wait "$REMOVER" || die "the removal failed: status $?"
	[ "$1" != killed ] || wanted=137
	wait "$HOLDER" || status=$?
	same "the program's status" "$wanted" "$status"
	exec 7>&-
	note "$(cat $MOCK/log)"
	grep -qE ' pd .*context device $' $MOCK/log ||
		die "the device went before its context"
	same "contexts freed" 1 "$(grep -o context $MOCK/log | wc -l)"
	same "reasons" "$2" "$(grep -oE ':(close|driver_remove)' $MOCK/log |
		sort -u | tr -d ':\n')"
}

load ib_uverbs
is_ours ib_uverbs || die "this is the stock ib_uverbs"
mock_load
put 1 $MOCK/watch
for how in ended killed; do
	step "the device goes, and the program is $how meanwhile"
	mock_add
	mock_holder exit
	put mr $MOCK/hold
	goes
	wait_for 10 in_the_middle || die "the driver was not asked"
	ends $how
	both_meet
	both_end $how driver_remove

	step "the program is $how, and the device goes meanwhile"
	mock_add
	mock_holder exit
	put mr $MOCK/hold
	ends $how
	wait_for 10 in_the_middle || die "the driver was not asked"
	goes
	wait_for 10 no_node || die "the removal does not begin"
	both_meet
	both_end $how close
done
mock_unload
