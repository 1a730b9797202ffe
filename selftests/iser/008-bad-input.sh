#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: wrong portals, missing ACLs, second logins, modules in use: errors, nothing left
# requires: guest command:fio command:iscsiadm module:ib_client_data
# timeout: 240
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

# refused STATUS PATTERN ADDRESS [IQN] - a login must fail with this exit status of
# iscsiadm's, must say why, and leave nothing
refused()
{
	local status=$1 pattern=$2

	shift 2
	: >"$TEST_DIR/iscsiadm"
	must_fail login "$@"
	note "$(cat "$TEST_DIR/iscsiadm")"
	same "exit status of iscsiadm" "$status" "$STATUS"
	grep -qE "$pattern" "$TEST_DIR/iscsiadm" || die "iscsiadm does not say why"
	wait_for 10 no_session
	idle iser isert
	no_verbs
}

# in_use MODULE - it cannot be unloaded, at once
in_use()
{
	must_fail sh -c "timeout 10 rmmod $1 2>'$TEST_DIR/rmmod'"
	grep -q 'in use' "$TEST_DIR/rmmod" || die "$(cat "$TEST_DIR/rmmod")"
}

load ib_iser
two_devices
target_add
iscsid_start node.session.initial_login_retry_max=1 \
	'node.conn[0].timeo.login_timeout=6'
NOBODY=10.60.0.77

step "a portal that nobody has, one that nobody listens on"
refused 8 "connection timed out" "$NOBODY"
portal_del "$TARGET"
refused 8 "connection timed out" "$TARGET"
portal_add "$TARGET"

step "a target that there is not; one that does not know the initiator"
# iscsid takes this answer for one that may change.
refused 8 "connection timed out" "$TARGET" "$IQN.not"
log_has "Unable to locate Target IQN: $IQN.not" || die "the target does not say why"
grep -q 'login rejected: target error (03/01)' "$TEST_DIR/iscsid" ||
	die "iscsid was not told"
lio_acl_del "$LIO_TPG" "$INITIATOR"
refused 24 "authorization failure" "$TARGET"
lio_acl "$LIO_TPG" "$INITIATOR" 0

step "a portal on an address that no RDMA device has"
run mkdir "$LIO_TPG/np/$NOBODY:3260"
must_fail sh -c "echo 1 >'$LIO_TPG/np/$NOBODY:3260/iser'"
run rmdir "$LIO_TPG/np/$NOBODY:3260"

step "the same login twice: one session"
login_disk
must_fail login
same "exit status of iscsiadm" 15 "$STATUS"
same "sessions" "$SESSION" "$(sessions)"

step "modules that are in use stay, and I/O goes on: even without the portal"
remember "$DISK"
fio_start "$DISK" "${KEEP[@]}" --runtime=8
before=$(io_count "$DISK")
wait_for 20 io_flows "$DISK" "$before" || die "no I/O"
in_use ib_iser
in_use ib_isert
portal_del "$TARGET"
in_use ib_isert
fio_running || die "fio ended too soon"
fio_wait 90
recall "$DISK"
logout
unused ib_iser ib_isert
no_verbs
run timeout 20 rmmod ib_isert
load ib_isert

step "a connection that iscsid never bound does not keep the module"
portal_add "$TARGET"
endpoints 2
run timeout 20 rmmod ib_iser
load ib_iser
endpoints_close
login_disk
logout
idle iser isert
no_verbs
