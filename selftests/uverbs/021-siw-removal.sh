#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a device of soft iWARP goes at once whatever programs hold
# requires: guest module:siw module:ib_uverbs command:uverbs_removal
# timeout: 900
# guards: a removal that was made for rdma_rxe only
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/../delay.sh"

ready siw
cases=(open objects readers mappings fork flight churn kill changing many)
# One process each: areas() must not find what another case's files have left.
for what in "${cases[@]}"; do
	run uverbs_removal siw0 siw d0 "$what"
done
for how in network driver; do
	step "with its $how"
	for what in "${cases[@]}"; do
		run env REMOVAL=$how uverbs_removal siw0 siw d0 "$what"
	done
done
slow_changing siw0 siw
unload siw
