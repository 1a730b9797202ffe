#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: dm-multipath over two devices: one goes under I/O, and nobody sees an error
# requires: guest command:fio command:dmsetup module:dm_multipath module:ib_srpt module:ib_srp
# guards: a removal that makes I/O wait for the path that it takes
# timeout: 180
. "$(dirname "$0")/common.sh"

# path N - device rxeN with a port of its own on dN, and a login from it to itself
path()
{
	[ -e "/sys/class/net/d$1" ] || net_add "d$1" dummy "10.6$1.0.2/24" \
		address "02:00:00:00:66:1$1"
	rxe_add "rxe$1" "d$1"
}

# numbers HOST - major and minor number of its disk
numbers()
{
	cat "/sys/block/$(basename "$(disk "$1")")/dev"
}

# map_flows - requests of the map complete; for wait_for
map_flows()
{
	[ "$(backing_ios)" -gt "$((before + 50))" ]
}

# failed NUMBER - as many paths of the map have failed; for wait_for
failed()
{
	[ "$(dmsetup status srp | grep -oE '[0-9]+:[0-9]+ F ' | wc -l)" = "$1" ]
}

map_gone()
{
	[ ! -e /dev/mapper/srp ] || dmsetup remove --force srp
}
eval "_$(declare -f undo)"
undo()
{
	map_gone
	_undo
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
run modprobe -a dm-multipath dm-round-robin
size=$(cat "/sys/block/$(basename "$(disk "$host0")")/size")
run dmsetup create srp --table "0 $size multipath 1 queue_if_no_path 0 1 1 \
round-robin 0 2 1 $(numbers "$host0") 1 $(numbers "$host1") 1"
run dmsetup mknodes
dev=/dev/mapper/srp
wait_for 10 test -b "$dev"
remember "$dev"

step "a device goes under I/O, and returns"
before=$(backing_ios)
fio_start "$dev" "${KEEP[@]}" --runtime=15
wait_for 20 map_flows || die "no I/O on $dev"
remove_by link rxe1 d1
wait_for 10 gone "/sys/class/scsi_host/$host1"
before=$(backing_ios)
wait_for 20 map_flows || die "I/O does not go on"
fio_running || die "the I/O was over too early, or failed"
wait_for 10 failed 1 || die "the map says: $(dmsetup status srp)"
path 1
login rxe1 10.61.0.2
host1=$SRP
run dmsetup suspend --noflush srp
run dmsetup load srp --table "0 $size multipath 1 queue_if_no_path 0 1 1 \
round-robin 0 2 1 $(numbers "$host0") 1 $(numbers "$host1") 1"
run dmsetup resume srp
fio_wait 120 || die "I/O failed, or its data are wrong"

step "then the other one"
before=$(backing_ios)
fio_start "$dev" "${KEEP[@]}" --runtime=6
wait_for 20 map_flows || die "no I/O on $dev"
remove_by link rxe0 d0
fio_wait 120 || die "I/O failed, or its data are wrong"
recall "$dev"
run dmsetup remove srp
logout "$host1"
srp_clean
idle ib_srpt
