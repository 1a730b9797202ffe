#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: an SRP login, with allocations of the kernel's workers failing
# requires: fail-nth module:ib_srp module:ib_srpt module:ib_client_data guest
# guards: channels, queue pairs and references left by a failed CM handler
# cmdline: slub_debug=A,kmalloc-256,kmalloc-512
# timeout: 300
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

step "log in"
# shellcheck disable=SC2317 # each calls it
check()
{
	logged_out && echo "$LOGIN" >"$ADD" && logged_out
}
# EIO, ECONNRESET: the target refuses, ENODEV: the SCSI host could not be added
each 5,12,19,104,110,111 -w kworker/ -n "${TIMES:-18}" write "$ADD" "$LOGIN"
step "and it still can"
login rxe0 "$TARGET"
io_verify "$(disk "$SRP")"
logout_all
srp_clean
idle ib_srpt
