#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a refused login has no completion left when its buffers are freed
# requires: guest module:ib_srpt module:ib_srp module:siw module:rdma_ucm command:rping
# requires: module:ib_client_data_delay
# guards: siw completes what was posted when its queue pair is destroyed, which
# guards: srpt_cm_req_recv() (srpt/ib_srpt.c:2538 of 6.1) does not wait for
# timeout: 120
. "$(dirname "$0")/common.sh"

# taken - rping listens; for wait_for
taken()
{
	rdma resource show cm_id | grep 'comm rping'
}

both_again()
{
	sysctl -q -w net.ipv6.bindv6only=0
}
undo_also both_again

# The target prefers an IPv6 listener, over which siw takes no IPv4 connections:
# let it find the port taken.
sysctl -q -w net.ipv6.bindv6only=1
run modprobe rdma_ucm
wire
wire_end a0 "$HOST" "$TARGET" 100
wire_end b0 "$TARGET" "$HOST" 101
link_add siw0 siw a0
link_add siw1 siw b0
rping -s -a :: -p "$PORT" >/dev/null 2>&1 &
_jobs+=("$!")
wait_for 10 taken
target siw1 siw0
load ib_srp
wait_for 10 test -e /sys/class/infiniband_srp/srp-siw0-1/add_target
login=$(login_string "$TARGET" "src=$HOST"),initiator_ext

step "an initiator without an ACL, and completions that are polled late"
delay ib_cq_poll_work 500
for i in 1 2 3; do
	must_fail add_target siw0 "$login=$i"
done
sleep 1
log_has 'Rejected login for initiator' || die "the logins fail for another reason"
log_has 'receiving failed' || die "nothing was posted: this test does not bite"
# The refusal is sent when all is freed.
dmesg_since | awk '/Rejecting login/ { refused = 1 }
	/Received SRP_LOGIN_REQ/ { refused = 0 }
	/receiving failed/ && refused { print; late = 1 }
	END { exit late }' >&2 || die "completions came after their buffers went"
srp_clean
idle ib_srpt
