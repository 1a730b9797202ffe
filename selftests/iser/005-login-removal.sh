#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: each device goes at each stage of a login, which fails and says so; the next works
# requires: guest command:iscsiadm module:ib_client_data_delay
# guards: a removal that waits for a login, or for its time to be up
# timeout: 400
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

# try_for TIMES - how often iscsid tries before a login fails, 6 s each
try_for()
{
	known "$TARGET" "$IQN"
	run iscsiadm -m node -T "$IQN" -p "$TARGET:3260" -I iser -o update \
		-n node.session.initial_login_retry_max -v "$1"
}

# removed_in DEVICE FUNCTION TIMES [NTH] - DEVICE goes while a login, which is tried so
# often, sleeps in FUNCTION; sets job, the login
removed_in()
{
	local try here=

	step "$1 goes while a login is in $2"
	try_for "$3"
	# A device that was away: the first connections may be taken for old ones.
	for try in 1 2 3 4; do
		delay "$2" 3000 "nth=${4:-1}"
		: >"$TEST_DIR/iscsiadm"
		login 2>/dev/null &
		job=$!
		_jobs+=("$job")
		wait_for 90 delayed_or_over || die "the login does not end"
		if delayed; then
			here=1
			break
		fi
		! wait "$job" || die "the login does not come to $2"
		note "attempt $try has failed before it came to $2"
		undelay
	done
	[ -n "$here" ] || die "no login comes to $2: $(cat "$TEST_DIR/iscsiadm")"
	within 10 timeout 20 rdma link delete "$1"
	! grep -q "^$1 " <(slots) || die "core still has client data for $1"
	undelay
}

# delayed_or_over - for wait_for
delayed_or_over()
{
	delayed || _ended "$job"
}

# against DEVICE FUNCTION [NTH] - DEVICE stays away: the login must fail and say so
against()
{
	local begin job

	removed_in "$1" "$2" 1 "${3:-1}"
	begin=$(ms)
	! wait "$job" || die "a login without a device has worked"
	note "the login failed after $(($(ms) - begin)) ms"
	note "$(cat "$TEST_DIR/iscsiadm")"
	grep -q 'initiator reported error' "$TEST_DIR/iscsiadm" ||
		die "iscsiadm does not say that the login failed"
	wait_for 10 no_session || die "a failed login left a session"
	idle iser
	unused ib_iser
	# A target that accepts what an initiator that is gone has asked for
	# tries for a minute.
	[ "$1" = rxe0 ] || no_verbs
	two_devices
	wait_for 20 listening "$TARGET"
	try_for 5
	login_disk
	logout_all
}

# in_time DEVICE FUNCTION - DEVICE comes back before the login has tried often enough
in_time()
{
	local job

	removed_in "$1" "$2" 8
	two_devices
	wait_for 20 listening "$TARGET"
	wait "$job" || die "the login has failed: $(cat "$TEST_DIR/iscsiadm")"
	session_is "$(session_to "$TARGET")" LOGGED_IN || die "there is no session"
	logout_all
}

load ib_iser
two_devices
target_add
iscsid_start 'node.conn[0].timeo.login_timeout=6'
login_disk
logout_all

# The initiator is told of its route while its device is taken from it, connects, and
# sends requests.
against rxe0 iser_cma_handler 2
against rxe0 rdma_connect_locked
against rxe0 iscsi_conn_send_pdu
# The target accepts, and answers.
against rxe1 rdma_accept
against rxe1 isert_put_login_tx

# They come back while iscsid tries to connect: with a request that was sent it would
# try in vain, as with stock.
in_time rxe0 rdma_connect_locked
in_time rxe1 rdma_accept

step "with a password: the target waits for another request"
password_add
iscsid_kill
rm -rf /etc/iscsi/nodes
iscsid_start "${PASSWORD[@]}" 'node.conn[0].timeo.login_timeout=6'
login_disk
logout_all
against rxe1 iscsi_conn_send_pdu 2

# What an accepting target waited for with rxe0's is over after a minute.
wait_for 90 _no_verbs || no_verbs
idle iser isert
unused ib_iser
