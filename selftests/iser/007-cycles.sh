#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: 50 removals under I/O, host's and target's device in turn: no error, data intact
# requires: guest command:fio command:iscsiadm module:ib_client_data
# guards: leaks and races that one removal does not show
# timeout: 900
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

CYCLES=${CYCLES:-$(rounds 50)}

load ib_iser
two_devices
target_add
iscsid_start
login_disk
remember "$DISK"
fio_start "$DISK" "${BUSY[@]}" --size=8M --time_based \
	--runtime=$((CYCLES * 4))

for ((i = 1; i <= CYCLES; i++)); do
	step "cycle $i of $CYCLES"
	before=$(io_count "$DISK")
	wait_for 20 io_flows "$DISK" "$before" || fio_running || break
	within 15 timeout 30 rdma link delete "rxe$((i % 2))"
	two_devices
	wait_for 20 listening "$TARGET"
	recovered
done

step "fio saw no error"
fio_wait 120
recall "$DISK"
logout
idle iser isert
unused ib_iser
