#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: what cannot work fails with a clear error and leaves nothing behind
# requires: guest command:nvme module:ib_client_data_nomr module:ib_client_data_delay
# timeout: 180
# guards: references, controllers or ports that a failed attempt leaves
. "$(dirname "$0")/common.sh"

# clean - nothing is left of the attempt
clean()
{
	all_gone || die "a controller is left: $(fabrics_ctrls)"
	idle nvme_rdma nvmet_rdma
	unused nvme_rdma
}

# What port 1 says when its device is back.
LISTENS='port 1 .* listens again on rxe0'

load nvme-rdma
load nvmet-rdma
one_device

step "an address at which nobody listens"
must_fail within 10 nvme connect -t rdma -a "$TARGET" -s 4420 -n "$NQN"
log_has 'Connect rejected: status 8' || die "the log does not say why"
clean

step "an address without a way to it, and one that is none"
must_fail within 10 nvme connect -t rdma -a 192.0.2.1 -s 4420 -n "$NQN"
log_has 'rdma_resolve_addr failed' || die "the log does not say why"
clean
must_fail within 10 nvme connect -t rdma -a 10.60.0.256 -s 4420 -n "$NQN"
clean

step "a port at an address that no device has"
nvmet_port 7 10.99.0.1
backing
nvmet_subsystem "$NQN" "$BACKING"
must_fail ln -s "$NVMET/subsystems/$NQN" "$NVMET/ports/7/subsystems/$NQN"
log_has 'nvmet_rdma: binding CM ID to 10.99.0.1:4420 failed' ||
	die "the log does not say why"
run rmdir "$NVMET/ports/7"
unused nvmet_rdma

step "a subsystem that the target does not have"
nvmet_port 1 "$TARGET"
nvmet_link 1
must_fail within 10 nvme connect -t rdma -a "$TARGET" -s 4420 -n "$NQN.none"
clean

step "a device without memory registration"
listened=$(log_count "$LISTENS")
rxe_del rxe0
one_device
run insmod "$UPDATES/ib_client_data_nomr.ko" device=rxe0
wait_for 10 log_more "$listened" "$LISTENS"
must_fail within 10 nvme connect -t rdma -a "$TARGET" -s 4420 -n "$NQN"
log_has 'rxe0: Memory registrations not supported' ||
	die "the log does not say why"
clean
run rmmod ib_client_data_nomr
nvme_connect "$TARGET"
io_verify "$(nvme_block "$CTRL")" --size=2M
nvme_disconnect "$CTRL"

step "a target port on a device that is going away"
for function in cma_remove_one cm_remove_one; do
	nvmet_port 8 "$TARGET" 4421
	delay "$function" 2000
	listened=$(log_count "$LISTENS")
	remove rxe0
	wait_for 10 delayed
	rc=0
	run timeout 10 ln -s "$NVMET/subsystems/$NQN" \
		"$NVMET/ports/8/subsystems/$NQN" || rc=$?
	note "with the device in $function: status $rc"
	[ "$rc" != 124 ] || die "the port hangs"
	[ "$function" = cma_remove_one ] || [ "$rc" != 0 ] ||
		die "a port without a device listens"
	wait_for 10 removed || die "the removal hangs"
	undelay
	[ "$rc" != 0 ] || nvmet_unlink 8
	run rmdir "$NVMET/ports/8"
	one_device
	wait_for 10 log_more "$listened" "$LISTENS"
done
nvme_connect "$TARGET"
io_verify "$(nvme_block "$CTRL")" --size=2M
nvme_disconnect "$CTRL"
nvmet_teardown
clean
unused nvmet_rdma
