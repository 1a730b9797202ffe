#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: ids of the CM, in each of their states, when their device goes
# requires: guest module:rdma_rxe module:ib_uverbs module:rdma_ucm
# requires: command:uverbs_cm
# timeout: 180
# guards: an id that is not told, that waits, or that keeps the driver
. "$(dirname "$0")/common.sh"

ready
load rdma_ucm
for i in 1 2; do
	step "time $i"
	loaded rdma_rxe || load rdma_rxe
	run uverbs_cm rxe0 rxe d0 10.60.0.1
done
