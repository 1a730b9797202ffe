#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: two objects locked for writing in opposite orders: busy, never stuck
# races: two objects locked in opposite orders, creation, removal
# requires: guest module:ib_uverbs module:ib_uverbs_mock command:uverbs_storm
# timeout: 300
# guards: commands that wait for each other's objects, locks that are left
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/mock.sh"

SECONDS_EACH=${SECONDS_EACH:-$(rounds 60)}

load ib_uverbs
is_ours ib_uverbs || die "this is the stock ib_uverbs"
mock_load
mock_add
step "for $SECONDS_EACH s"
run uverbs_storm mock0 mock - "$SECONDS_EACH"
step "the device goes in the middle"
run uverbs_storm mock0 mock - "$((SECONDS_EACH / 10 + 3))" removal
mock_unload
