#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: the ULP modules unload, idle and under I/O, while devices live
# requires: guest command:fio command:nvme module:ib_client_data
# guards: modules that stay in use for ever, or go while somebody uses them
# timeout: 180
. "$(dirname "$0")/common.sh"

load nvme-rdma
two_devices
nvmet_setup "$TARGET"

step "the host's module goes with a controller connected, idle"
connect_wire
remember "$(nvme_block "$CTRL")"
within 10 timeout 20 rmmod nvme_rdma
wait_for 5 gone "/sys/class/nvme/$CTRL"
same "client data of the host" none "$(slot rxe0 nvme_rdma state)"

load nvme-rdma
connect_wire
recall "$(nvme_block "$CTRL")"
if grep -q Y /sys/module/nvme_core/parameters/multipath 2>/dev/null; then
	step "the host's module goes under I/O"
	busy "$CTRL"
	within 15 timeout 20 rmmod nvme_rdma
	fio_told
else
	step "without multipath the host's module goes when its disk is closed"
	work "$CTRL"
	must_fail rmmod nvme_rdma
	fio_wait 90 || die "I/O failed, or its data are wrong"
	within 10 timeout 20 rmmod nvme_rdma
fi
wait_for 5 gone "/sys/class/nvme/$CTRL"

step "the target's module stays while it has a port"
load nvme-rdma
connect_wire --reconnect-delay=1 --ctrl-loss-tmo=600
dev=$(nvme_block "$CTRL")
recall "$dev"
must_fail rmmod nvmet_rdma

step "the target's module goes when the port has gone, under I/O"
work "$CTRL"
within 10 timeout 20 rm "$NVMET/ports/1/subsystems/$NQN"
within 10 timeout 20 rmmod nvmet_rdma
same "client data of the target" none "$(slot rxe1 nvmet_rdma state)"
wait_for 10 nvme_is "$CTRL" connecting
fio_running || die "the I/O was over too early, or failed"
load nvmet-rdma
nvmet_link 1
wait_for 30 nvme_is "$CTRL" live
fio_wait 90 || die "I/O failed, or its data are wrong"
recall "$dev"
nvme_disconnect "$CTRL"
nvmet_teardown

step "core goes last"
must_fail rmmod ib_client_data
run rmmod nvme_rdma
run rmmod nvmet_rdma
run rmmod ib_client_data
