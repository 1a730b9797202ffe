#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: client and core modules unload while devices live, again and again
# requires: module:ib_client_data_test
# guards: slots or debugfs files that outlive their module
. "$(dirname "$0")/common.sh"

setup_core
for _ in 1 2 3 4 5; do
	in_kernel standing-begin
	must_fail rmmod ib_client_data
	unload ib_client_data_test
	same "slots left" "" "$(slots)"
	unload ib_client_data
	[ ! -e /sys/kernel/debug/ib_client_data ] || die "debugfs files are left"
	load ib_client_data
	load ib_client_data_test
done
