# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash

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

# back - by the way that the login went
back()
{
	two_devices
	wait_for 60 rport_is "$SRP" running || die "the session does not come back"
}

# reconnects_elsewhere - a session whose reconnects lead over rxe2, on c0, at last,
# and one request posted to its queue pair whose completion nobody has polled
reconnects_elsewhere()
{
	local attempts

	two_devices
	target rxe1 rxe0
	login rxe0 "$TARGET"
	timers "$SRP" 1 off 600
	remember "$(disk "$SRP")"

	# A reconnect puts the free requests in order again. One after the other
	# takes the same, and the completion of the last is polled when the next
	# one is sent.
	step "one request after a reconnect"
	rxe_del rxe1
	wait_for 30 rport_is "$SRP" blocked
	back
	run timeout 60 dd if="$(disk "$SRP")" of=/dev/null bs=4k count=1 \
		iflag=direct status=none

	step "another device takes the way to the target over, and the target goes"
	wire_end c0 "$OTHER" "$TARGET" 102
	rxe_add rxe2 c0
	lead c0 "$OTHER"
	rxe_del rxe1
	attempts=$(log_count 'reconnect attempt')
	wait_for 30 tried || die "there are no reconnects"
}
