#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: the target rejects a connection that the initiator has established
# races: a login that the target gives up, and its end
# requires: guest command:iscsiadm module:ib_client_data_delay
# guards: iser_connect_error() (iser_verbs.c:606 of 6.1) drops what is in use: not
# guards: drained, and nobody is told, so that the login waits for its time to be up
# timeout: 300
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

# connection_is STATE - the one that is there; for wait_for
connection_is()
{
	grep -qxs "$1" /sys/class/iscsi_connection/connection*/state /dev/null
}

# established_here - a login whose target has not heard that it is established: of
# its messages, which are handled one after another, the third is late
established_here()
{
	delay cm_work_handler 10000 nth=3
	login 2>/dev/null &
	job=$!
	_jobs+=("$job")
	wait_for 30 delayed || die "no third message"
	wait_for 6 connection_is bound
}

load ib_iser
two_devices
target_add
iscsid_start 'node.conn[0].timeo.login_timeout=15' \
	node.session.initial_login_retry_max=1

step "the target's device goes while the initiator knows more than the target"
for try in 1 2 3; do
	! established_here || break
	[ "$try" != 3 ] || die "the third message is never the one"
	note "attempt $try: a message came twice, or one of another connection"
	undelay
	wait "$job" || :
	logout_all
done
delayed || die "too late: the target has heard that it is established"
errors=$(log_count 'detected conn error \(1011\)')
within 15 timeout 20 rdma link delete rxe1
wait_for 10 log_more "$errors" 'detected conn error \(1011\)' ||
	die "nobody told the session of the rejection"
undelay

step "the next login works, and the module goes"
two_devices
wait_for 20 listening "$TARGET"
# It tries again for a while, with or without success.
wait "$job" || note "the login failed"
logout_all
login_disk
logout_all
idle iser isert
run timeout 20 rmmod ib_iser
