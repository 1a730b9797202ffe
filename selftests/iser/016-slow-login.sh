#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: an initiator gives a login up that the target is still at; the next one works
# requires: guest command:iscsiadm module:ib_client_data_delay
# guards: a login whose connection went while its work was busy; stock leaves it, and
# guards: the removal of the ACL waits for ever (core_tpg_del_initiator_node_acl())
# timeout: 240
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/iser/slow.sh
. "$(dirname "$0")/slow.sh"

slow_login
logout_all

step "and no longer"
login_disk
logout_all
wait_for 30 no_session
idle iser isert
unused ib_iser
