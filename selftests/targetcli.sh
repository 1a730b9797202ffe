# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# targetcli, which is what most people make targets with, and the system bus that
# it cannot do without. For a test to source after its common.sh:
#
#	targetcli_start
#	tcli "/backstores/block create disk0 $BACKING" "/iscsi create $IQN"

# targetcli_start - what it wants: the target core, directories to save things in,
# a bus for the programs that it shares its configuration with
targetcli_start()
{
	lio_load
	mkdir -p /run/dbus /run/lock /etc/rtslib-fb-target "$HOME/.targetcli"
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
	rm -f /run/dbus/system_bus_socket
	printf '+ dbus-daemon &\n' >&2
	dbus-daemon --config-file="$TEST_DIR/bus.conf" --nofork --nopidfile \
		>"$TEST_DIR/bus" 2>&1 &
	_jobs+=("$!")
	wait_for 20 test -S /run/dbus/system_bus_socket ||
		die "no system bus: $(cat "$TEST_DIR/bus")"
}

# tcli COMMAND... - one run of targetcli with these lines, since it takes its time
# to start; what it says is left in $TEST_DIR/tcli. It adds nothing by itself, and
# saves nothing.
tcli()
{
	printf '+ targetcli: %s\n' "$@" >&2
	printf '%s\n' \
		'set global auto_add_default_portal=false auto_save_on_exit=false' \
		"$@" exit | timeout 200 targetcli >"$TEST_DIR/tcli" 2>&1 ||
		die "targetcli: $(cat "$TEST_DIR/tcli")"
	sed 's/^/   /' "$TEST_DIR/tcli" >&2
	! grep -v '^Warning' "$TEST_DIR/tcli" |
		grep -E 'Traceback|Could not|Cannot|No such path|Error' ||
		die "targetcli fails"
}

# tcli_iscsi - target $IQN, as target_add makes it: $BACKING for $INITIATOR, on
# $TARGET with iSER
tcli_iscsi()
{
	local tpg=/iscsi/$IQN/tpg1

	tcli "/backstores/block create disk0 $BACKING" "/iscsi create $IQN" \
		"$tpg/luns create /backstores/block/disk0" \
		"$tpg/acls create $INITIATOR" "$tpg/portals create $TARGET 3260" \
		"$tpg/portals/$TARGET:3260 enable_iser boolean=true" "ls /iscsi"
	grep -q "$TARGET:3260 .*\[iser\]" "$TEST_DIR/tcli" ||
		die "targetcli shows no portal with iSER"
}
