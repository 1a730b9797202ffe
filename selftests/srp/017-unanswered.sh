#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: the ACL of a login that the initiator left unanswered can be removed
# requires: guest module:ib_srpt module:ib_srp module:ib_client_data_delay
# guards: srpt_close_session() of a channel that is still connecting waits for the
# guards: other end (srpt/ib_srpt.c:2015-2032 of 6.1), for ever if that is gone
# timeout: 120
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/srp/held.sh
. "$(dirname "$0")/held.sh"

unanswered

step "the ACL goes at once, and so does the channel"
within 10 lio_acl_del "$LIO_TPG" "$NAME"
wait_for 10 channel_gone || die "the channel is left"

step "the next login"
net_del a0
two_devices
lio_acl "$LIO_TPG" "$NAME" 0
login_wire
logout "$SRP"
idle ib_srpt
