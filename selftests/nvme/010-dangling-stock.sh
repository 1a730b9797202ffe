#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: control: stock reads a device record that it has freed, and KASAN sees it
# requires: guest command:nvme
# reports: KASAN: use-after-free in nvme_rdma_remove_one|KASAN: slab-use-after-free in nvme_rdma_remove_one
# timeout: 90
# guards: shows that the debug kernel bites; see 010-dangling
# shellcheck disable=SC2119 # use_stock alone means all modules
. "$(dirname "$0")/common.sh"

# A controller over rxe1 waits for its target, its queues have dropped the last
# reference to the record of rxe1. Removing rxe0, the host looks through all
# controllers and into that record.
OTHER=$NQN.other
use_stock
# Whoever comes last is told first of a removal: the host, while it has a connection.
load nvmet-rdma
load nvme-rdma
net_add d0 dummy 10.60.0.2/24
net_add d1 dummy 10.61.0.2/24
rxe_add rxe0 d0
rxe_add rxe1 d1
nvmet_setup 10.60.0.2
nvmet_subsystem "$OTHER" "$BACKING"
nvmet_port 2 10.61.0.2
nvmet_link 2 "$OTHER"
nvme_connect 10.60.0.2
nvme_connect 10.61.0.2 "$OTHER" --reconnect-delay=15 --ctrl-loss-tmo=600
nvmet_unlink 2 "$OTHER"
wait_for 10 nvme_is "$CTRL" connecting
sleep 1
rxe_del rxe0 20
wait_log 10 'KASAN: '
