#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: an initiator gives a login up that the target is still at; the next one works
# requires: guest command:iscsiadm module:ib_client_data_delay
# guards: a login whose connection went while its work was busy; stock leaves it, and
# guards: the removal of the ACL waits for ever (core_tpg_del_initiator_node_acl())
# timeout: 240
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

load ib_iser
two_devices
target_add
password_add
iscsid_start "${PASSWORD[@]}" 'node.conn[0].timeo.login_timeout=5' \
	node.session.initial_login_retry_max=1

# What a first login takes when the target has to load a module for its digest.
step "the target takes longer than the initiator waits"
delay crypto_alloc_shash 9000
must_fail login
[ "$(delay_hits)" -gt 0 ] || die "no login came so far"
undelay
logout_all

step "and no longer"
login_disk
logout_all
wait_for 30 no_session
idle iser isert
unused ib_iser
