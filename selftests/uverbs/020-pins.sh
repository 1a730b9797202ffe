#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: fdinfo of a uverbs file has the pages it pins, to the page
# requires: guest module:rdma_rxe module:ib_uverbs command:uverbs_pins
# timeout: 180
# guards: memory that is pinned and charged to nobody, or to somebody else
. "$(dirname "$0")/common.sh"

ready
is_ours ib_uverbs || die "this is the stock ib_uverbs"
run uverbs_pins rxe0 rxe d0
