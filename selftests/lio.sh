# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The kernel's SCSI target (LIO) by plain configfs, whatever the fabric: storage
# objects, LUNs, ACLs, taking it all down. For the common.sh of a group, which
# sources it after lib.sh and calls lio_teardown from its undo.
#
#	lio_object disk0		# $LIO_OBJECT, on $BACKING
#	lio_tpg iscsi "$IQN" tpgt_1	# $LIO_TPG
#	lio_lun "$LIO_TPG" 0 "$LIO_OBJECT"
#	lio_acl "$LIO_TPG" "$INITIATOR" 0
#	put 1 "$LIO_TPG/enable"

LIO=/sys/kernel/config/target
# The last storage object and the last portal group that were made.
LIO_OBJECT=
LIO_TPG=

# lio_load - the target core, with what it expects to find
lio_load()
{
	[ ! -d "$LIO/core" ] || return 0
	mkdir -p /var/target/pr /var/target/alua /etc/target
	run modprobe target_core_mod
	run modprobe target_core_iblock
	wait_for 5 test -d "$LIO/core"
}

# lio_object NAME [MEGABYTES] - a storage object (iblock) on a block device in
# memory, $BACKING, which keeps its data; its serial number is made of NAME, so
# that paths to it are known as such; sets LIO_OBJECT
lio_object()
{
	lio_load
	backing "$1" "${2:-64}"
	lio_object_on "$1" "$BACKING"
}

# lio_object_on NAME BLOCKDEV - the same on a block device that is there
lio_object_on()
{
	local serial

	lio_load
	LIO_OBJECT=$LIO/core/iblock_0/$1
	[ -d "$LIO/core/iblock_0" ] || run mkdir "$LIO/core/iblock_0"
	run mkdir "$LIO_OBJECT"
	put "udev_path=$2" "$LIO_OBJECT/control"
	put 1 "$LIO_OBJECT/enable"
	serial=$(md5sum <<<"$1")
	put "${serial:0:8}-${serial:8:4}-${serial:12:4}-${serial:16:4}-${serial:20:12}" \
		"$LIO_OBJECT/wwn/vpd_unit_serial"
}

# lio_tpg FABRIC WWN TPG - a portal group, made, not yet enabled; sets LIO_TPG
lio_tpg()
{
	lio_load
	[ -d "$LIO/$1" ] || run mkdir "$LIO/$1"
	[ -d "$LIO/$1/$2" ] || run mkdir "$LIO/$1/$2"
	LIO_TPG=$LIO/$1/$2/$3
	run mkdir "$LIO_TPG"
}

# lio_lun TPG NUMBER OBJECT - offer a storage object
lio_lun()
{
	run mkdir "$1/lun/lun_$2"
	run ln -s "$3" "$1/lun/lun_$2/storage"
}

# lio_acl TPG INITIATOR NUMBER... - let an initiator use these LUNs
lio_acl()
{
	local acl=$1/acls/$2 tpg=$1 lun

	shift 2
	run mkdir "$acl"
	for lun in "$@"; do
		run mkdir "$acl/lun_$lun"
		run ln -s "$tpg/lun/lun_$lun" "$acl/lun_$lun/default"
	done
}

# lio_acl_del TPG INITIATOR - end its sessions and forget it
lio_acl_del()
{
	local lun

	for lun in "$1/acls/$2"/lun_*; do
		_lio_unmap "$lun"
	done
	run timeout 60 rmdir "$1/acls/$2"
}

_lio_unmap() # DIRECTORY-WITH-LINKS
{
	local link

	for link in "$1"/*; do
		[ ! -L "$link" ] || run timeout 60 rm "$link"
	done
	run timeout 60 rmdir "$1"
}

# lio_tpg_del TPG - disable a portal group, which ends its sessions, and take it
# away with all that it has
lio_tpg_del()
{
	local d

	[ ! -e "$1/enable" ] || [ "$(cat "$1/enable")" = 0 ] ||
		run timeout 60 sh -c "echo 0 >'$1/enable'"
	for d in "$1"/acls/*/; do
		d=${d%/}
		lio_acl_del "$1" "${d##*/}"
	done
	for d in "$1"/np/*/; do
		run timeout 60 rmdir "$d"
	done
	for d in "$1"/lun/lun_*; do
		_lio_unmap "$d"
	done
	run timeout 60 rmdir "$1"
}

# lio_wwn_del FABRIC WWN - a target with all its portal groups
lio_wwn_del()
{
	local d

	for d in "$LIO/$1/$2"/*/; do
		[ ! -d "$d/lun" ] || lio_tpg_del "${d%/}"
	done
	run timeout 60 rmdir "$LIO/$1/$2"
}

# lio_teardown - every target and storage object there is, and the modules;
# backings stay
lio_teardown()
{
	local fabric d

	[ -d "$LIO" ] || return 0
	for fabric in iscsi srpt; do
		for d in "$LIO/$fabric"/*/; do
			d=${d%/}
			case ${d##*/} in
			discovery_auth) ;;
			*) lio_wwn_del "$fabric" "${d##*/}" ;;
			esac
		done
		[ ! -d "$LIO/$fabric" ] || run timeout 60 rmdir "$LIO/$fabric"
	done
	for d in "$LIO"/core/iblock_*/*/; do
		[ ! -e "$d/udev_path" ] || run timeout 60 rmdir "$d"
	done
	for d in "$LIO"/core/iblock_*; do
		run timeout 60 rmdir "$d"
	done
}

# no_verbs - neither initiator nor target has a queue pair or a connection; portals
# may listen
no_verbs()
{
	wait_for 20 _no_verbs || {
		rdma resource show qp >&2
		rdma resource show cm_id >&2
		die "queue pairs or connections are left"
	}
}

_no_verbs()
{
	local qps ids

	qps=$(rdma resource show qp) && ids=$(rdma resource show cm_id) || return
	! grep 'type RC' <<<"$qps" && ! grep -v -e 'state LISTEN' -e '^$' <<<"$ids"
}
