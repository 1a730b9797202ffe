#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: handles, descriptors and locks of user objects
# races: attempts to make a context, descriptors, objects in use
# requires: guest module:rdma_rxe module:ib_uverbs command:uverbs_objects
# requires: command:uverbs_share
# timeout: 300
# guards: objects that leak, that block each other or are seen before they exist
. "$(dirname "$0")/common.sh"

ready
is_ours ib_uverbs || die "this is the stock ib_uverbs"
run uverbs_objects rxe0 rxe d0
run uverbs_share rxe0 rxe d0
