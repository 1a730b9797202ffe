#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: the initiator's device goes, idle and under I/O: by link, netdev, module
# requires: guest command:fio module:ib_srpt module:ib_srp
# guards: removals that wait for the target, hosts or data that stay
# timeout: 300
. "$(dirname "$0")/common.sh"

# The target's device stays, but for the removal of the driver.
two_devices
target rxe1 rxe0
login_wire
remember "$(disk "$SRP")"

# The driver removes its devices in the order in which they came: the initiator's,
# and the target's after it.
for way in module link netdev; do
	for load in idle "under I/O"; do
		step "$load, by $way"
		[ "$way" != module ] || is_first rxe0
		[ "$load" = idle ] || busy "$(disk "$SRP")"
		remove_by "$way" rxe0 a0
		[ "$load" = idle ] || fio_told
		srp_clean
		two_devices
		login_wire
		recall "$(disk "$SRP")"
	done
done

step "the initiator's module: not under I/O, and then at once"
work "$(disk "$SRP")"
must_fail timeout 25 rmmod ib_srp 2>"$TEST_DIR/rmmod"
grep -q 'in use' "$TEST_DIR/rmmod" || die "$(cat "$TEST_DIR/rmmod")"
fio_wait 90 || die "I/O failed, or its data are wrong"
within 15 timeout 25 rmmod ib_srp
idle ib_srpt
login_wire
recall "$(disk "$SRP")"
logout "$SRP"
srp_clean
idle ib_srpt
