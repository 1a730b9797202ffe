#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a portal goes over to another device with its address; one of any address loses none
# requires: guest command:fio command:iscsiadm module:ib_client_data
# guards: a portal that waits for the device that it had, or that goes with one of several
# timeout: 360
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

ANY=0.0.0.0

# listening_on DEVICE... - the portal of any address, on each of them; for wait_for
listening_on()
{
	local device

	for device in "$@"; do
		rdma resource show cm_id |
			grep -q "link $device/.*state LISTEN.*src-addr $ANY:3260\>" ||
			return 1
	done
}

# used DEVICE - the target has a connection on it
used()
{
	[ "$(slot "$1" isert refs)" -ge 2 ] || die "the session is not on $1"
}

load ib_iser
two_devices
target_add
iscsid_start
login_disk
remember "$DISK"

step "under I/O another device takes the address over"
keep 6 "$DISK"
within 10 timeout 20 rdma link delete rxe1
rxe_add rxe7 b0
wait_for 20 listening "$TARGET"
recovered
log_has "portal $TARGET:3260 listens again on rxe7" ||
	die "the portal did not say that it listens again on rxe7"
used rxe7
fio_wait 90
recall "$DISK"
logout
portal_del "$TARGET"

step "a portal of any address: on both devices"
portal_add "$ANY"
wait_for 10 listening_on rxe0 rxe7 || die "it does not listen on both devices"
login_disk "$TARGET"
recall "$DISK"
logout "$TARGET"
login_disk "$HOST"
recall "$DISK"
used rxe0

step "one goes: the other's session stays, and the next can come"
keep 10 "$DISK"
within 10 timeout 20 rdma link delete rxe7
session_is "$SESSION" LOGGED_IN || die "$SESSION has gone as well"
fio_running || die "fio ended too soon"
fio_wait 90
recall "$DISK"
logout "$HOST"
listening_on rxe0 || die "it does not listen on the other device any more"
login_disk "$HOST"
recall "$DISK"

step "it comes back: the portal listens there by itself"
two_devices
wait_for 20 listening_on rxe0 rxe1
logout "$HOST"
login_disk "$TARGET"
recall "$DISK"

step "both go"
run timeout 20 rmmod rdma_rxe
two_devices
wait_for 20 listening_on rxe0 rxe1
recovered
recall "$DISK"
logout "$TARGET"
idle iser isert
portal_del "$ANY"
no_verbs
