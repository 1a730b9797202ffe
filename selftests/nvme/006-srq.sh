#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: the target with shared receive queues: I/O, removal, reconnect
# requires: guest command:fio command:nvme module:ib_client_data
# timeout: 180
# guards: shared receive queues that outlive their device or their port's settings
. "$(dirname "$0")/common.sh"

load nvme-rdma
load nvmet-rdma use_srq=1
two_devices
nvmet_setup "$TARGET"

step "I/O"
connect_wire --reconnect-delay=1 --ctrl-loss-tmo=600
dev=$(nvme_block "$CTRL")
note "rxe1: $(srqs rxe1) SRQs"
[ "$(srqs rxe1)" -ge 1 ] || die "the target made no SRQ"
remember "$dev"
io_verify "$dev" "${BUSY[@]}" --size=4M

step "the target's device goes under I/O and comes back"
work "$CTRL"
remove_by link rxe1 b0
wait_for 10 nvme_is "$CTRL" connecting
fio_running || die "the I/O was over too early, or failed"
target_device
wait_for 60 nvme_is "$CTRL" live
fio_wait 90 || die "I/O failed, or its data are wrong"
recall "$dev"

step "the last host leaves: the queues go, the next host makes them again"
nvme_disconnect "$CTRL"
idle nvmet_rdma
has_srqs rxe1 0
connect_wire
recall "$(nvme_block "$CTRL")"
