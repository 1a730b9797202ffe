#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: control: the stock target does not tell who has the wrong password
# requires: guest command:iscsiadm fail-nth
# guards: shows that 009-password bites: with one processor, as User-Mode Linux has it,
# guards: the connection ends before the answer is sent, mostly; with two it may be in
# guards: time
# timeout: 180
# shellcheck disable=SC2119 # use_stock alone means all modules
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

use_stock
load ib_iser
two_devices
target_add
password_add
iscsid_start "${PASSWORD[@]}" node.session.auth.password=another-word-12
for _ in 1 2 3 4 5; do
	must_fail login
	note "$(cat "$TEST_DIR/iscsiadm")"
	[ "$STATUS" = 24 ] || break
done
case $STATUS in
24)	die "it was told, five times: this test does not bite" ;;
5|8)	;; # a failed login, or timed out
*)	die "the login ends with $STATUS" ;;
esac
log_has 'Security negotiation failed' || die "the target has refused nobody"
