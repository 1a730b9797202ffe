#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a target made by targetcli, its device goes under I/O and comes back
# requires: guest command:fio command:iscsiadm command:targetcli command:dbus-daemon module:ib_client_data
# timeout: 300
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

# targetcli wants a system bus.
bus_start()
{
	mkdir -p /run/dbus /etc/dbus-1
	cat >/etc/dbus-1/system.conf <<-END
		<busconfig>
		<type>system</type><listen>unix:path=/run/dbus/system_bus_socket</listen>
		<policy context="default"><allow user="*"/><allow own="*"/>
		<allow send_type="method_call"/><allow eavesdrop="true"/></policy>
		</busconfig>
	END
	printf '+ dbus-daemon --system &\n' >&2
	dbus-daemon --config-file=/etc/dbus-1/system.conf --nofork --nopidfile \
		>"$TEST_DIR/dbus" 2>&1 &
	_jobs+=("$!")
	wait_for 20 test -S /run/dbus/system_bus_socket
	export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/dbus/system_bus_socket
}

load ib_iser
load ib_isert
lio_load
run modprobe -a iscsi_target_mod
two_devices
backing disk0
bus_start

step "targetcli"
cat >"$TEST_DIR/target" <<END
set global auto_add_default_portal=false auto_save_on_exit=false
/backstores/block create disk0 $BACKING
/iscsi create $IQN
/iscsi/$IQN/tpg1/luns create /backstores/block/disk0
/iscsi/$IQN/tpg1/acls create $INITIATOR
/iscsi/$IQN/tpg1/portals create $TARGET 3260
/iscsi/$IQN/tpg1/portals/$TARGET:3260 enable_iser boolean=true
ls /iscsi
END
printf '+ targetcli <<\n' >&2
sed 's/^/   /' "$TEST_DIR/target" >&2
timeout 200 targetcli <"$TEST_DIR/target" >"$TEST_DIR/targetcli" 2>&1 ||
	die "targetcli: $(cat "$TEST_DIR/targetcli")"
grep -q "$TARGET:3260 .*\[iser\]" "$TEST_DIR/targetcli" ||
	die "targetcli: $(cat "$TEST_DIR/targetcli")"

step "its target is used, goes and comes back"
iscsid_start
login_disk
remember "$DISK"
fio_start "$DISK" "${BUSY[@]}" --size=8M --time_based --runtime=6
sleep 2
within 10 timeout 20 rdma link delete rxe1
two_devices
wait_for 20 listening "$TARGET"
recovered
fio_wait 90
recall "$DISK"
logout

step "targetcli takes it down"
timeout 200 targetcli "/iscsi delete $IQN" >&2
[ ! -e "$LIO/iscsi/$IQN" ] || die "targetcli left its target"
idle iser isert
