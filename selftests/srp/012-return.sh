#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: the port of a device that returned works, with what was configured
# requires: guest module:ib_srpt module:ib_srp
# guards: srpt_make_tport() (srpt/ib_srpt.c:3850 of 6.1) binds a directory to the device
# guards: that is there, for good
# timeout: 120
# shellcheck disable=SC2119 # use_stock alone means all modules
. "$(dirname "$0")/common.sh"

# The device goes and comes, on a network device that stays.
scenario()
{
	two_devices
	target rxe1 rxe0
	rxe_del rxe1
	target_device
}

step "control: the stock port stays with the device that is gone"
use_stock
scenario
must_fail login_wire
log_has 'rxe1_1 has not yet been enabled' ||
	die "stock refuses the login for another reason: this test does not bite"
same "state of the stock port" 1 "$(cat "$LIO_TPG/enable")"
unload ib_srp
lio_teardown
rxe_del rxe1
rxe_del rxe0
unload ib_srpt

step "ours: the port works"
use_ours
scenario
log_has "$(port_name rxe1) is back: rxe1_1" || die "the log does not say so"
login_wire
io_verify "$(disk "$SRP")" "${BUSY[@]}" --size=2M
logout "$SRP"
srp_clean
idle ib_srpt
