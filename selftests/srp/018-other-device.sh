#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a reconnect that would lead over another device fails and leaves that one alone
# requires: guest module:ib_srpt module:ib_srp module:ib_client_data
# guards: srp_new_rdma_cm_id() (srp/ib_srp.c:395 of 6.1) keeps an identifier of a device
# guards: that is not the login's, whose removal then waits for the next reconnect
# guards: srp_rport_reconnect() (1376) lists requests as free that are still posted to a
# guards: queue pair it could not replace, and again when that is drained at last
# timeout: 180
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/srp/elsewhere.sh
. "$(dirname "$0")/elsewhere.sh"

reconnects_elsewhere
step "that device goes at once, and the session comes back by the old way"
within 10 timeout 20 rdma link delete rxe2
log_has 'rxe0 does not lead to the target, rxe2 does' ||
	die "the log does not say what is wrong with the reconnects"
lead a0 "$HOST"
back
recall "$(disk "$SRP")"
logout "$SRP"
idle ib_srpt
