#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: control: stock removes a device under a controller being disconnected
# requires: guest command:nvme module:ib_client_data_delay kernel:6.1
# guards: shows that 013-disconnect-removal bites
# dies: (WARNING: .*(ib_core|rdma_rxe|nvme_rdma|ib_free_cq|ib_dealloc|rxe_)|BUG: |Oops)
# timeout: 60
# shellcheck disable=SC2119 # use_stock alone means all modules
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/nvme/disconnect.sh
. "$(dirname "$0")/disconnect.sh"

use_stock
step "stock: the removal does not wait, and the disconnect uses what was freed"
disconnect_against_removal
wait_for 2 removed || die "stock waits: this test does not bite"
note "rdma link delete has returned before the queue pair is destroyed"
sleep 5
die "nothing happened: this test does not bite"
