#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: removing a device leaves controllers of other devices alone
# requires: guest command:nvme module:ib_client_data_spray plain
# timeout: 180
# guards: nvme_rdma_remove_one() (host/rdma.c:2420 of 6.1) reads ctrl->device of a
# guards: controller that reconnects, which nvme_rdma_free_dev() (363) has freed
# shellcheck disable=SC2119 # use_stock alone means all modules
. "$(dirname "$0")/common.sh"

OTHER=$NQN.other

# A runs over rxe1 only. Its target goes: A waits in "connecting", and its last
# queue has dropped the last reference to the record of rxe1. Then the record's
# memory is used for something that begins with a pointer to rxe0, and rxe0,
# which A never used, is removed. Sets STATE to what became of A.
scenario()
{
	local a

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
	nvme_connect 10.61.0.2 "$OTHER" --reconnect-delay=15 --ctrl-loss-tmo=600
	a=$CTRL
	nvme_connect 10.60.0.2
	nvmet_unlink 2 "$OTHER"
	wait_for 10 nvme_is "$a" connecting
	# freed, and read much later: all other references are long gone
	sleep 0.5
	run insmod "$UPDATES/ib_client_data_spray.ko" device=rxe0
	nvmet_link 2 "$OTHER"
	rxe_del rxe0 20
	wait_for 10 gone "/sys/class/nvme/$CTRL"
	STATE=$(nvme_state "$a")
	note "after the removal of rxe0, $a over rxe1 is: $STATE"
	run rmmod ib_client_data_spray
	A=$a
}

down()
{
	nvme_disconnect_all
	nvmet_teardown
	rxe_del rxe1
	net_del d0
	net_del d1
}

step "control: the stock modules delete a controller that never used the device"
use_stock
scenario
case $STATE in
deleting*|gone) ;;
*) die "A is $STATE on stock: this test does not bite" ;;
esac
down

step "ours: the controller lives and reconnects"
use_ours
scenario
same "state of A" connecting "$STATE"
wait_for 30 nvme_is "$A" live
io_verify "$(nvme_block "$A")"
down
idle nvme_rdma nvmet_rdma
unused nvme_rdma nvmet_rdma
