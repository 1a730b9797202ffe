#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: dm-multipath over two devices, one goes under fio: I/O goes on without an error
# requires: guest command:fio command:iscsiadm command:dmsetup command:multipath module:ib_client_data
# guards: a device that holds up I/O on the other path
# timeout: 180
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/multipath.sh
. "$(dirname "$0")/../multipath.sh"

A=10.60.0.2
B=10.61.0.2

load ib_iser
net_add d0 dummy "$A/24"
net_add d1 dummy "$B/24"
rxe_add rxe0 d0
rxe_add rxe1 d1
target_add "$A" "$B"
iscsid_start node.session.timeo.replacement_timeout=3
login_disk "$A"
PATHS=("$DISK")
login_disk "$B"
PATHS+=("$DISK")
SESSION=$(session_to "$A")

step "a map of both"
multipath_start paths "${PATHS[@]}"
remember "$MAP"

step "one device goes under I/O"
fio_keep "$MAP"
fio_flows || die "no I/O"
within 10 timeout 20 rdma link delete rxe0
wait_for 20 paths 1 F
fio_flows || die "no I/O on the other path"

step "it comes back, and so does its path"
rxe_add rxe0 d0
wait_for 20 listening "$A"
recovered
wait_for 30 paths 2 A || die "the path does not come back"

step "fio saw nothing"
fio_wait 90
recall "$MAP"
