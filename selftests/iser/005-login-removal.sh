#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: each device goes at each stage of a login; the next login works
# requires: guest command:iscsiadm module:ib_client_data_delay
# guards: a removal that waits for a login, or for its time to be up
# timeout: 300
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

# against DEVICE FUNCTION [NTH] - DEVICE goes while a login sleeps in FUNCTION
against()
{
	local begin job

	step "$1 goes while a login is in $2"
	delay "$2" 3000 "nth=${3:-1}"
	login 2>/dev/null &
	job=$!
	_jobs+=("$job")
	wait_for 30 delayed || die "the login does not come to $2"
	within 10 timeout 20 rdma link delete "$1"
	! grep -q "^$1 " <(slots) || die "core still has client data for $1"
	undelay
	two_devices
	wait_for 20 listening "$TARGET"
	# It tries again for a while, with or without success.
	begin=$(ms)
	wait "$job" || note "the login failed"
	note "the login ended after $(($(ms) - begin)) ms"
	logout_all
	login_disk
	logout_all
}

load ib_iser
two_devices
target_add
iscsid_start 'node.conn[0].timeo.login_timeout=6'
login_disk
logout_all

# The initiator resolves and connects, and sends requests.
against rxe0 rdma_connect_locked
against rxe0 iscsi_conn_send_pdu
# The target accepts, and answers.
against rxe1 rdma_accept
against rxe1 isert_put_login_tx

step "with a password: the target waits for another request"
password_add
iscsid_kill
rm -rf /etc/iscsi/nodes
iscsid_start "${PASSWORD[@]}" 'node.conn[0].timeo.login_timeout=6'
login_disk
logout_all
against rxe1 iscsi_conn_send_pdu 2

idle iser isert
unused ib_iser
