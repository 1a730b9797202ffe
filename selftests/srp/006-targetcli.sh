#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a target made by targetcli: its device goes and returns, targetcli undoes it
# requires: guest command:fio command:targetcli command:dbus-daemon module:ib_srpt module:ib_srp
# guards: what the tools of users do not cope with
# timeout: 300
. "$(dirname "$0")/common.sh"

# tcli COMMAND... - one run of targetcli with these lines, since it takes its time
tcli()
{
	local out

	printf '+ targetcli: %s\n' "$@" >&2
	out=$(printf '%s\n' "$@" exit | timeout 120 targetcli 2>&1) || {
		note "$out"
		return 1
	}
	note "$out"
	! grep -v '^Warning' <<<"$out" |
		grep -qE 'Traceback|Could not|Cannot|No such path|Error'
}

# The tool wants a bus, for the programs that it shares its configuration with.
bus()
{
	mkdir -p /run/dbus /run/lock /etc/target /etc/rtslib-fb-target \
		"$HOME/.targetcli"
	export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/dbus/system_bus_socket
	[ -s /etc/machine-id ] || dbus-uuidgen >/etc/machine-id
	cat >"$TEST_DIR/bus.conf" <<-CONF
	<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
	 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
	<busconfig>
	  <type>system</type>
	  <listen>unix:path=/run/dbus/system_bus_socket</listen>
	  <policy context="default">
	    <allow send_destination="*" eavesdrop="true"/>
	    <allow eavesdrop="true"/>
	    <allow own="*"/>
	    <allow user="*"/>
	  </policy>
	</busconfig>
	CONF
	dbus-daemon --config-file="$TEST_DIR/bus.conf" --nofork --nopidfile &
	_jobs+=("$!")
	wait_for 10 test -S /run/dbus/system_bus_socket
}

step "targetcli makes a target"
bus
one_device
srpt_load
backing disk
WWN=ib.$(gid rxe0)
acl=$(initiator rxe0)
tcli "/backstores/block create disk $BACKING" "/srpt create $WWN" \
	"/srpt/$WWN/luns create /backstores/block/disk" \
	"/srpt/$WWN/acls create ib.${acl#0x}" "ls /srpt" ||
	die "targetcli fails"
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
tcli "/srpt delete $WWN" "/backstores/block delete disk" ||
	die "targetcli fails"
gone "$LIO/srpt/0x${WWN#ib.}" || die "the port is still there"
unload ib_srp
lio_teardown
unload ib_srpt
