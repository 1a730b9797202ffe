#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: control: stock's target removes its device during a logout
# races: a logout and the removal of the target's device
# requires: guest command:iscsiadm module:ib_client_data_delay kernel:6.1
# guards: shows that 006-logout-removal bites
# cmdline: slub_debug=FZPU
# dies: (general protection fault|BUG: |Oops|WARNING: .*(isert|target))
# reports: KASAN: .*use-after-free in isert_do_control_comp
# timeout: 90
# shellcheck disable=SC2119 # use_stock alone means all modules
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/iser/logout.sh
. "$(dirname "$0")/logout.sh"

step "stock: the removal waits 15 s at the most, and the logout uses what was freed"
use_stock
logout_against_removal 19000
wait_for 40 removed
note "rdma link delete has returned"
sleep 10
die "nothing happened: this test does not bite"
