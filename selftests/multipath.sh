# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# dm-multipath as users have it: multipathd makes the map, checks its paths and
# takes those that work again back. There is no udev, whose part is played here.
# For tests that source it after their common.sh.
#
#	multipath_start data /dev/sda /dev/sdb	# $MAP
#	wait_for 20 paths 1 F
#	path_add /dev/sdc

MULTIPATH=
# The block device of the map.
MAP=

# udev_knows NAME DISK... - what udev would have found out: these are paths to one
# disk of that name
udev_knows()
{
	local name=$1 d number

	shift
	mkdir -p /run/udev/data
	for d in "$@"; do
		number=$(cat "/sys/block/${d#/dev/}/dev")
		printf 'I:1\nE:ID_SERIAL=%s\nE:SCSI_IDENT_SERIAL=%s\n' \
			"$name" "$name" >"/run/udev/data/b$number"
	done
}

# paths COUNT A|F - the map has so many active or failed paths; for wait_for
paths()
{
	[ "$(dmsetup status "$MULTIPATH" | grep -oE "8:[0-9]+ $2" | wc -l)" = "$1" ]
}

# multipath_start NAME DISK... - the daemon and a map of these disks; sets MAP. I/O
# that finds no path waits 40 s for one.
multipath_start()
{
	MULTIPATH=$1
	shift
	undo_also multipath_stop
	udev_knows "$MULTIPATH" "$@"
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
			missing_uev_wait_timeout 1
			flush_on_last_del yes
		}
	END
	printf '+ multipathd -d &\n' >&2
	multipathd -d >"$TEST_DIR/multipathd" 2>&1 &
	_jobs+=("$!")
	wait_for 30 paths $# A || {
		cat "$TEST_DIR/multipathd" >&2
		die "no map with $# paths"
	}
	dmsetup status "$MULTIPATH" >&2
	# shellcheck disable=SC2034 # for tests
	MAP=/dev/$(basename "$(readlink -f "/sys/dev/block/$(dmsetup info -c \
		--noheadings --separator : -o major,minor "$MULTIPATH")")")
}

# path_add DISK - a path that is new, as an event of udev's would
path_add()
{
	local said

	udev_knows "$MULTIPATH" "$1"
	printf '+ multipathd add path %s\n' "${1#/dev/}" >&2
	said=$(timeout 60 multipathd add path "${1#/dev/}")
	same "what multipathd says" ok "$said"
}

# path_del NAME - a disk that was a path is gone: sda
path_del()
{
	local said

	printf '+ multipathd del path %s\n' "$1" >&2
	said=$(timeout 60 multipathd del path "$1")
	same "what multipathd says" ok "$said"
}

# multipath_stop - the daemon, whatever else the test has in the background, and
# the map
multipath_stop()
{
	kill_jobs
	[ -z "$MULTIPATH" ] || wait_for 20 _map_gone || return
	rm -rf /run/udev/data
}

# The killed have their last I/O yet to end.
_map_gone()
{
	dmsetup remove --force "$MULTIPATH" 2>/dev/null || :
	! dmsetup info "$MULTIPATH"
}
