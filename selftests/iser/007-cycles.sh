#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: 50 removals of each side's device, in turn, under I/O: no error, data intact
# requires: guest command:fio command:iscsiadm module:ib_client_data
# guards: leaks and races that one removal does not show
# timeout: 1800
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

CYCLES=${CYCLES:-$(rounds 50)}

load ib_iser
two_devices
target_add
iscsid_start
login_disk
remember "$DISK"

slowest=0
fio_keep "$DISK"
for ((i = 1; i <= CYCLES * 2; i++)); do
	fio_flows || die "no I/O in cycle $i"
	# An iscsid that finds its device gone waits 3 s. Every other time for each
	# device it does not look before that is back.
	[ $((i / 2 % 2)) = 0 ] || run kill -STOP "$ISCSID"
	within 15 timeout 30 rdma link delete "rxe$((i % 2))"
	[ "$TOOK" -le "$slowest" ] || slowest=$TOOK
	two_devices 2>/dev/null
	wait_for 20 listening "$TARGET"
	[ $((i / 2 % 2)) = 0 ] || run kill -CONT "$ISCSID"
	recovered
	[ $((i % 10)) != 0 ] || note "$i removals, the slowest took $slowest ms"
done

step "fio saw no error"
fio_wait 120
recall "$DISK"
logout
idle iser isert
unused ib_iser
