#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: the target's device goes, idle and under I/O, and comes back: the portal listens again
# requires: guest command:fio command:iscsiadm module:ib_client_data
# guards: a portal that must be made again after its device came back
# timeout: 300
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

load ib_iser
two_devices
target_add
iscsid_start
login_disk
remember "$DISK"

step "idle, by link"
remove_by link rxe1 b0
wait_log 20 "portal $TARGET:3260: no RDMA device has this address"
two_devices
wait_for 20 listening "$TARGET"
recovered
recall "$DISK"

# The initiator hears nothing any more, which it notices by its nop-outs.
for way in link netdev; do
	step "under I/O, by $way"
	fio_start "$DISK" "${BUSY[@]}" --size=8M --time_based --runtime=6
	sleep 1
	fio_running || die "fio ended too soon"
	remove_by "$way" rxe1 b0
	two_devices
	wait_for 20 listening "$TARGET"
	recovered
	fio_wait 90
	recall "$DISK"
done
[ "$(log_count "portal $TARGET:3260 listens again on rxe1")" = 3 ] ||
	die "the portal did not say each time that it listens again"

step "logout"
logout
idle iser isert
unused ib_iser
