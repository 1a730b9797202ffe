#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: connect and removal of the host's device do not wait for each other
# requires: guest command:nvme module:ib_client_data_delay
# guards: nvme_rdma_cm_handler() (host/rdma.c:1945 of 6.1) ignores DEVICE_REMOVAL, and
# guards: nvme_rdma_remove_one() sees no controller before it is listed (2362-2370)
# timeout: 240
# shellcheck disable=SC2119 # use_stock alone means all modules
. "$(dirname "$0")/common.sh"

# connect - in the background; what became of it is left in $TEST_DIR/connect
connect()
{
	{
		if connect_as 1 nr_io_queues=1 ctrl_loss_tmo=0; then
			echo succeeded
		else
			echo failed
		fi >"$TEST_DIR/connect"
	} &
	CONNECTOR=$!
	_jobs+=("$CONNECTOR")
}

connected()
{
	! kill -0 "$CONNECTOR" 2>/dev/null
}

delayed_or_connected()
{
	delayed || connected
}

# FUNCTION NTH - rxe0 is removed while nvme connect is held up in FUNCTION
scenario()
{
	local try

	# A queue pair of the device that was rxe0 before may have had the same
	# number: until the target's CM has given it up, a connection is stale.
	for try in $(seq 20); do
		delay "$1" 1500 nth="${2:-0}"
		connect
		wait_for 30 delayed_or_connected || die "nvme connect hangs"
		! delayed || break
		note "attempt $try: $(dmesg | grep -o 'Connect rejected.*' | tail -n 1)"
		[ "$try" != 20 ] || die "nvme connect does not call $1"
		sleep 1
	done
	remove rxe0
}

step "control: with the stock module the removal waits for the user"
use_stock
load nvme-rdma
two_devices
nvmet_setup "$TARGET"
scenario nvmf_connect_io_queue
! wait_for 10 removed || die "stock removes the device: this test does not bite"
note "the controller is $(nvme_state "$(ctrl_of 1)") on a device that is being removed"
nvme_disconnect_all
wait_for 20 removed || die "the removal hangs even without controllers"
undelay
nvmet_teardown
rxe_del rxe1

step "ours: held up at each stage of a connect"
use_ours
load nvme-rdma
two_devices
nvmet_setup "$TARGET"
while read -r function nth; do
	host_device
	scenario "$function" "$nth"
	wait_for 10 removed || die "the removal hangs with connect in $function"
	wait_for 10 connected || die "nvme connect hangs in $function"
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
idle nvme_rdma nvmet_rdma

step "ours: at any time, host and target on one device"
nvmet_teardown
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
	wait_for 10 connected || die "nvme connect hangs"
	wait_for 10 all_gone || die "a controller is left on a removed device"
	note "connect $(cat "$TEST_DIR/connect")"
done
idle nvme_rdma nvmet_rdma
