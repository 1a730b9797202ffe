#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: dm-multipath over two devices, one goes under fio: I/O goes on without an error
# requires: guest command:fio command:iscsiadm command:dmsetup command:multipath module:ib_client_data
# guards: a device that holds up I/O on the other path
# timeout: 180
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

A=10.60.0.2
B=10.61.0.2

# paths A|F - how many active or failed paths the map has
paths()
{
	dmsetup status paths | grep -oE "8:[0-9]+ $1" | wc -l
}

# has COUNT A|F - for wait_for
has()
{
	[ "$(paths "$2")" = "$1" ]
}

# udev_knows DISK... - what udev would have found out; multipath asks for it
udev_knows()
{
	local d number

	mkdir -p /run/udev/data
	for d in "$@"; do
		number=$(cat "/sys/block/${d#/dev/}/dev")
		printf 'I:1\nE:ID_SERIAL=paths\nE:SCSI_IDENT_SERIAL=paths\n' >"/run/udev/data/b$number"
	done
}

# multipath_start - the map and the daemon that checks its paths
multipath_start()
{
	run modprobe -a dm_multipath dm_round_robin dm_service_time
	mkdir -p /etc/multipath
	cat >/etc/multipath.conf <<-END
		defaults {
			find_multipaths no
			user_friendly_names no
			polling_interval 2
			max_polling_interval 2
			path_checker tur
			path_grouping_policy multibus
			no_path_retry 20
			skip_kpartx yes
			recheck_wwid no
			flush_on_last_del yes
		}
	END
	printf '+ multipathd -d &\n' >&2
	multipathd -d >"$TEST_DIR/multipathd" 2>&1 &
	_jobs+=("$!")
	wait_for 30 has 2 A || {
		cat "$TEST_DIR/multipathd" >&2
		die "no map with two paths"
	}
}

undo()
{
	local rc=0

	set +e
	[ ${#_jobs[@]} = 0 ] || kill -9 "${_jobs[@]}" 2>/dev/null
	wait_for 20 _map_gone || rc=1
	rm -rf /run/udev/data
	undo_iser || rc=1
	return "$rc"
}

# The killed have their last I/O yet to end.
_map_gone()
{
	dmsetup remove --force paths 2>/dev/null
	! dmsetup info paths
}

load ib_iser
net_add d0 dummy "$A/24"
net_add d1 dummy "$B/24"
rxe_add rxe0 d0
rxe_add rxe1 d1
target_add "$A" "$B"
iscsid_start node.session.timeo.replacement_timeout=3
login_disk "$A"
PATHS=("$DISK")
login_disk "$B"
PATHS+=("$DISK")
SESSION=$(session_to "$A")

step "a map of both"
udev_knows "${PATHS[@]}"
multipath_start
dmsetup status paths >&2
MAP=/dev/$(basename "$(readlink -f "/sys/dev/block/$(dmsetup info -c --noheadings \
	--separator : -o major,minor paths)")")
remember "$MAP"

step "one device goes under I/O"
fio_start "$MAP" "${KEEP[@]}" --runtime=12
sleep 2
fio_running || die "fio ended too soon"
within 10 timeout 20 rdma link delete rxe0
wait_for 20 has 1 F
before=$(io_count "$BACKING")
wait_for 20 io_flows "$BACKING" "$before" || die "no I/O on the other path"

step "it comes back, and so does its path"
rxe_add rxe0 d0
wait_for 20 listening "$A"
recovered
wait_for 30 has 2 A || die "the path does not come back"

step "fio saw nothing"
fio_wait 90
recall "$MAP"
