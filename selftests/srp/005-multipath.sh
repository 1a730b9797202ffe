#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: dm-multipath over two devices: one goes under I/O, and nobody sees an error
# requires: guest command:fio command:dmsetup command:multipath module:ib_srpt module:ib_srp
# guards: a removal that makes I/O wait for the path that it takes
# timeout: 240
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/multipath.sh
. "$(dirname "$0")/../multipath.sh"

# path N - device rxeN with a port of its own on dN, and a login from it to itself
path()
{
	[ -e "/sys/class/net/d$1" ] || net_add "d$1" dummy "10.6$1.0.2/24" \
		address "02:00:00:00:66:1$1"
	rxe_add "rxe$1" "d$1"
}

# flows - I/O goes on, and nobody sees an error
flows()
{
	fio_flows || {
		dmsetup status "$MULTIPATH" >&2
		die "no I/O on $MAP"
	}
}

step "two paths to one unit"
for n in 0 1; do
	path "$n"
	target "rxe$n" "rxe$n"
	login "rxe$n" "10.6$n.0.2"
	declare "host$n=$SRP"
done
for h in "${host0?}" "${host1?}"; do
	wwids+=("$(cat /sys/class/scsi_host/"$h"/device/target*/*/wwid)")
done
same "the unit" "${wwids[0]}" "${wwids[1]}"
disk0=$(disk "$host0")
disk1=$(disk "$host1")
multipath_start unit "$disk0" "$disk1"
remember "$MAP"

step "a device goes under I/O"
fio_keep "$MAP"
flows
remove_by link rxe1 d1
wait_for 10 gone "/sys/class/scsi_host/$host1"
wait_for 20 paths 1 F || die "the path has not failed"
flows

step "it returns: a new disk, which becomes a path"
path_del "${disk1#/dev/}"
path 1
login rxe1 10.61.0.2
host1=$SRP
disk1=$(disk "$host1")
path_add "$disk1"
wait_for 30 paths 2 A || die "the path does not come back"
flows

step "then the other one"
remove_by link rxe0 d0
wait_for 20 paths 1 F || die "the path has not failed"
wait_for 10 paths 1 A || die "the new path does not work"
flows

step "fio saw nothing"
fio_wait 120 || die "I/O failed, or its data are wrong"
recall "$MAP"
multipath_stop
logout "$host1"
srp_clean
idle ib_srpt
