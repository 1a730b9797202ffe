#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: allocations of an SRP login and of the target's configuration fail, one at a time
# requires: fail-nth module:ib_srp module:ib_srpt module:ib_client_data guest
# guards: SCSI hosts, channels and references to the device left by a failed login
# cmdline: slub_debug=A;-,kmemleak_object,kmemleak_scan_area,kmalloc-16,kmalloc-32,kmalloc-64,vmap_area,sock_inode_cache,UDP
# timeout: 400
# shellcheck source=selftests/srp/common.sh
. "$(dirname "$0")/../srp/common.sh"
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/fail/srp.sh
. "$(dirname "$0")/srp.sh"

setup_fail
spare_pages
one_device
target rxe0 rxe0
login rxe0 "$TARGET" queue_size=4
logout_all

LOGIN=$(login_string "$TARGET" queue_size=4)
ADD=/sys/class/infiniband_srp/srp-rxe0-1/add_target
export LOGIN ADD
# srp_rport_add() ignores that its class device could not be added, srp_rport_del()
# removes it all the same, and the kernel does not survive that. It is in the second
# half of some 400 points, which are not quite the same each time, and well before
# the last of them, the scan: no point fails from half-way on to there.
SPARED=170-385

step "log in"
# shellcheck disable=SC2317 # each calls it
check()
{
	logged_out && echo "$LOGIN" >"$ADD" && logged_out
}
# ENODEV: the SCSI host could not be added
each 12,14,19 -n "${TIMES:-9}" -x "$SPARED" write "$ADD" "$LOGIN"
step "and it still can"
login rxe0 "$TARGET"
io_verify "$(disk "$SRP")"
logout_all

step "the target has receive queues of its own or a shared one"
check()
{
	echo 0 >"$LIO_TPG/attrib/use_srq" && echo 1 >"$LIO_TPG/attrib/use_srq" &&
		echo 0 >"$LIO_TPG/attrib/use_srq"
}
export LIO_TPG
each 12,14 -n "${TIMES:-9}" write "$LIO_TPG/attrib/use_srq" 1
login rxe0 "$TARGET"
logout_all
srp_clean
idle ib_srpt
