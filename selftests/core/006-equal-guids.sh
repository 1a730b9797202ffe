#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: two live devices with one node GUID have two data
# requires: module:ib_client_data_test
# guards: look-up by node_guid in nvme-rdma, nvmet-rdma, iser, isert, rtrs
. "$(dirname "$0")/common.sh"

setup_core
step "two mock devices"
in_kernel equal-guids

step "two soft-RoCE devices on network devices with one MAC"
mac=$(cat /sys/class/net/d0/address)
net_add d1 dummy 10.50.1.1/24 address "$mac"
rxe_add rxe1 d1
same "node GUID" "$(node_guid rxe0)" "$(node_guid rxe1)"
in_kernel standing-begin nobody
same "data allocated" 2 "$(standing allocs)"
rxe_del rxe0
same "data freed" 1 "$(standing frees)"
same "the other's data" live "$(slot rxe1 icd_standing state)"
put "standing-end -" "$TESTDIR/run"
