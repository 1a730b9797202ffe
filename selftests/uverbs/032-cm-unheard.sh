#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a device goes while there is no memory for the events that say so
# requires: fail-nth guest module:rdma_rxe module:ib_uverbs module:rdma_ucm
# requires: command:uverbs_cm_fail
# cmdline: slub_debug=A,kmalloc-512
# timeout: 240
# guards: an id that nobody closes since its event has no memory, for which the removal
# guards: waits (ucma_event_handler(), core/ucma.c:350 of 6.1)
. "$(dirname "$0")/../fail/common.sh"

setup_fail
# What is as large as an event, from the removal's first allocation to its last.
spare_pages
load ib_uverbs
load rdma_rxe
load rdma_ucm
is_ours rdma_ucm || die "this is the stock rdma_ucm"
net_add d0 dummy 10.60.0.1/24
run uverbs_cm_fail rxe0 rxe d0 10.60.0.1 removal
