#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: the initiator's device gets another name during a login, and while it goes
# requires: guest command:fio module:ib_srpt module:ib_srp module:ib_client_data_delay
# guards: srp_rename_dev() of hosts that a login or a removal is busy with
# timeout: 120
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/srp/held.sh
. "$(dirname "$0")/held.sh"

# renamed - rdma dev set in the background has returned; for wait_for
renamed()
{
	! kill -0 "$RENAMER" 2>/dev/null
}

# not_running - $SRP has noticed that its target is away; for wait_for
not_running()
{
	! rport_is "$SRP" running
}

two_devices
target rxe1 rxe0
run modprobe sd_mod
_links+=(rxe7)

step "during a login"
login_held rdma_accept 5000
within 10 timeout 20 rdma dev set rxe0 name rxe7
delayed || die "too late: the target has answered"
undelay
wait_for 30 login_over || die "the login hangs"
same "the login" succeeded "$(cat "$TEST_DIR/login")"
[ -e /sys/class/infiniband_srp/srp-rxe7-1/add_target ] ||
	die "the port's directory has the old name"
SRP=$(srp_hosts)
io_verify "$(disk "$SRP")" "${BUSY[@]}" --size=2M
logout "$SRP"

step "during a login, and the device goes meanwhile"
run rdma dev set rxe7 name rxe0
delay rdma_accept,srp_rename_dev 2000
login_begin
wait_for 30 delayed || die "the login does not come to the target"
rdma dev set rxe0 name rxe7 &
RENAMER=$!
_jobs+=("$RENAMER")
wait_for 10 called 2 || die "the device is not renamed"
remove rxe7
wait_for 15 removed || die "the removal hangs"
wait_for 10 renamed || die "the renaming hangs"
wait_for 10 login_over || die "the login hangs"
undelay
[ "$(cat "$TEST_DIR/login")" = succeeded ] || login_enodev
srp_clean
no_verbs

step "while a session tries to reconnect, which then works"
two_devices
login_wire
timers "$SRP" 1 off 600
rxe_del rxe1
wait_for 20 not_running
run rdma dev set rxe0 name rxe7
sleep 1.5
rport_is "$SRP" blocked || die "the remote port is $(rport_state "$SRP")"
target_device
wait_for 60 rport_is "$SRP" running
io_verify "$(disk "$SRP")" "${BUSY[@]}" --size=2M

step "while a session tries to reconnect, and the device goes"
rxe_del rxe1
wait_for 20 not_running
run rdma dev set rxe7 name rxe0
within 10 timeout 20 rdma link delete rxe0
srp_clean
no_verbs
two_devices
login_wire
logout "$SRP"
idle ib_srpt
