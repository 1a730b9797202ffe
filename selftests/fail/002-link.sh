#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: every allocation fails once while a device is added and removed
# requires: fail-nth module:ib_client_data_test module:rdma_rxe
# guards: clients that keep a part of a device which never came
# cmdline: slub_debug=A;-,kmemleak_object,kmemleak_scan_area
# timeout: 300
. "$(dirname "$0")/common.sh"

# ENOBUFS, EAGAIN: no memory for the answer
check()
{
	if [ -e /sys/class/infiniband/rxe0 ]; then
		timeout 20 rdma link delete rxe0 || return 1
	fi
	if grep -q '^rxe0' /sys/kernel/debug/ib_client_data/slots; then
		cat /sys/kernel/debug/ib_client_data/slots
		return 1
	fi
	rdma link add rxe0 type rxe netdev d0 || return 1
	[ -n "$STAYS" ] || timeout 20 rdma link delete rxe0
}
export STAYS=

setup_fail
load ib_client_data
load ib_client_data_test
load nvme-rdma
load nvmet-rdma
net_add d0 dummy 10.50.0.1/24
load rdma_rxe
put "standing-begin nobody" "$TESTDIR/run"

step "rdma link add"
each 11,12,14,105 -n "${TIMES:-24}" newlink rxe0 d0
step "rdma link delete"
run rdma link add rxe0 type rxe netdev d0
STAYS=1
each 11,12,14,105 -n "${TIMES:-24}" dellink rxe0 -
run rdma link delete rxe0
put "standing-end -" "$TESTDIR/run"
