#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a target made by targetcli: its device goes and returns, targetcli undoes it
# requires: guest command:fio command:targetcli command:dbus-daemon module:ib_srpt module:ib_srp
# guards: what the tools of users do not cope with
# timeout: 300
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/targetcli.sh
. "$(dirname "$0")/../targetcli.sh"

step "targetcli makes a target"
targetcli_start
one_device
srpt_load
backing disk
WWN=ib.$(gid rxe0)
acl=$(initiator rxe0)
tcli "/backstores/block create disk $BACKING" "/srpt create $WWN" \
	"/srpt/$WWN/luns create /backstores/block/disk" \
	"/srpt/$WWN/acls create ib.${acl#0x}" "ls /srpt"
login rxe0 "$TARGET"
dev=$(disk "$SRP")
remember "$dev"
io_verify "$dev" "${BUSY[@]}" --size=2M

step "its device goes under I/O, and returns"
busy "$dev"
remove_by link rxe0 d0
fio_told
srp_clean
one_device
login rxe0 "$TARGET"
recall "$(disk "$SRP")"
logout "$SRP"

step "targetcli undoes what it made"
tcli "/srpt delete $WWN" "/backstores/block delete disk"
gone "$LIO/srpt/0x${WWN#ib.}" || die "the port is still there"
unload ib_srp
lio_teardown
unload ib_srpt
