#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: every allocation of the client-data calls fails once
# requires: fail-nth module:ib_client_data_test
# guards: error paths that leak, or answer something else than ENOMEM
# timeout: 240
. "$(dirname "$0")/common.sh"

# ENODEV: a client that could not be told of its device
check()
{
	[ "$(wc -l </sys/kernel/debug/ib_client_data/slots)" = 1 ] || {
		cat /sys/kernel/debug/ib_client_data/slots
		return 1
	}
	echo "$ORDER rxe0" >/sys/kernel/debug/ib_client_data_test/run
}
export ORDER

setup_fail
unload ib_client_data_test ib_client_data
for track in 0 1; do
	step "register, allocate, look up, put, unregister; track=$track"
	load ib_client_data "track=$track"
	load ib_client_data_test
	[ -e /sys/class/infiniband/rxe0 ] || {
		net_add d0 dummy 10.50.0.1/24
		rxe_add rxe0 d0
	}
	ORDER=fail-calls
	each "12 14 19" write "$TESTDIR/run" "$ORDER rxe0"
	step "a device comes and goes"
	ORDER=fail-device
	each "12 14 19" write "$TESTDIR/run" "$ORDER rxe0"
	unload ib_client_data_test ib_client_data
done

step "the table of clients is filled"
load ib_client_data
load ib_client_data_test
ORDER=fail-table
each "12 14" -s 17 write "$TESTDIR/run" "$ORDER rxe0"
