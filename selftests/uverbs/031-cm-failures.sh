#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: every allocation and copy of rdma_ucm's commands fails once
# requires: fail-nth guest module:rdma_rxe module:ib_uverbs module:rdma_ucm
# requires: command:uverbs_cm_fail
# cmdline: slub_debug=A;-,kmemleak_object,kmemleak_scan_area
# timeout: 240
# guards: ids that a failed command leaves, and events that are lost
. "$(dirname "$0")/../fail/common.sh"

setup_fail
load ib_uverbs
load rdma_rxe
load rdma_ucm
is_ours rdma_ucm || die "this is the stock rdma_ucm"
net_add d0 dummy 10.60.0.1/24
link_add rxe0 rxe d0
run uverbs_cm_fail rxe0 rxe d0 10.60.0.1
