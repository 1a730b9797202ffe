#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: use_srq of a port: without its device, under I/O, and across its return
# requires: guest command:fio module:ib_srpt module:ib_srp
# guards: a shared receive queue of a device that is gone, or that sessions still use
# timeout: 240
. "$(dirname "$0")/common.sh"

two_devices
target rxe1 rxe0
login_wire
timers "$SRP" 1 off 600
dev=$(disk "$SRP")
remember "$dev"

step "changed under I/O: the sessions end first, and come back"
work "$dev"
run timeout 30 sh -c "echo 1 >'$LIO_TPG/attrib/use_srq'"
has_srqs rxe1 1
wait_for 60 rport_is "$SRP" running
fio_wait 90 || die "I/O failed, or its data are wrong"
recall "$dev"

step "not without the device"
rxe_del rxe1
for value in 0 1; do
	must_fail timeout 5 sh -c "echo $value >'$LIO_TPG/attrib/use_srq'"
done
must_fail timeout 5 cat "$LIO_TPG/attrib/use_srq"

step "kept until it returns"
target_device
same use_srq 1 "$(cat "$LIO_TPG/attrib/use_srq")"
has_srqs rxe1 1
wait_for 60 rport_is "$SRP" running
io_verify "$dev" "${BUSY[@]}" --size=4M
recall "$dev"

step "changed while the device goes"
for i in 1 2; do
	(
		while echo $((RANDOM % 2)) >"$LIO_TPG/attrib/use_srq"; do
			sleep 0.02
		done
	) 2>/dev/null &
	_jobs+=("$!")
	sleep "0.$i"
	rxe_del rxe1 15
	wait "$!" || :
	target_device
	wait_for 60 rport_is "$SRP" running
done
recall "$dev"
logout "$SRP"
idle ib_srpt
