#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: wrong portals, missing ACLs, second logins, modules in use: errors, nothing left
# requires: guest command:iscsiadm module:ib_client_data
# timeout: 240
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

# refused ADDRESS [IQN] - a login must fail, and leave nothing
refused()
{
	must_fail login "$@"
	note "exit status $STATUS: $(tail -n 1 "$TEST_DIR/iscsiadm")"
	wait_for 10 no_session
	idle iser isert
}

load ib_iser
two_devices
target_add
iscsid_start node.session.initial_login_retry_max=1 \
	'node.conn[0].timeo.login_timeout=6'
NOBODY=10.60.0.77

step "a portal that nobody has, one that nobody listens on"
refused "$NOBODY"
portal_del "$TARGET"
refused "$TARGET"
portal_add "$TARGET"

step "a target that there is not; one that does not know the initiator"
refused "$TARGET" "$IQN.not"
lio_acl_del "$LIO_TPG" "$INITIATOR"
refused "$TARGET"
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

step "modules that are in use stay"
must_fail rmmod ib_iser
must_fail rmmod ib_isert
logout
portal_del "$TARGET"
unused ib_iser ib_isert

step "a connection that iscsid never bound does not keep the module"
portal_add "$TARGET"
endpoints 2
run timeout 20 rmmod ib_iser
load ib_iser
endpoints_close
login_disk
logout
idle iser isert
