#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: two devices with one MAC, hence one GUID, both connect and carry I/O
# requires: guest command:nvme command:fio command:ibv_rc_pingpong
# guards: look-up of devices by node_guid: nvme_rdma_find_get_device()
# guards: (host/rdma.c:309 region of 6.1), nvmet_rdma_find_get_device() (target:1218)
# timeout: 180
. "$(dirname "$0")/common.sh"

OTHER=$NQN.other

# The two devices, and a target port on each.
two_equal()
{
	net_add d0 dummy 10.60.0.2/24 address 02:00:00:00:77:01
	net_add d1 dummy 10.61.0.2/24 address 02:00:00:00:77:01
	rxe_add rxe0 d0
	rxe_add rxe1 d1
	same "node GUID" "$(node_guid rxe0)" "$(node_guid rxe1)"
	count_on rxe1
}

# connect_other - the second connection. Where the numbers met all the same the
# connection manager also drops the first one, and each attempt counts on.
connect_other()
{
	local try stale

	for try in 1 2 3 4 5 6; do
		stale=$(log_count 'stale conn')
		nvme_connect 10.61.0.2 "$OTHER" && return
		[ "$(log_count 'stale conn')" -gt "$stale" ] ||
			die "the second device cannot be used"
		note "attempt $try met an equal pair of GUID and QP number"
		sleep 1
	done
	die "no pair of different QP numbers in $try attempts"
}

# stock MODULE FOLDER - the distribution's, with our module on the other side
stock()
{
	unload "$1"
	run modprobe -a nvme-fabrics nvmet rdma_cm
	run insmod "/lib/stock-modules/kernel/drivers/nvme/$2/$1.ko"
}

targets()
{
	loaded nvme_rdma || load nvme-rdma
	nvmet_setup 10.60.0.2
	nvmet_subsystem "$OTHER" "$BACKING"
	nvmet_port 2 10.61.0.2
	nvmet_link 2 "$OTHER"
	nvme_connect 10.60.0.2
}

down()
{
	nvme_disconnect_all
	nvmet_teardown
}

two_equal
step "control: stock host, our target"
stock nvme-rdma host
targets
must_fail nvme_connect 10.61.0.2 "$OTHER"
log_has "rdma connection establishment failed \(-22\)" ||
	die "the stock host failed for another reason: this test does not bite"
down
unload nvme-rdma nvmet-rdma

step "control: our host, stock target"
stock nvmet-rdma target
targets
must_fail nvme_connect 10.61.0.2 "$OTHER"
log_has 'nvmet_rdma: failed to create_qp ret= -22' ||
	die "the stock target failed for another reason: this test does not bite"
down
unload nvme-rdma nvmet-rdma

step "ours on both sides: both work"
targets
first=$CTRL
one=$(nvme_block "$first")
connect_other
wait_for 60 nvme_is "$first" live
two=$(nvme_block "$CTRL")
for device in rxe0 rxe1; do
	for client in nvme_rdma nvmet_rdma; do
		same "$client on $device" live "$(slot "$device" "$client" state)"
	done
done
io_verify "$one"
io_verify "$two" --offset=16M

step "each can be removed alone"
rxe_del rxe1 10
same "the controller over rxe0" live "$(nvme_state "$first")"
io_verify "$one"
down
idle nvme_rdma nvmet_rdma
unused nvme_rdma nvmet_rdma
