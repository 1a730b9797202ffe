#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: the target's device goes, idle and under I/O: the host waits and goes on
# requires: guest command:fio command:nvme module:ib_client_data
# guards: a target that keeps its device, never listens again, or loses data
# timeout: 240
. "$(dirname "$0")/common.sh"

load nvme-rdma
two_devices
nvmet_setup "$TARGET"
connect_wire --reconnect-delay=1 --ctrl-loss-tmo=600
dev=$(nvme_block "$CTRL")
remember "$dev"

step "idle"
remove_by link rxe1 b0
wait_for 10 nvme_is "$CTRL" connecting
target_device
wait_for 60 nvme_is "$CTRL" live
recall "$dev"

# With its network device the target cannot even say goodbye: the host has to
# find out. On 6.1 rdma_rxe then loses the completion of the goodbye now and
# then, and cm_destroy_id() waits for that for ever, stock modules or not.
ways=(link)
case $(uname -r) in
6.1.*) ;;
*) ways+=(netdev) ;;
esac
for way in "${ways[@]}"; do
	step "under I/O, by $way"
	work "$CTRL"
	remove_by "$way" rxe1 b0
	wait_for 40 nvme_is "$CTRL" connecting
	fio_running || die "the I/O was over too early, or failed"
	target_device
	wait_for 60 nvme_is "$CTRL" live
	fio_wait 90 || die "I/O failed, or its data are wrong"
	recall "$dev"
done

# Devices go in the order they came: the host's first.
step "both devices at once, by module: the host's controller is deleted"
busy "$CTRL"
remove_by module rxe1 b0
fio_told
wait_for 10 all_gone
two_devices
wait_for 10 listening "$TARGET" -w "$HOST"
connect_wire
recall "$(nvme_block "$CTRL")"
nvme_disconnect "$CTRL"
nvmet_teardown
idle nvme_rdma nvmet_rdma
unused nvme_rdma nvmet_rdma
