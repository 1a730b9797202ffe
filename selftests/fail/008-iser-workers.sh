#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: an iSER login, with allocations of the kernel's workers failing
# requires: fail-nth module:ib_iser module:ib_client_data guest
# guards: client data, queue pairs and references left by a failed CM handler
# cmdline: slub_debug=A,kmalloc-256,kmalloc-512
# timeout: 300
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/../iser/common.sh"
. "$(dirname "$0")/common.sh"

setup_fail
spare_pages
load ib_iser
one_device
target_add "$TARGET"

# shellcheck disable=SC2317 # each calls it
check()
{
	let_go 'iser|isert' '/sys/class/iscsi_session/*' || return
	# Client data stay until their module goes: the first points begin without.
	[ "$NTH" -gt 4 ] || fresh
}

step "log in: the initiator's handlers"
# shellcheck disable=SC2317 # check calls it
fresh()
{
	modprobe -r ib_iser && modprobe ib_iser
}
export -f fresh
# EIO: no connection, ETIME: no answer
each 5,12,62 -w kworker/u -r -n "${TIMES:-18}" iser "$TARGET" 3260

step "log in: the target's"
fresh()
{
	echo 0 >"$PORTAL" && modprobe -r ib_isert && echo 1 >"$PORTAL"
}
PORTAL=$LIO_TPG/np/$TARGET:3260/iser
export PORTAL
# EPROTO: the answer says no
each 5,12,62,71 -w kworker/0:,iscsi_np -r -n "${TIMES:-18}" iser "$TARGET" 3260
step "and it still can"
iscsid_start
login_disk "$TARGET"
io_verify "$DISK"
logout "$TARGET"
idle iser isert
