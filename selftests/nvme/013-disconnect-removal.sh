#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a removal waits for a controller that is being disconnected
# races: a disconnect and the removal of its device
# requires: guest command:nvme module:ib_client_data_delay
# timeout: 180
# guards: nvme_rdma_remove_one() (host/rdma.c:2422-2426 of 6.1) flushes a queue that
# guards: a deletion from sysfs does not run on; see 013-disconnect-removal-stock
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/nvme/disconnect.sh
. "$(dirname "$0")/disconnect.sh"

step "nvme disconnect is held up, the device is removed"
disconnect_against_removal
sleep 1
delayed || die "too late: the disconnect is over"
! removed || die "the removal did not wait for the disconnect"
same "state" removing "$(slot rxe0 nvme_rdma state)"
wait_for 10 removed || die "the removal hangs"
wait_for 10 gone "/sys/class/nvme/$CTRL"
undelay
same "slots on rxe0" none "$(slot rxe0 nvme_rdma state)"

step "both at once, with offsets"
for ms in 000 030 060 100 150 250; do
	host_device
	connect_wire -i 2
	nvme disconnect -d "$CTRL" >/dev/null 2>&1 &
	sleep "0.$ms"
	within 10 timeout 20 rdma link delete rxe0
	wait_for 10 gone "/sys/class/nvme/$CTRL"
	wait_for 10 all_gone
done
idle nvme_rdma
