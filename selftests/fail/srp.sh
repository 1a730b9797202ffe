# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash

# logged_out - no SCSI host, and no reference but core's. A host whose remote port is
# not in sysfs, since the transport class had no memory for it and says nothing,
# goes with its module.
logged_out()
{
	local hosts='/sys/class/scsi_host/*/ioc_guid' d

	for d in /sys/class/srp_remote_ports/port-*; do
		[ ! -e "$d" ] || echo 1 >"$d/delete"
	done
	let_go 'srp|ib_srpt' "$hosts" 5 >/dev/null && return
	if [ -z "$(ls /sys/class/srp_remote_ports)" ]; then
		timeout 60 modprobe -r ib_srp && modprobe ib_srp || return
	fi
	let_go 'srp|ib_srpt' "$hosts"
}
export -f logged_out
