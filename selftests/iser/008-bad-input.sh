#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: wrong portals, missing ACLs, second logins, modules in use: errors, nothing left
# requires: guest command:fio command:iscsiadm module:ib_client_data
# timeout: 360
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

# refused STATUS PATTERN ADDRESS [IQN] - a login must fail with this exit status of
# iscsiadm's, must say why, and leave nothing
refused()
{
	local status=$1 pattern=$2

	shift 2
	login_refused "$status" "$@"
	grep -qE "$pattern" "$TEST_DIR/iscsiadm" || die "iscsiadm does not say why"
	wait_for 10 no_session
	nothing_left
}

# nothing_left - what a login needs is gone: no more is there than after the first
nothing_left()
{
	idle iser isert
	unused ib_iser
	no_verbs
	wait_for 20 as_before || {
		diff <(echo "$BEFORE") <(resources) >&2 || :
		die "protection domains or memory regions are left"
	}
}

# resources - protection domains and memory regions, how many on which device;
# completion queues are the core's, which keeps them
resources()
{
	local kind

	for kind in pd mr; do
		rdma resource show "$kind" |
			awk -v kind="$kind" '{ n[$2]++ }
				END { for (d in n) print d, n[d], kind }' |
			sort
	done
}

# as_before - for wait_for
as_before()
{
	[ "$(resources)" = "$BEFORE" ]
}

# told - iscsid had an answer of a target that there is not
told()
{
	grep -q 'login rejected: target error (03/01)' "$TEST_DIR/iscsid"
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
login_disk
logout
idle iser isert
no_verbs
BEFORE=$(resources)
note "$BEFORE"

step "a portal that nobody has, one that nobody listens on"
refused 8 "connection timed out" "$NOBODY"
portal_del "$TARGET"
refused 8 "connection timed out" "$TARGET"
portal_add "$TARGET"

step "a target that there is not; one that does not know the initiator"
# iscsid takes this answer for one that may change.
for try in 1 2 3 4; do
	refused 8 "connection timed out" "$TARGET" "$IQN.not"
	! told || break
	note "attempt $try: the answer was lost"
done
log_has "Unable to locate Target IQN: $IQN.not" || die "the target does not say why"
told || die "iscsid was not told"
lio_acl_del "$LIO_TPG" "$INITIATOR"
refused 24 "authorization failure" "$TARGET"
lio_acl "$LIO_TPG" "$INITIATOR" 0

step "a portal on an address that no RDMA device has"
run mkdir "$LIO_TPG/np/$NOBODY:3260"
must_fail sh -c "echo 1 >'$LIO_TPG/np/$NOBODY:3260/iser'"
log_has 'rdma_bind_addr\(\) failed: -' || die "the log does not say why"
run rmdir "$LIO_TPG/np/$NOBODY:3260"

step "the same login twice: one session"
login_disk
must_fail login
same "exit status of iscsiadm" 15 "$STATUS"
same "sessions" "$SESSION" "$(sessions)"
resources | grep -q '^rxe0 .* mr$' || die "a session has no memory regions to count"
logout
nothing_left

step "two logins at the same time: one session"
login 2>/dev/null &
other=$!
_jobs+=("$other")
here=0
login || here=$?
there=0
wait "$other" || there=$?
same "exit statuses of iscsiadm" "0 15" \
	"$(printf '%s\n' "$here" "$there" | sort -n | xargs)"
SESSION=$(session_to "$TARGET")
same "sessions" "$SESSION" "$(sessions)"
DISK=$(disk_of "$SESSION")

step "modules that are in use stay, and I/O goes on: even without the portal"
remember "$DISK"
fio_keep "$DISK"
fio_flows || die "no I/O"
in_use ib_iser
in_use ib_isert
portal_del "$TARGET"
in_use ib_isert
fio_flows || die "no I/O without the portal"
# soft-RoCE may drop a connection of which it had to retry: it comes back here
portal_add "$TARGET"
fio_wait 90
recall "$DISK"
logout
portal_del "$TARGET"
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
