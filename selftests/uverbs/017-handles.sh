#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: who asks for handles while a driver refuses to destroy what has them
# races: a list of handles, and objects that are refused
# requires: guest cpus:2 module:ib_uverbs module:ib_uverbs_mock
# requires: command:uverbs_handles
# timeout: 120
# guards: a list that is walked under its lock and changed without it
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/mock.sh"

load ib_uverbs
is_ours ib_uverbs || die "this is the stock ib_uverbs"
mock_load
# Without the lock, twenty rounds went wrong seven times out of eight.
run uverbs_handles mock0 mock - "${ROUNDS:-20}"
mock_unload
