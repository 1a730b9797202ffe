#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: control: with the stock module a removal waits for what the user connects
# requires: guest command:nvme module:ib_client_data_delay
# guards: shows that 012-connect-removal bites
# timeout: 120
# dies: WARNING: .*ib_cq_pool_(cleanup|put)
# shellcheck disable=SC2119 # use_stock alone means all modules
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/nvme/connect.sh
. "$(dirname "$0")/connect.sh"

use_stock
load nvme-rdma
two_devices
nvmet_setup "$TARGET"
step "stock: the removal waits for the user"
scenario nvmf_connect_io_queue
! wait_for 10 removed || die "stock removes the device: this test does not bite"
note "the controller is $(nvme_state "$(ctrl_of 1)") on a device that is being removed"
# The removal does not wait for the last queue pair, see 013-disconnect-removal-stock.
nvme_disconnect_all
wait_for 20 removed || die "the removal hangs even without controllers"
undelay
