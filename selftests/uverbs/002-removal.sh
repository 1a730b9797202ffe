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
cases=(open objects readers mappings fork flight churn kill changing many)
for what in "${cases[@]}"; do
	step "removal: $what"
	run uverbs_removal rxe0 rxe d0 "$what"
done
for how in network driver; do
	for what in "${cases[@]}"; do
		step "removal with its $how: $what"
		run env REMOVAL=$how uverbs_removal rxe0 rxe d0 "$what"
	done
done
slow_changing rxe0 rxe
unload rdma_rxe
