#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a reference held across removal: wait, report, one free
# requires: module:ib_client_data_test
# guards: ULPs that free what a connection still uses, or wait without a word
. "$(dirname "$0")/common.sh"

setup_core report_seconds=1 track=1
expect_log 'ib_client_data: waiting [0-9]+ s for icd_(fence|standing)'

step "unregistering a client while a reference is held"
in_kernel fence
log_has 'rxe0: ib_client_data: waiting [12] s for icd_fence: [12] references? to data [0-9]+ s old' ||
	die "the removal did not say what it waits for"
log_has 'test_fence' || die "track=1 did not name who took the reference"

step "deleting the device while a reference is held"
in_kernel standing-begin nobody
in_kernel standing-hold
slots >&2
same "references" 2 "$(slot rxe0 icd_standing refs)"
grep -q 'test_standing_hold' /sys/kernel/debug/ib_client_data/slots ||
	die "debugfs does not name who took the reference"
rdma link delete rxe0 &
deleter=$!
wait_log 10 'rxe0: ib_client_data: waiting [12] s for icd_standing: 1 reference to'
same "state while it waits" removing "$(slot rxe0 icd_standing state)"
kill -0 "$deleter" || die "the removal did not wait"
wait_log 10 'rxe0: ib_client_data: waiting [3-5] s for icd_standing: 1 reference to'
put "standing-drop -" "$TESTDIR/run"
wait_for 10 gone /sys/class/infiniband/rxe0
wait "$deleter"
same "frees" 1 "$(standing frees)"
same "slot" none "$(slot rxe0 icd_standing state)"
put "standing-end -" "$TESTDIR/run" || die "the standing client did not end well"
