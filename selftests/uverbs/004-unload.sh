#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: the driver's module goes under a program with everything mapped
# requires: guest module:rdma_rxe module:ib_uverbs command:uverbs_hold
# timeout: 240
# guards: memory areas, objects or files that lead into a driver that is gone
. "$(dirname "$0")/common.sh"

ready

holder()
{
	rm -f "$TEST_DIR/say"
	mkfifo "$TEST_DIR/say"
	uverbs_hold rxe0 rxe d0 <"$TEST_DIR/say" >"$TEST_DIR/heard" &
	HOLDER=$!
	_jobs+=("$HOLDER")
	exec 7>"$TEST_DIR/say"
	wait_for 60 grep -q held "$TEST_DIR/heard"
}

# the program goes on and touches all it has
released()
{
	exec 7>&-
	wait "$HOLDER" || die "the program did not survive: status $?"
}

step "rmmod takes the device along"
link_add rxe0 rxe d0
holder
run timeout 60 rmmod rdma_rxe
! loaded rdma_rxe || die "rdma_rxe is still loaded"
released

step "the network device goes"
load rdma_rxe
link_add rxe0 rxe d0
holder
net_del d0
wait_for 60 gone /sys/class/infiniband/rxe0
run timeout 60 rmmod rdma_rxe
released

step "everything goes: no file, no module"
run timeout 60 rmmod ib_uverbs
