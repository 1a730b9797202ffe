#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a login and the removal of the device at either end
# races: a login and the removal of the device at either end
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
	login_held "$function" 1500
	remove rxe1
	delayed || die "too late: the login has gone on"
	wait_for 15 removed || die "the removal hangs"
	! slots | grep '^rxe1 ' || die "core still has data of rxe1"
	# It may have been let in first, and lost at once: then it is to have
	# somebody to reconnect to, or everybody waits for that, 42 s and more.
	target_device
	wait_for 150 login_over || die "the login hangs"
	login_outcome
	for host in $(srp_hosts); do
		# It may be going by itself.
		dir=$(rport "$host") || continue
		echo 1 2>/dev/null >"$dir/delete" || :
	done
	wait_for 90 no_hosts || die "a SCSI host is left"
	undelay
	no_verbs
done

step "it is in, and looks for disks as the initiator's device goes"
login_held scsi_scan_target 2000
within 10 timeout 20 rdma link delete rxe0
wait_for 15 login_over || die "the login hangs"
undelay
login_enodev
srp_clean
no_verbs
host_device

step "and a login after that"
login_wire
io_verify "$(disk "$SRP")" "${BUSY[@]}" --size=2M
logout "$SRP"
srp_clean
idle ib_srpt
