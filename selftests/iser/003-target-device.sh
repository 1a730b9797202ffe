#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: the target's device or module goes, idle and under I/O, and comes back: data intact
# requires: guest command:fio command:iscsiadm module:ib_client_data
# guards: a portal that must be made again after its device came back
# timeout: 400
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

# back - after a removal by $way
back()
{
	case $way in
	module) target_first ;;
	*) target_device ;;
	esac
	wait_for 20 listening "$TARGET"
}

NOTICED="portal $TARGET:3260: no RDMA device has this address"

load ib_iser
target_first
target_add
iscsid_start
login_disk
remember "$DISK"

# Each has sessions on the device that goes. Where only that goes, the initiator
# hears nothing any more, which it notices by its nop-outs.
for way in module link netdev; do
	step "idle, by $way"
	noticed=$(log_count "$NOTICED")
	remove_by "$way" rxe1 b0
	wait_for 20 log_more "$noticed" "$NOTICED"
	back
	recovered
	recall "$DISK"

	step "under I/O, by $way"
	keep 6 "$DISK"
	remove_by "$way" rxe1 b0
	back
	recovered
	fio_wait 90
	recall "$DISK"
done
[ "$(log_count "portal $TARGET:3260 listens again on rxe1")" = 6 ] ||
	die "the portal did not say each time that it listens again"

for load in idle "under I/O"; do
	step "the target's module goes, $load, and the target comes back"
	[ "$load" = idle ] || keep 6 "$DISK"
	lio_wwn_del iscsi "$IQN"
	within 10 timeout 20 rmmod ib_isert
	wait_for 10 session_is "$SESSION" FAILED || die "$SESSION is not failed"
	[ "$load" = idle ] || fio_running || die "fio ended without its disk"
	target_offer
	recovered
	[ "$load" = idle ] || fio_wait 90
	recall "$DISK"
done

step "logout"
logout
idle iser isert
unused ib_iser
