#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: every allocation of an NVMe-oF connect and of a port fails once
# requires: fail-nth command:nvme module:ib_client_data guest
# guards: queues, listeners and references to the device left by a failed connect
# cmdline: slub_debug=A;-,kmemleak_object,kmemleak_scan_area
# timeout: 400
. "$(dirname "$0")/../nvme/common.sh"
. "$(dirname "$0")/common.sh"

# idle_host - no controller but the one that is kept, and only its references
idle_host()
{
	local c

	for c in /sys/class/nvme/nvme*; do
		if [ ! -e "$c" ] || [ "${c##*/}" = "$KEPT" ]; then
			continue
		fi
		echo 1 >"$c/delete_controller"
		[ ! -e "$c" ] || { echo "$c is left"; return 1; }
	done
	if awk -v refs="$REFS" '$2 == "nvme_rdma" && $4 > refs { exit 1 }' \
		/sys/kernel/debug/ib_client_data/slots; then
		return 0
	fi
	cat /sys/kernel/debug/ib_client_data/slots
	return 1
}
export -f idle_host

setup_fail
load nvme-rdma
one_device
nvmet_setup "$TARGET"
# If the last controller of a subsystem cannot be linked to it, nvme-core takes a
# lock twice: nvme_init_subsystem() puts the subsystem with nvme_subsystems_lock.
connect_as 1 nr_io_queues=1 queue_size=16 || die "no connection"
KEPT=$(ctrl_of 1)
wait_for 20 nvme_is "$KEPT" live || die "$KEPT is not live"
REFS=$(slot rxe0 nvme_rdma refs)
export KEPT REFS

OPTIONS="transport=rdma,traddr=$TARGET,trsvcid=4420,nqn=$NQN,nr_io_queues=1"
OPTIONS+=",queue_size=16,ctrl_loss_tmo=0"
export OPTIONS

step "connect"
# shellcheck disable=SC2317 # each calls it
check()
{
	idle_host || return
	[ "$ERRNO" = 0 ] || { echo "$OPTIONS" >/dev/nvme-fabrics && idle_host; }
}
# EIO: a command of the connect failed. EINVAL: what an option says could not be
# copied. ENOBUFS: the address could not be resolved.
each 5,12,14,22,105 -n "${TIMES:-0}" write /dev/nvme-fabrics "$OPTIONS"
step "and it still can"
nvme_disconnect "$KEPT"
nvme_connect "$TARGET"
io_verify "$(nvme_block "$CTRL")"
nvme_disconnect "$CTRL"

step "a port listens"
nvmet_unlink 1
check()
{
	local link=$NVMET/ports/1/subsystems/$NQN

	if [ -e "$link" ]; then
		rm "$link" || return 1
	fi
	ln -s "$NVMET/subsystems/$NQN" "$link" && rm "$link"
}
export NVMET NQN
each 12,14,98,99 symlink "$NVMET/subsystems/$NQN" "$NVMET/ports/1/subsystems/$NQN"
nvmet_link 1
nvme_connect "$TARGET"
nvme_disconnect "$CTRL"
nvmet_teardown
idle nvme_rdma nvmet_rdma
