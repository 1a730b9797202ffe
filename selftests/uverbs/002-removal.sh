#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a device goes at once whatever programs hold, and comes back
# races: readers, mappings, commands and processes that end, and removals
# requires: guest module:rdma_rxe module:ib_uverbs command:uverbs_removal
# timeout: 900
# guards: a removal that waits for programs, memory of a driver left in a process
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/../delay.sh"

ready
removals rxe0 rxe
unload rdma_rxe
