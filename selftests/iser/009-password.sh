#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a target with a password: the wrong one is refused, the right one works, again and again
# requires: guest command:fio command:iscsiadm module:ib_client_data
# guards: logins of several requests, most of which nobody waits for
# guards: the answer that refuses a login lost: see 009-password-stock
# timeout: 180
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

load ib_iser
two_devices
target_add
password_add

step "a wrong password"
iscsid_start "${PASSWORD[@]}" node.session.auth.password=another-word-12
login_refused 24
grep -q 'authorization failure' "$TEST_DIR/iscsiadm" || die "iscsiadm does not say why"
wait_for 30 no_session || die "a refused login left a session"
no_verbs
iscsid_kill
rm -rf "/etc/iscsi/nodes/$IQN"

step "the right one, five times"
iscsid_start "${PASSWORD[@]}"
for _ in 1 2 3 4 5; do
	login_disk
	logout_all
done

step "and once for I/O, over a removal"
login_disk
remember "$DISK"
within 10 timeout 20 rdma link delete rxe0
two_devices
recovered
recall "$DISK"
logout_all
idle iser isert
unused ib_iser
