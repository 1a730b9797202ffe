#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: the target's device goes during a logout, which the target is slow to end
# races: a logout and the removal of the target's device
# requires: guest command:iscsiadm module:ib_client_data_delay
# guards: isert_do_control_comp() (ib_isert.c:1704 of 6.1) with a destroyed cm_id
# timeout: 120
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/iser/logout.sh
. "$(dirname "$0")/logout.sh"

# answered - the target's answer is delayed no more; for wait_for
answered()
{
	! delayed
}

step "ours: the removal waits for what needs the connection"
logout_against_removal $((3000 + 1000 * SLOW))
delayed || die "too late: the logout is over"
removed && die "the removal did not wait: this test does not bite"
wait_for 15 removed || die "the removal waits for more than the logout"
undelay
two_devices
wait_for 20 listening "$TARGET"
wait_for 30 no_session || logout_all

step "each device goes while a logout's request is on its way"
for device in rxe0 rxe1; do
	login_disk
	delay iscsi_conn_send_pdu 2000
	logout &
	_jobs+=("$!")
	wait_for 20 delayed
	within 10 timeout 20 rdma link delete "$device"
	undelay
	two_devices
	wait_for 20 listening "$TARGET"
	logout_all
done

# The wire is cut before the target answers: the removal finds the answer unsent.
step "the target's device goes with the answer to a logout"
login_disk
delay iscsit_build_logout_rsp 2000
logout &
_jobs+=("$!")
wait_for 20 delayed || die "the target does not answer a logout"
run ip link set a0 down
delayed || die "too late: the target has answered"
wait_for 10 answered
undelay
within 10 timeout 20 rdma link delete rxe1
within 10 timeout 20 rdma link delete rxe0
net_del a0
two_devices
wait_for 20 listening "$TARGET"
logout_all
login_disk
logout_all
idle iser isert
unused ib_iser
