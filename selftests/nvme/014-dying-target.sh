#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: hosts that connect during removal of the target's device do not delay it
# races: connecting hosts and the removal of the target's device
# requires: guest command:nvme module:ib_client_data_delay
# guards: nvmet_rdma_remove_one() (target/rdma.c:2066-2102 of 6.1) looks for queues
# guards: once; nvmet_rdma_find_get_device() (1215) takes the device again
# timeout: 200
# shellcheck disable=SC2119 # use_stock alone means all modules
. "$(dirname "$0")/common.sh"

# The host has noticed that its connection ended, once more; for wait_for. By its
# state it could be told only until the stock target has let it in again.
noticed()
{
	[ "$(log_count 'starting error recovery')" -gt "$noticed" ]
}

# The target's device goes, held up between nvmet's remove() and the connection
# manager's. The host, whose connection nvmet's remove() ended, tries again.
scenario()
{
	local noticed

	noticed=$(log_count 'starting error recovery')
	load nvme-rdma
	two_devices
	nvmet_setup "$TARGET"
	connect_wire --reconnect-delay=1 --ctrl-loss-tmo=600
	remember "$(nvme_block "$CTRL")"
	delay cma_remove_one 2500
	remove rxe1
	wait_for 10 delayed
	wait_for 10 noticed
}

down()
{
	nvme_disconnect_all
	nvmet_teardown
	rxe_del rxe1
	rxe_del rxe0
}

step "control: with the stock modules the host gets in and the removal hangs"
use_stock
# The removal hangs until the host goes, here at the end of several slow steps.
hung_task 0
scenario
wait_for 5 nvme_is "$CTRL" live ||
	die "the stock target rejects the host: this test does not bite"
! wait_for 10 removed || die "stock removes the device: this test does not bite"
before=$(ios "$CTRL")
timeout 20 dd if="$(nvme_block "$CTRL")" of=/dev/null bs=64k count=16 \
	iflag=direct status=none
note "$(($(ios "$CTRL") - before)) requests over a device that should be gone"
# The stock target lets go of its CQ when nothing keeps the device any more.
undelay
delay ib_cq_pool_cleanup 3000
nvme_disconnect "$CTRL"
wait_for 20 removed || die "the removal hangs even without hosts"
undelay
target_device
down
hung_task 60

step "ours: the host is rejected and the removal ends"
use_ours
rejected=$(log_count 'Connect rejected')
scenario
wait_for 10 removed || die "the removal hangs"
log_more "$rejected" 'Connect rejected' || die "the host did not even try"
same "state of the host" connecting "$(nvme_state "$CTRL")"
undelay
idle nvmet_rdma

step "the device comes back, and the host with it"
target_device
wait_for 30 nvme_is "$CTRL" live
recall "$(nvme_block "$CTRL")"
down
unused nvme_rdma nvmet_rdma
net_del w0

# ctrl_live - some controller works; for wait_for
ctrl_live()
{
	grep -q live /sys/class/nvme/nvme*/state
}

step "four hosts connect again and again while their device is removed"
one_device
nvmet_setup "$TARGET"
for i in 1 2 3 4; do
	storm "$i" 60 &
	_jobs+=("$!")
done
for i in 1 3 5; do
	wait_for 20 ctrl_live
	sleep "0.$i"
	within 10 timeout 20 rdma link delete rxe0
	one_device
done
