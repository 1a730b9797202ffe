# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash

# disconnect_against_removal - a controller with one I/O queue is disconnected.
# When the CM ids of both its queues are destroyed, but not the queue pair of
# the last, the disconnect is held up for 3 s; then rxe0, the host's device, is
# removed.
disconnect_against_removal()
{
	load nvme-rdma
	two_devices
	nvmet_setup "$TARGET"
	connect_wire -i 1
	delay nvme_rdma_destroy_queue_ib $((2000 + 1000 * SLOW)) nth=2
	printf '+ nvme disconnect -d %s &\n' "$CTRL" >&2
	nvme disconnect -d "$CTRL" &
	_jobs+=("$!")
	wait_for 20 delayed
	remove rxe0
}
