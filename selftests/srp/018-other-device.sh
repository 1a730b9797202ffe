#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a reconnect that would lead over another device fails and leaves that one alone
# requires: guest module:ib_srpt module:ib_srp module:ib_client_data
# guards: srp_new_rdma_cm_id() (srp/ib_srp.c:395 of 6.1) keeps an identifier of a device
# guards: that is not the login's, whose removal then waits for the next reconnect
# guards: srp_rport_reconnect() (1376) lists requests as free that are still posted to a
# guards: queue pair it could not replace, and again when that is drained at last
# timeout: 120
. "$(dirname "$0")/common.sh"

OTHER=10.60.0.3

# lead NETDEV ADDRESS - where the target's address leads to
lead()
{
	run ip route replace "$TARGET" dev "$1" src "$2" table 100
}

# tried - two reconnects more than there were; for wait_for
tried()
{
	[ "$(log_count 'reconnect attempt')" -ge $((attempts + 2)) ]
}

two_devices
target rxe1 rxe0
login rxe0 "$TARGET"
timers "$SRP" 1 off 600
remember "$(disk "$SRP")"

step "another device takes the way to the target over, and the target goes"
wire_end c0 "$OTHER" "$TARGET" 102
rxe_add rxe2 c0
lead c0 "$OTHER"
rxe_del rxe1
attempts=$(log_count 'reconnect attempt')
wait_for 30 tried || die "there are no reconnects"

step "that device goes at once, and the session comes back by the old way"
within 10 timeout 20 rdma link delete rxe2
log_has 'rxe0 does not lead to the target, rxe2 does' ||
	die "the log does not say what is wrong with the reconnects"
lead a0 "$HOST"
two_devices
wait_for 60 rport_is "$SRP" running || die "the session does not come back"
recall "$(disk "$SRP")"
logout "$SRP"
idle ib_srpt
