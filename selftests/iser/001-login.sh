#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: discovery, login, verified I/O and logout with open-iscsi and LIO
# requires: guest command:fio command:iscsiadm module:ib_client_data
# timeout: 120
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

load ib_iser
is_ours ib_iser || die "stock's ib_iser is loaded"
two_devices
target_add
is_ours ib_isert || die "stock's ib_isert is loaded"
iscsid_start

step "discovery"
discover | tee "$TEST_DIR/found" >&2
grep -qF "$TARGET:3260,1 $IQN" "$TEST_DIR/found" ||
	die "the target was not discovered"
wait_for 10 no_session

step "login: one record for each device that is used"
login_disk
session_is "$SESSION" LOGGED_IN
slots >&2
same "references of the initiator" 2 "$(slot rxe0 iser refs)"
same "references of the target" 2 "$(slot rxe1 isert refs)"
same "initiator's data on the target's device" empty "$(slot rxe1 iser state)"

step "data"
remember "$DISK"
io_verify "$DISK" "${BUSY[@]}" --size=4M
recall "$DISK"
sg_inq "$DISK" >&2

step "logout: no user is left"
logout
no_session || die "$(sessions) is left after the logout"
idle iser isert
unused ib_iser
