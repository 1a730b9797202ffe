#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: srptools say that they find no targets over Ethernet, sg_inq sees the disk
# requires: guest command:ibsrpdm command:srp_daemon command:sg_inq module:ib_umad
# requires: module:ib_srpt module:ib_srp
# guards: what the tools of users do not cope with
# timeout: 120
. "$(dirname "$0")/common.sh"

REFUSED='Unsupported link layer Ethernet'

no_umad()
{
	unload ib_umad
}
undo_also no_umad

one_device
target rxe0 rxe0
run modprobe -a ib_umad ib_uverbs
wait_for 10 test -c /dev/infiniband/umad0

step "sg_inq"
login rxe0 "$TARGET"
dev=$(disk "$SRP")
run timeout 20 sg_inq "$dev" >"$TEST_DIR/inq"
grep -q 'Vendor identification: LIO-ORG' "$TEST_DIR/inq" ||
	die "sg_inq says: $(cat "$TEST_DIR/inq")"
same "its serial number" "Unit serial number: $(sed 's/.*: //' \
	"$LIO_OBJECT/wwn/vpd_unit_serial")" \
	"$(grep 'Unit serial number' "$TEST_DIR/inq" | sed 's/^ *//')"

step "ibsrpdm says why it cannot, beside a session"
must_fail timeout 20 ibsrpdm -c -d /dev/infiniband/umad0 >"$TEST_DIR/out" 2>&1
grep -q "$REFUSED" "$TEST_DIR/out" || die "ibsrpdm says: $(cat "$TEST_DIR/out")"

step "srp_daemon tells the system log"
busybox syslogd -n -O "$TEST_DIR/syslog" &
_jobs+=("$!")
wait_for 10 grep -q 'syslogd started' "$TEST_DIR/syslog"
within 20 timeout 30 srp_daemon -o -c -i rxe0 -p 1 >"$TEST_DIR/out"
[ ! -s "$TEST_DIR/out" ] || die "srp_daemon says: $(cat "$TEST_DIR/out")"
wait_for 10 grep -q "srp_daemon.*$REFUSED" "$TEST_DIR/syslog" ||
	die "the system log says: $(cat "$TEST_DIR/syslog")"

step "nothing is left of it"
logout "$SRP"
idle srp ib_srpt
unused ib_umad
within 10 timeout 20 rdma link delete rxe0
