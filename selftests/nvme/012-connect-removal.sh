#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: connect and removal of the host's device do not wait for each other
# races: a connect and the removal of its device
# requires: guest command:nvme module:ib_client_data_delay
# guards: nvme_rdma_cm_handler() (host/rdma.c:1945 of 6.1) ignores DEVICE_REMOVAL, and
# guards: nvme_rdma_remove_one() sees no controller before it is listed (2362-2370)
# guards: see 012-connect-removal-stock
# timeout: 240
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/nvme/connect.sh
. "$(dirname "$0")/connect.sh"

step "ours: held up at each stage of a connect"
load nvme-rdma
two_devices
nvmet_setup "$TARGET"
while read -r function nth; do
	host_device
	scenario "$function" "$nth"
	wait_for 10 removed || die "the removal hangs with connect in $function"
	wait_for 10 connect_over || die "nvme connect hangs in $function"
	wait_for 10 all_gone || die "a controller is left on a removed device"
	undelay
	note "connect $(cat "$TEST_DIR/connect")"
	[ "$function" = nvme_start_ctrl ] ||
		same "connect with its device removed in $function" failed \
			"$(cat "$TEST_DIR/connect")"
done <<EOF
nvme_rdma_cm_handler 1
nvme_rdma_cm_handler 2
nvme_rdma_cm_handler 3
nvmf_connect_admin_queue
nvme_init_ctrl_finish
nvme_rdma_cm_handler 5
nvmf_connect_io_queue
nvme_start_ctrl
EOF

step "ours: at any time, host and target on one device"
nvmet_teardown
# Waits for all references. The target may have had some until now: of a host that went
# between the connection and the command Connect it knows nothing unless a message of
# its CM came through. Nobody has a time-out.
rxe_del rxe1
net_del w0
one_device
nvmet_setup "$TARGET"
for i in $(seq 0 11); do
	one_device
	wait_for 10 listening "$TARGET"
	connect
	sleep "$(printf '0.%03d' $((i * 25)))"
	within 10 timeout 20 rdma link delete rxe0
	wait_for 10 connect_over || die "nvme connect hangs"
	wait_for 10 all_gone || die "a controller is left on a removed device"
	note "connect $(cat "$TEST_DIR/connect")"
done
unused nvme_rdma
