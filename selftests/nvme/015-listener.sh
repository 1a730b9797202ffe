#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a port listens again when a device with its address comes back
# requires: guest command:nvme module:ib_client_data
# timeout: 180
# guards: nvmet_rdma_device_removal() (target/rdma.c:1786 of 6.1) drops the
# guards: listener of a port for good
# shellcheck disable=SC2119 # use_stock alone means all modules
. "$(dirname "$0")/common.sh"

# A port bound to an address; its device is removed and comes back.
scenario()
{
	load nvme-rdma
	one_device
	nvmet_setup "$TARGET"
	run listening "$TARGET"
	rxe_del rxe0 20
	must_fail listening "$TARGET"
	rxe_add rxe0 d0
}

step "control: with the stock modules the port never listens again"
use_stock
scenario
! wait_for 5 listening "$TARGET" ||
	die "the stock port listens again: this test does not bite"
nvmet_teardown
rxe_del rxe0

step "ours: by itself, and it says so"
use_ours
scenario
within 5 wait_for 5 listening "$TARGET"
log_has "port 1 \($TARGET:4420\) listens again on rxe0" ||
	die "nothing in the log about it"
nvme_connect "$TARGET"
io_verify "$(nvme_block "$CTRL")"
nvme_disconnect "$CTRL"

step "the address moves to another device"
rxe_del rxe0 20
run ip addr del "$TARGET/24" dev d0
net_add d1 dummy 10.61.0.2/24
rxe_add rxe1 d1
must_fail listening "$TARGET"
run ip addr add "$TARGET/24" dev d1
wait_for 10 listening "$TARGET"
log_has "port 1 \($TARGET:4420\) listens again on rxe1" ||
	die "nothing in the log about it"

step "the port can be taken down while it has no device"
rxe_del rxe1 20
must_fail listening "$TARGET"
nvmet_teardown
idle nvmet_rdma nvme_rdma
unused nvme_rdma nvmet_rdma
