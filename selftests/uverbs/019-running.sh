#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a command that is running finishes before its device goes
# races: a command, those that begin after it, and a removal
# requires: guest module:ib_uverbs module:ib_uverbs_mock command:uverbs_running
# timeout: 200
# guards: objects destroyed under a command, commands that a removal lets begin
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/mock.sh"

load ib_uverbs
is_ours ib_uverbs || die "this is the stock ib_uverbs"
mock_load
run uverbs_running mock0 mock -
# and before anything is destroyed
grep -qE '^command (own )+context device $' $MOCK/log ||
	die "that is not the order: $(cat $MOCK/log)"
mock_unload
