#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: the initiator's device goes, requests that nobody answers go with it
# requires: guest module:ib_srpt module:ib_srp
# timeout: 150
# guards: srp_remove_target() (srp/ib_srp.c:1042 of 6.1) waits for each of them: 30 s for
# guards: SCSI's time-out and 5 s more for an abort that nobody answers either
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/srp/silent.sh
. "$(dirname "$0")/silent.sh"

removal_in_silence
wait_for 15 removed || die "the removal waits for the target"
wait_for 10 no_hosts || die "a SCSI host is left"

step "the next login"
net_del b0
net_del a0
two_devices
login_wire
io_verify "$(disk "$SRP")" --size=4M
logout "$SRP"
srp_clean
