#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a login and the removal of the target's device, in either order
# races: a login and the removal of the target's device
# requires: guest module:ib_srpt module:ib_srp module:ib_client_data_delay
# guards: a login that uses a device it found without a reference
# timeout: 400
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/srp/held.sh
. "$(dirname "$0")/held.sh"

two_devices
target rxe1 rxe0

for function in target_setup_session rdma_accept; do
	step "held up in $function"
	login_held "$function" 1000
	remove rxe1
	wait_for 15 removed || die "the removal hangs"
	undelay
	! slots | grep '^rxe1 ' || die "core still has data of rxe1"
	# The first of its connections may have been let in; the next one then
	# asks a target that is gone, for 42 s.
	wait_for 150 login_over || die "the login hangs"
	# It may have been let in first, and lost at once.
	note "the login has $(cat "$TEST_DIR/login")"
	for host in $(srp_hosts); do
		logout "$host"
	done
	target_device
done

step "and a login after that"
login_wire
io_verify "$(disk "$SRP")" "${BUSY[@]}" --size=2M
logout "$SRP"
srp_clean
idle ib_srpt
