#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: devices go while iscsid is stopped or dead; it finds its session afterwards
# requires: guest command:fio command:iscsiadm module:ib_client_data
# guards: a removal that waits for user space
# timeout: 240
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

load ib_iser
two_devices
target_add
iscsid_start
login_disk
remember "$DISK"

step "rxe0 goes, idle, iscsid is stopped"
run kill -STOP "$ISCSID"
within 10 timeout 20 rdma link delete rxe0
two_devices
wait_for 15 session_is "$SESSION" FAILED || die "$SESSION is not failed"
run kill -CONT "$ISCSID"
recovered
recall "$DISK"

step "rxe0 goes, idle, iscsid is killed"
iscsid_kill
within 10 timeout 20 rdma link delete rxe0
two_devices
wait_for 15 session_is "$SESSION" FAILED || die "$SESSION is not failed"
iscsid_run
recovered
recall "$DISK"

for device in rxe0 rxe1; do
	step "$device goes under I/O, iscsid is stopped"
	keep 6 "$DISK"
	run kill -STOP "$ISCSID"
	within 10 timeout 20 rdma link delete "$device"
	two_devices
	wait_for 20 listening "$TARGET"
	wait_for 15 session_is "$SESSION" FAILED || die "$SESSION is not failed"
	run kill -CONT "$ISCSID"
	recovered
	fio_wait 90
	recall "$DISK"

	step "$device goes under I/O, iscsid is killed"
	keep 6 "$DISK"
	iscsid_kill
	within 10 timeout 20 rdma link delete "$device"
	two_devices
	wait_for 20 listening "$TARGET"
	iscsid_run
	recovered
	fio_wait 90
	recall "$DISK"
done
logout
idle iser isert
unused ib_iser
