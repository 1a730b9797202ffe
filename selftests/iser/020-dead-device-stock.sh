#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: control: after its device came back stock's initiator logs in to the dead one
# requires: guest plain command:ibv_rc_pingpong kernel:6.1
# guards: shows that the last steps of 010-equal-guids bite
# dies: (selftest: the login got the dead device|general protection fault|BUG: |Oops)
# timeout: 90
# shellcheck disable=SC2119 # use_stock alone means all modules
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

# What the first device leaves behind is warned of. Where its memory has been used
# again, the login that gets it ends the guest by itself.
echo 0 >/proc/sys/kernel/panic_on_warn

A=10.60.0.2
B=10.61.0.2

use_stock
load ib_iser
net_add d0 dummy "$A/24" address 02:00:00:00:77:01
net_add d1 dummy "$B/24" address 02:00:00:00:77:01
rxe_add rxe0 d0
rxe_add rxe1 d1
count_on rxe1
target_add "$A" "$B"

step "a failed connection over the other device of this GUID has the first one's record"
endpoints 1 "$A"
ENDPOINT=
! endpoints 1 "$B" || die "the second works: this test does not bite"
rxe_del rxe0

step "the device comes back, and no connection over it works"
rxe_add rxe0 d0
ENDPOINT=
before=$(log_count 'iser: .*err -22')
! endpoints 1 "$A" || die "it can be used: this test does not bite"
[ "$(log_count 'iser: .*err -22')" -gt "$before" ] ||
	die "it failed for another reason: this test does not bite"
step "the login got the dead device"
# Nothing of this can be taken down.
echo c >/proc/sysrq-trigger
