#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: connections over which nobody logs in do not delay the removal of a device
# requires: guest module:ib_client_data
# guards: isert_cma_handler() (ib_isert.c:707-718 of 6.1) waits 15 s for each
# timeout: 240
# shellcheck disable=SC2119 # use_stock alone means all modules
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

step "control: stock waits for the time of the logins to be up"
use_stock
load ib_iser
two_devices
target_add
endpoints 2
remove rxe1
sleep 8
! removed || die "stock does not wait: this test does not bite"
wait_for 90 removed
note "the removal has returned at last"
endpoints_close

step "control: stock's portal does not listen again"
two_devices
sleep 3
! listening "$TARGET" || die "stock listens again: this test does not bite"
(lio_teardown)
run rmdir "/sys/kernel/config/nullb/disk0"

step "ours: each device goes at once, and comes back"
use_ours
load ib_iser
two_devices
target_add
for device in rxe1 rxe0; do
	endpoints 6
	within 8 timeout 20 rdma link delete "$device"
	! slots | grep -q "^$device " || die "core still has client data for $device"
	endpoints_close
	two_devices
	wait_for 20 listening "$TARGET"
done

step "a login after six that say nothing"
endpoints 6
iscsid_start
endpoints_close
login_disk
logout
idle iser isert
