#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: 50 removals each under verified I/O: the target's device, which sessions survive, the host's
# requires: guest command:fio module:ib_srpt module:ib_srp
# guards: what goes wrong once in a while only
# timeout: 1800
. "$(dirname "$0")/common.sh"

CYCLES=${CYCLES:-$(rounds 50)}

# session - log in; it waits for a target that is away
session()
{
	login_wire 2>/dev/null
	timers "$SRP" 1 off 600 2>/dev/null
	dev=$(disk "$SRP")
}

# removal DEVICE - of which the slowest is remembered
removal()
{
	within 15 timeout 30 rdma link delete "$1"
	[ "$TOOK" -le "$slowest" ] || slowest=$TOOK
	[ $((i % 10)) != 0 ] || note "$i removals, the slowest took $slowest ms"
}

two_devices
target rxe1 rxe0
session
remember "$dev"
slowest=0

step "the target's device, $CYCLES times: the session and its I/O wait for it"
fio_keep "$dev"
for ((i = 1; i <= CYCLES; i++)); do
	fio_flows || die "no I/O in cycle $i"
	removal rxe1
	wait_for 40 rport_is "$SRP" blocked
	target_device 2>/dev/null
	wait_for 60 rport_is "$SRP" running || die "no reconnect in cycle $i"
done
fio_wait 120 || die "I/O failed, or its data are wrong"
recall "$dev"

# It writes when the device goes: what fio reads from a disk that ends, it takes for
# wrong data.
step "the host's device, $CYCLES times: the session goes with it"
for ((; i <= 2 * CYCLES; i++)); do
	busy "$dev" 2>/dev/null
	removal rxe0
	fio_told
	wait_for 20 no_hosts || die "a SCSI host is left in cycle $i"
	host_device 2>/dev/null
	session
done
recall "$dev"
logout "$SRP"
srp_clean
idle ib_srpt
