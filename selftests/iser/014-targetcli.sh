#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a target made by targetcli, its device goes under I/O and comes back
# requires: guest command:fio command:iscsiadm command:targetcli command:dbus-daemon module:ib_client_data
# timeout: 300
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/targetcli.sh
. "$(dirname "$0")/../targetcli.sh"

load ib_iser
load ib_isert
run modprobe -a iscsi_target_mod
two_devices
backing disk0

step "targetcli"
targetcli_start
tcli_iscsi

step "its target is used, goes and comes back"
iscsid_start
login_disk
remember "$DISK"
keep 6 "$DISK"
within 10 timeout 20 rdma link delete rxe1
two_devices
wait_for 20 listening "$TARGET"
recovered
fio_wait 90
recall "$DISK"
logout

step "targetcli takes it down"
tcli "/iscsi delete $IQN"
[ ! -e "$LIO/iscsi/$IQN" ] || die "targetcli left its target"
idle iser isert
