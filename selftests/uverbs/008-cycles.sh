#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: devices go again and again under threads that make objects, and return
# requires: guest module:rdma_rxe module:siw module:ib_uverbs
# requires: command:uverbs_removal
# guest: own
# timeout: 1200
# guards: what only one removal in a hundred meets, and what each of them leaves
. "$(dirname "$0")/common.sh"

export CYCLES=${CYCLES:-$(rounds 200)}
FEW=$(rounds 20)
[ "$FEW" -le "$CYCLES" ] || FEW=$CYCLES

# again_and_again DEVICE TYPE - it goes by itself, and with what it is made of
again_and_again()
{
	local how

	step "$2, $CYCLES times"
	run uverbs_removal "$1" "$2" d0 cycles
	for how in network driver; do
		step "$2 with its $how, $FEW times"
		run env REMOVAL=$how CYCLES="$FEW" uverbs_removal "$1" "$2" d0 \
			cycles
	done
}

ready
again_and_again rxe0 rxe
unload rdma_rxe
load siw
again_and_again siw0 siw
unload siw
