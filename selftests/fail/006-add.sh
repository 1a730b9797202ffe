#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: every allocation fails once while the ports get a device and lose it
# requires: fail-nth module:ib_client_data_test module:ib_srpt module:ib_isert guest
# guards: an add() that ends halfway and leaves a port, a listener or client data
# cmdline: slub_debug=A;-,kmemleak_object,kmemleak_scan_area
# timeout: 300
. "$(dirname "$0")/common.sh"

ULPS=(ib_srp ib_srpt ib_iser ib_isert nvme-rdma nvmet-rdma)

undo()
{
	unload "${ULPS[@]}"
}

# there CLIENT - it has data for rxe0, and nobody else holds them
there()
{
	same "the data of $1" "live 1" \
		"$(slot rxe0 "$1" state) $(slot rxe0 "$1" refs)"
}

setup_fail
load ib_client_data
load ib_client_data_test
for ulp in "${ULPS[@]}"; do
	load "$ulp"
done

step "a device comes and goes"
# ENODEV: the test's own client could not be told of it
points -r -e 12,14,19 -n "${TIMES:-0}" write "$TESTDIR/run" "fail-device rxe0" \
	'bash -c no_slots'
same "SRP ports left" "" "$(ls /sys/class/infiniband_srp)"

step "and the ports still take one"
net_add d0 dummy 10.50.0.1/24
rxe_add rxe0 d0
there srp
there ib_srpt
rxe_del rxe0
