#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: control: a failed connection pins stock's record of another device
# requires: guest command:ibv_rc_pingpong kernel:6.1
# guards: shows that 010-equal-guids bites: the PD outlives its device
# dies: (WARNING: .*(rxe_pool_cleanup|rdma_restrack)|BUG: |Oops|general protection)
# reports: KASAN: .*use-after-free in (ib_unregister_event_handler|ib_dealloc_pd_user)
# timeout: 90
# shellcheck disable=SC2119 # use_stock alone means all modules
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

use_stock
load ib_iser
net_add d0 dummy 10.60.0.2/24 address 02:00:00:00:77:01
net_add d1 dummy 10.61.0.2/24 address 02:00:00:00:77:01
rxe_add rxe0 d0
rxe_add rxe1 d1
count_on rxe1
target_add 10.60.0.2 10.61.0.2
endpoints 1 10.60.0.2
ENDPOINT=
# as iscsid keeps one that failed
! endpoints 1 10.61.0.2 || die "the second works: this test does not bite"
rxe_del rxe0
step "the connection that failed is closed, and its record used"
endpoints_close
sleep 3
die "nothing happened: this test does not bite"
