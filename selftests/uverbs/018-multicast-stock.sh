#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: control: with the stock rdma_ucm an id joins a group twice, and reads what it has freed
# requires: guest module:rdma_rxe module:rdma_ucm command:uverbs_multicast
# reports: KASAN: (slab-)?use-after-free in ucma_create_uevent
# timeout: 60
# guards: shows that 018-multicast bites
# shellcheck disable=SC2119 # use_stock alone means all modules
. "$(dirname "$0")/common.sh"

use_stock
ready
load rdma_ucm
link_add rxe0 rxe d0
run uverbs_multicast rxe0 rxe d0 10.60.0.1 twice
die "nothing happened: this test does not bite"
