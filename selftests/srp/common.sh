# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the SRP tests share: targets, logins, disks, I/O on them, removals.

# shellcheck source=selftests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=selftests/wire.sh
. "$(dirname "${BASH_SOURCE[0]}")/../wire.sh"
# shellcheck source=selftests/delay.sh
. "$(dirname "${BASH_SOURCE[0]}")/../delay.sh"
# shellcheck source=selftests/lio.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lio.sh"

# shellcheck disable=SC2034 # for remove_by
REMOVAL=15 NETDEV_REMOVAL=30
# Where the target listens, on every address.
PORT=5555
# What login sets: the SCSI host, as in host2.
SRP=

# The GIDs of soft RDMA devices follow from the addresses of their network
# devices, and ports are known by their GIDs: addresses that stay the same.
_wire_end=$(declare -f wire_end)
eval "_${_wire_end}"
wire_end()
{
	local byte

	_wire_end "$@"
	printf -v byte %02x "$4"
	run ip link set "$1" address "02:00:00:00:66:$byte"
}

# --------------------------------------------------------------------- target

# gid DEVICE - its first GID, in digits
gid()
{
	local gid

	read -r gid <"/sys/class/infiniband/$1/ports/1/gids/0"
	echo "${gid//:/}"
}

# port_name DEVICE - what the target calls its port
port_name()
{
	echo "0x$(gid "$1")"
}

# initiator DEVICE - whom the target takes a login over it for
initiator()
{
	local gid

	gid=$(gid "$1")
	echo "0x0000000000000000${gid:16}"
}

# srpt_load - the target, listening
srpt_load()
{
	lio_load
	loaded ib_srpt || load ib_srpt
	[ -d "$LIO/srpt" ] || run mkdir "$LIO/srpt"
	[ "$(cat "$LIO/srpt/discovery_auth/rdma_cm_port")" = "$PORT" ] ||
		put "$PORT" "$LIO/srpt/discovery_auth/rdma_cm_port"
}

# target DEVICE INITIATOR-DEVICE [NAME] - a port that offers $LIO_OBJECT to the
# initiator there; sets LIO_TPG
target()
{
	local name=${3:-$(port_name "$1")}

	srpt_load
	if [ ! -d "$LIO_OBJECT" ]; then
		[ -b "$BACKING" ] || backing disk
		lio_object_on disk "$BACKING"
	fi
	lio_tpg srpt "$name" "$name"
	lio_lun "$LIO_TPG" 0 "$LIO_OBJECT"
	lio_acl "$LIO_TPG" "$(initiator "$2")" 0
	put 1 "$LIO_TPG/enable"
}

# ------------------------------------------------------------------ initiator

# login_string ADDRESS [OPTION...] - what add_target wants for a login there
login_string()
{
	local guid s o

	guid=$(cat /sys/module/ib_srpt/parameters/srpt_service_guid)
	s=id_ext=${guid#0x},ioc_guid=${guid#0x},dest=$1:$PORT
	shift
	for o in "$@"; do
		s+=,$o
	done
	echo "$s"
}

# add_target DEVICE STRING - write it; prints what the kernel says to that
add_target()
{
	printf '+ echo %s > srp-%s-1/add_target\n' "$2" "$1" >&2
	sh -c 'echo "$1" >"/sys/class/infiniband_srp/srp-$2-1/add_target"' \
		- "$2" "$1"
}

# srp_hosts - the SCSI hosts of the initiator, one a line
srp_hosts()
{
	local h

	for h in /sys/class/scsi_host/host*/ioc_guid; do
		h=${h%/ioc_guid}
		echo "${h##*/}"
	done
}

# login DEVICE ADDRESS [OPTION...] - log in; sets SRP to the SCSI host. A device
# that returns under its GID counts queue pairs from the begin: the connection
# manager takes that for a connection that it knows, drops that one, and the
# login has to be tried again.
login()
{
	local before stale try device=$1

	shift
	loaded ib_srp || load ib_srp
	loaded sd_mod || run modprobe sd_mod
	wait_for 10 test -e "/sys/class/infiniband_srp/srp-$device-1/add_target"
	before=$(srp_hosts)
	for try in 1 2 3 4 5 6 7 8; do
		stale=$(log_count 'stale conn')
		! add_target "$device" "$(login_string "$@")" || break
		[ "$(log_count 'stale conn')" -gt "$stale" ] || return
		note "attempt $try met a stale connection"
		sleep 1
	done
	SRP=$(srp_hosts | grep -vxF "${before:-none}") ||
		die "there is no new SCSI host"
	note "SCSI host $SRP"
}

# login_wire - from $HOST to $TARGET
login_wire()
{
	login rxe0 "$TARGET" "src=$HOST"
}

# disk HOST - its disk, once that is there (20 s)
disk()
{
	wait_for 20 _disk "$1" || die "$1 has no disk"
	_disk "$1"
}

_disk()
{
	local d

	for d in /sys/class/scsi_host/"$1"/device/target*/*/block/*; do
		[ ! -b "/dev/${d##*/}" ] || {
			echo "/dev/${d##*/}"
			return 0
		}
	done
	return 1
}

