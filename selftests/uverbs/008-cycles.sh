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

ready
step "soft-RoCE, $CYCLES times"
run uverbs_removal rxe0 rxe d0 cycles
unload rdma_rxe
load siw
step "soft iWARP, $CYCLES times"
run uverbs_removal siw0 siw d0 cycles
unload siw
