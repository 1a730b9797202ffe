#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: the target gives up a login that the initiator left unanswered
# requires: guest module:ib_srpt module:ib_srp module:ib_client_data_delay
# guards: srpt_rdma_cm_handler() only says so when the CM gives up sending the answer
# guards: (srpt/ib_srpt.c:2791-2794 of 6.1): the channel stays as long as the port
# timeout: 240
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/srp/held.sh
. "$(dirname "$0")/held.sh"

unanswered

# 15 times 4 s, unless a message that says no makes it through.
step "the CM gives up, and so does the target"
wait_for 120 channel_gone || die "the channel is left"
log_has 'Received CM REP error' || die "the CM did not give up: this does not bite"

step "the next login"
net_del a0
two_devices
login_wire
logout "$SRP"
idle ib_srpt
