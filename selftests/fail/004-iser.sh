#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: allocations of an iSER login and of a portal fail, one at a time
# requires: fail-nth module:ib_iser module:ib_client_data guest
# guards: endpoints, sessions, listeners and references left by a failed login
# cmdline: slub_debug=A;-,kmemleak_object,kmemleak_scan_area
# timeout: 400
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/../iser/common.sh"
. "$(dirname "$0")/common.sh"

setup_fail
load ib_iser
one_device
target_add "$TARGET"

step "log in"
# shellcheck disable=SC2317 # each calls it
check()
{
	let_go 'iser|isert' '/sys/class/iscsi_session/*'
}
each 1,12,14,105 -r -n "${TIMES:-60}" iser "$TARGET" 3260
step "and it still can"
iscsid_start
login_disk "$TARGET"
io_verify "$DISK"
logout "$TARGET"

step "a portal listens"
PORTAL=$LIO_TPG/np/$TARGET:3260/iser
put 0 "$PORTAL"
check()
{
	[ "$(cat "$PORTAL")" = 0 ] || echo 0 >"$PORTAL" || return 1
	echo 1 >"$PORTAL" && echo 0 >"$PORTAL"
}
export PORTAL
# The last one is that the portal's thread cannot be made: the target core frees
# the portal then, and tells nobody: its listener and a reference to the module
# stay. (iscsit_add_np(), iscsi_target.c:376 of 6.1) Without pages, which slabs need
# at some times and not at others, it is the last each time.
spare_pages
each 12,14 -n "${TIMES:-60}" -s 1 write "$PORTAL" 1
! dmesg_since | grep 'Unable to create kthread' || die "the last one is another one"
put 1 "$PORTAL"
login_disk "$TARGET"
logout "$TARGET"
idle iser isert
