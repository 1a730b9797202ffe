#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: logouts on either side against the removal of either device
# races: logouts on either side and removals
# requires: guest module:ib_srpt module:ib_srp module:ib_client_data_delay
# guards: a session that is released while srpt_close_session() has got hold of it
# timeout: 240
. "$(dirname "$0")/common.sh"

# acl_del - in the background: the target logs the initiator out
acl_del()
{
	rm "$LIO_TPG/acls/$NAME/lun_0/default"
	rmdir "$LIO_TPG/acls/$NAME/lun_0"
	timeout 60 rmdir "$LIO_TPG/acls/$NAME" &
	LOGOUT=$!
	_jobs+=("$LOGOUT")
}

logout_over()
{
	! kill -0 "$LOGOUT" 2>/dev/null
}

two_devices
target rxe1 rxe0
NAME=$(initiator rxe0)

step "the target logs out, held up, and its device goes"
login_wire
delay srpt_close_session 2000
acl_del
wait_for 10 delayed || die "rmdir of an ACL does not call srpt_close_session"
remove rxe1
delayed || die "too late: the logout is over"
wait_for 20 removed || die "the removal hangs"
wait "$REMOVER" || die "the removal failed"
wait_for 20 logout_over || die "the logout hangs"
undelay
logout "$SRP"
target_device
lio_acl "$LIO_TPG" "$NAME" 0

step "the target logs out under I/O, without delay"
for i in 1 2; do
	login_wire
	before=$(io_count "$BACKING")
	dd if=/dev/zero of="$(disk "$SRP")" bs=16k seek=512 count=1024 \
		oflag=direct status=none 2>/dev/null &
	io=$!
	_jobs+=("$io")
	wait_for 20 io_flows "$BACKING" "$before" || die "no I/O"
	acl_del
	remove rxe1
	wait_for 20 removed || die "the removal hangs"
	wait "$REMOVER" || die "the removal failed"
	wait_for 20 logout_over || die "the logout hangs"
	within 10 timeout 20 rdma link delete rxe0
	wait "$io" 2>/dev/null || :
	srp_clean
	two_devices
	lio_acl "$LIO_TPG" "$NAME" 0
done

step "the initiator logs out, held up, and a device goes"
for device in rxe0 rxe1; do
	login_wire
	delay scsi_remove_host 2000
	put 1 "$(rport "$SRP")/delete"
	wait_for 10 delayed || die "a logout does not call scsi_remove_host"
	within 10 timeout 20 rdma link delete "$device"
	undelay
	srp_clean
	two_devices
done

step "the initiator logs out and its device goes"
for i in 1 2; do
	login_wire
	put 1 "$(rport "$SRP")/delete"
	within 10 timeout 20 rdma link delete rxe0
	srp_clean
	host_device
done
login_wire
io_verify "$(disk "$SRP")" "${BUSY[@]}" --size=2M
logout "$SRP"
idle ib_srpt
