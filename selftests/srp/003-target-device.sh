#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: the target's device goes and returns: its port answers ENODEV, works again
# requires: guest command:fio module:ib_srpt module:ib_srp
# guards: ports that stay with a dead device (srpt_make_tport() binds for good)
# timeout: 600
. "$(dirname "$0")/common.sh"

# enodev COMMAND... - it fails for want of a device, at once
enodev()
{
	must_say 'No such device' "$@"
}

# away - whatever a port can be asked answers that its device is gone
away()
{
	local a

	for a in srp_max_rdma_size srp_max_rsp_size srp_sq_size use_srq; do
		enodev cat "$LIO_TPG/attrib/$a"
	done
	for a in srp_max_rdma_size=65536 srp_max_rsp_size=512 srp_sq_size=4096 \
			use_srq=1 use_srq=0; do
		enodev sh -c "echo ${a#*=} >'$LIO_TPG/attrib/${a%=*}'"
	done
	enodev mkdir "$LIO_TPG/acls/0x00000000000000000000000000000001"
	# for whatever reason, the target core says that this is invalid
	must_say 'Invalid argument' mkdir "${LIO_TPG%/*}/other"
	# what is the target core's alone
	same "enable" 1 "$(cat "$LIO_TPG/enable")"
}

# lun_1 - the disk that is LUN 1 of $SRP; for wait_for
lun_1()
{
	local d

	for d in /sys/class/scsi_host/"$SRP"/device/target*/*:1/block/*; do
		[ ! -b "/dev/${d##*/}" ] || {
			echo "${d##*/}"
			return 0
		}
	done
	return 1
}

# session - log in; it waits for a target that is away
session()
{
	login_wire
	timers "$SRP" 1 off 600
	dev=$(disk "$SRP")
}

target_first
target rxe1 rxe0
put 2048 "$LIO_TPG/attrib/srp_sq_size"
session
remember "$dev"

# Of the two devices, the one with the target's connections goes first; the host's
# goes after it, and its session with it.
step "idle, by module"
remove_by module rxe1 b0
away
srp_clean
target_first
session
same "srp_sq_size" 2048 "$(cat "$LIO_TPG/attrib/srp_sq_size")"
recall "$dev"

step "under I/O, by module"
busy "$dev"
remove_by module rxe1 b0
away
fio_told
srp_clean
two_devices
session
recall "$dev"

# LUNs are the target core's, too: one can be made meanwhile.
step "idle"
remove_by link rxe1 b0
away
acl=$LIO_TPG/acls/$(initiator rxe0)
lio_lun "$LIO_TPG" 1 "$LIO_OBJECT"
run mkdir "$acl/lun_1"
run ln -s "$LIO_TPG/lun/lun_1" "$acl/lun_1/default"
wait_for 40 rport_is "$SRP" blocked
target_device
wait_for 60 rport_is "$SRP" running
same "srp_sq_size" 2048 "$(cat "$LIO_TPG/attrib/srp_sq_size")"
recall "$dev"
put "- - -" "/sys/class/scsi_host/$SRP/scan"
wait_for 20 lun_1 || die "LUN 1 is not there"
recall "/dev/$(lun_1)"
put 1 "/sys/block/$(lun_1)/device/delete"
_lio_unmap "$acl/lun_1"
_lio_unmap "$LIO_TPG/lun/lun_1"

step "under I/O"
work "$dev"
remove_by link rxe1 b0
wait_for 60 rport_is "$SRP" blocked
fio_running || die "the I/O was over too early, or failed"
target_device
wait_for 60 rport_is "$SRP" running
fio_wait 90 || die "I/O failed, or its data are wrong"
recall "$dev"

# Nothing tells the initiator, whose requests have all been received. SCSI finds out
# after 30 s that the next one has no answer.
step "by netdev"
remove_by netdev rxe1 b0
away
target_device
run timeout 150 dd if="$dev" of=/dev/null bs=4k count=1 iflag=direct status=none
same "state of the remote port" running "$(rport_state "$SRP")"
logout "$SRP"
session
recall "$dev"

# SCSI finds out after 30 s that requests have no answer, aborts each of them for
# 5 s, and has the session reconnect.
step "under I/O, by netdev, and nobody helps"
fio_start "$dev" "${KEEP[@]}" --runtime=10 --iodepth=2
wait_for 20 io_flows "$BACKING" "$(io_count "$BACKING")" || die "no I/O"
remove_by netdev rxe1 b0
fio_running || die "the I/O was over too early, or failed"
target_device
fio_wait 200 || die "I/O failed, or its data are wrong"
same "state of the remote port" running "$(rport_state "$SRP")"
recall "$dev"

# A logout would wait for SCSI's error handling; the removal of the host's device
# does not.
step "under I/O, by netdev"
busy "$dev"
remove_by netdev rxe1 b0
target_device
remove_by link rxe0 a0
fio_told
srp_clean
host_device
session
recall "$dev"

# The target is known by the GUID of the device that was there first when its module
# was loaded: still rxe1.
for load in idle "under I/O"; do
	step "the module goes, $load, its configuration first"
	is_first rxe1
	[ "$load" = idle ] || work "$dev"
	must_fail timeout 25 rmmod ib_srpt 2>"$TEST_DIR/rmmod"
	grep -q 'in use' "$TEST_DIR/rmmod" || die "$(cat "$TEST_DIR/rmmod")"
	rport_is "$SRP" running || die "that ended the session"
	[ "$load" = idle ] || fio_running || die "the I/O was over too early, or failed"
	within 30 lio_wwn_del srpt "${LIO_TPG##*/}"
	rmdir "$LIO/srpt"
	within 15 timeout 25 rmmod ib_srpt
	wait_for 40 rport_is "$SRP" blocked
	[ "$load" = idle ] || fio_running || die "the I/O was over too early, or failed"
	target rxe1 rxe0
	wait_for 60 rport_is "$SRP" running
	[ "$load" = idle ] || fio_wait 90 || die "I/O failed, or its data are wrong"
	recall "$dev"
done

step "disabled and enabled while the device is away"
remove_by link rxe1 b0
put 0 "$LIO_TPG/enable"
enodev sh -c "echo 1 >'$LIO_TPG/enable'"
target_device
told=$(log_count 'rxe1_1 has not yet been enabled')
must_fail add_target rxe0 "$(login_string "$TARGET" "src=$HOST" \
	initiator_ext=1)"
log_more "$told" 'rxe1_1 has not yet been enabled' || die "the log does not say why"
put 1 "$LIO_TPG/enable"
wait_for 60 rport_is "$SRP" running
recall "$dev"

step "the target's configuration goes while its device is away"
remove_by link rxe1 b0
within 10 lio_wwn_del srpt "${LIO_TPG##*/}"
logout "$SRP"
idle ib_srpt
unused ib_srp
