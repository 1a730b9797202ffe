#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: the initiator's device goes, idle and under I/O, and comes back: data intact
# requires: guest command:fio command:iscsiadm module:ib_client_data
# guards: a removal that waits for I/O or iscsid, loses data, or leaves references
# timeout: 300
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

load ib_iser
two_devices
target_add
iscsid_start
login_disk
remember "$DISK"

# The module first, while the host's device is the first that it removes.
for way in module link netdev; do
	step "idle, by $way"
	[ "$way" != module ] || is_first rxe0
	remove_by "$way" rxe0 a0
	[ "$(sessions)" = "$SESSION" ] || die "$SESSION is gone, not waiting"
	two_devices
	wait_for 20 listening "$TARGET"
	recovered
	recall "$DISK"

	step "under I/O, by $way"
	keep 8 "$DISK"
	[ "$way" != module ] || is_first rxe0
	remove_by "$way" rxe0 a0
	two_devices
	wait_for 20 listening "$TARGET"
	recovered
	fio_wait 90
	recall "$DISK"
done
logout
idle iser isert
unused ib_iser
