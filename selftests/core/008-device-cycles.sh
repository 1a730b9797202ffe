#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: 1000 devices come and go with readers running
# races: readers, devices that come and go
# requires: module:ib_client_data_test
# guards: data that outlive their device, or are freed under a reader
# timeout: 900
. "$(dirname "$0")/common.sh"

setup_core
rounds=${ROUNDS:-$(rounds 100)}
put "$(rounds 1000)" /sys/module/ib_client_data_test/parameters/cycles
step "1000 mock devices, fewer on a debug kernel"
in_kernel mock-cycles
dmesg_since | grep -o '[0-9]* cycles, .*' >&2

step "$rounds soft-RoCE devices"
rxe_del rxe0
in_kernel_standing()
{
	put "$1 rxe0" "$TESTDIR/run"
}
in_kernel_standing standing-begin
for _ in $(seq "$rounds"); do
	rdma link add rxe0 type rxe netdev d0
	timeout 30 rdma link delete rxe0 || die "cannot delete rxe0"
done
[ "$(standing adds)" -ge "$rounds" ] || die "only $(standing adds) devices were added"
same "removals" "$(standing adds)" "$(standing removes)"
same "data freed" "$(standing allocs)" "$(standing frees)"
in_kernel_standing standing-end
