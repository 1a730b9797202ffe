#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: removal of the initiator's device does not wait for a login or a reconnect
# requires: guest module:ib_srpt module:ib_srp
# guards: srp_remove_one() (srp/ib_srp.c:4120 of 6.1) waits for the file that logins are
# guards: written to, which waits for the target: up to 68 s
# timeout: 240
# shellcheck disable=SC2119 # use_stock alone means all modules
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/srp/held.sh
. "$(dirname "$0")/held.sh"

# not_running - $SRP has noticed that its target is away; for wait_for
not_running()
{
	! rport_is "$SRP" running
}

# A login that nobody answers: the other end has a network, and no RDMA.
scenario()
{
	srpt_load
	two_devices
	rxe_del rxe1
	login_begin
	sleep 3
	! login_over || die "the login has ended by itself"
	remove rxe0
}

step "control: stock waits for the login"
use_stock
scenario
! wait_for 8 removed || die "stock removes the device: this test does not bite"
note "the removal waits; an end that refuses logins comes"
target_device
wait_for 60 login_over
wait_for 20 removed || die "the removal hangs even without a login"
unload ib_srp
lio_teardown
unload ib_srpt
rxe_del rxe1

step "ours does not"
use_ours
scenario
wait_for 8 removed || die "the removal waits for the login"
wait_for 5 login_over || die "the login goes on without a device"
login_enodev
srp_clean

step "nor one that has another name by then"
two_devices
rxe_del rxe1
login_begin
sleep 1
! login_over || die "the login has ended by itself"
within 5 timeout 20 rdma dev set rxe0 name rxe9
_links+=(rxe9)
wait_for 5 test -e /sys/class/infiniband_srp/srp-rxe9-1/add_target
! login_over || die "the login ended with the name"
within 8 timeout 20 rdma link delete rxe9
wait_for 5 login_over || die "the login goes on without a device"
login_enodev
srp_clean

# Seconds; the last is when the device goes, counted from the loss of the connection:
# while a reconnect is under way, as another timer is about to expire, or when it
# has. Then what state the remote port may be in.
step "nor for a reconnect or another timer, whichever comes next"
two_devices
target rxe1 rxe0
while read -r delay fail loss when states; do
	note "reconnect $delay, fast_io_fail $fail, dev_loss $loss: at $when"
	two_devices
	login_wire
	timers "$SRP" "$delay" "$fail" "$loss"
	rxe_del rxe1
	wait_for 20 not_running
	sleep "$when"
	state=$(rport_state "$SRP")
	note "the remote port: $state"
	[[ " $states " == *" $state "* ]] || die "it should be one of $states"
	within 10 timeout 20 rdma link delete rxe0
	srp_clean
done <<TIMERS
1 off 600 1.9 blocked
1 2 3 1.9 blocked fail-fast
off 2 600 1.8 blocked fail-fast
off 2 600 4 fail-fast
off off 3 2.8 blocked lost gone
off off 3 3.5 lost gone
TIMERS
two_devices
login_wire
logout "$SRP"
idle ib_srpt
no_verbs