# rport HOST - the directory of its remote port
rport()
{
	local d

	for d in /sys/class/srp_remote_ports/port-"${1#host}":*; do
		echo "$d"
		return 0
	done
	return 1
}

# rport_state HOST - running, blocked, fail-fast, lost, or gone
rport_state()
{
	cat "$(rport "$1")/state" 2>/dev/null || echo gone
}

# rport_is HOST STATE - for wait_for
rport_is()
{
	[ "$(rport_state "$1")" = "$2" ]
}

# timers HOST RECONNECT FAST-FAIL DEVICE-LOSS - seconds or "off"
timers()
{
	local d

	d=$(rport "$1")
	put "$3" "$d/fast_io_fail_tmo"
	put "$4" "$d/dev_loss_tmo"
	put "$2" "$d/reconnect_delay"
}

# logout HOST [SECONDS] - and be sure that it is gone (30)
logout()
{
	put 1 "$(rport "$1")/delete"
	wait_for "${2:-30}" gone "/sys/class/scsi_host/$1" ||
		die "$1 has not logged out"
}

# logout_all
logout_all()
{
	local h

	for h in $(srp_hosts); do
		logout "$h"
	done
}

# no_hosts - the initiator has none left; for wait_for
no_hosts()
{
	[ -z "$(srp_hosts)" ]
}

# ----------------------------------------------------------------------- data

# work DISK [OPTION...] - start verified I/O, some seconds of it, and see that it
# flows; fio_wait tells how it ended
work()
{
	local before

	before=$(io_count "$BACKING")
	fio_start "$1" "${BUSY[@]}" "${@:2}"
	wait_for 20 io_flows "$BACKING" "$before" || die "no I/O on $1"
}

# busy DISK - the same without end, until it fails
busy()
{
	work "$1" --time_based --runtime=300
}

# --------------------------------------------------------------------- errors

# must_say ERROR COMMAND... - it fails with these words, at once
must_say()
{
	local error=$1 out

	shift
	printf '+ %s   (must fail: %s)\n' "$*" "$error" >&2
	out=$(LC_ALL=C timeout 5 "$@" 2>&1) && die "this should have failed: $*"
	case $out in
	*"$error"*) ;;
	*) die "$* should say '$error', and says '$out'" ;;
	esac
}

# ----------------------------------------------------------------- what is left

# srp_clean - nobody uses the initiator
srp_clean()
{
	wait_for 20 no_hosts || die "SCSI hosts are left: $(srp_hosts)"
	idle srp
	unused ib_srp
}

undo()
{
	local h

	undelay
	for h in $(srp_hosts); do
		echo 1 >"$(rport "$h")/delete"
	done
	# A host that hangs goes with its device.
	wait_for 5 no_hosts || for h in "${_links[@]}"; do
		[ ! -e "/sys/class/infiniband/$h" ] ||
			timeout 60 rdma link delete "$h"
	done
	wait_for 30 no_hosts || return 1
	lio_teardown
	unload ib_srp ib_srpt
}
