#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a login whose second channel fails waits for the error work of the first
# races: the error work of a login that fails, and its end
# requires: guest module:ib_srpt module:ib_srp module:ib_client_data_delay
# guards: add_target_store() (srp/ib_srp.c:3931 of 6.1) frees the host of a work that
# guards: is queued or runs
# timeout: 120
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/srp/held.sh
. "$(dirname "$0")/held.sh"

flush()
{
	ip route flush table 100
}
undo_also flush

two_devices
target rxe1 rxe0
load ib_srp

step "the first channel loses its target while the second one looks for it"
delay rdma_resolve_addr,srp_tl_err_work 8000 nth=2
login_begin ch_count=2
wait_for 30 delayed || die "the login resolves no second address"
put 3 /sys/module/ib_client_data_delay/parameters/nth
put 6000 /sys/module/ib_client_data_delay/parameters/ms
# No way for the second one. (One that says where it comes from finds one.)
run ip route replace unreachable "$TARGET" table 100
rxe_del rxe1
wait_for 20 called 3 || die "no error work was queued"
wait_for 30 login_over || die "the login hangs"
! delayed || die "the login is over, and its error work is not"
same "the login" failed "$(cat "$TEST_DIR/login")"
srp_clean
undelay
