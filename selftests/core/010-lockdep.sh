#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: lockdep reports a put under a lock that is held across removal
# requires: module:ib_client_data_test, a kernel with PROVE_LOCKING
# guards: a deadlock that shows itself only when the race is lost
# guest: own --warn-ok
. "$(dirname "$0")/common.sh"

[ -e /proc/lockdep ] || skip "this kernel has no lockdep"
setup_core
expect_log 'possible circular locking dependency detected'
expect_log 'WARNING: possible circular'
expect_log 'lockdep is off'
in_kernel lockdep-put
log_has 'possible circular locking dependency' || die "lockdep says nothing"
log_has 'ib_client_data_wait' || die "lockdep's report is about something else"
