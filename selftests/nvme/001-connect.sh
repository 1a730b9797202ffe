#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: discover, connect, verified I/O, disconnect; one device and two
# requires: guest command:fio command:nvme module:ib_client_data
# timeout: 180
# guards: a port of the ULPs that does not do what stock does
. "$(dirname "$0")/common.sh"

load nvme-rdma
step "host and target on one device"
one_device
nvmet_setup "$TARGET"
run nvme discover -t rdma -a "$TARGET" -s 4420 >"$TEST_DIR/discover"
grep -q "subnqn: *$NQN" "$TEST_DIR/discover" ||
	die "discovery does not list $NQN: $(cat "$TEST_DIR/discover")"
nvme_connect "$TARGET"
is_ours nvme_rdma || die "this is the stock nvme-rdma"
is_ours nvmet_rdma || die "this is the stock nvmet-rdma"
is_ours ib_uverbs || die "this is the stock ib_uverbs"
dev=$(nvme_block "$CTRL")
same "client data of the host" live "$(slot rxe0 nvme_rdma state)"
same "client data of the target" live "$(slot rxe0 nvmet_rdma state)"
refs=$(slot rxe0 nvme_rdma refs)
[ "$refs" -ge 3 ] || die "two queues and core should hold references, not $refs"

step "verified I/O"
io_verify "$dev"
remember "$dev"

step "reset: the queues are made anew"
run nvme reset "/dev/$CTRL"
wait_for 20 nvme_is "$CTRL" live
same "references after reset" "$refs" "$(slot rxe0 nvme_rdma refs)"
recall "$dev"

step "disconnect, connect again"
nvme_disconnect "$CTRL"
idle nvme_rdma
nvme_connect "$TARGET" "$NQN" -i 1 -Q 32
recall "$(nvme_block "$CTRL")"
nvme_disconnect "$CTRL"
nvmet_teardown
idle nvme_rdma nvmet_rdma
unused nvme_rdma nvmet_rdma
rxe_del rxe0 10
same "slots left" "" "$(slots)"

step "a device for the host, another for the target"
two_devices
nvmet_subsystem "$NQN" "$BACKING"
nvmet_port 1 "$TARGET"
nvmet_link 1
connect_wire -i 2
same "the host is on" live "$(slot rxe0 nvme_rdma state)"
same "the target is on" live "$(slot rxe1 nvmet_rdma state)"
[ "$(slot rxe1 nvme_rdma state)" != live ] || die "the host uses the target's end"
dev=$(nvme_block "$CTRL")
recall "$dev"
io_verify "$dev"
