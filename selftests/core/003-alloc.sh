#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: one allocation among 64 callers, shared errors, recursion, removal
# requires: module:ib_client_data_test
# guards: a pool whose lock is dropped between look-up and insert (rtrs)
. "$(dirname "$0")/common.sh"

setup_core report_seconds=1
step "64 first callers, ten times"
in_kernel alloc-race
step "an error reaches all who waited, the next call tries again"
in_kernel alloc-fails

step "the callback asks for its own data: EDEADLK and one warning"
in_kernel alloc-recursion
same "warnings" 1 "$(log_count 'icd_recursion: alloc_client_data\(\) asks for')"

step "removal begins while the callback runs: ENODEV"
expect_log 'ib_client_data: waiting [0-9]+ s for icd_alloc_removal'
in_kernel alloc-removal
log_has 'rxe0: ib_client_data: waiting [0-9]+ s for icd_alloc_removal: alloc_client_data\(\) has not returned' ||
	die "the removal did not say what it waits for"
