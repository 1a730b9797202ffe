#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: clients register, are refused what is wrong, and unregister
# requires: module:ib_client_data_test
# guards: ib_core accepts one client twice and corrupts its reference count
. "$(dirname "$0")/common.sh"

setup_core
step "add, allocate, look up, remove, free"
in_kernel register
same "slots left" "" "$(slots)"

step "no name, half of the callbacks, registered twice, not registered"
in_kernel bad-clients
log_has 'ib_client_data: a client without a name' || die "no word about the name"
log_has 'icd_alloc_only: alloc_client_data and free_client_data go together' ||
	die "no word about the missing callback"
log_has 'icd_twice is registered already' || die "no word about registering twice"

step "one client too many"
in_kernel table-full
log_has 'icd_many: all [0-9]+ places for clients are taken' ||
	die "no word about the full table"

step "a client that refuses its devices after it allocated"
in_kernel add-fails
step "a client that holds a reference from add() to remove()"
in_kernel remove-puts
step "a client that does not use the data API, and one without any callback"
in_kernel no-data-client
same "slots left" "" "$(slots)"
