#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: two devices with one MAC, hence one GUID, both carry sessions
# requires: guest command:fio command:iscsiadm command:ibv_rc_pingpong module:ib_client_data
# guards: look-up of devices by node_guid: iser_device_find_by_ib_device()
# guards: (iser_verbs.c:309 of 6.1), isert_device_get() (ib_isert.c:275)
# timeout: 300
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

A=10.60.0.2
B=10.61.0.2
COUNT=

# The two devices; they go with the modules that are replaced.
two_equal()
{
	if [ ! -e /sys/class/net/d0 ]; then
		net_add d0 dummy "$A/24" address 02:00:00:00:77:01
		net_add d1 dummy "$B/24" address 02:00:00:00:77:01
	fi
	[ -e /sys/class/infiniband/rxe0 ] || rxe_add rxe0 d0
	[ -e /sys/class/infiniband/rxe1 ] || rxe_add rxe1 d1
	same "node GUID" "$(node_guid rxe0)" "$(node_guid rxe1)"
}

# stock MODULE - the distribution's, with our module on the other side
control()
{
	use_stock "$1"
	two_equal
	[ -z "$COUNT" ] || count_on rxe1
	load ib_iser
	target_add "$A" "$B"
	endpoints 1 "$A"
	FIRST=$ENDPOINT
	ENDPOINT=
	! endpoints 1 "$B" || die "stock has no trouble: this test does not bite"
	log_has "$2" || die "stock failed for another reason: this test does not bite"
	endpoints_close
	ENDPOINT=$FIRST
	endpoints_close
	(lio_teardown)
	use_ours
	rmdir "/sys/kernel/config/nullb/disk0"
	BACKING=
}

# login_again ADDRESS - where QP numbers met, the connection manager drops both: they
# come back
login_again()
{
	local try stale

	for try in 1 2 3 4; do
		stale=$(log_count 'stale conn')
		if login "$1"; then
			return
		fi
		[ "$(log_count 'stale conn')" -gt "$stale" ] ||
			die "$1 cannot be used"
		note "attempt $try met an equal pair of GUID and QP number"
	done
	die "$1 cannot be used, not even in the last attempt"
}

# refused - connections over both devices, the second one's fails; both are kept, as
# iscsid does
refused()
{
	endpoints 1 "$A" || die "no connection to $A"
	FIRST=$ENDPOINT
	ENDPOINT=
	! endpoints 1 "$B" || die "a portal that there is not takes connections"
}

# refused_close - both are closed
refused_close()
{
	endpoints_close
	ENDPOINT=$FIRST
	endpoints_close
}

step "control: stock initiator, our target"
control ib_iser 'iser: .*err -22'

step "control: our initiator, stock target"
COUNT=1
control ib_isert 'isert: .*rdma_create_qp failed.* -22'

step "ours on both sides: both work"
two_equal
count_on rxe1
load ib_iser
target_add "$A" "$B"
iscsid_start
login_disk "$A"
FIRST=$DISK
login_again "$B"
SESSION=$(session_to "$B")
DISK=$(disk_of "$SESSION")
same "references of the initiator to rxe0" 2 "$(slot rxe0 iser refs)"
same "references of the initiator to rxe1" 2 "$(slot rxe1 iser refs)"
same "references of the target to rxe0" 2 "$(slot rxe0 isert refs)"
same "references of the target to rxe1" 2 "$(slot rxe1 isert refs)"
io_verify "$FIRST" "${BUSY[@]}" --size=2M
io_verify "$DISK" "${BUSY[@]}" --size=2M

step "one goes, the other stays"
within 10 timeout 20 rdma link delete rxe0
io_verify "$DISK" "${BUSY[@]}" --size=2M
session_is "$SESSION" LOGGED_IN || die "the other session has gone as well"
logout_all

# With stock, as 012-endpoint-stock shows, the failed one has the other's record.
step "a failed connection stays while the other's device goes, or its own"
portal_del "$B"
for device in rxe0 rxe1; do
	two_equal
	wait_for 20 listening "$A"
	refused
	within 10 timeout 20 rdma link delete "$device"
	! grep -q "^$device " <(slots) || die "core still has client data for $device"
	refused_close
done
two_equal
portal_add "$B"
for address in "$A" "$B"; do
	wait_for 20 listening "$address"
	login_again "$address"
	DISK=$(disk_of "$(session_to "$address")")
	io_verify "$DISK" "${BUSY[@]}" --size=2M
done
logout_all
idle iser isert
unused ib_iser
