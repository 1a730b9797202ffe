#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: control: stock frees the device under a login
# races: a login and the removal of the device that it came to
# requires: guest module:ib_srpt module:ib_srp module:ib_client_data_delay kernel:6.1
# guards: srpt_rdma_cm_req_recv() (srpt/ib_srpt.c:2620 of 6.1) takes no reference, what
# guards: comes later (2433) is not waited for: srpt_free_ch() completes a dead stack
# dies: (WARNING: |general protection fault|BUG: |Oops|RCU Stall)
# reports: KASAN: .*use-after-free in ib_qp_usecnt_dec
# cmdline: slub_debug=FZP
# timeout: 90
# shellcheck disable=SC2119 # use_stock alone means all modules
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/srp/held.sh
. "$(dirname "$0")/held.sh"

use_stock
two_devices
target rxe1 rxe0
login_held target_setup_session 4000
step "the device goes while the login is held up"
remove rxe1
wait_for 20 removed || note "the removal has not returned"
sleep 8
die "nothing happened: this test does not bite"
