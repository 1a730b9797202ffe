#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: every allocation of the client-data calls fails once
# requires: fail-nth module:ib_client_data_test
# guards: error paths that leak, or answer something else than ENOMEM
# cmdline: slub_debug=A;-,kmemleak_object,kmemleak_scan_area
# timeout: 240
. "$(dirname "$0")/common.sh"

# order ERRNOS [-n TIMES] NAME - what the test module does on rxe0, and looks after
order()
{
	points -r -e "${@:1:$#-1}" write "$TESTDIR/run" "${!#} rxe0" \
		'bash -c no_slots'
}

setup_fail
unload ib_client_data_test ib_client_data
for track in 0 1; do
	load ib_client_data "track=$track"
	load ib_client_data_test
	[ -e /sys/class/infiniband/rxe0 ] || {
		net_add d0 dummy 10.50.0.1/24
		rxe_add rxe0 d0
	}
	step "register, allocate, look up, put, unregister; track=$track"
	# ENODEV: the client could not be told of its device
	order 12,14,19 fail-calls
	[ "$track" = 0 ] || break
	step "a device comes and goes"
	order 12,14,19 fail-device
	step "the table of clients is filled"
	order 12,14 -n "${TIMES:-90}" fail-table
	unload ib_client_data_test ib_client_data
done
